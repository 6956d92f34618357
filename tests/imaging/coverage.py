"""How often intervals must hold the truth: 95 +- 2 %, as far as so many trials can tell.

`make test-coverage` runs a thousand trials of each and more, which settle it to less than that;
without, there are as many as a test run has time for, and what chance adds to them is let pass.
"""

from __future__ import annotations

import math
import os

LEVEL, WITHIN = 0.95, 0.02
_SETTLED = 1000
# How far chance alone takes the share in one of a thousand runs, in standard deviations.
_CHANCE = 3.3


def trials(usual: int) -> int:
    """So many trials, or those that DOSEGAUGE_TRIALS names."""
    return int(os.environ.get("DOSEGAUGE_TRIALS", "0")) or usual


def require_coverage(
    inside: int, total: int, what: str = "", independent: float = 1.0, cautious: bool = False
) -> None:
    """Fails where the share is not 95 +- 2 %; `independent` trials stand behind each of the total
    where they hang together. A cautious U may hold more."""
    share = inside / total
    chance = _CHANCE * math.sqrt(LEVEL * (1 - LEVEL) / (total * independent))
    allowed = WITHIN if total * independent >= _SETTLED else WITHIN + chance
    off = LEVEL - share if cautious else abs(share - LEVEL)
    assert off <= allowed, f"{what}: {share:.4f} of {total}"
