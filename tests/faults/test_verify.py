"""A small part of the verification campaign, always the same one."""

from tests.faults import verify
from tests.faults.outcome import Effort


def test_every_change_of_a_stored_session_is_found() -> None:
    for outcome in verify.run(Effort(0.02, 1)):
        assert outcome.held, (outcome.what, outcome.tried, list(outcome.failures)[:5])
