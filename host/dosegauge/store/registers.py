"""Register entries: instruments, detectors, devices, clients, people. Each change is a new row."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from dosegauge.errors import StoreError
from dosegauge.store import tables
from dosegauge.store.database import Database, now
from dosegauge.store.devices import Device, device_row
from dosegauge.texts import Text

_FIRST_VERSION = 2


@dataclass(frozen=True)
class RegisterRow:
    """One row of a register: `subject` tells whose row it is, `content` holds its members. `id` is
    None for what is known from elsewhere and was never registered."""

    id: int | None
    register: str
    subject: tuple[str, ...]
    content: dict[str, Any]
    created_at: str
    supersedes: int | None
    who: str
    why: str


@dataclass(frozen=True)
class NewEntry:
    """An entry to be added. `supersedes` is the row it replaces, None for a new subject; `device`
    links it to a calibrated device."""

    subject: tuple[str, ...]
    content: dict[str, Any]
    supersedes: int | None = None
    device: Device | None = None


class Registers:
    """Reads and adds register entries; nothing in them is changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, register: str) -> list[RegisterRow]:
        """All rows of a register in the order in which they were added."""
        if self._database.version < _FIRST_VERSION:
            return []
        columns = tables.register_entries.c
        wanted = select(tables.register_entries).where(columns.register == register)
        with self._database.reading() as connection:
            return [_row(row._mapping) for row in connection.execute(wanted.order_by(columns.id))]

    def current(self, register: str) -> list[RegisterRow]:
        """The newest row of each subject, in the order in which subjects were first added."""
        newest: dict[tuple[str, ...], RegisterRow] = {}
        for row in self.history(register):
            newest[row.subject] = row
        return list(newest.values())

    def versions(self, register: str, subject: tuple[str, ...]) -> list[RegisterRow]:
        """All rows of one subject, the newest first."""
        return [row for row in reversed(self.history(register)) if row.subject == subject]

    def add(self, register: str, entries: Sequence[NewEntry], who: str, why: str) -> None:
        """Adds entries, all or none.

        ValueError for a change without who or why; StoreError when another program changed one
        of the subjects since it was read.
        """
        if any(entry.supersedes is not None for entry in entries) and not (
            who.strip() and why.strip()
        ):
            raise ValueError("a change says who made it and why")
        with self._database.writing() as connection:
            for entry in entries:
                _require_newest(connection, register, entry)
                connection.execute(
                    insert(tables.register_entries).values(
                        register=register,
                        subject=_subject_text(entry.subject),
                        content=json.dumps(entry.content, ensure_ascii=False, sort_keys=True),
                        device_id=entry.device and device_row(connection, entry.device),
                        created_at=now(),
                        supersedes=entry.supersedes,
                        who=who,
                        why=why,
                    )
                )


def _require_newest(connection: Connection, register: str, entry: NewEntry) -> None:
    columns = tables.register_entries.c
    newest = (
        select(columns.id)
        .where(columns.register == register, columns.subject == _subject_text(entry.subject))
        .order_by(columns.id.desc())
        .limit(1)
    )
    if connection.execute(newest).scalar_one_or_none() != entry.supersedes:
        raise StoreError(
            Text(
                "另一个程序同时更改了登记，未保存",
                "another program changed this register meanwhile, nothing was stored",
            ),
            " ".join(entry.subject),
            Text("请重试", "Try again"),
        )


def _subject_text(subject: tuple[str, ...]) -> str:
    return json.dumps(list(subject), ensure_ascii=False)


def _row(members: Any) -> RegisterRow:
    columns = dict(members)
    columns.pop("device_id")
    columns["subject"] = tuple(json.loads(columns["subject"]))
    columns["content"] = json.loads(columns["content"])
    return RegisterRow(**columns)
