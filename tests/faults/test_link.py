"""A part of the link campaign, and a proof that the campaign would notice a broken promise."""

import pytest

from dosegauge.link import sync as sync_module
from dosegauge.link.client import UnitClient
from dosegauge.link.faults import LinkLost
from dosegauge.store import Store
from dosegauge.store.chain import ChainEnd
from dosegauge_core import records
from tests.faults import link
from tests.faults.outcome import Effort

PART = Effort(0.005, 20_260)
LEAST = Effort(0.0, 1)


def test_the_link_keeps_its_promises_at_a_part_of_all_places() -> None:
    outcomes = link.run(PART)
    assert [
        (outcome.what, outcome.tried, *outcome.failures)
        for outcome in outcomes
        if not outcome.held
    ] == []


def test_a_deletion_of_what_is_not_stored_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_early(client: UnitClient, _store: Store, session: str) -> None:
        log = records.read_log(client.read(session, 0, 65536).data)
        client.delete(session, log.digest.hex())

    monkeypatch.setattr(sync_module, "delete_on_unit", too_early)
    monkeypatch.setattr(Store, "append", lambda *_arguments: None)
    assert not any(outcome.held for outcome in link.run(LEAST))


def test_a_store_that_alters_bytes_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Store.append

    def altered(
        store: Store, unit: str, session: str, number: int, data: bytes, end: ChainEnd
    ) -> None:
        whole(store, unit, session, number, data[:-1] + bytes((data[-1] ^ 1,)), end)

    monkeypatch.setattr(Store, "append", altered)
    outcomes = [outcome for outcome in link.run(LEAST) if "reboots" not in outcome.what]
    assert not any(outcome.held for outcome in outcomes)


def test_an_undocumented_error_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(_error: LinkLost, port: str) -> None:
        raise KeyError(port)

    monkeypatch.setattr(LinkLost, "__init__", raising)
    failures = [failure for outcome in link.run(LEAST) for failure in outcome.failures]
    assert any("raised KeyError" in failure for failure in failures)
