"""Flash images for the emulated Pico, and what is in those that it leaves behind."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import FIRMWARE
from tests.interpreters import double_precision, run
from tests.interpreters.build_rp2 import cross_compiler
from tests.interpreters.requirement import require

BLOCKS = 352
_SCRIPTS = Path(__file__).with_name("scripts")


def flash_image(image: Path, files: Mapping[str, Path] | None = None) -> Path:
    """A new littlefs of the unit's size that holds the files (path on the flash to source)."""
    pairs = [part for path, source in (files or {}).items() for part in (path, str(source))]
    _on_flash("fill_flash.py", str(image), str(BLOCKS), *pairs)
    return image


def flash_files(image: Path, folder: Path) -> Path:
    """The files of an image, copied into a new folder."""
    folder.mkdir()
    _on_flash("read_flash.py", str(image), str(BLOCKS), str(folder))
    return folder


def _on_flash(script: str, *args: str) -> None:
    done = run(
        require(double_precision()),
        _SCRIPTS / script,
        args=list(args),
        modules=[FIRMWARE],
        timeout_s=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def compiled(source: Path, folder: Path, name: str) -> Path:
    """The source as bytecode of the image's own version."""
    target = folder / f"{name}.mpy"
    subprocess.run([cross_compiler(), "-o", target, source], check=True)
    return target
