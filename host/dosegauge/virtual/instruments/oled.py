"""A display of 128 x 64 dots with an SSD1306 or SH1106 controller: what its glass shows.

Interface reference, section 10. Every command byte is understood as the controller does; what it
would not understand is kept in `complaints`.
"""

from __future__ import annotations

from .i2c_bus import I2cPart

WIDTH, PAGES = 128, 8
SSD1306, SH1106 = "ssd1306", "sh1106"
CONTINUES, DATA = 0x80, 0x40
_RAM_COLUMNS = {SSD1306: 128, SH1106: 132}
_GLASS_STARTS = {SSD1306: 0, SH1106: 2}
# Commands with arguments, and how many.
_COMMON = {0x81: 1, 0xA8: 1, 0xD3: 1, 0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1, 0xAD: 1}
_ARGUMENTS = {
    SSD1306: {**_COMMON, 0x20: 1, 0x21: 2, 0x22: 2, 0x8D: 1},
    SH1106: _COMMON,
}
_FLAGS = (0xA0, 0xA1, 0xA4, 0xA5, 0xA6, 0xA7, 0xAE, 0xAF, 0xC0, 0xC8, 0xE3)
_HORIZONTAL, _PAGE = 0, 2


class Oled(I2cPart):
    """The display; it is dark until it is switched on and its supply is pumped up."""

    def __init__(self, controller: str = SSD1306, address: int = 0x3C) -> None:
        super().__init__(address)
        if controller not in _ARGUMENTS:
            raise ValueError(f"display controller {controller!r}: ssd1306 or sh1106 are possible")
        self.controller = controller
        self.power_cycle()

    def power_cycle(self) -> None:
        """Its supply was gone: settings are lost, its memory holds anything."""
        columns = _RAM_COLUMNS[self.controller]
        self._ram = [
            bytearray((37 * page + at) % 256 for at in range(columns)) for page in range(PAGES)
        ]
        self.complaints: list[str] = []
        self._flags = {0xA0: 0xA0, 0xA4: 0xA4, 0xA6: 0xA6, 0xAE: 0xAE, 0xC0: 0xC0}
        self._pumped = False
        self._mode = _PAGE
        self._columns, self._pages = (0, columns - 1), (0, PAGES - 1)
        self._column, self._page = 0, 0
        self._command = bytearray()

    def on_write(self, data: bytes) -> None:
        """Control bytes with what follows them."""
        at = 0
        while at < len(data):
            control = data[at]
            rest = data[at + 1 : at + 2] if control & CONTINUES else data[at + 1 :]
            for byte in rest:
                if control & DATA:
                    self._take_data(byte)
                else:
                    self._take_command(byte)
            at += 1 + len(rest)

    def on_read(self, count: int) -> bytes:
        """The status: bit 6 tells that the display is off."""
        return bytes([0x40 if self._flags[0xAE] == 0xAE else 0x00] * count)

    def dots(self) -> list[list[bool]]:
        """What is lit, row by row from the top, as seen by somebody who reads it."""
        if not (self._pumped and self._flags[0xAE] == 0xAF):
            return [[False] * WIDTH for _ in range(8 * PAGES)]
        start = _GLASS_STARTS[self.controller]
        rows = [
            [bool(self._ram[y // 8][start + x] >> y % 8 & 1) for x in range(WIDTH)]
            for y in range(8 * PAGES)
        ]
        # The usual module stands on its head: A1 and C8 turn the picture upright.
        if self._flags[0xA0] == 0xA0:
            rows = [row[::-1] for row in rows]
        if self._flags[0xC0] == 0xC0:
            rows = rows[::-1]
        everything, inverse = self._flags[0xA4] == 0xA5, self._flags[0xA6] == 0xA7
        return [[everything or dot != inverse for dot in row] for row in rows]

    def picture(self) -> str:
        """The dots as text, two rows in one line of half blocks."""
        rows = self.dots()
        marks = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
        return "\n".join(
            "".join(marks[pair] for pair in zip(upper, lower, strict=True)).rstrip()
            for upper, lower in zip(rows[0::2], rows[1::2], strict=True)
        )

    def _take_data(self, byte: int) -> None:
        if self._column >= _RAM_COLUMNS[self.controller]:
            self.complaints.append("data beyond the last column")
            return
        self._ram[self._page][self._column] = byte
        self._column += 1
        if self._mode == _HORIZONTAL and self._column > self._columns[1]:
            self._column = self._columns[0]
            self._page = self._page + 1 if self._page < self._pages[1] else self._pages[0]

    def _take_command(self, byte: int) -> None:
        self._command.append(byte)
        code, arguments = self._command[0], self._command[1:]
        if len(arguments) < _ARGUMENTS[self.controller].get(code, 0):
            return
        self._command = bytearray()
        if arguments:
            self._set(code, arguments)
        elif code <= 0x1F and self._mode == _PAGE:
            low_or_high = (0xF0, code) if code <= 0x0F else (0x0F, (code & 0x0F) << 4)
            self._column = self._column & low_or_high[0] | low_or_high[1]
        elif 0xB0 <= code <= 0xB7 and self._mode == _PAGE:
            self._page = code & 7
        elif code in _FLAGS:
            self._flags[0xC0 if code == 0xC8 else code & 0xFE] = code
        elif not 0x40 <= code <= 0x7F:
            self.complaints.append(f"command {code:02X}")

    def _set(self, code: int, arguments: bytearray) -> None:
        if code == 0x20:
            self._mode = arguments[0] & 3
        elif code == 0x21:
            self._columns = (arguments[0], arguments[1])
            self._column = arguments[0]
        elif code == 0x22:
            self._pages = (arguments[0], arguments[1])
            self._page = arguments[0]
        elif code == (0x8D if self.controller == SSD1306 else 0xAD):
            self._pumped = arguments[0] in (0x14, 0x8B)
