"""Scripts on real MicroPython, with the firmware and the core to import."""

from collections.abc import Sequence
from pathlib import Path

from tests.bench.figure import NotMeasured
from tests.conftest import FIRMWARE, ROOT, SHARED
from tests.interpreters import run

SCRIPTS = Path(__file__).parent / "scripts"
FIRMWARE_SCRIPTS = ROOT / "tests" / "firmware" / "scripts"
_MODULES = (FIRMWARE_SCRIPTS, FIRMWARE, SHARED)


def output(
    interpreter: Path, script: Path, args: Sequence[str] = (), *, heap: str = "128m"
) -> str:
    """What the script prints; NotMeasured with its last line when it fails."""
    done = run(interpreter, script, modules=_MODULES, args=args, heap=heap, timeout_s=120)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip() or f"exit code {done.returncode}"
        raise NotMeasured(f"{script.name}: {said.splitlines()[-1]}")
    return done.stdout.strip()
