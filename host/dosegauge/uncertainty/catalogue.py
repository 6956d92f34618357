"""Every measurement model by its name: those that a unit has, too, and the host's own."""

import json
from importlib import resources
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.texts import Text
from dosegauge.uncertainty import quantities, simulated
from dosegauge_core.budgets import depth, kerma, leakage, lengths, wedge
from dosegauge_core.uncertainty.model import Model

# The budget whose formula and inputs stand in the file itself.
FORMULA = "formula"

CORE_MODELS = (
    kerma.AIR_KERMA_RATE,
    leakage.LEAKAGE,
    leakage.LEAKAGE_COUNTS,
    lengths.LINE_WIDTH,
    lengths.PITCH,
    lengths.HOLE_DIAMETER,
    depth.HOLE_DEPTH,
    lengths.HOLE_DISTANCE,
    lengths.GRID_LENGTH,
    wedge.WEDGE_SLOPE,
)


def models() -> dict[str, Model]:
    """All models by name, in the order of the documents."""
    return {model.name: model for model in (*CORE_MODELS, *quantities.MODELS)}


def find(name: str) -> Model:
    """A model; WrongUse when there is none of that name."""
    known = models()
    if name not in known:
        names = ", ".join([*known, *simulated.NAMES, FORMULA])
        raise WrongUse(
            Text("没有这个不确定度评定模型", "there is no such budget"),
            name,
            Text(f"可用：{names}", f"There are {names}"),
        )
    return known[name]


def example(name: str) -> dict[str, Any]:
    """A complete input of a budget."""
    if name not in (FORMULA, *simulated.NAMES):
        find(name)
    text = resources.files(__package__).joinpath("examples", f"{name}.json").read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
