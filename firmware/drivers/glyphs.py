"""Glyphs for the display out of `font.bin` (docs/display.md): frozen bytes or a file in flash.

A character that the font doesn't have is an empty box, so that the operator sees that something is
there.
"""

import binascii
import hashlib

MAGIC = b"DGFONT"
VERSION = 1
HEAD_BYTES = 44
NARROW_BYTES, WIDE_BYTES = 16, 32
# As unit.cells.width counts: from here on a character is two cells wide.
FIRST_WIDE = 0x1100
# A file is searched in blocks of so many code points; only each block's first is held in RAM.
BLOCK = 64
MOST_KEPT = 48
NARROW_BOX = b"\xff" + b"\x01" * 6 + b"\xff" + b"\xff" + b"\x80" * 6 + b"\xff"
WIDE_BOX = b"\xff" + b"\x01" * 14 + b"\xff" + b"\xff" + b"\x80" * 14 + b"\xff"


class FontError(ValueError):
    """What should be a font is none, or isn't whole; the text says which."""


class Frozen:
    """A font in memory, such as frozen into the image: nothing of it is copied."""

    def __init__(self, data: "bytes") -> "None":
        self._view = memoryview(data)
        self.size = len(data)

    def read(self, offset: "int", count: "int") -> "memoryview":
        return self._view[offset : offset + count]


class File:
    """A font in a file that stays open."""

    def __init__(self, path: "str") -> "None":
        self._file = open(path, "rb")
        self.size = self._file.seek(0, 2)

    def read(self, offset: "int", count: "int") -> "bytes":
        self._file.seek(offset)
        return self._file.read(count)

    def close(self) -> "None":
        self._file.close()


class Glyphs:
    """The glyphs of a font in a `Frozen` or a `File`. FontError when it isn't one."""

    def __init__(self, source: "object") -> "None":
        self._source = source
        head = bytes(source.read(0, HEAD_BYTES))
        if len(head) != HEAD_BYTES or head[:6] != MAGIC:
            raise FontError("no font")
        if _word(head, 6) != VERSION:
            raise FontError("a font of version {}".format(_word(head, 6)))
        self._narrow = _word(head, 8)
        self._count = self._narrow + _word(head, 10)
        self._digest = head[12:HEAD_BYTES]
        self._bitmaps = HEAD_BYTES + 2 * self._count
        wide = self._count - self._narrow
        self.size = self._bitmaps + NARROW_BYTES * self._narrow + WIDE_BYTES * wide
        if source.size != self.size:
            raise FontError("a font of {} bytes, not {}".format(source.size, self.size))
        self._firsts = [self._code(at) for at in range(0, self._count, BLOCK)]
        self._kept: "dict" = {}

    def sha256(self) -> "str":
        """The font's own hash in hex; nothing is checked."""
        return binascii.hexlify(self._digest).decode()

    def check(self) -> "bool":
        """Whether every byte is as it was made (takes a moment: the self-test asks)."""
        seen = hashlib.sha256()
        for start in range(HEAD_BYTES, self.size, 512):
            seen.update(self._source.read(start, min(512, self.size - start)))
        return seen.digest() == self._digest

    def has(self, character: "str") -> "bool":
        """Whether there is a glyph."""
        return self._find(ord(character)) >= 0

    def glyph(self, character: "str") -> "bytes":
        """16 bytes for a narrow and 32 for a wide character: the upper eight rows, then the lower
        eight, a byte for each column with its lowest bit uppermost."""
        kept = self._kept.get(character)
        if kept is None:
            kept = self._look_up(ord(character))
            if len(self._kept) >= MOST_KEPT:
                self._kept = {}
            self._kept[character] = kept
        return kept

    def _look_up(self, code: "int") -> "bytes":
        index = self._find(code)
        if index < 0:
            return NARROW_BOX if code < FIRST_WIDE else WIDE_BOX
        if index < self._narrow:
            return self._source.read(self._bitmaps + NARROW_BYTES * index, NARROW_BYTES)
        start = self._bitmaps + NARROW_BYTES * self._narrow
        return self._source.read(start + WIDE_BYTES * (index - self._narrow), WIDE_BYTES)

    def _find(self, code: "int") -> "int":
        """Where a code point stands, -1 when the font doesn't have it."""
        block = _last_not_above(self._firsts, len(self._firsts), code)
        if block < 0:
            return -1
        start = block * BLOCK
        size = min(BLOCK, self._count - start)
        words = self._source.read(HEAD_BYTES + 2 * start, 2 * size)
        at = _last_not_above(_Words(words), size, code)
        return start + at if _word(words, 2 * at) == code else -1

    def _code(self, index: "int") -> "int":
        return _word(self._source.read(HEAD_BYTES + 2 * index, 2), 0)


class _Words:
    """Bytes seen as 16 bit numbers, lowest byte first."""

    def __init__(self, data: "bytes") -> "None":
        self._data = data

    def __getitem__(self, index: "int") -> "int":
        return _word(self._data, 2 * index)


def _last_not_above(ordered: "object", count: "int", wanted: "int") -> "int":
    """Where the last of the ordered numbers is that isn't above `wanted`; -1 when all are."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] <= wanted:
            low = middle + 1
        else:
            high = middle
    return low - 1


def _word(data: "bytes", offset: "int") -> "int":
    return data[offset] | data[offset + 1] << 8
