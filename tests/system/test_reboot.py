"""A unit that restarts under the host's hands, with records that never reached its flash."""

import contextlib
import threading

from dosegauge.errors import LinkError
from dosegauge.link.client import Timing
from dosegauge.link.finder import connect
from dosegauge.link.sync import Progress, sync
from dosegauge.verification import verify_session
from dosegauge_core import records
from tests.system.conftest import Bench


def test_a_cut_with_unflushed_records_leaves_one_history(fresh_bench: Bench) -> None:
    """The host has read what was flushed; what was not is gone on both sides."""
    unit, store = fresh_bench.unit, fresh_bench.store
    counted = threading.Event()

    def watch(screen: str) -> None:
        # Some seconds into a dwell of sixty: its samples are in memory only.
        if screen == "busy:left" and "17/" in "".join(unit.world.display):
            counted.set()

    unit.change(lambda world: world.screen_listeners.append(watch))
    unit.begin(["micro-ct-leakage"])
    unit.wait_for(lambda world: counted.is_set(), 60)
    unit.power_cut()
    unit.wait_for(lambda world: world.screen.startswith("menu:"), 30)
    evaluated = fresh_bench.newest()
    assert evaluated.status == "interrupted"
    (row,) = store.sessions()
    assert verify_session(store, row.id).damages == []
    readings = [row for row in evaluated.rows.readings if row.step_id == "left"]
    assert len(readings) < 17


def test_a_restart_in_mid_sync_ends_in_the_same_bytes(fresh_bench: Bench) -> None:
    unit, store = fresh_bench.unit, fresh_bench.store
    unit.measure(["micro-ct-leakage"])
    unit.change(lambda world: unit.operator.hold_at("ask:outside-90"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held, 30)
    cut = threading.Event()

    def cut_once(event: object) -> None:
        if isinstance(event, Progress) and not cut.is_set():
            cut.set()
            unit.power_cut()

    # A unit that is back soon enough answers within the same sync.
    with contextlib.suppress(LinkError), connect(unit.port, Timing(0.1, 1)) as client:
        sync(client, store, on_event=cut_once)
    assert cut.is_set()
    unit.wait_for(lambda world: world.screen.startswith("menu:"), 30)
    before = {row.id: store.raw(row.id) for row in store.sessions()}
    found = fresh_bench.synced()
    assert [evaluated.status for evaluated in found] == ["complete", "interrupted"]
    for row in store.sessions():
        raw = store.raw(row.id)
        assert raw.startswith(before.get(row.id, b""))
        assert records.read_log(raw).sealed
        with connect(unit.port) as client:
            assert client.read(row.session, 0, row.size).data == raw
