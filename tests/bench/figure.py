"""What a measurement gives: one figure beside what it is compared with."""

from dataclasses import dataclass

AT_MOST = "at most"
AT_LEAST = "at least"


class NotMeasured(Exception):
    """A figure that can't be had here; the text is one line that says why."""


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    `measured` and `reference` are in `unit`; `against` names the reference: a budget, or a
    baseline measured in the same run. With a `bound` the ratio must be at most, or at least,
    `limit`; without one the figure is only reported.
    """

    what: str
    measured: float
    unit: str
    against: str = ""
    reference: float | None = None
    bound: str = ""
    limit: float = 1.0
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Measured over reference."""
        return self.measured / self.reference if self.reference else None

    @property
    def verdict(self) -> str:
        """ "ok", "OVER", or nothing for a figure without a bound."""
        if not self.bound or self.ratio is None:
            return ""
        held = self.ratio <= self.limit if self.bound == AT_MOST else self.ratio >= self.limit
        return "ok" if held else "OVER"


def within(what: str, measured: float, unit: str, budget: float, note: str = "") -> Figure:
    """A figure that must not exceed a budget in its own unit."""
    return Figure(what, measured, unit, "budget", budget, AT_MOST, note=note)
