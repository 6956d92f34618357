"""Derived results, kept as they were handed out; a correction is a new row that names the old."""

import json
from dataclasses import dataclass

from sqlalchemy import insert, select

from dosegauge.store import tables
from dosegauge.store.database import Database, now


@dataclass(frozen=True)
class ResultRow:
    """One stored result. `content` is the evaluation's JSON, `log_digest` the chain digest of
    the bytes it was derived from."""

    id: int
    session_id: str
    created_at: str
    software: str
    core: str
    log_digest: str
    content: dict[str, object]
    supersedes: int | None
    who: str
    why: str


class ResultRegister:
    """Reads and adds results; nothing in it is changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        session_id: str,
        software: str,
        core: str,
        log_digest: str,
        content: dict[str, object],
        who: str,
        supersedes: int | None = None,
        why: str = "",
    ) -> int:
        """Adds a result and gives its number; ValueError for a correction without who or why."""
        if supersedes is not None and not (who.strip() and why.strip()):
            raise ValueError("a correction says who made it and why")
        row = {
            "session_id": session_id,
            "created_at": now(),
            "software": software,
            "core": core,
            "log_digest": log_digest,
            "content": json.dumps(content, ensure_ascii=False, sort_keys=True),
            "supersedes": supersedes,
            "who": who,
            "why": why,
        }
        with self._database.writing() as connection:
            added = insert(tables.results).values(row).returning(tables.results.c.id)
            return int(connection.execute(added).scalar_one())

    def of_session(self, session_id: str) -> list[ResultRow]:
        """All results of a session, oldest first."""
        columns = tables.results.c
        wanted = select(tables.results).where(columns.session_id == session_id)
        with self._database.reading() as connection:
            found = connection.execute(wanted.order_by(columns.id))
            return [
                ResultRow(**{**row._mapping, "content": json.loads(row.content)}) for row in found
            ]
