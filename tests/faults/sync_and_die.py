"""Syncs and deletes as a process of its own, which kills itself at a given step.

arguments: port, store, the step to die at (0: never). A step is a line to the unit, a statement
of the database, the begin or the end of a commit. Prints how many steps there were.
"""

import os
import signal
import sys

from sqlalchemy import Engine, event

from dosegauge.errors import DosegaugeError
from dosegauge.link.client import Timing, UnitClient
from dosegauge.link.sync import sync
from dosegauge.link.transport import Transport
from dosegauge.store import Store


class Steps:
    """Counts steps and dies at one of them."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self._last = last

    def step(self, *_arguments: object) -> None:
        """One more; there may be none after it."""
        self.done += 1
        if self.done == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingTransport(Transport):
    """Each line written is a step before and a step after it."""

    steps: Steps

    def write_line(self, line: bytes) -> None:
        self.steps.step()
        super().write_line(line)
        self.steps.step()


def main(port: str, path: str, last: int) -> int:
    steps = Steps(last)
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(Engine, name, steps.step)
    try:
        transport = DyingTransport(port)
        transport.steps = steps
        with UnitClient(transport, Timing(0.5, 3)) as client:
            sync(client, Store.open(path, busy_wait_s=0.2), delete_synced=True)
    except DosegaugeError as error:
        print(error.line("en"), file=sys.stderr)
        return error.exit_code
    print(steps.done)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
