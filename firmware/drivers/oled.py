"""A display of 128 x 64 dots behind an SSD1306 or an SH1106: four lines of sixteen cells.

The two controllers answer alike, so which one it is is a setting. Only columns that have changed
are sent, in pieces of under 2 ms at 400 kHz, so that nothing else has to wait for the display.
"""

from aio import sleep_ms
from drivers.i2c_part import I2cPart

ADDRESSES = (0x3C, 0x3D)
SSD1306, SH1106 = "ssd1306", "sh1106"
WIDTH, PAGES = 128, 8
LINES, CELL_COLUMNS = 4, 8
PIECE_BYTES = 64

COMMANDS, DATA = b"\x00", b"\x40"
# Interface reference, section 10. Off, then: lines from 0, mirrored in both directions (the
# connector is at the top), 1/64 duty, no offset, clock, precharge, contrast, ... and on.
_SCAN = bytes([0x40, 0xA1, 0xA8, 0x3F, 0xC8, 0xD3, 0x00, 0xDA, 0x12, 0xD5, 0x80, 0xD9, 0xF1])
_LOOK = bytes([0xDB, 0x30, 0x81, 0xFF, 0xA4, 0xA6])
_START = {
    SSD1306: b"\xae\x20\x00" + _SCAN + _LOOK + b"\xad\x30\x8d\x14\xaf",
    SH1106: b"\xae" + _SCAN + _LOOK + b"\xad\x8b\xaf",
}
# The SH1106's memory is 132 columns wide; the glass shows those from 2 on.
_FIRST_COLUMN = {SSD1306: 0, SH1106: 2}


class Oled:
    """The display on the board's I2C bus; `glyphs` is a glyphs.Glyphs."""

    def __init__(
        self,
        bus: "object",
        glyphs: "object",
        controller: "str" = SSD1306,
        address: "int" = ADDRESSES[0],
    ) -> "None":
        self._part = I2cPart(bus, address, "the display")
        self._glyphs = glyphs
        self._controller = controller
        self._started = False
        self._wanted = bytearray(WIDTH * PAGES)
        self._shown = bytearray(WIDTH * PAGES)

    def draw(self, lines: "list[str]") -> "None":
        """Put four lines into memory; `refresh` brings them to the glass. What doesn't fit its
        line or the display is left out."""
        for row in range(LINES):
            self._draw_line(row, lines[row] if row < len(lines) else "")

    async def refresh(self) -> "None":
        """Send what has changed, starting the controller first where that is due.

        May be cancelled or overtaken by another `draw` at any moment: what was sent is known.
        InstrumentError (absent, bus): all of it is sent again, to a controller started anew.
        """
        try:
            if not self._started:
                await self._start()
            for page in range(PAGES):
                start, end = page * WIDTH, (page + 1) * WIDTH
                if self._shown[start:end] != self._wanted[start:end]:
                    await self._send_page(page, start, end)
        except Exception:
            self._started = False
            raise

    async def _start(self) -> "None":
        self._part.send(COMMANDS + _START[self._controller])
        # Its memory holds anything at first: every column counts as changed.
        for at in range(WIDTH * PAGES):
            self._shown[at] = self._wanted[at] ^ 0xFF
        self._started = True
        await sleep_ms(0)

    async def _send_page(self, page: "int", start: "int", end: "int") -> "None":
        at = self._next_changed(start, end)
        while at < end:
            last = min(at + PIECE_BYTES, end)
            while self._shown[last - 1] == self._wanted[last - 1]:
                last -= 1
            piece = bytes(self._wanted[at:last])
            self._part.send(self._place(page, at - start, last - start), DATA + piece)
            self._shown[at:last] = piece
            await sleep_ms(0)
            at = self._next_changed(last, end)

    def _next_changed(self, at: "int", end: "int") -> "int":
        while at < end and self._shown[at] == self._wanted[at]:
            at += 1
        return at

    def _place(self, page: "int", first: "int", end: "int") -> "bytes":
        """The commands that say where the next bytes go."""
        if self._controller == SSD1306:
            return COMMANDS + bytes([0x21, first, end - 1, 0x22, page, page])
        column = first + _FIRST_COLUMN[self._controller]
        return COMMANDS + bytes([0xB0 | page, column & 0x0F, 0x10 | column >> 4])

    def _draw_line(self, row: "int", text: "str") -> "None":
        upper = row * 2 * WIDTH
        column = 0
        for character in text:
            glyph = self._glyphs.glyph(character)
            width = len(glyph) // 2
            if column + width > WIDTH:
                break
            for half in (0, 1):
                at = upper + half * WIDTH + column
                self._wanted[at : at + width] = glyph[half * width : (half + 1) * width]
            column += width
        for half in (0, 1):
            at = upper + half * WIDTH
            self._wanted[at + column : at + WIDTH] = bytes(WIDTH - column)
