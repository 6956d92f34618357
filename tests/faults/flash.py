"""The unit's flash under power cuts, wear and odd clocks: the recorder on a real littlefs.

A cut at a read or a sync leaves the flash as it was before the next change, with no more said to
be saved than by then: those places are the "undone" ones of that change.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench.demo_run import run_demo
from tests.faults.on_micropython import outcomes
from tests.faults.outcome import Effort, Outcome
from tests.interpreters import double_precision, single_precision


def run(effort: Effort) -> list[Outcome]:
    """Power cuts in every operation, then what else happens to a flash, on both interpreters."""
    found: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="dosegauge-faults-") as folder:
        logs = real_logs(Path(folder))
        arguments = [str(effort.share), str(effort.seed), *map(str, logs)]
        for floats, interpreter in (
            ("double", double_precision()),
            ("single", single_precision()),
        ):
            rows = outcomes("flash", "power_cuts.py", arguments, interpreter)
            rows += outcomes("flash", "worn_and_odd.py", [], interpreter)
            found += [replace(row, what=f"{row.what} ({floats})") for row in rows]
    return found


def real_logs(folder: Path) -> list[Path]:
    """One session of every procedure, as the virtual unit of the demo recorded them."""
    files = []
    for plan, log in sorted(run_demo(folder / "demo").sessions().items()):
        files.append(folder / f"{plan}.dgs")
        files[-1].write_bytes(log)
    return files
