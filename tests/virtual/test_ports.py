"""A serial line gives what a real receiver would read, at the time at which it would."""

from __future__ import annotations

import pytest

from dosegauge.virtual.ports import LineFormat, Wire, checked_format, data_of, pattern_of
from dosegauge.virtual.timeline import Timeline
from tests.virtual.laboratory import gauge_world, pass_s

OPTO = LineFormat(4800, 7, "E", 2)

# Interface reference, section 2: bytes as an 8-bit receiver sees them (bit 7 = even parity).
PARITY_VECTORS = [
    ("?\r", "3f8d"),
    ("+12.345\r", "2bb1b22e33b4358d"),
    ("-0.002\r", "2d302e3030b28d"),
    ("ERR3\r", "c5d2d2338d"),
]


def carried(data: bytes, sender: LineFormat, receiver: LineFormat) -> list[tuple[int, int, bool]]:
    """Time, pattern and stop bit of everything the receiver makes of the data."""
    timeline = Timeline()
    got: list[tuple[int, int, bool]] = []
    wire = Wire(timeline, lambda pattern, ok: got.append((timeline.now_us, pattern, ok)))
    wire.set_receiver(receiver)
    wire.send([pattern_of(byte, sender) for byte in data], sender)
    timeline.run_until(1_000_000, lambda: False)
    return got


@pytest.mark.parametrize(("text", "seen"), PARITY_VECTORS)
def test_the_eight_bit_view_carries_the_parity(text: str, seen: str) -> None:
    patterns = [pattern for _, pattern, _ in carried(text.encode(), OPTO, OPTO)]
    assert bytes(patterns).hex() == seen


@pytest.mark.parametrize(("text", "seen"), PARITY_VECTORS)
def test_an_8n2_receiver_sees_the_same_frames(text: str, seen: str) -> None:
    patterns = [p for _, p, _ in carried(text.encode(), OPTO, LineFormat(4800, 8, "N", 2))]
    assert bytes(patterns).hex() == seen


def test_wrong_parity_is_noticed() -> None:
    # Interface reference, section 2: the second byte of `2B 31 ...` has wrong parity.
    assert data_of(0x2B, OPTO) == (0x2B, True)
    assert data_of(0x31, OPTO) == (0x31, False)
    assert data_of(0xB1, OPTO) == (0x31, True)


@pytest.mark.parametrize("line", [OPTO, LineFormat(38400, 8, "N", 1), LineFormat(9600, 8, "O", 1)])
def test_bytes_follow_each_other_at_the_baud_rate(line: LineFormat) -> None:
    times = [us for us, _, _ in carried(b"ABCDEFGH", line, line)]
    to_first_stop_bit_us = (1 + line.pattern_bits + 0.5) * 1e6 / line.baud
    assert times[0] == pytest.approx(to_first_stop_bit_us, abs=1)
    frame_us = line.frame_bits * 1e6 / line.baud
    for number, us in enumerate(times):
        assert us - times[0] == pytest.approx(number * frame_us, abs=2)


def test_eleven_bits_at_4800_baud_take_2292_us() -> None:
    assert round(OPTO.frame_bits * 1e6 / OPTO.baud) == 2292


@pytest.mark.parametrize(
    "other",
    [
        LineFormat(9600, 7, "E", 2),
        LineFormat(2400, 7, "E", 2),
        LineFormat(4800, 7, "O", 2),
        LineFormat(4800, 7, "N", 1),
        LineFormat(38400, 8, "N", 1),
    ],
)
def test_other_settings_give_garbage_and_always_the_same(other: LineFormat) -> None:
    first = carried(b"+12.345\r", OPTO, other)
    assert first == carried(b"+12.345\r", OPTO, other)
    texts = bytes(pattern & 0xFF for _, pattern, _ in first)
    right = all(data_of(pattern, other)[1] and ok for _, pattern, ok in first)
    assert not (right and bytes(b & 0x7F for b in texts) == b"+12.345\r")


def test_bytes_before_the_port_is_set_are_lost() -> None:
    world = gauge_world()
    world.port("A").configure(None)
    world.port("A").to_unit.send([0x41], OPTO)
    pass_s(world, 0.1)
    assert world.take_events() == ({}, [])
    with pytest.raises(ValueError, match="no settings"):
        world.port("A").write(b"?")


def test_a_pulled_cable_is_an_idle_line() -> None:
    world = gauge_world()
    port = world.port("A")
    port.to_unit.send([pattern_of(byte, OPTO) for byte in b"+12.345\r"], OPTO)
    world.timeline.after(3 * 2292 + 100, lambda: port.set_plugged(False))
    received = b""
    for _ in range(20):
        world.run_until(world.now_us + 5_000)
        received += world.take_events()[0].get("A", b"")
    # The frame that was cut goes on as an idle line: its rest reads as ones.
    assert received[:3].hex() == "2bb1b2"
    assert received[3:] in (b"", b"\xff", b"\xfe")


@pytest.mark.parametrize(
    "settings",
    [
        (4800, 9, "E", 2),
        (4800, 7, "X", 2),
        (4800, 7, "E", 3),
        (1, 8, "N", 1),
        ("9600", 8, "N", 1),
    ],
)
def test_impossible_settings_are_refused(settings: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match=r"baud|bits|parity|stop"):
        checked_format(*settings)
