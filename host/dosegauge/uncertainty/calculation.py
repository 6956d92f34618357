"""Carries out a budget: from what a file holds to value, u_c, degrees of freedom and U."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dosegauge.uncertainty import generic, request
from dosegauge.uncertainty.catalogue import FORMULA, find
from dosegauge.uncertainty.files import Refused, because
from dosegauge_core.exact import Ratio
from dosegauge_core.uncertainty.combination import CHOSEN_K, Budget, Expanded, combine, expand
from dosegauge_core.uncertainty.model import Assembled, assemble, with_defaults


@dataclass(frozen=True)
class Coverage:
    """How U is stated: with a chosen k, or for a level of confidence (then k is not used)."""

    k: Ratio = CHOSEN_K
    level: Ratio | None = None


@dataclass(frozen=True)
class Calculation:
    """A budget that was carried out.

    given: the model's fields with their defaults (empty for a formula from a file). `expanded`
    is U; `at_95` U95 with k from nu_eff for comparison, None where nu_eff isn't known.
    """

    name: str
    symbol: str
    unit: str
    source: str
    given: Mapping[str, object]
    assembled: Assembled
    budget: Budget
    expanded: Expanded
    at_95: Expanded | None


_LEVEL_95 = Ratio(95, 100)


def calculate(name: str, content: Mapping[str, Any], coverage: Coverage) -> Calculation:
    """The budget of a model, or of the formula in the content. Refused names what is wrong."""
    given: dict[str, object] = {}
    if name == FORMULA:
        assembled, symbol, unit = generic.read(content)
        source = ""
    else:
        model = find(name)
        given = with_defaults(model, request.read(model, content))
        assembled, symbol, unit, source = (
            _assembled(name, lambda: assemble(model, given)),
            model.symbol,
            model.unit,
            model.source,
        )
    budget: Budget = _assembled(name, lambda: combine(*assembled))
    expanded = _assembled(name, lambda: expand(budget, coverage.level, coverage.k))
    at_95 = expand(budget, _LEVEL_95) if budget.freedom_known else None
    return Calculation(name, symbol, unit, source, given, assembled, budget, expanded, at_95)


def _assembled(where: str, step: Any) -> Any:
    """A step of the core, whose ValueErrors name what is wrong in English."""
    try:
        return step()
    except ValueError as error:
        raise Refused(where, because("无法计算", error)) from error
