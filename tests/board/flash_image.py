"""Flash images for the emulated Pico, and what is in those that it leaves behind."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import FIRMWARE
from tests.interpreters import double_precision, run
from tests.interpreters.build_rp2 import cross_compiler
from tests.interpreters.requirement import require

BLOCKS = 352
_FILL = Path(__file__).with_name("scripts") / "fill_flash.py"


def flash_image(image: Path, files: Mapping[str, Path] | None = None) -> Path:
    """A new littlefs of the unit's size that holds the files (path on the flash to source)."""
    pairs = [part for path, source in (files or {}).items() for part in (path, str(source))]
    done = run(
        require(double_precision()),
        _FILL,
        args=[str(image), str(BLOCKS), *pairs],
        modules=[FIRMWARE],
        timeout_s=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return image


def compiled(source: Path, folder: Path, name: str) -> Path:
    """The source as bytecode of the image's own version."""
    target = folder / f"{name}.mpy"
    subprocess.run([cross_compiler(), "-o", target, source], check=True)
    return target
