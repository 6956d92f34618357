"""Units and sessions: raw bytes that are added to and never changed."""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select
from sqlalchemy.engine import Row

from dosegauge.errors import StoreError, WrongUse
from dosegauge.link.answers import UnitInfo
from dosegauge.store import tables
from dosegauge.store.chain import START, ChainEnd
from dosegauge.store.database import BUSY_WAIT_S, Database, now
from dosegauge.store.devices import DeviceRegister
from dosegauge.store.image_measurements import ImageMeasurements
from dosegauge.store.registers import Registers
from dosegauge.store.results import ResultRegister
from dosegauge.texts import Text
from dosegauge_core import records

STORE_VARIABLE = "DOSEGAUGE_STORE"
_Fits = Callable[["SessionRow"], bool]


@dataclass(frozen=True)
class SessionRow:
    """A session in the store. `opened_ms` is UTC since 1970, or time since the unit's start when
    `clock_set` is False; `size` and `sealed` tell what is stored of it."""

    id: str
    unit: str
    session: str
    number: int
    procedure: str
    plan_id: str
    opened_ms: int
    clock_set: bool
    first_seen: str
    size: int
    sealed: bool
    digest: str


@dataclass(frozen=True)
class StoredPiece:
    """One row of a session's raw bytes, with what was noted when it was received: its SHA-256 and
    size, and at its end the chain digest, the number of the next record and the seal."""

    offset: int
    data: bytes
    sha256: str
    chain_digest: str
    size: int
    next_record: int
    sealed: bool


@dataclass(frozen=True)
class NotedEnd:
    """How far a session was stored once: bytes, chain digest after them, seal, and when."""

    size: int
    digest: str
    sealed: bool
    at: str


def store_path(option: str | None = None, environment: Mapping[str, str] | None = None) -> str:
    """The store named by --store, else by DOSEGAUGE_STORE, else the user's own."""
    variables = os.environ if environment is None else environment
    chosen = option or variables.get(STORE_VARIABLE)
    if chosen:
        return chosen
    import platformdirs

    return str(Path(platformdirs.user_data_dir("dosegauge", appauthor=False)) / "store.sqlite")


def session_id(unit: str, session: str) -> str:
    """The store's id of a unit's session; the unit's name comes first, once."""
    return session if session.startswith(unit + "-") else f"{unit}-{session}"


class Store:
    """The store. Raises StoreError and WrongUse with one line each; see `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.devices = DeviceRegister(database)
        self.results = ResultRegister(database)
        self.registers = Registers(database)
        self.images = ImageMeasurements(database)

    @classmethod
    def open(
        cls, location: str | Path, busy_wait_s: float = BUSY_WAIT_S, *, migrate: bool = True
    ) -> "Store":
        """Opens a store, a file or a database URL, and creates it when there is none.

        An older store is brought to the present version, unless `migrate` is False or it can't be
        written. NewerStore when a newer version of this program made it.
        """
        return cls(Database(str(location), busy_wait_s, migrate=migrate))

    @property
    def location(self) -> str:
        """The file or database URL."""
        return self._database.location

    @property
    def folder(self) -> Path:
        """The folder for files that belong to the store but are not in the database."""
        return self._database.folder

    def note_unit(self, info: UnitInfo) -> None:
        """Remembers a unit and what firmware it runs."""
        seen = {
            "board": info.board,
            "firmware": info.firmware,
            "core": info.core,
            "core_hash": info.core_hash,
        }
        with self._database.writing() as connection:
            known = select(tables.units.c.id).where(tables.units.c.id == info.unit)
            if connection.execute(known).first() is None:
                connection.execute(insert(tables.units).values(id=info.unit, first_seen=now()))
            if _last_sighting(connection, info.unit) != seen:
                row = {"unit": info.unit, "seen_at": now(), **seen}
                connection.execute(insert(tables.unit_sightings).values(row))

    def sessions(self) -> list[SessionRow]:
        """All sessions, in the order in which they were first stored."""
        with self._database.reading() as connection:
            return [_session_row(row) for row in connection.execute(_sessions_with_ends())]

    def find(self, wanted: str) -> SessionRow:
        """The session with this id, the unit's own name for it, or a unique part of the id.

        WrongUse when none or several fit.
        """
        found = self.sessions()
        for fits in (_has_id(wanted), _has_name(wanted), _has_part(wanted)):
            matches = [row for row in found if fits(row)]
            if len(matches) == 1:
                return matches[0]
            if matches:
                raise _ambiguous(wanted, matches)
        raise WrongUse(
            Text("没有这次测量", "there is no such session"),
            wanted,
            Text("用 dosegauge sessions 查看", "See dosegauge sessions"),
        )

    def stored_end(self, unit: str, session: str) -> ChainEnd:
        """How far a unit's session is stored; size 0 when it isn't."""
        with self._database.reading() as connection:
            return _end(connection, session_id(unit, session))

    def stored_size(self, unit: str, session: str) -> int:
        """How many bytes of a unit's session are stored."""
        return self.stored_end(unit, session).size

    def append(self, unit: str, session: str, number: int, data: bytes, end: ChainEnd) -> None:
        """Adds verified bytes at the end of what is stored; on disk when it returns.

        `end` is the chain's end after them. The first bytes must hold the open record. StoreError
        when another program stored something of the session meanwhile.
        """
        identity = session_id(unit, session)
        with self._database.writing() as connection:
            before = _end(connection, identity)
            if before.size + len(data) != end.size:
                raise StoreError(
                    Text(
                        "另一个程序同时保存了这次测量",
                        "another program stored this session meanwhile",
                    ),
                    identity,
                    Text("请重新同步", "Sync again"),
                )
            if not before.size:
                row = _opened(unit, session, number, data)
                connection.execute(insert(tables.sessions).values(row))
            connection.execute(
                insert(tables.session_bytes).values(
                    session_id=identity,
                    offset=before.size,
                    data=data,
                    size=len(data),
                    sha256=hashlib.sha256(data).hexdigest(),
                    chain_digest=end.digest.hex(),
                    next_record=end.next_record,
                    sealed=end.sealed,
                    received_at=now(),
                )
            )
            connection.execute(
                insert(tables.session_ends).values(
                    session_id=identity,
                    size=end.size,
                    digest=end.digest.hex(),
                    sealed=end.sealed,
                    at=now(),
                )
            )

    def pieces(self, identity: str) -> list[StoredPiece]:
        """The raw bytes as stored, piece by piece, each with its noted SHA-256."""
        columns = tables.session_bytes.c
        wanted = select(
            columns.offset,
            columns.data,
            columns.sha256,
            columns.chain_digest,
            columns.size,
            columns.next_record,
            columns.sealed,
        )
        ordered = wanted.where(columns.session_id == identity).order_by(columns.offset)
        with self._database.reading() as connection:
            return [
                StoredPiece(
                    row.offset,
                    bytes(row.data),
                    row.sha256,
                    row.chain_digest,
                    row.size,
                    row.next_record,
                    row.sealed,
                )
                for row in connection.execute(ordered)
            ]

    def noted_ends(self, identity: str) -> list[NotedEnd]:
        """How far the session was stored after each receipt, oldest first."""
        columns = tables.session_ends.c
        wanted = select(columns.size, columns.digest, columns.sealed, columns.at)
        ordered = wanted.where(columns.session_id == identity).order_by(columns.id)
        with self._database.reading() as connection:
            return [NotedEnd(*row) for row in connection.execute(ordered)]

    def raw(self, identity: str) -> bytes:
        """The raw log of a session as far as it is stored, read from the database's file."""
        return b"".join(piece.data for piece in self.pieces(identity))


def _last_sighting(connection: Connection, unit: str) -> dict[str, str] | None:
    columns = tables.unit_sightings.c
    wanted = select(columns.board, columns.firmware, columns.core, columns.core_hash)
    last = wanted.where(columns.unit == unit).order_by(columns.id.desc()).limit(1)
    row = connection.execute(last).first()
    return None if row is None else dict(row._mapping)


def _end(connection: Connection, identity: str) -> ChainEnd:
    columns = tables.session_bytes.c
    last = (
        select(
            columns.offset,
            columns.size,
            columns.chain_digest,
            columns.next_record,
            columns.sealed,
        )
        .where(columns.session_id == identity)
        .order_by(columns.offset.desc())
        .limit(1)
    )
    row = connection.execute(last).first()
    if row is None:
        return START
    return ChainEnd(
        row.offset + row.size, bytes.fromhex(row.chain_digest), row.next_record, row.sealed
    )


def _sessions_with_ends() -> Select[tuple[object, ...]]:
    """Every session with its last piece, which there need not be, in one question."""
    pieces, rows = tables.session_bytes.c, tables.sessions.c
    last = (
        select(pieces.session_id, func.max(pieces.offset).label("offset"))
        .group_by(pieces.session_id)
        .subquery()
    )
    is_last = (pieces.session_id == last.c.session_id) & (pieces.offset == last.c.offset)
    joined = tables.sessions.outerjoin(last, last.c.session_id == rows.id).outerjoin(
        tables.session_bytes, is_last
    )
    ends = (pieces.offset, pieces.size, pieces.sealed, pieces.chain_digest)
    return (
        select(tables.sessions, *(column.label(f"end_{column.name}") for column in ends))
        .select_from(joined)
        .order_by(rows.first_seen, rows.unit, rows.number)
    )


def _session_row(row: Row[tuple[object, ...]]) -> SessionRow:
    members: dict[str, Any] = dict(row._mapping)
    offset, size = members.pop("end_offset"), members.pop("end_size")
    sealed, digest = members.pop("end_sealed"), members.pop("end_chain_digest")
    return SessionRow(
        **members, size=(offset or 0) + (size or 0), sealed=bool(sealed), digest=digest or ""
    )


def altered_members(row: SessionRow, raw: bytes) -> list[str]:
    """What the row of a session says otherwise than its log's opening record; none where that
    can't be read, since then the log itself is damaged."""
    try:
        opened = _opened(row.unit, row.session, row.number, raw)
    except ValueError:
        return []
    names = ["procedure", "plan_id", "opened_ms", "clock_set", "id"]
    found = [name for name in names if getattr(row, name) != opened[name]]
    last = row.session.rpartition("-")[2]
    if last.isascii() and last.isdigit() and int(last) != row.number:
        found.append("number")
    return found


def _opened(unit: str, session: str, number: int, data: bytes) -> dict[str, object]:
    record = records.read_record(data, records.PREAMBLE_SIZE)
    opening = records.decode_json(record)
    plan = opening.get("plan")
    described = plan if isinstance(plan, dict) else {}
    return {
        "id": session_id(unit, session),
        "unit": unit,
        "session": session,
        "number": number,
        "procedure": str(described.get("procedure", "")),
        "plan_id": str(described.get("id", "")),
        "opened_ms": record.time_ms,
        "clock_set": record.clock_set,
        "first_seen": now(),
    }


def _has_id(wanted: str) -> _Fits:
    return lambda row: row.id == wanted


def _has_name(wanted: str) -> _Fits:
    return lambda row: row.session == wanted


def _has_part(wanted: str) -> _Fits:
    return lambda row: bool(wanted) and wanted in row.id


def _ambiguous(wanted: str, matches: list[SessionRow]) -> WrongUse:
    names = ", ".join(row.id for row in matches[:5])
    return WrongUse(
        Text(f"有多次测量符合：{names}", f"several sessions fit: {names}"),
        wanted,
        Text("请写出完整的编号", "Give the whole id"),
    )
