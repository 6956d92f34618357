"""Build the unit's image: `python -m tests.interpreters.image FOLDER` (`make firmware`)."""

import hashlib
import shutil
import sys
from pathlib import Path

from dosegauge import __version__, unit_sources
from tests.interpreters.build_rp2 import built_image


def main(folder: str) -> int:
    """Build the image and put it, named by version and revision, into the folder."""
    revision = unit_sources.revision() or "unknown"
    image = built_image(revision, lambda line: print(line, flush=True))
    if image.uf2 is None:
        print(image.reason, file=sys.stderr)
        return 1
    target = Path(folder) / f"dosegauge-{__version__}-{revision}-pico.uf2"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(image.uf2, target)
    print(f"{target} ({target.stat().st_size} bytes, SHA-256 {_sha256(target)})")
    return 0


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or ["build"]))
