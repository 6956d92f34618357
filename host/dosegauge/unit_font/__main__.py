"""`python -m dosegauge.unit_font FILE` writes the font file."""

import sys
from pathlib import Path

from dosegauge.unit_font import build

Path(sys.argv[1]).write_bytes(build())
