"""10^6 Monte Carlo trials of 10 inputs, by turns with bare numpy and with suncal.

Bare numpy makes the same draws with the same generator and adds them up, each array as a whole
and in place; it takes neither mean nor interval from them, which the simulation does.
"""

import importlib.util
import time
from collections.abc import Callable

from dosegauge.uncertainty.monte_carlo.simulation import USUAL_TRIALS, simulate
from dosegauge_core.exact import Ratio
from dosegauge_core.uncertainty import component
from dosegauge_core.uncertainty.combination import Quantity
from dosegauge_core.uncertainty.component import Component
from dosegauge_core.uncertainty.expression import Expression
from dosegauge_core.uncertainty.model import Assembled
from tests.bench.figure import AT_MOST, Figure

RUNS = 15
INPUTS = 10
LIMIT_TO_BARE = 1.5
SEED = 1
WIDTH = 0.1
FREEDOM = 9
NORMAL, RECTANGULAR, T = "normal", "rectangular", "t"
PROBLEMS = {
    "10 normal inputs": (NORMAL,) * 10,
    "4 normal, 4 rectangular, 2 t": (NORMAL,) * 4 + (RECTANGULAR,) * 4 + (T,) * 2,
    "10 rectangular inputs": (RECTANGULAR,) * 10,
}
NO_SUNCAL = "suncal is not installed: pip install '.[bench]'"
SUNCAL = "Monte Carlo against suncal"


def measure() -> list[Figure]:
    """Best runs, taken by turns."""
    figures = []
    for what, kinds in PROBLEMS.items():
        ours, bare = _by_turns([_ours(kinds), lambda kinds=kinds: _bare(kinds)])
        figures.append(_figure(what, ours, "bare draws and sums", bare, LIMIT_TO_BARE))
    if has_suncal():
        what = "10 normal inputs"
        ours, theirs = _by_turns([_ours(PROBLEMS[what]), _suncal()])
        figures.append(_figure(what, ours, "suncal, with its interval", theirs, 1.0))
    return figures


def has_suncal() -> bool:
    """Whether the peer is there."""
    return importlib.util.find_spec("suncal") is not None


def _figure(what: str, ours_s: float, against: str, other_s: float, limit: float) -> Figure:
    name = f"Monte Carlo, 10^6 trials: {what}"
    return Figure(name, ours_s * 1000, "ms", against, other_s * 1000, AT_MOST, limit)


def _by_turns(runs: list[Callable[[], object]]) -> list[float]:
    """Seconds of the best run of each: other work on the machine only ever adds to them."""
    times: list[list[float]] = [[] for _ in runs]
    for _ in range(RUNS):
        for taken, run in zip(times, runs, strict=True):
            began_s = time.perf_counter()
            run()
            taken.append(time.perf_counter() - began_s)
    return [min(taken) for taken in times]


def _ours(kinds: tuple[str, ...]) -> Callable[[], object]:
    names = [f"x_{position}" for position in range(len(kinds))]
    quantities = [
        Quantity(name, Ratio(1), "1", (_component(kind),))
        for name, kind in zip(names, kinds, strict=True)
    ]
    assembled = Assembled(Expression(" + ".join(names)), quantities, ())
    return lambda: simulate(assembled, seed=SEED)


def _component(kind: str) -> Component:
    if kind == RECTANGULAR:
        return component.bounded("c", "uniform", Ratio(1, 10))
    return component.standard("c", Ratio(1, 10), Ratio(FREEDOM) if kind == T else None)


def _bare(kinds: tuple[str, ...]) -> object:
    import numpy as np

    generator = np.random.default_rng(SEED)
    result, drawn = np.zeros(USUAL_TRIALS), np.empty(USUAL_TRIALS)
    for kind in kinds:
        if kind == NORMAL:
            generator.standard_normal(out=drawn)
            drawn *= WIDTH
            drawn += 1
        elif kind == RECTANGULAR:
            generator.random(out=drawn)
            drawn *= 2 * WIDTH
            drawn += 1 - WIDTH
        else:
            drawn = generator.standard_t(FREEDOM, USUAL_TRIALS)
            drawn *= WIDTH
            drawn += 1
        result += drawn
    return result


def _suncal() -> Callable[[], object]:
    from suncal import Model

    names = [f"x{position}" for position in range(INPUTS)]
    model = Model(f"y = {' + '.join(names)}")
    for name in names:
        model.var(name).measure(1).typeb(dist="normal", std=WIDTH)

    def run() -> object:
        found = model.monte_carlo(USUAL_TRIALS)
        return found.expected, found.uncertainty, found.expand("y", conf=0.95)

    return run
