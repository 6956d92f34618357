"""A measurement model as data: a formula, what must be given, and where each uncertainty is from.

`assemble` turns a model and what is given into an expression and its input quantities; the unit
gives it readings from a session, the host what a file holds. Both get the same budget.
"""

from collections import namedtuple

from .. import elementary
from ..characteristic import LARGEST_DEAD_FRACTION
from ..exact import Ratio, as_ratio, parse_decimal
from . import component
from .combination import Correlation, Quantity
from .expression import Expression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .component import Component

# `formulas` maps a word of the field `variant` to a formula; without variants the word is "".
# `source` names document and clauses; what is this program's own choice is said there too.
Model = namedtuple(
    "Model",
    (
        "name",
        "symbol",
        "unit",
        "variant",
        "formulas",
        "fields",
        "terms",
        "correlations",
        "source",
    ),
)

# What must be given. `kind` is "readings" (Readings), "measured" (Measured), "number" (Ratio),
# "counts" (Counts) or "word" (str). Values are in `unit`; `shown` is how a file's name for it
# usually ends ("" for none). `rule` is one of plan_rules or of the three below; for readings the
# document's method, for a word the allowed words. `default` is None when it must be given; a
# decimal string or a word.
Field = namedtuple("Field", ("name", "kind", "unit", "shown", "rule", "default"))
CORRELATION, ACUTE, CELSIUS = "correlation", "acute", "celsius"

# An input quantity of the formula. `source` says what its estimate is: "mean" (of readings),
# "spread" (s of readings), "measured", "number", "rate", "count" or "time" (of counts), "zero" or
# "one" (a correction that is not made but is uncertain), "constant" (`field` is its decimal
# string). `parts` are the components of its uncertainty.
Term = namedtuple("Term", ("name", "unit", "source", "field", "parts"))

# A component's rule. `kind` is one of
#   "type-a"    of the mean of `field`'s readings; `other` may name a resolution field: of the two
#               components, which describe the same effect, the larger is kept
#   "spread"    of s itself
#   "counted"   of the counts in `field`; `other` names the counter's dead time
#   "own"       those of what was measured
#   "resolution" (`field` is the display's step), "uniform", "triangular", "arcsine" (`field` is
#               the half-width), "relative" (uniform, `field` is a part of the estimate)
Part = namedtuple("Part", ("name", "kind", "field", "other"))

# Two components, each (term, part), whose coefficient the number `field` gives.
Together = namedtuple("Together", ("first", "second", "field"))

# What `assemble` makes: everything that `combination.combine` takes.
Assembled = namedtuple("Assembled", ("expression", "quantities", "correlations"))

# Events counted in a time in seconds.
Counts = namedtuple("Counts", ("count", "time_s"))

# An estimate with the components of its uncertainty.
Measured = namedtuple("Measured", ("value", "components"))


def measured(name: "str", unit: "str", field: "str") -> "Term":
    """A term that was measured, with the components it was given."""
    return Term(name, unit, "measured", field, (Part("", "own", field, ""),))


def uncertain_one(name: "str", component_name: "str", field: "str") -> "Term":
    """A factor for a correction that isn't made: 1, uncertain by plus and minus a part."""
    return Term(name, "1", "one", "", (Part(component_name, "uniform", field, ""),))


def formula_of(model: "Model", given: "dict[str, object]") -> "str":
    """The formula that applies; ValueError for an unknown variant."""
    word = str(given.get(model.variant, "")) if model.variant else ""
    if word not in model.formulas:
        raise ValueError(
            "{} is {!r}; it can be {}".format(
                model.variant, word, ", ".join(sorted(model.formulas))
            )
        )
    formula: "str" = model.formulas[word]
    return formula


def assemble(model: "Model", given: "dict[str, object]") -> "Assembled":
    """The expression with its inputs. given: field names to values as the fields' kinds say.

    A field that isn't given takes its default. ValueError that names what is missing.
    """
    complete = with_defaults(model, given)
    expression = Expression(formula_of(model, complete))
    quantities = [
        _quantity(term, complete) for term in model.terms if term.name in expression.inputs
    ]
    return Assembled(expression, quantities, _correlations(model, quantities, complete))


def _correlations(
    model: "Model", quantities: "list[Quantity]", given: "dict[str, object]"
) -> "tuple[Correlation, ...]":
    """Those whose coefficient isn't 0 and whose two components are there."""
    there = [(quantity.name, one.name) for quantity in quantities for one in quantity.components]
    found = []
    for rule in model.correlations:
        coefficient = as_ratio(_require(rule.field, given))
        if coefficient != 0 and rule.first in there and rule.second in there:
            found.append(Correlation(rule.first, rule.second, coefficient, None))
    return tuple(found)


def with_defaults(model: "Model", given: "dict[str, object]") -> "dict[str, object]":
    """What is given, completed by the fields' defaults; a required field may still be absent."""
    complete = dict(given)
    for field in model.fields:
        if complete.get(field.name) is None and field.default is not None:
            complete[field.name] = _default(field)
    return complete


def _default(field: "Field") -> "object":
    if field.kind == "word":
        return field.default
    number = parse_decimal(field.default)
    return Measured(number, ()) if field.kind == "measured" else number


def _quantity(term: "Term", given: "dict[str, object]") -> "Quantity":
    value = _estimate(term, given)
    components: "list[Component]" = []
    for rule in term.parts:
        components += _components(rule, term, value, given)
    return Quantity(term.name, value, term.unit, tuple(components))


def _require(name: "str", given: "dict[str, object]") -> "object":
    found = given.get(name)
    if found is None:
        raise ValueError("{} is missing".format(name))
    return found


_CORRECTIONS = {"zero": Ratio(0), "one": Ratio(1)}


def _estimate(term: "Term", given: "dict[str, object]") -> "Ratio":
    if term.source in _CORRECTIONS:
        return _CORRECTIONS[term.source]
    if term.source == "constant":
        return parse_decimal(term.field)
    found: "Any" = _require(term.field, given)
    if term.source == "spread":
        return elementary.sqrt(found.spread.variance)
    if term.source == "rate":
        return _rate(term.field, found)
    member = _MEMBERS.get(term.source)
    return as_ratio(found if member is None else getattr(found, member))


# What of a given value a term's source means.
_MEMBERS = {"mean": "mean", "measured": "value", "count": "count", "time": "time_s"}


def _rate(name: "str", counts: "Counts") -> "Ratio":
    if counts.time_s <= 0:
        raise ValueError("{} has no counting time".format(name))
    rate: "Ratio" = counts.count / as_ratio(counts.time_s)
    return rate


def _components(
    rule: "Part", term: "Term", value: "Ratio", given: "dict[str, object]"
) -> "list[Component]":
    found: "Any" = _require(rule.field, given)
    if rule.kind == "own":
        return list(found.components)
    if rule.kind == "type-a":
        one = component.type_a(rule.name, found.spread, found.averaged)
        if rule.other:
            step = as_ratio(_require(rule.other, given))
            one = component.larger(one, component.resolution("resolution", step))
        return [one]
    if rule.kind == "spread":
        return [_of_spread(rule.name, found.spread)]
    if rule.kind == "counted":
        return [_counted(rule, term, value, found, given)]
    one = _within(rule, value, as_ratio(found))
    # What can't vary is no component: its row would only hide the others.
    return [one] if one.variance != 0 else []


def _within(rule: "Part", value: "Ratio", number: "Ratio") -> "Component":
    if rule.kind == "resolution":
        return component.resolution(rule.name, number)
    if rule.kind == "relative":
        return component.bounded(rule.name, "uniform", abs(number * value))
    return component.bounded(rule.name, rule.kind, number)


def _counted(
    rule: "Part", term: "Term", value: "Ratio", counts: "Counts", given: "dict[str, object]"
) -> "Component":
    """Of a count, or of the rate that the term is."""
    if term.source == "count":
        return component.counted(rule.name, counts.count)
    dead: "Any" = _require(rule.other, given) if rule.other else Ratio(0)
    tau_s = dead.value if isinstance(dead, Measured) else as_ratio(dead)
    if value * tau_s > LARGEST_DEAD_FRACTION:
        raise ValueError("{}: the counter is dead for more than 0.3 of the time".format(term.name))
    one = component.counted(rule.name, counts.count, value * tau_s)
    return component.scaled(one, 1 / as_ratio(counts.time_s))


def _of_spread(name: "str", spread: "component.Spread") -> "Component":
    """u(s) = s / sqrt(2 nu): the standard deviation's own uncertainty (GUM E.4.3)."""
    variance = spread.variance / (2 * spread.freedom)
    return component.Component(name, "A", "normal", (), variance, None, "")
