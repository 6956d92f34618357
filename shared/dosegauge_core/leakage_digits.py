"""How the numbers of a leakage survey are printed: one last place for a rate and its U."""

from .characteristic import root
from .exact import Ratio
from .rounding import decimals_for_root, root_to_text, to_text
from .survey import K

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .survey import Net, Point


def digits(value: "Ratio | None", count: "int") -> "int":
    """Decimals that show a value with so many significant digits."""
    return 0 if value is None else decimals_for_root(value * value, count)


def three_digits(value: "Ratio | None") -> "str":
    """A threshold or limit with three significant digits, "-" when it doesn't exist."""
    return "-" if value is None else to_text(value, digits(value, 3))


def decimals_of(net: "Net", detection: "Ratio | None") -> "int":
    """Last place of a rate: that of U to two digits (of y# when U is 0)."""
    if net.variance > 0:
        return decimals_for_root(K * K * net.variance, 2)
    return digits(detection, 2)


def rate_text(net: "Net", decimals: "int") -> "str":
    """The net rate."""
    return to_text(net.y, decimals)


def expanded_text(net: "Net", decimals: "int") -> "str":
    """U = 2 u."""
    return root_to_text(K * K * net.variance, decimals)


def has_u(point: "Point") -> "bool":
    """Whether u says anything: of no counts at all it would only be the background's."""
    return bool(point.dwell.count > 0 and point.net.variance > 0)


def lower_bound(net: "Net", decimals: "int") -> "str":
    """Where the interval begins that decides, 0 when that lies below."""
    return to_text(max(net.y - root(net.down_squared), Ratio(0)), decimals)


def upper_bound(net: "Net", decimals: "int") -> "str":
    """Where the interval ends that decides, "-" when it isn't known; from 0 when y is below."""
    if net.up_squared is None:
        return "-"
    return to_text(max(net.y, Ratio(0)) + root(net.up_squared), decimals)
