"""What arrives from outside, handed to tasks that wait for it."""

import asyncio

from aio import wait_ms


class ByteQueue:
    """Received bytes; the oldest are dropped beyond 4 kB, and `lost` counts them."""

    LARGEST = 4096

    def __init__(self) -> "None":
        self._data = b""
        self._arrived = asyncio.Event()
        self.lost = 0

    def put(self, data: "bytes") -> "None":
        kept = self._data + data
        if len(kept) > self.LARGEST:
            self.lost += len(kept) - self.LARGEST
            kept = kept[-self.LARGEST :]
        self._data = kept
        self._arrived.set()

    def take(self) -> "bytes":
        """All bytes there are, perhaps none."""
        data = self._data
        self._data = b""
        self._arrived.clear()
        return data

    async def get(self, timeout_ms: "int") -> "bytes":
        """All bytes there are; waits for the first one, and gives b"" after timeout_ms."""
        await wait_ms(self._arrived, timeout_ms)
        return self.take()


class KeyQueue:
    """Key presses, oldest first, at most eight."""

    LARGEST = 8

    def __init__(self) -> "None":
        self._keys: "list[str]" = []
        self._pressed = asyncio.Event()

    def put(self, key: "str") -> "None":
        if len(self._keys) < self.LARGEST:
            self._keys.append(key)
        self._pressed.set()

    def forget(self) -> "None":
        """Drop what was pressed before the present screen."""
        self._keys = []
        self._pressed.clear()

    async def next(self, timeout_ms: "int") -> "str":
        """The next key: ok, back, up or down; "" after timeout_ms."""
        await wait_ms(self._pressed, timeout_ms)
        if not self._keys:
            return ""
        key = self._keys.pop(0)
        if not self._keys:
            self._pressed.clear()
        return key
