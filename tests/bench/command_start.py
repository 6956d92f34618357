"""How soon a command answers: `dosegauge --version` beside the bare interpreter."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.figure import Figure, NotMeasured, within

RUNS = 15
BUDGET_S = 0.15


def program() -> str:
    """The installed `dosegauge` of the running environment."""
    beside = Path(sys.executable).parent / "dosegauge"
    if not beside.is_file():
        raise NotMeasured(f"no dosegauge beside {Path(sys.executable).name}: install the checkout")
    return str(beside)


def measure() -> list[Figure]:
    """Both commands by turns, so that what else the machine does hits both."""
    version, bare = [program(), "--version"], [sys.executable, "-c", "pass"]
    _time_s(version)  # the first one reads files from disk and writes bytecode
    pairs = [(_time_s(version), _time_s(bare)) for _ in range(RUNS)]
    ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    what = "dosegauge --version"
    return [
        within(
            f"{what}, median of {RUNS}",
            statistics.median(ours),
            "s",
            BUDGET_S,
        ),
        within(f"{what}, fastest", min(ours), "s", BUDGET_S),
        Figure(
            f"{what}, median",
            statistics.median(ours),
            "s",
            "python -c pass",
            statistics.median(theirs),
        ),
    ]


def _time_s(command: list[str]) -> float:
    began_s = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=20)
    return time.perf_counter() - began_s
