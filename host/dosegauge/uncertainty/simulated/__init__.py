"""Quantities whose statistic is a maximum or a spread: only simulation tells their uncertainty.

The measured values are taken as the truth and measured again, many times (parametric bootstrap).
That adds the noise a second time: its mean effect is printed as bias, and not subtracted.
"""

from dosegauge.uncertainty.simulated.outcome import Outcome, Simulated

NAMES = ("flood-uniformity", "linearity")


def find(name: str) -> Simulated:
    """One of NAMES; its module is loaded with numpy."""
    if name == "flood-uniformity":
        from dosegauge.uncertainty.simulated import flood

        return flood.FLOOD
    from dosegauge.uncertainty.simulated import linearity

    return linearity.LINEARITY


__all__ = ("NAMES", "Outcome", "Simulated", "find")
