"""The display's driver: the bytes of the interface reference, and what a display makes of them."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge.virtual.instruments.i2c_bus import I2cBus
from dosegauge.virtual.instruments.oled import SH1106, SSD1306, Oled

ADDRESS = 0x3C
# Interface reference, section 10.
SSD1306_START = "AE 20 00 40 A1 A8 3F C8 D3 00 DA 12 D5 80 D9 F1 DB 30 81 FF A4 A6 AD 30 8D 14 AF"
SH1106_START = "AE 40 A1 A8 3F C8 D3 00 DA 12 D5 80 D9 F1 DB 30 81 FF A4 A6 AD 8B AF"


class Blocks:
    """Glyphs that can be told apart: every column of a character is its code's low byte."""

    def glyph(self, character: str) -> bytes:
        width = 16 if ord(character) >= 0x1100 else 8
        return bytes([ord(character) & 0xFF]) * (2 * width)


@pytest.fixture(scope="module")
def drivers(firmware_path: None) -> Any:
    import drivers
    from drivers import oled

    drivers.oled = oled
    return drivers


class Bench:
    def __init__(self, drivers: Any, controller: str = SSD1306) -> None:
        self.display = Oled(controller)
        self.bus = I2cBus(self.display)
        self.driver = drivers.oled.Oled(self.bus, Blocks(), controller)

    def show(self, *lines: str) -> list[bytes]:
        """What is sent to bring these lines to the glass."""
        self.bus.transactions.clear()
        self.driver.draw(list(lines))
        asyncio.run(self.driver.refresh())
        return [data for _, data in self.bus.transactions]


@pytest.mark.parametrize(
    ("controller", "start"), [(SSD1306, SSD1306_START), (SH1106, SH1106_START)]
)
def test_the_first_bytes_start_the_controller(drivers: Any, controller: str, start: str) -> None:
    bench = Bench(drivers, controller)
    assert bench.show()[0] == b"\x00" + bytes.fromhex(start)
    assert bench.display.complaints == []


@pytest.mark.parametrize(
    ("row", "column", "ssd1306", "sh1106"),
    [
        (0, 0, "21 00 07 22 00 00", "B0 02 10"),
        (1, 1, "21 08 0F 22 02 02", "B2 0A 10"),
        (3, 15, "21 78 7F 22 06 06", "B6 0A 17"),
    ],
)
def test_a_place_on_the_glass_is_where_the_reference_puts_it(
    drivers: Any, row: int, column: int, ssd1306: str, sh1106: str
) -> None:
    lines = [""] * 4
    lines[row] = " " * column + "A"
    for controller, place in ((SSD1306, ssd1306), (SH1106, sh1106)):
        bench = Bench(drivers, controller)
        bench.show(*[" " * 16] * 4)
        sent = bench.show(*[(line + " " * 16)[:16] for line in lines])
        # The lower half of the cell follows in the next page.
        assert len(sent) == 4
        assert sent[:2] == [b"\x00" + bytes.fromhex(place), b"\x40" + b"A" * 8]


@pytest.mark.parametrize("controller", [SSD1306, SH1106])
@pytest.mark.parametrize(("x", "y"), [(0, 0), (5, 13), (127, 63)])
def test_single_dots_of_the_reference(drivers: Any, controller: str, x: int, y: int) -> None:
    bench = Bench(drivers, controller)
    bench.show()
    bench.driver._wanted[y // 8 * 128 + x] = 1 << y % 8
    bench.bus.transactions.clear()
    asyncio.run(bench.driver.refresh())
    place, data = [sent for _, sent in bench.bus.transactions]
    expected = {
        (SSD1306, 0): "2100002200 00",
        (SSD1306, 5): "2105052201 01",
        (SSD1306, 127): "217F7F2207 07",
        (SH1106, 0): "B00210",
        (SH1106, 5): "B10710",
        (SH1106, 127): "B70118",
    }
    assert place == b"\x00" + bytes.fromhex(expected[controller, x])
    assert data == b"\x40" + bytes([{0: 0x01, 5: 0x20, 127: 0x80}[x]])
    lit = [
        (column, row)
        for row, dots in enumerate(bench.display.dots())
        for column, dot in enumerate(dots)
        if dot
    ]
    assert lit == [(x, y)]


def test_nothing_is_sent_when_nothing_has_changed(drivers: Any) -> None:
    bench = Bench(drivers)
    bench.show("same")
    assert bench.show("same") == []


def test_only_changed_columns_are_sent(drivers: Any) -> None:
    bench = Bench(drivers)
    bench.show("value 1.23")
    sent = bench.show("value 1.24")
    assert [len(data) - 1 for data in sent] == [6, 8, 6, 8]


def test_pieces_stay_small(drivers: Any) -> None:
    bench = Bench(drivers)
    assert (
        max(len(data) for data in bench.show("XXXXXXXXXXXXXXXX", *["MMMMMMMMMMMMMMMM"] * 3)) <= 65
    )


def test_what_does_not_fit_is_left_out(drivers: Any) -> None:
    bench = Bench(drivers)
    bench.show("AAAAAAAAAAAAAAA测", "12345678901234567", "", "", "fifth")
    assert bench.driver._wanted[120:128] == bytes(8)  # half a Chinese character is none
    assert bench.driver._wanted[256 + 120 : 256 + 128] == b"6" * 8


SCREENS = st.lists(st.lists(st.text("Ab 测量", max_size=12), max_size=4), min_size=1, max_size=6)


@given(screens=SCREENS, controller=st.sampled_from([SSD1306, SH1106]))
def test_the_glass_always_shows_the_last_screen(
    drivers: Any, screens: list[list[str]], controller: str
) -> None:
    """Against a display that is new for the last screen."""
    bench, fresh = Bench(drivers, controller), Bench(drivers, controller)
    for lines in screens:
        bench.show(*lines)
    fresh.show(*screens[-1])
    assert bench.display.dots() == fresh.display.dots()
    assert bench.display.complaints == []


def test_the_event_loop_goes_on_between_pieces(drivers: Any) -> None:
    bench = Bench(drivers)
    turns = 0

    async def other_work() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def both() -> None:
        other = asyncio.create_task(other_work())
        bench.driver.draw(["测量中"] * 4)
        await bench.driver.refresh()
        other.cancel()

    asyncio.run(both())
    # After the start and after each of two pieces in each of eight pages.
    assert turns >= 17


def test_a_screen_drawn_in_the_middle_is_not_mixed_up(drivers: Any) -> None:
    bench = Bench(drivers)

    async def overtaken() -> None:
        bench.driver.draw(["AAAA", "BBBB", "CCCC", "DDDD"])
        sending = asyncio.create_task(bench.driver.refresh())
        for _ in range(5):
            await asyncio.sleep(0)
        sending.cancel()
        bench.driver.draw(["EEEE", "", "FFFF", "AAAA"])
        await bench.driver.refresh()

    asyncio.run(overtaken())
    fresh = Bench(drivers)
    fresh.show("EEEE", "", "FFFF", "AAAA")
    assert bench.display.dots() == fresh.display.dots()


@pytest.mark.parametrize("controller", [SSD1306, SH1106])
def test_an_unplugged_display_is_told_and_comes_back_whole(drivers: Any, controller: str) -> None:
    bench = Bench(drivers, controller)
    bench.show("before")
    bench.display.absent = True
    with pytest.raises(drivers.InstrumentError) as raised:
        bench.show("meanwhile")
    assert raised.value.code == "absent"
    bench.display.absent = False
    bench.display.power_cycle()
    bench.show("meanwhile")
    fresh = Bench(drivers, controller)
    fresh.show("meanwhile")
    assert bench.display.dots() == fresh.display.dots()


def test_a_piece_that_breaks_off_is_sent_again_with_its_place(drivers: Any) -> None:
    """The controller has moved on by then: data alone would land beside its place."""
    bench = Bench(drivers)
    bench.show("before")
    once = bench.display.on_write

    def break_off(data: bytes) -> None:
        bench.display.on_write = once  # type: ignore[method-assign]
        once(data[:4])
        bench.display.hold_sda()
        raise OSError(5, "cut")

    def wait_for_data(data: bytes) -> None:
        (break_off if data[0] == 0x40 else once)(data)

    bench.display.on_write = wait_for_data  # type: ignore[method-assign]
    bench.show("after it")
    fresh = Bench(drivers)
    fresh.show("after it")
    assert bench.display.dots() == fresh.display.dots()


def test_a_display_is_dark_until_it_is_started() -> None:
    assert not any(dot for row in Oled().dots() for dot in row)


def test_an_unknown_controller_is_refused() -> None:
    with pytest.raises(ValueError, match="ssd1306 or sh1106"):
        Oled("ssd1309")
