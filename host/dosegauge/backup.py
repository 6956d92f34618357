"""A store's backup: a whole, checked copy in one file; and the way back.

Nothing is ever written over: a backup goes to a new file, and a store that a backup takes the
place of is kept beside it under a name of its own, with whatever SQLite had left beside it.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dosegauge.errors import CheckFailed, StoreError, WrongUse
from dosegauge.store import SessionRow, Store
from dosegauge.store.database import NewerStore, fault_in_words
from dosegauge.texts import Text
from dosegauge.verification import verify_session

# What SQLite keeps beside a database: a journal left there would be played into another file.
_COMPANIONS = ("-journal", "-wal", "-shm")


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
    if target.exists():
        raise WrongUse(
            Text("这个文件已存在", "this file exists already"),
            str(target),
            Text("请另选文件名", "Name another file"),
        )
    store = Store.open(source)
    before = store.sessions()
    with _part_of(target) as part:
        _copy(source, part)
        copy = Store.open(part)
        # Others may have stored more meanwhile: what stood there before the copy must be in it.
        _require_all(before, store, copy, target)
        rows, damaged = _checked(copy)
        _publish(part, target)
    return Copied(target, len(rows), damaged)


def restore(source: Path, location: str) -> Copied:
    """Puts a backup in the place of a store.

    CheckFailed when a session in the backup does not verify. WrongUse when it is no store, is of
    a newer version, or lacks anything of a session that the present store holds.
    """
    target = _store_file(location)
    backup = Store.open(_existing(source))
    rows, damaged = _checked(backup)
    if damaged:
        raise CheckFailed(
            Text("备份中有损坏的测量", "the backup holds damaged sessions"),
            ", ".join(damaged[:5]),
            Text("请用另一份备份", "Use another backup"),
        )
    if target.exists():
        if target.samefile(source):
            raise WrongUse(Text("这就是当前数据库", "this is the store itself"), str(source))
        _require_contained(target, backup)
    _make_folder(target.parent)
    with _part_of(target) as part:
        _copy(source, part)
        if len(Store.open(part).sessions()) != len(rows):
            raise _not_same(target)
        kept = _set_aside(target)
        _publish(part, target)
    return Copied(target, len(rows), kept=kept)


def _store_file(location: str) -> Path:
    if "://" in location:
        raise WrongUse(
            Text(
                "只有文件形式的数据库可以这样备份", "only a store in a file is backed up like this"
            ),
            location.partition("://")[0],
            Text("请用数据库服务器自己的工具", "Use the database server's own tools"),
        )
    return Path(location)


def _existing(file: Path) -> Path:
    # An empty file would be taken for a new store and filled.
    if not file.is_file() or not file.stat().st_size:
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


def _require_contained(present: Path, backup: Store) -> None:
    """Everything that the present store holds of sessions must be in the backup, too."""
    try:
        store = Store.open(present)
        rows = store.sessions()
    except NewerStore:
        raise
    except WrongUse:
        return  # no store any more: it is kept aside, and nothing can be compared
    for row in rows:
        if not backup.raw(row.id).startswith(store.raw(row.id)):
            raise WrongUse(
                Text(
                    "当前数据库中的这次测量不在备份里，未恢复",
                    "the present store holds this session and the backup does not: not restored",
                ),
                row.id,
                Text(
                    "请先备份当前数据库，再用 --store 恢复到另一个文件",
                    "Back the present store up, or restore to another file with --store",
                ),
            )


def _copy(source: Path, part: Path) -> None:
    try:
        with (
            contextlib.closing(sqlite3.connect(source)) as old,
            contextlib.closing(sqlite3.connect(part)) as new,
        ):
            old.backup(new)
    except sqlite3.Error as error:
        raise fault_in_words(str(part), str(error)) from error


@contextlib.contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """An unfinished file beside the target, gone at the end unless it was published."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield part
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        for leftover in (part, *(Path(f"{part}{end}") for end in _COMPANIONS)):
            with contextlib.suppress(OSError):
                leftover.unlink()


def _publish(part: Path, target: Path) -> None:
    """On disk first, then under its name."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _set_aside(target: Path) -> Path | None:
    """Gives the present store, and what SQLite left beside it, another name."""
    if not target.exists():
        return None
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = target.with_name(f"{target.name}.before-restore-{moment}")
    for end in _COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{target}{end}").rename(f"{kept}{end}")
    target.rename(kept)
    return kept


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
