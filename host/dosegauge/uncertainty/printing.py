"""Numbers of a budget with a few significant digits, rounded once from the exact value."""

from dosegauge_core.elementary import sqrt
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import decimals_for_root, to_text

# Outside these powers of ten a number is written with an exponent.
_SMALLEST_PLAIN, _LARGEST_PLAIN = -4, 6


def significant(value: Ratio, digits: int) -> str:
    """A number with that many significant digits, such as "0.0309" or "-1.15E-5"."""
    if value == 0:
        return "0"
    decimals = decimals_for_root(value * value, digits)
    exponent = digits - 1 - decimals
    if _SMALLEST_PLAIN <= exponent <= _LARGEST_PLAIN:
        return to_text(value, max(decimals, 0))
    scaled = value / 10**exponent if exponent >= 0 else value * 10**-exponent
    return f"{to_text(scaled, digits - 1)}E{exponent}"


def significant_root(square: Ratio, digits: int) -> str:
    """The root of an exact square, such as u from u squared."""
    return significant(sqrt(square), digits)


def freedom_text(freedom: Ratio | None) -> str:
    """Degrees of freedom: whole, or with one decimal; infinitely many as a sign."""
    if freedom is None:
        return "∞"
    return to_text(freedom, 0 if freedom.den == 1 else 1)
