"""Run one script on a MicroPython interpreter."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Completed(NamedTuple):
    """What a script left behind; texts exactly as written, line ends included.

    The traceback of an uncaught error is in `stderr`, but with the wheel's interpreter, which
    writes it to standard output, in `stdout`.
    """

    stdout: str
    stderr: str
    returncode: int


def run(
    interpreter: Path,
    script: Path,
    *,
    modules: Sequence[Path] = (),
    args: Sequence[str] = (),
    stdin: str | None = None,
    heap: str = "2m",
    timeout_s: float = 30.0,
) -> Completed:
    """Run a script file and wait for its end.

    Modules come from the script's own folder, then the interpreter's frozen ones (asyncio),
    then the folders in `modules`, in this order and from nowhere else: the user's own
    MicroPython library is not searched. `heap` is the size of the heap as the unix port takes
    it, such as "380k" or "2m". Without `stdin` the script reads an end of file.
    Raises TimeoutError after `timeout_s` seconds; the interpreter is then stopped.
    """
    command = [str(interpreter), "-X", f"heapsize={heap}", str(script), *args]
    try:
        finished = subprocess.run(
            command,
            input=b"" if stdin is None else stdin.encode(),
            capture_output=True,
            env=_environment(modules),
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise TimeoutError(f"{script} still ran on {interpreter} after {timeout_s} s") from late
    return Completed(_text(finished.stdout), _text(finished.stderr), finished.returncode)


def _environment(modules: Sequence[Path]) -> dict[str, str]:
    folders = [str(folder) for folder in modules]
    for folder in folders:
        if ":" in folder:
            raise ValueError(f"MICROPYPATH separates folders by ':', so it cannot hold {folder}")
    environment = dict(os.environ)
    # It would leave the interpreter at its prompt when the script ends.
    environment.pop("MICROPYINSPECT", None)
    # Once set, it replaces the whole default search path, ~/.micropython/lib included.
    environment["MICROPYPATH"] = ":".join([".frozen", *folders])
    return environment


def _text(output: bytes) -> str:
    return output.decode(errors="backslashreplace")
