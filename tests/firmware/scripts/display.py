"""Draws screens on a display that only listens: FONT SCREENS.json; prints hashes of what it heard.

For each controller, with the font in a file and in memory.
"""

# MicroPython runs this file.

import asyncio
import binascii
import hashlib
import json
import sys

from drivers.glyphs import File, Frozen, Glyphs
from drivers.oled import SH1106, SSD1306, Oled


class Listener:
    def __init__(self):
        self.heard = hashlib.sha256()

    def writeto(self, address, data):
        self.heard.update(bytes([address, len(data)]))
        self.heard.update(data)


async def show(display, screens):
    for lines in screens:
        display.draw(lines)
        await display.refresh()


def main(font, screens):
    with open(screens) as file:
        wanted = json.loads(file.read())
    for controller in (SSD1306, SH1106):
        with open(font, "rb") as file:
            frozen = Frozen(file.read())
        for source in (File(font), frozen):
            glyphs = Glyphs(source)
            if not glyphs.check():
                raise ValueError("the font is damaged")
            listener = Listener()
            asyncio.run(show(Oled(listener, glyphs, controller), wanted))
            print(binascii.hexlify(listener.heard.digest()).decode())


main(sys.argv[1], sys.argv[2])
