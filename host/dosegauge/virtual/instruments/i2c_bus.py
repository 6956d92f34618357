"""Parts on an I2C bus, at the level of transactions, and the bus as a board sees it.

Plain Python: the virtual board uses `I2cBus`; an emulated chip calls a part's `write` and `read`
with what passes between START and STOP. Both are refused by `Unanswered` where the real part would
not acknowledge.
"""

from __future__ import annotations

from collections.abc import Callable

EIO, ETIMEDOUT = 5, 110
CLOCKS_TO_FREE = 9

Microseconds = Callable[[], int]


class Unanswered(OSError):
    """Nobody acknowledges the address."""

    def __init__(self) -> None:
        super().__init__(EIO, "no acknowledge")


class I2cPart:
    """What every part can suffer; subclasses say what the bytes mean.

    absent: unplugged or without supply. `hold_sda` makes it hold the data line low, as a part does
    that was left in the middle of a byte. garbage: what it answers instead, byte by byte, None for
    the truth.
    """

    def __init__(self, address: int) -> None:
        self.address = address
        self.absent = False
        self.garbage: Callable[[], int] | None = None
        self._clocks_held = 0

    def hold_sda(self, clocks: int = CLOCKS_TO_FREE) -> None:
        """Keep the data line low until so many clocks have come."""
        self._clocks_held = clocks

    def holds_sda(self) -> bool:
        """Whether the data line is held low."""
        return self._clocks_held > 0 and not self.absent

    def clock(self) -> None:
        """One clock that nobody meant for a byte."""
        self._clocks_held = max(0, self._clocks_held - 1)

    def write(self, data: bytes) -> None:
        """What the master sends after this part's address."""
        self._require_present()
        self.on_write(data)

    def read(self, count: int) -> bytes:
        """What the master reads after this part's address."""
        self._require_present()
        answer = self.on_read(count)
        return answer if self.garbage is None else bytes(self.garbage() for _ in answer)

    def on_write(self, data: bytes) -> None:
        raise NotImplementedError

    def on_read(self, count: int) -> bytes:
        raise NotImplementedError

    def _require_present(self) -> None:
        if self.absent:
            raise Unanswered


class I2cBus:
    """The board contract's `i2c` (docs/board.md) with parts on it."""

    def __init__(self, *parts: I2cPart) -> None:
        self._parts = {part.address: part for part in parts}
        self.transactions: list[tuple[int, bytes]] = []

    def readfrom_mem(self, address: int, register: int, count: int) -> bytes:
        """A write of the register's number, then a read. OSError: EIO, ETIMEDOUT."""
        part = self._reached(address)
        part.write(bytes([register]))
        return part.read(count)

    def writeto_mem(self, address: int, register: int, data: bytes) -> None:
        """A write of the register's number and the bytes. OSError: EIO, ETIMEDOUT."""
        self.writeto(address, bytes([register]) + data)

    def writeto(self, address: int, data: bytes) -> None:
        """A write of the bytes. OSError: EIO, ETIMEDOUT."""
        self._reached(address).write(bytes(data))
        self.transactions.append((address, bytes(data)))

    def scan(self) -> list[int]:
        """The addresses that are acknowledged."""
        self._require_free()
        return sorted(address for address, part in self._parts.items() if not part.absent)

    def _reached(self, address: int) -> I2cPart:
        self._require_free()
        part = self._parts.get(address)
        if part is None:
            raise Unanswered
        return part

    def _require_free(self) -> None:
        """As a board does: what it finds held it frees with nine clocks, for the next try."""
        if not any(part.holds_sda() for part in self._parts.values()):
            return
        for part in self._parts.values():
            for _ in range(CLOCKS_TO_FREE):
                part.clock()
        raise OSError(ETIMEDOUT, "the data line is held low")
