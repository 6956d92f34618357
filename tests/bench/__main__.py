"""`python -m tests.bench [--json] [--only NAME ...]`: every figure of one run. Always ends with 0.

A figure over its budget is shown as OVER. Progress goes to stderr.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from dosegauge.errors import DosegaugeError
from tests.bench import (
    budgets,
    certificate,
    command_start,
    computations,
    demo_run,
    first_paint,
    flash_erases,
    images,
    micro_ct,
    monte_carlo,
    sync_rate,
)
from tests.bench.figure import Figure, NotMeasured
from tests.bench.table import as_json, as_table, machine

_Measure = Callable[[], list[Figure]]
NAMES = (
    "version",
    "tui",
    "certificate",
    "erases",
    "sync",
    "computations",
    "demo",
    "budgets",
    "monte-carlo",
    "images",
    "micro-ct",
)


def main() -> int:
    """Measures, then prints the table or the document."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="a JSON document instead of a table")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")
    arguments = parser.parse_args()
    figures: list[Figure] = []
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="dosegauge-bench-") as folder:
        for name, measure in _measurements(Path(folder), arguments.only):
            began_s = time.monotonic()
            try:
                figures += measure()
            except NotMeasured as error:
                missing[name] = str(error)
            except (DosegaugeError, OSError, subprocess.SubprocessError) as fault:
                missing[name] = " ".join(str(fault).split())
            _tell(f"{name}: {time.monotonic() - began_s:.0f} s")
    if "computations" in arguments.only:
        missing[computations.PICO_HEAP] = computations.NOT_HERE
    if "monte-carlo" in arguments.only and not monte_carlo.has_suncal():
        missing[monte_carlo.SUNCAL] = monte_carlo.NO_SUNCAL
    missing |= _missing_peers(arguments.only)
    if arguments.json:
        print(as_json(figures, missing))
    else:
        print(machine(), as_table(figures), sep="\n\n")
        for name, reason in missing.items():
            print(f"not measured: {name}: {reason}")
    return 0


def _missing_peers(wanted: tuple[str, ...]) -> dict[str, str]:
    """What can't be measured for want of a peer, and why."""
    missing = {}
    if not images.has_peer():
        if "images" in wanted:
            missing["flood against pylinac"] = images.NO_PEER
        if "micro-ct" in wanted:
            missing["MTF against pylinac"] = images.NO_PEER
    if "budgets" in wanted:
        for peer in budgets.PEERS:
            if not budgets.is_there(peer):
                missing[f"budget against {peer}"] = (
                    f"{peer} is not installed: pip install '.[bench]'"
                )
    return missing


def _measurements(folder: Path, wanted: tuple[str, ...]) -> Iterator[tuple[str, _Measure]]:
    demo = _Demo(folder / "demo")
    measurements: dict[str, _Measure] = {
        "version": command_start.measure,
        "tui": lambda: first_paint.measure(folder),
        "certificate": lambda: certificate.measure(folder, demo.sessions()),
        "erases": flash_erases.measure,
        "sync": lambda: sync_rate.measure(folder),
        "computations": lambda: computations.measure(folder, demo.sessions()),
        "demo": lambda: demo_run.figures(demo.run()),
        "budgets": budgets.measure,
        "monte-carlo": monte_carlo.measure,
        "images": images.measure,
        "micro-ct": micro_ct.measure,
    }
    for name in NAMES:
        if name in wanted:
            yield name, measurements[name]


class _Demo:
    """The demo, run once when it is first needed: its sessions serve other measurements too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._run: demo_run.DemoRun | None = None

    def run(self) -> demo_run.DemoRun:
        if self._run is None:
            self._run = demo_run.run_demo(self._folder)
        return self._run

    def sessions(self) -> dict[str, bytes]:
        return self.run().sessions()


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
