"""Decision threshold and detection limit of a measurement that reads a rate, not counts.

Source: ISO 11929-1:2019, 6 to 8, with the variance of the gross reading taken as linear between
background and what was measured (own choice; the sheet's case needs it, reference sheet 1.6).
"""

from collections import namedtuple

from .elementary import sqrt
from .exact import Ratio

# y = w (g - b): w, its relative variance, the net indication g - b, and variances of the mean
# gross indication, of the same where there is only background, and of the mean background.
Analog = namedtuple(
    "Analog",
    ("w", "u_rel_squared", "net", "gross_variance", "zero_variance", "background_variance"),
)

# y* and y#; y# is None where it doesn't exist.
Limits = namedtuple("Limits", ("threshold", "detection"))


def analog_limits(measured: "Analog", k: "Ratio") -> "Limits":
    """y* = k u(0), and y# with y# = y* + k u(y#); the same k for both risks.

    The variance of the gross reading grows from that of the background to the measured one, where
    y# lies below what was measured, and is the measured one beyond: (y# - y*)^2 = k^2 (A + B y# +
    C y#^2). ValueError for a variance below 0.
    """
    m = measured
    for variance in (m.u_rel_squared, m.gross_variance, m.zero_variance, m.background_variance):
        if variance < 0:
            raise ValueError("a variance is negative")
    squared, k_squared = m.w * m.w, k * k
    at_zero = squared * (m.zero_variance + m.background_variance)
    threshold = k * sqrt(at_zero)
    leading = 1 - k_squared * m.u_rel_squared
    if leading <= 0:
        return Limits(threshold, None)
    rise = squared * max(m.gross_variance - m.zero_variance, Ratio(0))
    if m.net > 0:
        within = (2 * threshold + k_squared * rise / (m.w * m.net)) / leading
        if within <= m.w * m.net:
            return Limits(threshold, within)
    # y^2 (1 - k^2 C) - 2 y y* + y*^2 - k^2 (A + rise) = 0, and y*^2 = k^2 A.
    root = sqrt(threshold * threshold + leading * k_squared * rise)
    return Limits(threshold, (threshold + root) / leading)
