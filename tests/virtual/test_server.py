"""The protocol of docs/virtual-world.md over a real socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from dosegauge.virtual.scenario import build_world, load_scenario
from dosegauge.virtual.server import LONGEST_LINE, Server
from tests.virtual.client import TOKEN, Client

FLASH = {"path": "flash.img", "block_size": 4096, "blocks": 352}


@pytest.fixture
def server() -> Iterator[Server]:
    world = build_world(load_scenario("demo"), 1)
    running = Server(world, TOKEN, lambda runtime: {"unit": "VU-000001", "flash": FLASH})
    running.start()
    yield running
    running.stop()


@pytest.fixture
def unit(server: Server) -> Iterator[Client]:
    """A greeted unit in a busy world, so that fast pace jumps."""
    server.change(lambda world: world.busy_reasons.add("test"))
    with Client(server.port) as client:
        client.hello()
        yield client


def test_hello(server: Server) -> None:
    with Client(server.port) as client:
        assert client.hello() == {
            "t": 0,
            "us": 0,
            "unix_ms": 1_772_411_400_000,
            "started_by": "power",
            "unit": "VU-000001",
            "flash": FLASH,
        }


@pytest.mark.parametrize(
    "first",
    [
        ["hello", "wrong", {}],
        ["hello", "tokén", {}],
        ["hello", TOKEN],
        ["wait", None],
        ["hello", None, {}],
    ],
)
def test_without_the_token_nothing_is_said(server: Server, first: list[object]) -> None:
    with Client(server.port) as client:
        assert "error" in client.ask(*first)
        assert client.closed()
    assert server.hellos == 0


def test_a_clock_that_is_not_set(server: Server) -> None:
    server.change(lambda world: world.set_clock(None))
    with Client(server.port) as client:
        assert client.hello()["unix_ms"] is None
        assert client.ask("set_clock", 1_700_000_000_000) == {}
    assert server.change(lambda world: world.unix_ms) == 1_700_000_000_000


def test_fast_pace_jumps_to_the_deadline(unit: Client) -> None:
    began_s = time.monotonic()
    assert unit.ask("wait", 3_600_000) == {
        "t": 3_600_000,
        "us": 3_600_000_000,
        "rx": {},
        "keys": [],
    }
    assert time.monotonic() - began_s < 5


def test_a_wait_for_the_past_ends_at_once_and_time_stands(unit: Client) -> None:
    unit.ask("wait", 1000)
    assert unit.ask("wait", 500)["t"] == 1000


def test_bytes_arrive_one_by_one_at_their_time(unit: Client) -> None:
    assert unit.ask("port", "A", 4800, 7, "E", 2) == {}
    assert unit.ask("lines", "A", False, True) == {}
    assert unit.ask("write", "A", "3f8d") == {}
    received, times = "", []
    while not received.endswith("8d"):
        answer = unit.ask("wait", None)
        received += answer["rx"]["A"]
        times.append(answer["us"])
    assert received == "2b3030302e303030308d"
    assert all(2291 <= later - us <= 2293 for us, later in pairwise(times))


def test_drop_forgets_what_was_not_delivered(server: Server, unit: Client) -> None:
    server.change(lambda world: world.port("A").received.extend(b"old"))
    assert unit.ask("drop", "A") == {}
    assert unit.ask("wait", 10)["rx"] == {}


def test_keys_count_display_and_buzzer(server: Server, unit: Client) -> None:
    server.press("up")
    server.press("ok")
    assert unit.ask("wait", None)["keys"] == ["up", "ok"]
    assert unit.ask("probe", True) == {}
    unit.ask("wait", 600_000)
    count = unit.ask("count")
    assert count["us"] == 600_000_000 and 100 < count["n"] < 300  # about 167 at 0.1 uGy/h
    assert unit.ask("show", "menu:x", ["a", "b", "c", "d"]) == {}
    assert unit.ask("beep", "saved") == {}
    assert server.change(lambda world: (world.screen, world.display, world.beeps)) == (
        "menu:x",
        ("a", "b", "c", "d"),
        ["saved"],
    )


def test_the_counter_wraps_at_32_bits(server: Server, unit: Client) -> None:
    server.change(lambda world: setattr(world.probe, "pulses", (1 << 32) + 5))
    assert unit.ask("count")["n"] == 5


@pytest.mark.parametrize(
    "request_line",
    [
        b"nonsense\n",
        b"{}\n",
        b"[]\n",
        b"[1]\n",
        b'["fly"]\n',
        b'["wait", "soon"]\n',
        b'["wait", true]\n',
        b'["port", "C", 9600, 8, "N", 1]\n',
        b'["port", "A", 9600]\n',
        b'["port", "A", 9600, 9, "N", 1]\n',
        b'["lines", "A", 1, 0]\n',
        b'["write", "A", "zz"]\n',
        b'["write", "B", "00"]\n',
        b'["write"]\n',
        b'["show", "x", ["only one"]]\n',
        b'["show", "x", [1, 2, 3, 4]]\n',
        b'["beep", 3]\n',
        b'["probe", "on"]\n',
        b'["set_clock", null]\n',
        b'["hello", "again", {}]\n',
        b"\xff\xfe\n",
    ],
)
def test_a_malformed_line_is_answered_and_the_talk_goes_on(
    unit: Client, request_line: bytes
) -> None:
    unit.send_raw(request_line)
    answer = unit.answer()
    assert list(answer) == ["error"] and "\n" not in answer["error"]
    assert "n" in unit.ask("count")


def test_a_line_without_end_is_cut_off(unit: Client) -> None:
    unit.send_raw(b"[" + b" " * (LONGEST_LINE + 10))
    assert "longer" in unit.answer()["error"]
    assert unit.closed()


def test_without_anything_to_do_a_wait_takes_real_time(server: Server) -> None:
    with Client(server.port) as client:
        began_us = client.hello()["us"]
        began_s = time.monotonic()
        answer = client.ask("wait", began_us // 1000 + 300)
        assert time.monotonic() - began_s > 0.25
        assert 290 <= answer["t"] - began_us // 1000 <= 310


def test_an_idle_wait_without_end_is_ended_by_cancel_key_or_pace(server: Server) -> None:
    with Client(server.port) as client:
        client.hello()
        client.send("wait", None)
        time.sleep(0.05)
        client.send("cancel")
        assert client.answer()["keys"] == []
        client.send("wait", None)
        threading.Timer(0.05, server.press, ("ok",)).start()
        assert client.answer()["keys"] == ["ok"]
        client.send("wait", None)
        threading.Timer(0.05, setattr, (server, "pace", "real")).start()
        assert client.answer()["keys"] == []
        assert server.pace == "real"


def test_a_cancel_that_comes_late_is_nothing(unit: Client) -> None:
    unit.send("cancel")
    unit.send("cancel")
    assert "n" in unit.ask("count")


def test_only_cancel_may_come_during_a_wait(server: Server) -> None:
    with Client(server.port) as client:
        client.hello()
        client.send("wait", None)
        time.sleep(0.05)
        assert "only cancel" in client.ask("count")["error"]
        assert "n" in client.ask("count")


def test_an_idle_wait_uses_no_processor(server: Server) -> None:
    with Client(server.port) as client:
        client.hello()
        client.send("wait", None)
        used_s = time.process_time()
        time.sleep(0.5)
        assert time.process_time() - used_s < 0.1
        client.send("cancel")
        client.answer()


def test_real_pace_keeps_the_time_of_bytes(server: Server, unit: Client) -> None:
    server.pace = "real"
    unit.ask("wait", 0)
    unit.ask("port", "B", 38400, 8, "N", 1)
    unit.ask("write", "B", b"S\r\n".hex())
    began_s, received = time.monotonic(), b""
    while not received.endswith(b"\r\n"):
        received += bytes.fromhex(unit.ask("wait", None)["rx"].get("B", ""))
    assert received == b"SRUN\r\n"
    assert 0.02 <= time.monotonic() - began_s < 0.5


def test_a_second_unit_is_turned_away_and_the_first_goes_on(server: Server, unit: Client) -> None:
    unit.ask("count")
    with Client(server.port) as second:
        assert second.answer() == {"error": "another unit is connected"}
    assert "n" in unit.ask("count")


def test_the_world_goes_on_when_the_unit_restarts(server: Server) -> None:
    server.change(lambda world: world.busy_reasons.add("test"))
    for number in range(1, 6):
        with Client(server.port) as client:
            assert client.hello()["t"] == (number - 1) * 1000
            assert client.ask("wait", number * 1000)["t"] == number * 1000
    assert server.hellos == 5


def test_stop_ends_a_wait() -> None:
    world = build_world(load_scenario("annex-d"), 1)
    server = Server(world, TOKEN, lambda runtime: {"unit": "VU-000001", "flash": FLASH})
    server.start()
    with Client(server.port) as client:
        client.hello()
        client.send("wait", None)
        time.sleep(0.05)
        server.stop()
        assert client.closed()
