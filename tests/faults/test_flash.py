"""A part of the flash campaign: power cuts, wear, a full flash, odd clocks, on real littlefs."""

import pytest

from tests.faults import flash
from tests.faults.__main__ import table
from tests.faults.outcome import Effort


@pytest.mark.timeout(600)
def test_nothing_that_was_said_to_be_saved_is_lost_on_the_flash() -> None:
    found = flash.run(Effort(0.1, 3))
    assert all(outcome.held for outcome in found), "\n".join(table(found))
    assert sum(outcome.tried for outcome in found) > 600
