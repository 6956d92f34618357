"""What a simulated quantity gives, and how it is printed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dosegauge.texts import Text
from dosegauge.uncertainty.printing import significant
from dosegauge_core.exact import Ratio

_SHOWN = 3


@dataclass(frozen=True)
class Figure:
    """One figure: as measured, standard uncertainty, bias and 95 % interval from the trials.

    The interval is the basic bootstrap's, 2 v - q: it takes the bias back.
    """

    key: str
    label: Text
    unit: str
    value: float
    u: float
    bias: float
    low: float
    high: float


@dataclass(frozen=True)
class Outcome:
    """All figures, the trials and the seed that they came from, and what must be known."""

    figures: tuple[Figure, ...]
    trials: int
    seed: int
    warnings: tuple[Text, ...]


@dataclass(frozen=True)
class Simulated:
    """A quantity: reads a file's content (Refused names what is wrong) and runs the trials."""

    name: str
    source: Text
    run: Callable[[dict[str, Any], int, int], Outcome]


def from_trials(
    key: str, label: Text, unit: str, value: float, simulated: Sequence[float]
) -> Figure:
    """A figure from its simulated values."""
    import numpy as np

    values = np.asarray(simulated)
    low, high = np.quantile(values, (0.025, 0.975))
    return Figure(
        key,
        label,
        unit,
        value,
        float(values.std(ddof=1)),
        float(values.mean() - value),
        float(2 * value - high),
        float(2 * value - low),
    )


def shown(number: float) -> str:
    """A float rounded once from its exact value."""
    return significant(Ratio(*number.as_integer_ratio()), _SHOWN)


def as_data(name: str, title: Text, simulated: Simulated, outcome: Outcome) -> dict[str, Any]:
    """As `dosegauge budget --json` prints it; see docs/json.md."""
    first = outcome.figures[0]
    return {
        "name": name,
        "title": title._asdict(),
        "source": simulated.source._asdict(),
        "value": shown(first.value),
        "unit": first.unit,
        "u_c": shown(first.u),
        "nu_eff": None,
        "k": None,
        "U": None,
        "components": [],
        "figures": [
            {
                "key": figure.key,
                "label": figure.label._asdict(),
                "value": shown(figure.value),
                "unit": figure.unit,
                "u": shown(figure.u),
                "bias": shown(figure.bias),
                "interval": [shown(figure.low), shown(figure.high)],
            }
            for figure in outcome.figures
        ],
        "monte_carlo": {"trials": outcome.trials, "seed": outcome.seed, "level": "0.95"},
        "warnings": [warning._asdict() for warning in outcome.warnings],
    }
