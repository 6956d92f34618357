"""Input quantities and whole problems for tests, written with decimal strings."""

from dosegauge_core.exact import parse_decimal
from dosegauge_core.uncertainty import component
from dosegauge_core.uncertainty.combination import Correlation, Quantity
from dosegauge_core.uncertainty.component import Component
from dosegauge_core.uncertainty.expression import Expression
from dosegauge_core.uncertainty.model import Assembled


def normal(name, value, u):
    return Quantity(name, parse_decimal(value), "1", (component.standard("c", parse_decimal(u)),))


def scaled_t(name, value, scale, freedom, ensemble=""):
    one = Component(
        "c", "A", "t", (), parse_decimal(scale) * parse_decimal(scale),
        parse_decimal(freedom), ensemble,
    )  # fmt: skip
    return Quantity(name, parse_decimal(value), "1", (one,))


def bounded(name, value, half_width, distribution="uniform", shape=None):
    parameter = None if shape is None else parse_decimal(shape)
    one = component.bounded("c", distribution, parse_decimal(half_width), parameter)
    return Quantity(name, parse_decimal(value), "1", (one,))


def fixed(name, value):
    return Quantity(name, parse_decimal(value), "1", ())


def correlated(first, second, coefficient):
    """The two quantities' components "c"."""
    return Correlation((first, "c"), (second, "c"), parse_decimal(coefficient), None)


def problem(formula, *quantities, correlations=()):
    return Assembled(Expression(formula), list(quantities), tuple(correlations))
