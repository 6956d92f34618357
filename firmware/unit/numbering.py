"""Epoch of the flash and next session number: together they make ids that never come again.

Both lie beside the logs, the next number twice: each file is written before a session begins, so
that the larger one is right when the other is damaged, gone, or a cut came between the two. When
neither can be read, a new epoch is drawn, under which any number is new.
"""

import os

EPOCH = "epoch"
COUNTERS = ("next", "next-copy")
# A unit does not live to see this many sessions: a larger number is damage.
LARGEST_NUMBER = 999999999
_NO_SPACE = 28


class Numbering:
    """`epoch` is that of new sessions; a stored one may be of an earlier epoch."""

    def __init__(self, folder: "str", entropy: "object") -> "None":
        self._folder = folder
        self._next = max([self._counter(name) for name in COUNTERS])
        kept = _content(folder + "/" + EPOCH)
        known = is_epoch(kept)
        self.epoch = kept.decode() if known else ""
        self._epoch_kept = known and self._next > 0
        if not self._epoch_kept:
            self.epoch = _another_epoch(self.epoch, entropy() & 0xFFFF)
            self._next = max(1, self._next)
        try:
            self._keep()
        except OSError:
            pass  # a full flash does not stop a start; no session begins before it is kept

    def take(self, least: "int") -> "int":
        """A number never given out in this epoch, at least `least`. OSError: it can't be kept."""
        number = max(self._next, least)
        if number >= LARGEST_NUMBER:
            raise OSError(_NO_SPACE)
        self._next = number + 1
        self._keep()
        return number

    def _keep(self) -> "None":
        # The epoch first: a cut behind it leaves no counter that belongs to the old one.
        if not self._epoch_kept:
            _write_whole(self._folder + "/" + EPOCH, self.epoch)
            self._epoch_kept = True
        for name in COUNTERS:
            if self._counter(name) != self._next:
                _write_whole(self._folder + "/" + name, str(self._next))

    def _counter(self, name: "str") -> "int":
        return whole_number(_content(self._folder + "/" + name))


def is_epoch(text: "str | bytes") -> "bool":
    """Whether something is four hex digits."""
    digits = b"0123456789abcdef" if isinstance(text, bytes) else "0123456789abcdef"
    return len(text) == 4 and not text.strip(digits)


def whole_number(text: "str | bytes") -> "int":
    """The number from 1 to the largest that a text of digits alone gives; 0 for anything else."""
    digits = b"0123456789" if isinstance(text, bytes) else "0123456789"
    if not text or len(text) > 9 or text.strip(digits):
        return 0
    return int(text)


def _another_epoch(old: "str", bits: "int") -> "str":
    epoch = "{:04x}".format(bits)
    return epoch if epoch != old else "{:04x}".format(bits ^ 1)


def _content(path: "str") -> "bytes":
    """The first bytes of a small file, b"" when it can't be read."""
    try:
        with open(path, "rb") as kept:
            return kept.read(16)
    except OSError:
        return b""


def _write_whole(path: "str", text: "str") -> "None":
    with open(path + ".part", "w") as target:
        target.write(text)
        target.flush()
    os.rename(path + ".part", path)
