"""A part of the host campaign: killed at a step, disk full, locked, two at once."""

import pytest

from tests.faults import host
from tests.faults.__main__ import table
from tests.faults.outcome import Effort


@pytest.mark.timeout(300)
def test_the_store_keeps_its_promises_whatever_becomes_of_the_process() -> None:
    found = host.run(Effort(0.1, 5))
    assert all(outcome.held for outcome in found), "\n".join(table(found))
