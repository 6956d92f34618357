"""Opening the database safely and telling its failures in one line."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from dosegauge.errors import StoreError, WrongUse
from dosegauge.store import migrations, tables
from dosegauge.texts import Text

BUSY_WAIT_S = 5.0


class ReadOnlyStore(StoreError):
    """The database can be read but not written."""


class NotAStore(WrongUse):
    """The file is no store, or one that is damaged so that it can't be read."""


class NewerStore(WrongUse):
    """The database was made by a newer version of this program."""


def now() -> str:
    """The present time as it is stored: UTC, ISO 8601, seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Database:
    """One database: every use is one transaction on a connection of its own.

    A fresh connection reads from the file, not from what an earlier one remembered.
    """

    def __init__(
        self, location: str, busy_wait_s: float = BUSY_WAIT_S, *, migrate: bool = True
    ) -> None:
        self._engine = _engine(location, busy_wait_s)
        # What is shown of a URL holds no password.
        self.location = location if "://" not in location else str(self._engine.url)
        with _faults(self.location):
            self.version = self._prepare(migrate)

    @property
    def folder(self) -> Path:
        """The folder that a store's further files go to: its own, or the user's for a server."""
        url = self._engine.url
        if url.get_backend_name() == "sqlite" and url.database:
            return Path(url.database).parent
        import platformdirs

        return Path(platformdirs.user_data_dir("dosegauge", appauthor=False))

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with _faults(self.location), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its beginning and is on disk at its end."""
        writer = self._engine.execution_options(dosegauge_writes=True)
        with _faults(self.location), writer.begin() as connection:
            yield connection

    def _prepare(self, migrate: bool) -> int:
        """Creates or migrates the tables; the version that they have then."""
        if self._version() is None:
            with self.writing() as connection:
                if not sqlalchemy.inspect(connection).has_table("schema_versions"):
                    migrations.create(connection, now())
        version = self._known_version()
        if migrate and version < tables.SCHEMA_VERSION:
            # A store that can't be written is read as it is.
            with contextlib.suppress(ReadOnlyStore), self.writing() as connection:
                # Another program may have migrated it meanwhile.
                migrations.migrate(connection, now())
            version = self._known_version()
        return version

    def _known_version(self) -> int:
        version = self._version() or 0
        if version < tables.FIRST_VERSION:
            raise _foreign(self.location)
        if version > tables.SCHEMA_VERSION:
            raise NewerStore(
                Text(
                    f"数据库版本为 {version}，本程序只支持到 {tables.SCHEMA_VERSION}",
                    f"the store has version {version}, this program knows {tables.SCHEMA_VERSION}",
                ),
                self.location,
                Text("请更新 dosegauge", "Update dosegauge"),
            )
        return version

    def _version(self) -> int | None:
        with self.reading() as connection:
            inspector = sqlalchemy.inspect(connection)
            if inspector.has_table("schema_versions"):
                return migrations.present_version(connection)
            if inspector.get_table_names():
                raise _foreign(self.location)
        return None


def _engine(location: str, busy_wait_s: float) -> Engine:
    url = _url(location)
    if url.get_backend_name() != "sqlite":
        return _server_engine(location, url)
    if url.database in (None, "", ":memory:"):
        raise WrongUse(
            Text("这个数据库不会保存任何数据", "this database keeps nothing"),
            location,
            Text("请用 --store 指定一个文件", "Name a file with --store"),
        )
    if url.database:
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            raise _unopened(location, getattr(error, "strerror", None) or str(error)) from error
    engine = sqlalchemy.create_engine(
        url, poolclass=NullPool, connect_args={"timeout": busy_wait_s}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _url(location: str) -> sqlalchemy.URL:
    if "://" not in location:
        return sqlalchemy.URL.create("sqlite", database=location)
    try:
        return sqlalchemy.make_url(location)
    except (ArgumentError, ValueError) as error:
        raise WrongUse(
            Text("数据库地址写法不对", "this is no database URL"),
            location,
            Text(
                "请写文件路径，或 postgresql://用户@主机/库名",
                "Give a file's path, or postgresql://USER@HOST/NAME",
            ),
        ) from error


def _server_engine(location: str, url: sqlalchemy.URL) -> Engine:
    try:
        return sqlalchemy.create_engine(url, poolclass=NullPool)
    except (ArgumentError, ImportError) as error:
        driver = getattr(error, "name", None) or url.drivername
        raise WrongUse(
            Text(
                f"没有这种数据库的驱动（{driver}）",
                f"there is no driver for this kind of database ({driver})",
            ),
            str(url),
            Text(
                "请安装该驱动，或用 --store 指定一个文件",
                "Install the driver, or name a file with --store",
            ),
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLAlchemy's BEGIN is ours (below); sqlite3 must not add its own.
    connection.isolation_level = None
    cursor = connection.cursor()
    # A rollback journal keeps the store one file that can be copied; EXTRA also syncs the
    # folder, so that a commit survives a power cut right after it.
    cursor.execute("PRAGMA synchronous=EXTRA")
    cursor.execute("PRAGMA fullfsync=ON")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("dosegauge_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def _faults(location: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise fault_in_words(location, str(error.orig)) from error


def fault_in_words(location: str, message: str) -> StoreError | WrongUse:
    lowered = message.lower()
    if "locked" in lowered or "busy" in lowered:
        return StoreError(
            Text("数据库正被其他程序占用", "the store is in use by another program"),
            location,
            Text("请稍后重试", "Try again when it has finished"),
        )
    if "full" in lowered:
        return StoreError(
            Text("磁盘已满，未保存", "the disk is full, nothing was stored"),
            location,
            Text("请腾出空间后重试", "Make room and try again"),
        )
    if "readonly" in lowered or "read-only" in lowered:
        return ReadOnlyStore(
            Text("数据库只读，未保存", "the store is read-only, nothing was stored"),
            location,
            Text("请检查权限", "Check the permissions of the file and its folder"),
        )
    if "not a database" in lowered or "malformed" in lowered:
        return _foreign(location)
    return _unopened(location, message)


def _foreign(location: str) -> NotAStore:
    return NotAStore(
        Text(
            "这个文件不是 dosegauge 的数据库，或已损坏", "not a dosegauge store, or a damaged one"
        ),
        location,
        Text(
            "请用 --store 指定正确的文件，或恢复备份",
            "Name the right file with --store, or restore a backup",
        ),
    )


def _unopened(location: str, reason: str) -> WrongUse:
    return WrongUse(
        Text(f"数据库无法使用（{reason}）", f"the store can't be used ({reason})"),
        location,
        Text("请检查路径和权限", "Check the path and its permissions"),
    )
