"""A device's results over time: per item, region and head, with a trend test and when it is due.

The documents ask for constancy tests and a period; test and interval are this program's choice:
Kendall's rank correlation with time (Mann and Kendall), and the median of all slopes between two
results (Theil and Sen) with its 95 % interval.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dosegauge.store.image_measurements import ImageMeasurement
from dosegauge.texts import Text

FEWEST_FOR_A_TREND = 5
SIGNIFICANT_P = 0.05
_DAYS_PER_YEAR = 365.25
_PERIOD = re.compile(r"P(\d+)([DWMY])")


@dataclass(frozen=True)
class Result:
    """One value of a series: the row of the store it stands in, and U where it has one."""

    row: int
    measured_on: date
    value: Decimal
    expanded: Decimal | None
    source: str


@dataclass(frozen=True)
class Series:
    """Results of one item, region and head by one method and collimator, in the order of their
    dates. `method` is the measurement's name, or the program that reported."""

    item: str
    region: str | None
    head: str
    method: str
    collimator: str
    unit: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Trend:
    """Change per year with its 95 % interval, and the probability of so strong an order of the
    results where there is no change."""

    per_year: float
    low: float
    high: float
    p: float

    @property
    def significant(self) -> bool:
        """Whether chance alone would hardly do it."""
        return self.p < SIGNIFICANT_P


@dataclass(frozen=True)
class Followed:
    """A series with the document's limit (None: none, or the maker's), trend and due date."""

    series: Series
    title: Text
    limit: str | None
    at_least: bool
    trend: Trend | None
    due: date | None

    @property
    def overdue(self) -> bool:
        """Whether the next test should have been made."""
        return self.due is not None and self.due < date.today()


def series_of(rows: Sequence[ImageMeasurement]) -> list[Series]:
    """The series in a device's measurements; results that belong to no item are left out."""
    found: dict[tuple[str, str | None, str, str, str], list[Result]] = {}
    units: dict[tuple[str, str | None, str, str, str], str] = {}
    for row in rows:
        for finding in row.content.get("findings", []):
            if not finding.get("item"):
                continue
            method = row.content.get("program") or row.kind
            collimator = row.content.get("facts", {}).get("collimator", "")
            key = (finding["item"], finding["region"], row.head, method, collimator)
            units[key] = finding["unit"]
            found.setdefault(key, []).append(
                Result(
                    row.id,
                    date.fromisoformat(row.measured_on),
                    Decimal(finding["value"]),
                    Decimal(finding["U"]) if finding.get("U") else None,
                    row.source,
                )
            )
    return [
        Series(
            *key, units[key], tuple(sorted(found[key], key=lambda one: (one.measured_on, one.row)))
        )
        for key in sorted(found, key=lambda key: (key[0], key[1] or "", *key[2:]))
    ]


def trend_of(results: Sequence[Result]) -> Trend | None:
    """The trend of a series, None where it has fewer than five results or a single date."""
    if len(results) < FEWEST_FOR_A_TREND or len({one.measured_on for one in results}) < 3:
        return None
    from scipy import stats

    first = results[0].measured_on
    years = [(one.measured_on - first).days / _DAYS_PER_YEAR for one in results]
    values = [float(one.value) for one in results]
    if len(set(values)) == 1:
        return Trend(0.0, 0.0, 0.0, 1.0)
    slope = stats.theilslopes(values, years, 0.95)
    found = stats.kendalltau(years, values)
    return Trend(float(slope[0]), float(slope[2]), float(slope[3]), float(found.pvalue))


def due_after(last: date, period: str) -> date:
    """The date a period (ISO 8601: "P1W", "P6M", "P1Y") after another one; the end of a month
    stays within its month. ValueError for any other period."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise ValueError(f"no period: {period!r}")
    count = int(match[1])
    if match[2] in "DW":
        return last + timedelta(days=count * (7 if match[2] == "W" else 1))
    months = last.year * 12 + last.month - 1 + count * (12 if match[2] == "Y" else 1)
    year, month = divmod(months, 12)
    day = min(last.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)
