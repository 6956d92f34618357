"""A fifth of a year of one unit: nothing leaks, no id comes twice, the wear is spread."""

from tests.faults import wear
from tests.faults.__main__ import table
from tests.faults.outcome import Effort


def test_a_unit_in_daily_use_neither_leaks_nor_wears_out_nor_repeats_a_number() -> None:
    found = wear.run(Effort(0.2, 1))
    assert all(outcome.held for outcome in found), "\n".join(table(found))
    assert sum(outcome.tried for outcome in found) > 700
