"""Units of budgets: exact conversions, and formulas whose units don't fit."""

import pytest

from dosegauge.uncertainty import catalogue, units
from dosegauge_core.exact import Ratio
from dosegauge_core.uncertainty.expression import Expression

CONVERSIONS = [
    ("um", "mm", Ratio(1, 1000)),
    ("mm", "um", Ratio(1000)),
    ("mGy/s", "mGy/min", Ratio(60)),
    ("Gy/min", "mGy/min", Ratio(1000)),
    ("uGy/h", "mGy/h", Ratio(1, 1000)),
    ("%", "1", Ratio(1, 100)),
    ("hPa", "kPa", Ratio(1, 10)),
    ("min", "s", Ratio(60)),
    ("lp/cm", "lp/mm", Ratio(1, 10)),
    ("kBq", "MBq", Ratio(1, 1000)),
    ("uGy*s/h", "mGy*s/h", Ratio(1, 1000)),
    ("kg/m3", "g/cm3", Ratio(1, 1000)),
    ("V/A", "ohm", Ratio(1)),
]


@pytest.mark.parametrize(("given", "wanted", "factor"), CONVERSIONS)
def test_a_conversion_is_exact(given, wanted, factor):
    assert units.conversion(given, wanted) == factor


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("uGy/h", "uSv/h"),
        ("mm", "kPa"),
        ("mm", "s"),
        ("mGy", "mGy/min"),
        ("HU", "1"),
        ("K", "Cel"),
        ("%", "deg"),
        ("rad", "deg"),
        ("lp/mm", "1/mm"),
    ],
)
def test_what_measures_something_else_is_not_converted(given, wanted):
    with pytest.raises(ValueError, match="can't be converted"):
        units.conversion(given, wanted)


@pytest.mark.parametrize("text", ["furlong", "mm4", "mm/", "/mm", "", "1e3", "mm**2", "m m"])
def test_an_unknown_unit_is_named(text):
    with pytest.raises(ValueError, match="no unit"):
        units.parse(text)


@pytest.mark.parametrize("model", catalogue.models().values(), ids=list(catalogue.models()))
def test_the_formulas_of_all_models_give_their_unit(model):
    of = {term.name: term.unit for term in model.terms}
    for formula in model.formulas.values():
        units.check(Expression(formula), of, model.unit, converts=True)


REFUSED = [
    ("a + b", {"a": "mm", "b": "um"}, "mm", "different units"),
    ("a + b", {"a": "mm", "b": "kPa"}, "mm", "different units"),
    ("a + 1", {"a": "mm"}, "mm", "different units"),
    ("a * b", {"a": "mm", "b": "um"}, "mm", "doesn't give mm"),
    ("V / I", {"V": "V", "I": "mA"}, "ohm", "doesn't give ohm"),
    ("exp(a)", {"a": "s"}, "1", "exp of a quantity with a unit"),
    ("sqrt(a)", {"a": "mm"}, "mm", "no root"),
    ("a / b", {"a": "mm", "b": "um"}, "1", "doesn't give 1"),
    # The figures would be wrong by 100, by 273.15, or in radians.
    ("a / b", {"a": "mm", "b": "mm"}, "%", "doesn't give %"),
    ("a * b", {"a": "%", "b": "mm"}, "mm", "doesn't give mm"),
    ("a + b", {"a": "Cel", "b": "K"}, "K", "different units"),
    ("a / b", {"a": "Cel", "b": "K"}, "1", "doesn't give 1"),
    ("sin(a)", {"a": "deg"}, "1", "sin of a quantity with a unit"),
]


@pytest.mark.parametrize(("formula", "of", "result", "reason"), REFUSED)
def test_units_that_do_not_fit_are_refused(formula, of, result, reason):
    with pytest.raises(ValueError, match=reason):
        units.check(Expression(formula), of, result)


@pytest.mark.parametrize(
    ("formula", "of", "result"),
    [
        ("a**2 / b", {"a": "mm", "b": "mm"}, "mm"),
        ("sqrt(a * b)", {"a": "mm", "b": "mm"}, "mm"),
        ("exp(a * b)", {"a": "1/s", "b": "s"}, "1"),
        ("a**-1", {"a": "s"}, "1/s"),
        ("a + b", {"a": "%", "b": "%"}, "%"),
        ("max(a, b) - abs(-a)", {"a": "HU", "b": "HU"}, "HU"),
    ],
)
def test_units_that_fit_are_taken(formula, of, result):
    units.check(Expression(formula), of, result)
