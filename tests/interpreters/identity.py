"""Ask an interpreter what it is, and refuse the wrong one."""

import os
from pathlib import Path
from typing import NamedTuple

from tests.interpreters.execution import run

OLDEST_VERSION = (1, 24, 0)

_IDENTITY_SCRIPT = Path(__file__).parent / "scripts" / "identity.py"


class Found(NamedTuple):
    """An interpreter, or why there is none.

    With a path, `version` is what the interpreter says of itself and `reason` is empty; without
    one, `version` is empty and `reason` is one line that says what is wrong and what to do.
    """

    path: Path | None
    version: str
    reason: str


def missing(reason: str) -> Found:
    """No interpreter, for this reason."""
    return Found(None, "", reason)


def identify(
    interpreter: Path, floats: str, oldest: tuple[int, int, int] = OLDEST_VERSION
) -> Found:
    """Take this file if it is MicroPython, new enough, with "double" or "single" floats."""
    try:
        answer = run(interpreter, _IDENTITY_SCRIPT, timeout_s=20.0)
    except (OSError, TimeoutError) as error:
        return missing(f"{interpreter} cannot be run: {error}")
    words = answer.stdout.split()
    if answer.returncode != 0 or len(words) != 4 or words[0] != "micropython":
        return missing(f"{interpreter} is not MicroPython")
    _, version, suffix, its_floats = words
    numbers = tuple(int(number) for number in version.split("."))
    if numbers < oldest:
        wanted = ".".join(str(number) for number in oldest)
        return missing(f"{interpreter} is MicroPython {version}; {wanted} or newer is needed")
    if its_floats != floats:
        return missing(f"{interpreter} has {its_floats} precision floats; {floats} is needed")
    return Found(interpreter, version if suffix == "-" else f"{version}-{suffix}", "")


def missing_is_failure() -> bool:
    """Whether a missing interpreter fails the tests instead of skipping them: CI=true."""
    return os.environ.get("CI", "").lower() in ("true", "1")
