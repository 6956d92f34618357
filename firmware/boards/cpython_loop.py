"""The event loop that runs the firmware on the world's time under CPython (a convenience)."""

import asyncio
import selectors


class _WorldSelector(selectors.BaseSelector):
    """Instead of watching files it lets world time pass; the loop's own wake-up pipe is unused."""

    def __init__(self, board: "object") -> "None":
        self._board = board
        self._keys: "dict" = {}

    def register(self, fileobj: "object", events: "int", data: "object" = None) -> "object":
        key = selectors.SelectorKey(fileobj, 0, events, data)
        self._keys[fileobj] = key
        return key

    def unregister(self, fileobj: "object") -> "object":
        return self._keys.pop(fileobj)

    def select(self, timeout: "float | None" = None) -> "list":
        delay_ms = -1 if timeout is None else max(0, int(timeout * 1000 + 0.999))
        self._board.wait_for_events(delay_ms)
        return []

    def get_map(self) -> "dict":
        return self._keys


def run(main: "object", board: "object") -> "None":
    """Run a coroutine to its end on the board's clock."""
    loop = asyncio.SelectorEventLoop(_WorldSelector(board))
    loop.time = lambda: board.clock.ticks_ms() / 1000
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(main)
    finally:
        asyncio.set_event_loop(None)
