"""The fault menu of the interface reference, section 0, for both serial instruments."""

from __future__ import annotations

import pytest

from dosegauge.virtual.faults import FAULTS, Fault
from dosegauge.virtual.instruments.serial_instrument import SerialInstrument
from dosegauge.virtual.world import World
from tests.virtual.laboratory import exchange, gauge_world, multidos_world, pass_s, timed_exchange

VALUE = bytes.fromhex("2b302e3030308d")  # +0.000 CR with even parity
HOLD = b"HLD\r\n"


def gauge() -> tuple[World, SerialInstrument]:
    world = gauge_world()
    assert world.gauge is not None
    return world, world.gauge


def dosimeter() -> tuple[World, SerialInstrument]:
    world = multidos_world()
    assert world.multidos is not None
    return world, world.multidos


# fault, what the gauge gives to `?`, what the dosimeter gives to `HLD`
CASES = [
    (Fault("no-answer"), b"", b""),
    (Fault("truncated", at_byte=3), VALUE[:3], HOLD[:3]),
    (Fault("truncated", at_byte=0), b"", b""),
    # The flipped digit keeps its old parity bit: that is how the frame can be refused.
    (Fault("bit-flipped", at_byte=1, bit=0), b"+\x31" + VALUE[2:], b"HMD\r\n"),
    (Fault("bit-flipped", at_byte=0, bit=7), b"\xab" + VALUE[1:], b"\xc8LD\r\n"),
    (Fault("first-byte-dropped"), VALUE[1:], HOLD[1:]),
    (Fault("glued"), VALUE + VALUE, HOLD + HOLD),
    (Fault("garbage-before", garbage=b"\x00\xff"), b"\x00\xff" + VALUE, b"\x00\xff" + HOLD),
]


@pytest.mark.parametrize(
    ("fault", "from_gauge", "from_dosimeter"),
    CASES,
    ids=[f"{c[0].name}-{c[0].at_byte}-{c[0].bit}" for c in CASES],
)
def test_what_arrives(fault: Fault, from_gauge: bytes, from_dosimeter: bytes) -> None:
    for make, port, request, clean, spoiled in (
        (gauge, "A", b"?\r", VALUE, from_gauge),
        (dosimeter, "B", b"HLD\r\n", HOLD, from_dosimeter),
    ):
        world, instrument = make()
        instrument.faults.inject(Fault(**vars(fault)))
        assert exchange(world, port, request, 4.0) == spoiled
        assert exchange(world, port, request, 4.0) == clean
        assert instrument.faults.struck == [fault.name]


@pytest.mark.parametrize(("name", "share"), [("late-0.9", 0.9), ("late-1.5", 1.5)])
def test_late_answers(name: str, share: float) -> None:
    for (world, instrument), port, request, timeout_s in (
        (gauge(), "A", b"?\r", 0.5),
        (dosimeter(), "B", b"HLD\r\n", 3.0),
    ):
        instrument.faults.inject(Fault(name))
        first_us, _ = timed_exchange(world, port, request, 6.0)[0]
        assert first_us / 1e6 == pytest.approx(share * timeout_s, abs=0.01)


@pytest.mark.parametrize("at_byte", range(8))
def test_every_place_of_truncation(at_byte: int) -> None:
    world, instrument = gauge()
    instrument.faults.inject(Fault("truncated", at_byte=at_byte))
    assert exchange(world, "A", b"?\r") == VALUE[:at_byte]


def test_a_pulled_cable_gives_the_beginning_and_then_silence_until_it_is_plugged() -> None:
    world, instrument = gauge()
    instrument.faults.inject(Fault("cable-pulled", at_byte=3, for_us=5_000_000))
    begun = exchange(world, "A", b"?\r")
    assert begun[:3] == VALUE[:3]
    assert len(begun) <= 4
    assert exchange(world, "A", b"?\r") == b""
    pass_s(world, 2.0)
    assert exchange(world, "A", b"?\r") == VALUE


def test_somebody_changes_the_unit() -> None:
    world, instrument = gauge()
    instrument.faults.inject(Fault("wrong-unit"))
    assert len(exchange(world, "A", b"?\r")) == len("+0.00000\r")
    assert exchange(world, "A", b"UNI?\r") == bytes.fromhex("c94e8d")
    world, instrument = dosimeter()
    instrument.faults.inject(Fault("wrong-unit"))
    exchange(world, "B", b"D\r\n")
    assert exchange(world, "B", b"DU\r\n") == b"DUGy/h\r\n"


def test_out_of_range() -> None:
    world, instrument = gauge()
    instrument.faults.inject(Fault("over-range"))
    assert exchange(world, "A", b"?\r").hex() == "c5d2d2338d"
    world, instrument = dosimeter()
    instrument.faults.inject(Fault("over-range"))
    assert b";17;1;1;0;+0L   E+00;" in exchange(world, "B", b"D\r\n")


def test_a_restarting_instrument_sends_a_banner_and_forgets() -> None:
    world, instrument = dosimeter()
    exchange(world, "B", b"M0\r\n")
    instrument.faults.inject(Fault("reboot"))
    assert exchange(world, "B", b"D\r\n") == b"MULTIDOS 1.20G\r\n"
    assert exchange(world, "B", b"M\r\n") == b"M1\r\n"
    world, instrument = gauge()
    instrument.faults.inject(Fault("reboot"))
    assert exchange(world, "A", b"?\r").endswith(b"\x8d")


def test_faults_wait_for_their_answer_or_their_time() -> None:
    world, instrument = gauge()
    instrument.faults.inject(Fault("no-answer", answer=3, times=2))
    answers = [exchange(world, "A", b"?\r") for _ in range(6)]
    assert [bool(answer) for answer in answers] == [True, True, False, False, True, True]
    instrument.faults.inject(Fault("no-answer", at_us=world.now_us + 3_000_000))
    answers = [exchange(world, "A", b"?\r") for _ in range(4)]
    assert [bool(answer) for answer in answers] == [True, True, False, True]


def test_unknown_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="no fault named 'fire'"):
        Fault("fire")
    assert all(Fault(name).name == name for name in FAULTS)
