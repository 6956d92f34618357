"""What the screens work on: the store, the link and the virtual unit. Its methods block.

They are called from worker threads; everything heavy is imported when it is first needed, so
that the first picture comes before it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from dosegauge.errors import DosegaugeError
from dosegauge.tui.desk import LinkDesk
from dosegauge.tui.words import WORDS

if TYPE_CHECKING:
    from dosegauge.link.client import Timing, UnitClient
    from dosegauge.link.finder import Candidate
    from dosegauge.link.sync import SyncEvent, SyncReport
    from dosegauge.store import SessionRow, Store
    from dosegauge.store.devices import Nominal
    from dosegauge.tui.summary import Summary
    from dosegauge.tui.virtual_desk import VirtualDesk
    from dosegauge.verification import Verification


class Bench:
    """One store, one link, at most one virtual unit.

    `store` and `port` are the command line's options; `now_ms` tells the time (ms since 1970).
    """

    def __init__(
        self,
        store: str | None = None,
        port: str | None = None,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.now_ms = now_ms
        self.desk = LinkDesk()
        self.virtual: VirtualDesk | None = None
        self.chosen_port: str | None = None
        self._store_option = store
        self._port_option = port
        self._store: Store | None = None
        self._opening = threading.Lock()
        self._summaries: dict[tuple[str, str], Summary] = {}
        self._closed = False

    # the store

    @property
    def store_location(self) -> str:
        """Where the store is, opened or not."""
        if self._store is not None:
            return self._store.location
        return self._store_option or ""

    def store(self) -> Store:
        """The store, opened when first asked for."""
        from dosegauge.store import Store, store_path

        with self._opening:
            if self._store is None:
                self._store = Store.open(store_path(self._store_option))
            return self._store

    def sessions(self) -> list[SessionRow]:
        """All sessions, newest first."""
        return self.store().sessions()[::-1]

    def summary(self, row: SessionRow) -> Summary:
        """What a session holds; derived once for each state of its log."""
        from dosegauge.tui.summary import summarise

        key = (row.id, row.digest)
        if key not in self._summaries:
            self._summaries[key] = summarise(self.store(), row.id)
        return self._summaries[key]

    def verify(self, row: SessionRow) -> Verification:
        """Reads a session from the store's file again and derives everything."""
        from dosegauge.tui.summary import summary_of
        from dosegauge.verification import verify_session

        verification = verify_session(self.store(), row.id)
        self._summaries[row.id, row.digest] = summary_of(verification)
        return verification

    # the link

    def units(self) -> list[Candidate]:
        """The ports that may be units, each asked who it is; the virtual unit last."""
        from dosegauge.link.finder import candidates

        with self.desk.turn(lambda: self._closed) as mine:
            if not mine:
                return []
            found = candidates(self._port_option)
            if self.virtual is not None:
                found += candidates(self.virtual.port)
            return found

    def client(self, timing: Timing | None = None) -> UnitClient:
        """A client for the chosen unit. Only for whoever has the turn at `desk`."""
        from dosegauge.link.finder import connect

        if self.chosen_port is None:
            raise DosegaugeError(WORDS["no-unit-chosen"], "", WORDS["no-unit-todo"])
        return connect(self.chosen_port, timing)

    def sync(
        self, on_event: Callable[[SyncEvent], None], cancel: threading.Event
    ) -> tuple[SyncReport, list[Nominal]] | None:
        """Fetches what is new and learns the nominals of first calibrations; None when it was
        cancelled before it began."""
        from dosegauge.link.sync import sync
        from dosegauge.nominals import learn_nominals

        store = self.store()
        with self.desk.turn(cancel.is_set) as mine:
            if not mine:
                return None
            with self.client() as client:
                report = sync(client, store, on_event=on_event, cancel=cancel)
        return report, learn_nominals(store, [done.session for done in report.done if done.sealed])

    def set_clock(self) -> None:
        """Sets the chosen unit's clock to this computer's."""
        with self.desk.turn(lambda: self._closed) as mine:
            if mine:
                with self.client() as client:
                    client.hello()
                    client.set_clock(self.now_ms)

    def plugged_in(self) -> frozenset[str]:
        """The ports that look like units, without opening any; none when one was named."""
        from dosegauge.link.finder import chosen_port, usb_ports

        return frozenset() if chosen_port(self._port_option) else frozenset(usb_ports())

    # the virtual unit

    def start_virtual(self) -> None:
        """Starts a virtual unit, once."""
        from dosegauge.tui.virtual_desk import VirtualDesk

        with self._opening:
            if self.virtual is None and not self._closed:
                self.virtual = VirtualDesk()

    @property
    def virtual_chosen(self) -> bool:
        """Whether the chosen unit is the virtual one."""
        return self.virtual is not None and self.chosen_port == self.virtual.port

    def close(self) -> None:
        """Ends the virtual unit and whoever waits for the link."""
        self._closed = True
        with self._opening:
            if self.virtual is not None:
                self.virtual.close()
                self.virtual = None
