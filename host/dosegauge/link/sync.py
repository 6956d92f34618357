"""Fetches a unit's sessions into the store: resumable at any byte, nothing ever overwritten.

Only bytes that the log's own chain covers are stored, window by window, each in one transaction
that is on disk before the next window is asked for. What was cut off is asked for again.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from dosegauge.errors import CheckFailed, DosegaugeError, StoreError
from dosegauge.link.answers import UnitInfo, UnitSession
from dosegauge.link.client import LARGEST_READ, UnitClient
from dosegauge.link.damaged import keep_damaged
from dosegauge.link.faults import (
    BadAnswer,
    ForeignSession,
    LogDamaged,
    LogDiverged,
    OtherUnit,
    UnitRefused,
)
from dosegauge.store import Store
from dosegauge.store.chain import BrokenChain, ChainEnd, ChainFollower
from dosegauge.store.session_store import session_id
from dosegauge.texts import Text
from dosegauge_core import records


@dataclass(frozen=True)
class UnitFound:
    """The unit answered; it has this many sessions."""

    unit: UnitInfo
    sessions: int


@dataclass(frozen=True)
class SessionStarted:
    """A session's transfer begins: `stored` of `size` bytes are there already."""

    session: str
    stored: int
    size: int


@dataclass(frozen=True)
class Progress:
    """Bytes of the running session that have arrived, of those the unit has."""

    session: str
    received: int
    size: int


@dataclass(frozen=True)
class SessionDone:
    """A session is stored as far as the unit has it; `added` bytes are new."""

    session: str
    size: int
    added: int
    sealed: bool


@dataclass(frozen=True)
class SessionFailed:
    """A session could not be fetched whole; the others go on."""

    session: str
    fault: DosegaugeError


@dataclass(frozen=True)
class SessionDeleted:
    """A session was deleted on the unit; it is in the store."""

    session: str


SyncEvent = UnitFound | SessionStarted | Progress | SessionDone | SessionFailed | SessionDeleted


@dataclass
class SyncReport:
    """What a sync did. `cancelled`: it was asked to stop, what had arrived is stored."""

    unit: UnitInfo
    done: list[SessionDone] = field(default_factory=list)
    failed: list[SessionFailed] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    cancelled: bool = False


class _Cancelled(Exception):
    pass


def _ignore(_event: SyncEvent) -> None:
    """Nobody watches."""


def sync(
    client: UnitClient,
    store: Store,
    *,
    on_event: Callable[[SyncEvent], None] = _ignore,
    cancel: threading.Event | None = None,
    delete_synced: bool = False,
) -> SyncReport:
    """Fetches what the store does not have yet of every session on the unit.

    A fault of one session is in the report and the others go on; LinkError and StoreError end
    the sync. delete_synced deletes on the unit what is sealed and proven to be in the store.
    """
    run = _Sync(client, store, on_event, cancel or threading.Event())
    try:
        run.fetch_all()
        if delete_synced:
            run.delete_sealed()
    except _Cancelled:
        run.report.cancelled = True
    return run.report


class _Sync:
    def __init__(
        self,
        client: UnitClient,
        store: Store,
        on_event: Callable[[SyncEvent], None],
        cancel: threading.Event,
    ) -> None:
        self.client = client
        self.store = store
        self.on_event = on_event
        self.cancel = cancel
        self.report = SyncReport(client.hello())
        self.unit = self.report.unit.unit

    def fetch_all(self) -> None:
        listed = self.client.sessions()
        self._require_same_unit()
        self.store.note_unit(self.report.unit)
        self.on_event(UnitFound(self.report.unit, len(listed)))
        for entry in listed:
            try:
                done = self._fetch(entry)
            except LogDamaged as fault:
                self._fail(entry, self._with_bytes_kept(entry, fault))
            except (LogDiverged, ForeignSession) as fault:
                self._fail(entry, fault)
            except (UnitRefused, BadAnswer) as fault:
                # About this session alone, if the unit is still there and of sound mind.
                self._require_same_unit()
                self._fail(entry, fault)
            else:
                self.report.done.append(done)
                self.on_event(done)

    def _fail(self, entry: UnitSession, fault: DosegaugeError) -> None:
        failed = SessionFailed(session_id(self.unit, entry.session), fault)
        self.report.failed.append(failed)
        self.on_event(failed)

    def _with_bytes_kept(self, entry: UnitSession, fault: LogDamaged) -> LogDamaged:
        """The fault, with all bytes of the damaged log in a file for whoever examines it."""
        identity = session_id(self.unit, entry.session)
        try:
            kept = keep_damaged(self.store.folder, identity, self._all_bytes(entry))
        except StoreError as unkept:
            self._fail(entry, unkept)
            return fault
        except (UnitRefused, BadAnswer):
            self._require_same_unit()
            return fault
        return LogDamaged(identity, fault.reason, str(kept))

    def _all_bytes(self, entry: UnitSession) -> bytes:
        """Everything the unit lists of a session, unverified, as far as it gives it."""
        data = b""
        while len(data) < entry.size:
            self._stop_if_cancelled()
            left = min(entry.size - len(data), LARGEST_READ)
            window = self.client.read(entry.session, len(data), left)
            if not window.data:
                break
            data += window.data
        return data

    def delete_sealed(self) -> None:
        for done in self.report.done:
            if done.sealed:
                self._stop_if_cancelled()
                self._delete(done)

    def _delete(self, done: SessionDone) -> None:
        try:
            delete_on_unit(self.client, self.store, done.session)
        except (CheckFailed, UnitRefused) as fault:
            failed = SessionFailed(done.session, fault)
            self.report.failed.append(failed)
            self.on_event(failed)
        else:
            self.report.deleted.append(done.session)
            self.on_event(SessionDeleted(done.session))

    def _fetch(self, entry: UnitSession) -> SessionDone:
        identity = session_id(self.unit, entry.session)
        stored = self.store.stored_end(self.unit, entry.session)
        self.on_event(SessionStarted(identity, stored.size, entry.size))
        _require_continuation(identity, stored, entry)
        end = stored
        retried = False
        while end.size < entry.size:
            try:
                end = self._fetch_from(entry, identity, end)
            except BrokenChain as broken:
                # Once more from the last verified byte: it may have been the way here.
                if retried:
                    raise _log_fault(identity, stored, entry, broken) from broken
                retried = True
                end = self.store.stored_end(self.unit, entry.session)
            except records.LogError as error:
                raise LogDamaged(identity, str(error)) from error
        self._require_same_unit()
        return SessionDone(identity, end.size, end.size - stored.size, end.sealed)

    def _fetch_from(self, entry: UnitSession, identity: str, start: ChainEnd) -> ChainEnd:
        """Reads window after window until all that the list told of is stored."""
        follower = ChainFollower(start)
        unsaved = b""
        while follower.end.size < entry.size:
            self._stop_if_cancelled()
            left = max(1, entry.size - follower.received)
            window = self.client.read(entry.session, follower.received, min(left, LARGEST_READ))
            if not window.data:
                raise BrokenChain(follower.received, "the log ends here", intact_records=False)
            unsaved += follower.feed(window.data)
            # The preamble does not say whose session this is: it goes with the first batch.
            if unsaved and follower.end.next_record:
                if not start.size and follower.end.size == len(unsaved):
                    self._require_own(entry, identity, unsaved)
                self.store.append(self.unit, entry.session, entry.number, unsaved, follower.end)
                unsaved = b""
            self.on_event(Progress(identity, follower.received, max(window.size, entry.size)))
        return follower.end

    def _require_own(self, entry: UnitSession, identity: str, data: bytes) -> None:
        """The open record says which unit measured this: it must be the one we talk to."""
        first = records.read_record(data, records.PREAMBLE_SIZE)
        try:
            opening = records.decode_json(first)
        except ValueError as error:
            raise LogDamaged(identity, str(error)) from error
        if first.type != records.OPEN:
            raise LogDamaged(identity, "the first record is no open record")
        if opening.get("unit") != self.unit:
            # Another unit on the port ends the sync; a moved flash concerns this session only.
            self._require_same_unit()
            raise ForeignSession(identity, str(opening.get("unit"))[:64], self.unit)
        if opening.get("session") != entry.session:
            other = str(opening.get("session"))[:64]
            raise LogDamaged(identity, f"the log is that of {other}")

    def _require_same_unit(self) -> None:
        present = self.client.hello().unit
        if present != self.unit:
            raise OtherUnit(self.client.port, self.unit, present)

    def _stop_if_cancelled(self) -> None:
        if self.cancel.is_set():
            raise _Cancelled


def _require_continuation(identity: str, stored: ChainEnd, entry: UnitSession) -> None:
    """What the unit lists must be what is stored, or more of it."""
    if stored.size and not entry.digest and entry.size <= stored.size:
        raise LogDamaged(identity, "the unit can't read its log")
    if entry.size < stored.size:
        raise LogDiverged(identity, f"{entry.size} < {stored.size} bytes")
    if entry.size == stored.size and entry.digest != stored.digest.hex():
        raise LogDiverged(identity, "digest")
    if entry.size > stored.size and stored.sealed:
        raise LogDiverged(identity, "sealed")


def _log_fault(
    identity: str, stored: ChainEnd, entry: UnitSession, broken: BrokenChain
) -> LogDiverged | LogDamaged:
    """Good records that do not continue what is stored are another history, and so is what has no
    record where one must begin, unless the unit can't read its log either; the rest is damage."""
    no_record = broken.offset == stored.size and entry.digest
    if stored.size and (broken.intact_records or no_record):
        return LogDiverged(identity, str(broken))
    return LogDamaged(identity, str(broken))


def delete_on_unit(client: UnitClient, store: Store, identity: str) -> None:
    """Deletes a session on its unit once the store's own bytes prove that nothing is lost.

    The bytes are read again from the store and their chain is computed anew; the unit deletes only
    what has that digest. CheckFailed when the stored session is not whole and sealed; OtherUnit
    when the unit is not the one that measured it.
    """
    row = store.find(identity)
    present = client.hello().unit
    if present != row.unit:
        raise OtherUnit(client.port, row.unit, present)
    log = records.read_log(store.raw(row.id))
    if not log.sealed or log.fault is not None:
        raise CheckFailed(
            Text(
                "未封存或未完整保存，不能在装置上删除",
                "not sealed or not stored whole, so it stays on the unit",
            ),
            row.id,
            Text("请先同步并检查", "Sync it and run dosegauge verify first"),
        )
    client.delete(row.session, log.digest.hex())
