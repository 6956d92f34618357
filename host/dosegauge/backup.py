"""A store's backup: a whole, checked copy in one file; and the way back.

Nothing is ever written over: a backup goes to a new file, and a store that a backup takes the
place of is kept beside it under a name of its own, with whatever SQLite had left beside it.
"""

import contextlib
import os
import sqlite3
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dosegauge.errors import CheckFailed, StoreError, WrongUse
from dosegauge.store import SessionRow, Store, tables
from dosegauge.store.database import BUSY_WAIT_S, NotAStore, fault_in_words
from dosegauge.store.schema import has_own_schema
from dosegauge.texts import Text
from dosegauge.verification import verify_session

if TYPE_CHECKING:
    from sqlalchemy import Column

# What SQLite keeps beside a database: a journal left there would be played into another file.
_COMPANIONS = ("-journal", "-wal", "-shm")
# What of each table must be in a backup, too. Session bytes are compared as bytes: they may lie in
# other pieces.
_REGISTERS = {
    "session_ends": "session_id, size, digest, sealed",
    "results": "*",
    "entries": "*",
    "devices": "*",
    "device_values": "*",
    "register_entries": "*",
    "image_measurements": "*",
}
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_RETRY_S = 0.05


@dataclass(frozen=True)
class Copied:
    """What a backup or a restore brought: the file, its sessions, those that do not verify, and
    where the store went whose place was taken."""

    file: Path
    sessions: int
    damaged: list[str] = field(default_factory=list)
    kept: Path | None = None


def back_up(location: str, target: Path) -> Copied:
    """Copies a store, which others may go on using, to a new file and checks every session there.

    Sessions that do not verify are copied as they are and named. WrongUse when the file exists
    or there is no store to copy; StoreError when the copy can't be written or is not the same.
    """
    source = _existing(_store_file(location))
    if os.path.lexists(target):
        raise _exists(target)
    # What is copied and compared stays as it is, an older version too.
    store = Store.open(source, migrate=False)
    before = store.sessions()
    with _part_of(target) as part:
        _copy(source, part, target)
        _require_sound(part, source)
        copy = Store.open(part, migrate=False)
        # Others may have stored more meanwhile: what stood there before the copy must be in it.
        _require_all(before, store, copy, target)
        rows, damaged = _checked(copy)
        _sync_to_disk(part)
        _publish(part, target)
    return Copied(target, len(rows), damaged)


def restore(source: Path, location: str) -> Copied:
    """Puts a backup in the place of a store.

    CheckFailed when a session in the backup does not verify. WrongUse when it is no store, is of
    a newer version, or lacks anything of what the present store holds of sessions and registers.
    """
    target = _store_file(location)
    _require_replaceable(target)
    Store.open(_existing(source), migrate=False)
    if os.path.lexists(target) and target.samefile(source):
        raise WrongUse(Text("这就是当前数据库", "this is the store itself"), str(source))
    _make_folder(target.parent)
    with _part_of(target) as part:
        _copy(source, part, target)
        _require_sound(part, source)
        # What is checked is the very file that takes the store's place.
        backup = Store.open(part, migrate=False)
        rows, damaged = _checked(backup)
        if damaged:
            raise CheckFailed(
                Text("备份中有损坏的测量", "the backup holds damaged sessions"),
                ", ".join(damaged[:5]),
                Text("请用另一份备份", "Use another backup"),
            )
        if not has_own_schema(part):
            raise _broken(source)
        _sync_to_disk(part)
        with _locked(target):
            if target.exists():
                _require_contained(target, backup, part)
            kept = _take_place(part, target)
    return Copied(target, len(rows), kept=kept)


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Nobody adds to the store meanwhile; SQLite refuses whoever still has the former file open
    afterwards. What is no store any more can't be locked, nor added to."""
    if not target.is_file() or os.name == "nt":
        yield  # An open file can't be renamed there.
        return
    with contextlib.ExitStack() as held:
        try:
            connection = sqlite3.connect(target, timeout=BUSY_WAIT_S)
            lock = held.enter_context(contextlib.closing(connection))
            lock.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            fault = fault_in_words(str(target), str(error))
            if not isinstance(fault, NotAStore):
                raise fault from error
        yield


def _store_file(location: str) -> Path:
    if "://" in location:
        raise WrongUse(
            Text(
                "只有文件形式的数据库可以这样备份", "only a store in a file is backed up like this"
            ),
            location.partition("://")[0],
            Text("请用数据库服务器自己的工具", "Use the database server's own tools"),
        )
    # The store itself, not a link to it, is copied and replaced.
    file = Path(location)
    with contextlib.suppress(OSError):
        if file.is_symlink():
            return file.resolve()
    return file


def _require_replaceable(target: Path) -> None:
    """Only a file may be put aside: a folder of that name is somebody's own."""
    try:
        is_other = not target.name or (os.path.lexists(target) and not target.is_file())
    except OSError as error:
        raise _unwritable(target, error) from error
    if is_other:
        raise WrongUse(
            Text("这不是数据库文件，未恢复", "this is no store's file: not restored"),
            str(target),
            Text("请用 --store 指定一个文件", "Name a file with --store"),
        )


def _existing(file: Path) -> Path:
    # An empty file would be taken for a new store and filled.
    try:
        is_there = file.is_file() and file.stat().st_size > 0
    except OSError as error:
        raise WrongUse(
            Text(f"无法读取（{error.strerror}）", f"can't be read ({error.strerror})"), str(file)
        ) from error
    if not is_there:
        raise WrongUse(
            Text("没有这个数据库文件", "there is no such store"),
            str(file),
            Text("请检查路径", "Check the path"),
        )
    return file


def _checked(store: Store) -> tuple[list[str], list[str]]:
    """The ids of all sessions, and of those whose bytes do not hold."""
    identities = [row.id for row in store.sessions()]
    return identities, [name for name in identities if verify_session(store, name).damages]


def _require_sound(copy: Path, source: Path) -> None:
    """The copy is whole as a database: no broken page, no bytes whose session is gone."""
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
            odd = _has_odd_values(connection)
        except sqlite3.Error as error:
            raise fault_in_words(str(source), str(error)) from error
    if found != ("ok",) or orphan is not None or odd:
        raise _broken(source)


def _broken(source: Path) -> CheckFailed:
    return CheckFailed(
        Text("数据库文件的内部结构已损坏", "the database in this file is damaged"),
        str(source),
        Text("请保留此文件，并恢复一份备份", "Keep this file, and restore a backup"),
    )


def _has_odd_values(connection: sqlite3.Connection) -> bool:
    """Whether any value is of another kind than its column: SQLite itself would take it."""
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    for table in tables.metadata.tables.values():
        if table.name not in known:
            continue
        checks = " OR ".join(
            f'typeof("{column.name}") NOT IN ({_kinds(column)})' for column in table.columns
        )
        if connection.execute(f"SELECT 1 FROM {table.name} WHERE {checks}").fetchone():
            return True
    return False


def _kinds(column: "Column[Any]") -> str:
    kind = {bytes: "blob", int: "integer", bool: "integer"}.get(column.type.python_type, "text")
    return f"'{kind}', 'null'" if column.nullable else f"'{kind}'"


def _require_all(before: list[SessionRow], store: Store, copy: Store, target: Path) -> None:
    """Every session is in the copy at least as far as it was stored before the copy began."""
    for row in before:
        if copy.raw(row.id)[: row.size] != store.raw(row.id)[: row.size]:
            raise _not_same(target)


def _not_same(target: Path) -> StoreError:
    return StoreError(
        Text("副本与原数据库不一致，未保存", "the copy differs from the store; it was not kept"),
        str(target),
        Text("请重试", "Try again"),
    )


def _require_contained(present: Path, backup: Store, part: Path) -> None:
    """All bytes of sessions and all rows of the registers must be in the backup, too."""
    # No store any more, or one with broken pages: it is kept aside, and can't be compared further.
    with contextlib.suppress(NotAStore):
        store = Store.open(present, migrate=False)
        for row in store.sessions():
            if not backup.raw(row.id).startswith(store.raw(row.id)):
                _require_better(row.id, store, backup)
        for table in _REGISTERS:
            if _rows(present, table) - _rows(part, table):
                raise _would_lose(table)


def _require_better(identity: str, store: Store, backup: Store) -> None:
    """The store's own copy of a session is damaged, and the backup holds a whole one as long."""
    own, other = store.raw(identity), backup.raw(identity)
    if len(other) < len(own) or not verify_session(store, identity).damages:
        raise _would_lose(identity)


def _rows(file: Path, table: str) -> set[tuple[object, ...]]:
    """All rows of a table; none when an older store has no such table."""
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
            if connection.execute(known, (table,)).fetchone() is None:
                return set()
            return set(connection.execute(f"SELECT {_REGISTERS[table]} FROM {table}"))
    except sqlite3.Error as error:
        raise fault_in_words(str(file), str(error)) from error


def _would_lose(what: str) -> WrongUse:
    return WrongUse(
        Text(
            "当前数据库中有备份里没有的内容，未恢复",
            "the present store holds of this what the backup does not: not restored",
        ),
        what,
        Text(
            "请先备份当前数据库，再用 --store 恢复到另一个文件",
            "Back the present store up, or restore to another file with --store",
        ),
    )


def _copy(source: Path, part: Path, target: Path) -> None:
    try:
        with (
            contextlib.closing(sqlite3.connect(source)) as old,
            contextlib.closing(sqlite3.connect(part)) as new,
        ):
            old.backup(new, progress=_patience(), sleep=_RETRY_S)
        # Who may read the store may read its copy, and nobody else.
        part.chmod(stat.S_IMODE(source.stat().st_mode))
    except sqlite3.Error as error:
        raise fault_in_words(str(target), str(error)) from error


def _patience() -> Callable[[int, int, int], None]:
    """Ends a copy whose source stays locked: Python itself would try for ever."""
    ends_s = time.monotonic() + BUSY_WAIT_S

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status in _BUSY and time.monotonic() > ends_s:
            raise sqlite3.OperationalError("database is locked")

    return progress


@contextlib.contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """An unfinished file beside the target, gone at the end unless it was published."""
    part = target
    try:
        # A name of its own: nothing that a killed process left is taken for this one's.
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        part = Path(name)
        yield part
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        if part != target:
            for leftover in (part, *(Path(f"{part}{end}") for end in _COMPANIONS)):
                with contextlib.suppress(OSError):
                    leftover.unlink()


def _sync_to_disk(part: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _publish(part: Path, target: Path) -> None:
    """Gives the part its name, unless something has it by now."""
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        # A file system without links.
        if os.path.lexists(target):
            raise _exists(target) from error
        part.rename(target)
    _sync_folder(target.parent)


def _take_place(part: Path, target: Path) -> Path | None:
    """Puts the part in the store's place in one step; where the former store is now.

    What SQLite left beside the former store goes with it, and first: it would be played into the
    new one.
    """
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = target.with_name(f"{target.name}.before-restore-{moment}")
    for end in _COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{target}{end}").rename(f"{kept}{end}")
    if not target.exists():
        _publish(part, target)
        return None
    try:
        # Two names for a moment: there is a store under its name at every time.
        os.link(target, kept)
    except OSError:
        target.rename(kept)
        _publish(part, target)
    else:
        part.replace(target)
        _sync_folder(target.parent)
    return kept


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exists(target: Path) -> WrongUse:
    return WrongUse(
        Text("这个文件已存在", "this file exists already"),
        str(target),
        Text("请另选文件名", "Name another file"),
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        Text(f"无法写入（{error.strerror}）", f"can't be written ({error.strerror})"),
        str(path),
        Text("请检查权限和空间", "Check permissions and space"),
    )
