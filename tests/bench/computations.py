"""Time and heap of the three computations on MicroPython, with both kinds of floats."""

import json
from pathlib import Path

from tests.bench.figure import Figure, NotMeasured
from tests.bench.on_micropython import SCRIPTS, output
from tests.interpreters import Found, double_precision, single_precision

RUNS = 20
HEAP_STEP = 2048
PARTS = ("modules", "ledger", "result")
PICO_HEAP = "heap on the emulated Pico, budget 110 of its 241 kB"
NOT_HERE = "objects have 64 bits on this port, 32 on the Pico"


def measure(folder: Path, sessions: dict[str, bytes]) -> list[Figure]:
    """Every session on every interpreter."""
    found = {"double": double_precision(), "single": single_precision()}
    figures = []
    for plan, log in sorted(sessions.items()):
        path = folder / f"{plan}.log"
        path.write_bytes(log)
        for floats, interpreter in found.items():
            figures += _measure_one(f"{plan}, {floats}", path, interpreter)
    return figures


def _measure_one(what: str, log: Path, found: Found) -> list[Figure]:
    if found.path is None:
        raise NotMeasured(found.reason)
    seen = json.loads(output(found.path, SCRIPTS / "computations.py", [str(log), str(RUNS)]))
    needed = int(
        output(found.path, SCRIPTS / "heap_needed.py", [str(log), str(HEAP_STEP)], heap="1m")
    )
    parts = ", ".join(f"{part} {seen[part] / 1024:.1f} kB" for part in PARTS)
    return [
        Figure(f"{what}: computed, median of {RUNS}", seen["median_us"] / 1000, "ms"),
        Figure(
            f"{what}: free heap needed",
            needed / 1024,
            "kB",
            note=f"{parts}; allocated in all {seen['allocated'] / 1024:,.0f} kB",
        ),
    ]
