"""A budget that was carried out, checked by Monte Carlo."""

from dosegauge.texts import Text
from dosegauge.uncertainty.calculation import Calculation
from dosegauge.uncertainty.files import Refused
from dosegauge.uncertainty.monte_carlo.simulation import (
    LEVEL_95,
    MonteCarlo,
    simulate,
    simulate_adaptively,
)
from dosegauge.uncertainty.monte_carlo.validation import Validation, validate

ADAPTIVE = "adaptive"


def check(
    calculation: Calculation, trials: str, seed: int | None, digits: int
) -> tuple[MonteCarlo, Validation | None]:
    """The simulation, at the budget's level or at 95 % where k was chosen, and the comparison.

    trials: a whole number or "adaptive". The comparison is None where nu_eff isn't known, so that
    the GUM has no interval. Refused for other trials; else raises as `simulate` does.
    """
    expanded = calculation.expanded if calculation.expanded.level else calculation.at_95
    level = LEVEL_95 if expanded is None else expanded.level
    if trials == ADAPTIVE:
        found = simulate_adaptively(calculation.assembled, digits=digits, seed=seed, level=level)
    elif trials.isascii() and trials.isdigit():
        found = simulate(calculation.assembled, trials=int(trials), seed=seed, level=level)
    else:
        raise Refused(
            "--trials",
            Text(f"应为整数或 {ADAPTIVE}", f"must be a whole number or {ADAPTIVE}"),
        )
    if expanded is None:
        return found, None
    return found, validate(calculation.budget, expanded, found, digits=digits)
