"""A budget of ten inputs with its report, by turns with GTC and with suncal.

The peers compute value, u_c and degrees of freedom of the same formula from the same inputs, in
floats; GTC prints nothing, suncal renders its report as text.
"""

import importlib.util
import time
from collections.abc import Callable

from dosegauge.uncertainty.calculation import Coverage, calculate
from dosegauge.uncertainty.report import Rounding, as_text
from tests.bench.figure import AT_MOST, Figure

RUNS = 15
PER_RUN = 20
BUDGET_MS = 1.0
FORMULA = "x1 * x2 * x3 / (x4 * x5) * (x6 - x7) + x8 * x9 - x10"
FREEDOM = 9
# Estimate and standard uncertainty of each input.
INPUTS = {
    f"x{number}": (f"{number}.{number + 2}", f"0.0{number % 9 + 1}") for number in range(1, 11)
}
PEERS = ("GTC", "suncal")


def measure() -> list[Figure]:
    """Best runs, taken by turns."""
    peers = dict(zip(PEERS, (_gtc, _suncal), strict=True))
    runs = {name: make() for name, make in peers.items() if is_there(name)}
    times = _by_turns([_ours, *runs.values()])
    what = "budget of 10 inputs, with its report"
    figures = [Figure(what, times[0], "ms", "budget", BUDGET_MS, AT_MOST)]
    for name, taken in zip(runs, times[1:], strict=True):
        figures.append(Figure(what, times[0], "ms", name, taken))
    return figures


def is_there(name: str) -> bool:
    """Whether a peer is installed."""
    return importlib.util.find_spec(name) is not None


def _by_turns(runs: list[Callable[[], object]]) -> list[float]:
    """Milliseconds of the best run of each: other work on the machine only adds to them."""
    best = [float("inf")] * len(runs)
    for _ in range(RUNS):
        for position, run in enumerate(runs):
            began_s = time.perf_counter()
            for _ in range(PER_RUN):
                run()
            taken_ms = (time.perf_counter() - began_s) / PER_RUN * 1000
            best[position] = min(best[position], taken_ms)
    return best


_CONTENT = {
    "formula": FORMULA,
    "unit": "1",
    "inputs": {
        name: {"value": value, "u": u, "freedom": str(FREEDOM)}
        for name, (value, u) in INPUTS.items()
    },
}


def _ours() -> str:
    return as_text(calculate("formula", _CONTENT, Coverage()), Rounding(), "en")


def _gtc() -> Callable[[], object]:
    from GTC import ureal

    def run() -> object:
        a, b, c, d, e, f, g, h, k, m = (
            ureal(float(value), float(u), FREEDOM, label=name)
            for name, (value, u) in INPUTS.items()
        )
        y = a * b * c / (d * e) * (f - g) + h * k - m
        return y.x, y.u, y.df

    return run


def _suncal() -> Callable[[], object]:
    from suncal import Model

    def run() -> object:
        model = Model(f"y = {FORMULA}")
        for name, (value, u) in INPUTS.items():
            model.var(name).measure(float(value)).typeb(std=float(u), df=FREEDOM)
        return str(model.calculate_gum())

    return run
