"""Time and heap of the three computations on MicroPython, with both kinds of floats."""

import json
from pathlib import Path

from tests.bench.figure import Figure, NotMeasured
from tests.bench.on_micropython import SCRIPTS, output
from tests.interpreters import Found, double_precision, single_precision

SCRIPT = SCRIPTS / "computations.py"
SMALLEST_HEAP_KB, LARGEST_HEAP_KB, STEP_KB = 48, 1024, 4
RUNS = 20
PARTS = ("modules", "ledger", "result")
PICO_HEAP = "heap on the emulated Pico, budget 110 of its 241 kB"
NOT_HERE = "objects have 64 bits on this port, 32 on the Pico"


def measure(folder: Path, sessions: dict[str, bytes]) -> list[Figure]:
    """Every session on every interpreter there is."""
    found = {"double": double_precision(), "single": single_precision()}
    figures = []
    for plan, log in sorted(sessions.items()):
        path = folder / f"{plan}.log"
        path.write_bytes(log)
        for floats, interpreter in found.items():
            figures += _measure_one(plan, path, floats, interpreter)
    return figures


def _measure_one(plan: str, log: Path, floats: str, found: Found) -> list[Figure]:
    if found.path is None:
        raise NotMeasured(found.reason)
    seen = json.loads(output(found.path, SCRIPT, [str(log), str(RUNS)]))
    what = f"{plan}, {floats}"
    heap_kb = _smallest_heap_kb(found.path, [str(log), "1"])
    empty_kb = _smallest_heap_kb(found.path, ["empty"])
    parts = ", ".join(f"{part} {seen[part] / 1024:.1f} kB" for part in PARTS)
    return [
        Figure(f"{what}: computed, median of {RUNS}", seen["median_us"] / 1000, "ms"),
        Figure(
            f"{what}: smallest heap",
            heap_kb,
            "kB",
            "empty script",
            empty_kb,
            note=f"{parts}; allocated in all {seen['allocated'] / 1024:,.0f} kB",
        ),
    ]


def _smallest_heap_kb(interpreter: Path, args: list[str]) -> int:
    """By halving: modules compiled from source, ledger fed record by record, one computation."""
    too_small, enough = 0, LARGEST_HEAP_KB
    while enough - too_small > STEP_KB:
        tried = (too_small + enough) // 2
        try:
            output(interpreter, SCRIPT, args, heap=f"{tried}k")
        except NotMeasured:
            too_small = tried
        else:
            enough = tried
    return enough
