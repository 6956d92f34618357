"""The numerical tolerance of an uncertainty: half a unit of its last kept digit.

Source: JCGM 101:2008 7.9.2.
"""

from dosegauge.errors import WrongUse
from dosegauge.texts import Text
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import decimals_for_root

DIGITS = (1, 2)


def exact(value: float) -> Ratio:
    """A float's value as it is, so that it is rounded once, when it is printed."""
    return Ratio(*value.as_integer_ratio())


def numerical_tolerance(variance: Ratio, digits: int) -> Ratio:
    """delta for a standard uncertainty, given as its square, that is stated with 1 or 2 digits.

    WrongUse for another number of digits, or when the variance is 0.
    """
    require_digits(digits)
    if variance <= 0:
        raise WrongUse(Text("标准不确定度为零", "the standard uncertainty is 0"))
    decimals = decimals_for_root(variance, digits)
    scale = Ratio(10 ** abs(decimals))
    return Ratio(1, 2) / scale if decimals >= 0 else scale / 2


def require_digits(digits: int) -> None:
    """WrongUse unless an uncertainty can be stated with so many significant digits."""
    if digits not in DIGITS:
        raise WrongUse(
            Text(
                "有效数字须为 1 或 2 位，不是 {digits}", "1 or 2 significant digits, not {digits}"
            ).filled(digits=digits)
        )
