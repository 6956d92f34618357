"""The serial link of the real firmware: whatever happens to the cable, the next sync is whole."""

import hashlib
import json
import threading
from pathlib import Path

import pytest
import serial

from dosegauge.errors import DosegaugeError, LinkError
from dosegauge.link.client import Timing, UnitClient
from dosegauge.link.faults import LinkLost, PortInUse, UnitRefused
from dosegauge.link.finder import connect
from dosegauge.link.sync import Progress, sync
from dosegauge.link.transport import Transport
from dosegauge.standards.plans import compile_plan
from dosegauge.store import Store
from tests.system.conftest import Bench

QUICK = Timing(answer_s=0.3, attempts=2)


@pytest.fixture(scope="module")
def measured(bench: Bench) -> Bench:
    """A unit with one sealed session, which nobody has synced yet."""
    bench.unit.measure(["mri-hole-depth"])
    return bench


def whole_log(bench: Bench) -> bytes:
    """The session's bytes, fetched over an undisturbed link."""
    with connect(bench.unit.port) as client:
        (listed,) = client.sessions()
        return client.read(listed.session, 0, listed.size).data


def test_what_somebody_types_is_passed_over(measured: Bench) -> None:
    with serial.serial_for_url(measured.unit.port) as port:
        port.write(b">>> print(1)\r\n\x00\xff garbage ~1c 5 half a line\n" + b"x" * 3000 + b"\n")
    with connect(measured.unit.port) as client:
        assert client.hello().unit == measured.unit.unit_id


@pytest.mark.parametrize("after", [1, 40, 300, 700, 2000, 4200])
@pytest.mark.parametrize("way", ["to_host", "to_unit"])
def test_a_cable_cut_at_any_byte_is_one_line_and_resumes(
    measured: Bench, tmp_path: Path, after: int, way: str
) -> None:
    store = Store.open(tmp_path / "store.sqlite")
    direction = getattr(measured.unit.bridge, way)
    direction.cut_at(direction.passed + (after if way == "to_host" else after % 200))
    try:
        with UnitClient(Transport(measured.unit.port), QUICK) as client:
            sync(client, store)
        cut = False
    except LinkError as error:
        cut = True
        assert "\n" not in error.line("zh")
    direction.mend()
    assert cut
    with connect(measured.unit.port) as client:
        report = sync(client, store)
    assert report.failed == []
    (row,) = store.sessions()
    assert store.raw(row.id) == whole_log(measured)


@pytest.mark.parametrize("fault", ["flip", "drop", "double", "inject"])
def test_disturbed_bytes_change_nothing(measured: Bench, tmp_path: Path, fault: str) -> None:
    store = Store.open(tmp_path / "store.sqlite")
    for direction in (measured.unit.bridge.to_host, measured.unit.bridge.to_unit):
        for distance in (3, 77, 500, 1501, 3007):
            offset = direction.passed + distance
            if fault == "inject":
                direction.inject(offset, b"\nTraceback (most recent call last):\n")
            else:
                getattr(direction, fault)(offset)
    with UnitClient(Transport(measured.unit.port), Timing(0.3, 8)) as client:
        report = sync(client, store)
    for direction in (measured.unit.bridge.to_host, measured.unit.bridge.to_unit):
        direction.mend()
    assert report.failed == []
    (row,) = store.sessions()
    assert store.raw(row.id) == whole_log(measured)


def test_unplugged_midway_is_one_line_and_loses_nothing(measured: Bench, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.sqlite")

    def unplug(event: object) -> None:
        if isinstance(event, Progress):
            measured.unit.bridge.unplug()

    with pytest.raises(LinkLost) as caught, connect(measured.unit.port) as client:
        sync(client, store, on_event=unplug)
        client.hello()
    assert "\n" not in caught.value.line("en")
    measured.unit.bridge.plug()
    with connect(measured.unit.port) as client:
        sync(client, store)
    (row,) = store.sessions()
    assert store.raw(row.id) == whole_log(measured)


def test_a_port_in_use_is_named(measured: Bench) -> None:
    with connect(measured.unit.port), pytest.raises(PortInUse) as caught:
        connect(measured.unit.port)
    assert measured.unit.port in caught.value.line("en")


def test_a_cancelled_sync_goes_on_later(measured: Bench, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store.sqlite")
    cancel = threading.Event()
    cancel.set()
    with connect(measured.unit.port) as client:
        assert sync(client, store, cancel=cancel).cancelled
        assert not sync(client, store).cancelled
    assert [row.sealed for row in store.sessions()] == [True]


GOOD_PLAN = json.loads(compile_plan("mri-hole-depth"))
BAD_PLANS = {
    "no JSON": b"{",
    "no object": b"[]",
    "newer version": json.dumps({**GOOD_PLAN, "plan": 2}).encode(),
    "a path as id": json.dumps({**GOOD_PLAN, "id": "../next"}).encode(),
    "no steps": json.dumps({**GOOD_PLAN, "steps": []}).encode(),
    "unknown kind": json.dumps({**GOOD_PLAN, "steps": [{"id": "a", "kind": "dance"}]}).encode(),
    "two steps of one id": json.dumps({**GOOD_PLAN, "steps": GOOD_PLAN["steps"] * 2}).encode(),
    "no channel": json.dumps({**GOOD_PLAN, "channels": []}).encode(),
    "unknown driver": json.dumps(
        {**GOOD_PLAN, "channels": [{**GOOD_PLAN["channels"][0], "driver": "magic"}]}
    ).encode(),
    "unknown procedure": json.dumps({**GOOD_PLAN, "procedure": "palmistry"}).encode(),
    "limit that is no number": json.dumps(
        {**GOOD_PLAN, "limits": {"depth_max_mm": "big"}}
    ).encode(),
    "misspelt parameter": json.dumps({**GOOD_PLAN, "parameters": {"mpe": "0.5"}}).encode(),
    "negative MPE": json.dumps({**GOOD_PLAN, "parameters": {"mpe_um": "-0.5"}}).encode(),
    "rounding down": json.dumps({**GOOD_PLAN, "parameters": {"rounding": "down"}}).encode(),
    "misspelt limit": json.dumps({**GOOD_PLAN, "limits": {"depth_max": "0.6"}}).encode(),
    "MPE entered in mm": json.dumps(
        {**GOOD_PLAN, "steps": [{**GOOD_PLAN["steps"][0], "unit": "mm"}, *GOOD_PLAN["steps"][1:]]}
    ).encode(),
    "zero without a limit": json.dumps(
        {
            **GOOD_PLAN,
            "steps": [
                {name: value for name, value in step.items() if name != "limit_nm"}
                for step in GOOD_PLAN["steps"]
            ],
        }
    ).encode(),
    "title is no text": json.dumps({**GOOD_PLAN, "title": 5}).encode(),
    "steps without texts": json.dumps(
        {**GOOD_PLAN, "steps": [{"id": "a", "kind": "entry", "channel": 0}]}
    ).encode(),
}


@pytest.mark.parametrize("name", BAD_PLANS)
def test_a_plan_that_cannot_be_used_is_refused_in_one_line(measured: Bench, name: str) -> None:
    with connect(measured.unit.port) as client:
        before = [(plan.id, plan.sha256) for plan in client.plans()]
        with pytest.raises(UnitRefused) as caught:
            client.put_plan("mri-hole-depth", BAD_PLANS[name])
        assert "plan" in caught.value.line("en")
        assert [(plan.id, plan.sha256) for plan in client.plans()] == before
    measured.require_no_trace()


def test_a_session_leaves_the_unit_only_with_its_digest(fresh_bench: Bench) -> None:
    fresh_bench.unit.measure(["mri-hole-depth"])
    with connect(fresh_bench.unit.port) as client:
        (listed,) = client.sessions()
        with pytest.raises(DosegaugeError):
            client.delete(listed.session, hashlib.sha256(b"").hexdigest())
        assert len(client.sessions()) == 1
        report = sync(client, fresh_bench.store, delete_synced=True)
        assert report.deleted == [listed.session]
        assert client.sessions() == []
    assert len(fresh_bench.store.sessions()) == 1
    fresh_bench.unit.measure(["mri-hole-depth"])
    with connect(fresh_bench.unit.port) as client:
        assert [session.number for session in client.sessions()] == [listed.number + 1]


def test_ctrl_c_reaches_the_interpreter_and_nothing_is_lost(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.hold_at("ask:outside-90"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held, 30)
    with serial.serial_for_url(unit.port) as port:
        port.write(b"\x03")
    unit.wait_for(lambda world: world.screen.startswith("menu:"), 30)
    evaluated = fresh_bench.newest()
    assert evaluated.status == "interrupted"
    assert [row.step_id for row in evaluated.rows.readings] == ["zero", "outside-0"]


def test_the_clock_is_set_and_a_running_session_says_so(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    unit.change(lambda world: unit.operator.hold_at("ask:outside-90"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held, 30)
    with connect(unit.port) as client:
        client.set_clock(lambda: 1_900_000_000_000)
        assert abs((client.hello().clock_ms or 0) - 1_900_000_000_000) < 60_000
    unit.change(lambda world: unit.operator.resume())
    unit.wait_done()
    events = [row for row in fresh_bench.newest().rows.events if row.what == "clock"]
    assert events[0].details["after_ms"] == 1_900_000_000_000


def test_a_sealed_session_can_be_deleted_before_the_operator_goes_on(fresh_bench: Bench) -> None:
    """The "saved" screen waits for a key; the measurement is over all the same."""
    unit = fresh_bench.unit
    seen: list[str] = []
    unit.change(lambda world: world.screen_listeners.insert(0, seen.append))

    def hold(screen: str) -> None:
        if screen.startswith("saved:"):
            unit.operator.hold_at(screen)

    unit.change(lambda world: world.screen_listeners.insert(0, hold))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held, 60)
    assert seen[-1].startswith("saved:")
    with connect(unit.port) as client:
        assert client.hello().state == "idle"
        assert sync(client, fresh_bench.store, delete_synced=True).deleted != []


def test_the_unit_keeps_sixteen_plans_that_were_sent(fresh_bench: Bench) -> None:
    with connect(fresh_bench.unit.port) as client:
        for number in range(16):
            plan = json.dumps({**GOOD_PLAN, "id": f"p{number}"}).encode()
            client.put_plan(f"p{number}", plan)
        with pytest.raises(UnitRefused, match="16 plans already"):
            client.put_plan("p16", json.dumps({**GOOD_PLAN, "id": "p16"}).encode())
        client.delete_plan("p3")
        client.put_plan("p16", json.dumps({**GOOD_PLAN, "id": "p16"}).encode())
        assert len(client.plans()) == 16 + 3
