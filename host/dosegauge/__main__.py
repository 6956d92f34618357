"""`python -m dosegauge`."""

import sys

from dosegauge.cli import main

if __name__ == "__main__":
    sys.exit(main())
