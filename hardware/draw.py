"""Draws wiring/*.yml as SVG beside them: `make drawings` (WireViz, and Debian's graphviz).

Each drawing names the SHA-256 of its text, so that a test sees when one is out of date.
"""

import hashlib
import sys
from pathlib import Path

from wireviz import wireviz

WIRING = Path(__file__).resolve().parent / "wiring"


def draw(source: Path) -> Path:
    """One drawing."""
    text = source.read_bytes()
    svg = wireviz.parse(source, return_types="svg")
    if not isinstance(svg, str):
        raise TypeError(f"{source}: WireViz gives no text")
    mark = f"<!-- {source.name} SHA-256 {hashlib.sha256(text).hexdigest()} -->\n"
    target = source.with_suffix(".svg")
    target.write_text(svg.rstrip() + "\n" + mark, encoding="utf-8")
    return target


if __name__ == "__main__":
    for path in sorted(WIRING.glob(sys.argv[1] if len(sys.argv) > 1 else "*.yml")):
        print(draw(path).name)
