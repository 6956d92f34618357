"""Whose turn it is on the link: one port, one user at a time, first come first served."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOOK_S = 0.1


class LinkDesk:
    """Turns on the link. Safe for several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: list[object] = []

    @contextmanager
    def turn(self, given_up: Callable[[], bool] = lambda: False) -> Iterator[bool]:
        """Waits for the turn and holds it. False: `given_up` became true first."""
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            while self._queue[0] is not ticket and not given_up():
                self._changed.wait(_LOOK_S)
            mine = self._queue[0] is ticket and not given_up()
        try:
            yield mine
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    @property
    def wanted(self) -> bool:
        """Whether somebody waits: whoever only watches should then let go."""
        with self._changed:
            return len(self._queue) > 1
