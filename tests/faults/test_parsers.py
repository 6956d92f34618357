"""A small part of the campaign against the readers, always the same one."""

from tests.faults import parsers
from tests.faults.outcome import Effort


def test_readers_refuse_what_they_cannot_read() -> None:
    for outcome in parsers.run(Effort(0.02, 1)):
        assert outcome.held, (outcome.what, outcome.tried, list(outcome.failures)[:5])
