"""The tables. Rows about measurements are only added; a correction names the row it replaces."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

FIRST_VERSION = 1
SCHEMA_VERSION = 3
metadata = MetaData()

# SQLite numbers rows by itself only in an INTEGER column.
_row_number = BigInteger().with_variant(Integer, "sqlite")

schema_versions = Table(
    "schema_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at", String(32), nullable=False),
)

units = Table(
    "units",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("first_seen", String(32), nullable=False),
)

# What a unit said of itself, whenever it differed from the time before.
unit_sightings = Table(
    "unit_sightings",
    metadata,
    Column("id", _row_number, primary_key=True),
    Column("unit", ForeignKey("units.id"), nullable=False),
    Column("seen_at", String(32), nullable=False),
    Column("board", Text, nullable=False),
    Column("firmware", Text, nullable=False),
    Column("core", Text, nullable=False),
    Column("core_hash", Text, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(130), primary_key=True),
    Column("unit", ForeignKey("units.id"), nullable=False),
    Column("session", String(64), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("procedure", String(64), nullable=False),
    Column("plan_id", String(64), nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("clock_set", Boolean, nullable=False),
    Column("first_seen", String(32), nullable=False),
    UniqueConstraint("unit", "session"),
)

# Raw bytes as received. Every row ends at a chain record of the log.
session_bytes = Table(
    "session_bytes",
    metadata,
    Column("session_id", ForeignKey("sessions.id"), primary_key=True),
    Column("offset", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("chain_digest", String(64), nullable=False),
    Column("next_record", BigInteger, nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("received_at", String(32), nullable=False),
    # Last, so that SQLite need not read through it to the columns behind it.
    Column("data", LargeBinary, nullable=False),
)

# How far a session was stored after each receipt: tells that a last piece is gone.
session_ends = Table(
    "session_ends",
    metadata,
    Column("id", _row_number, primary_key=True),
    Column("session_id", ForeignKey("sessions.id"), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sealed", Boolean, nullable=False),
    Column("at", String(32), nullable=False),
    Index("session_ends_by_session", "session_id"),
)

results = Table(
    "results",
    metadata,
    Column("id", _row_number, primary_key=True),
    Column("session_id", ForeignKey("sessions.id"), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("software", String(64), nullable=False),
    Column("core", String(64), nullable=False),
    Column("log_digest", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("supersedes", ForeignKey("results.id"), nullable=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("results_by_session", "session_id"),
)

# Values that a person typed or another program reported, about a session.
entries = Table(
    "entries",
    metadata,
    Column("id", _row_number, primary_key=True),
    Column("session_id", ForeignKey("sessions.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("value", Text, nullable=False),
    Column("unit", String(32), nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("supersedes", ForeignKey("entries.id"), nullable=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("id", _row_number, primary_key=True),
    Column("maker", String(128), nullable=False),
    Column("model", String(128), nullable=False),
    Column("serial", String(128), nullable=False),
    Column("first_seen", String(32), nullable=False),
    UniqueConstraint("maker", "model", "serial"),
)

# What a device was first calibrated to: the nominal of its later calibrations.
device_values = Table(
    "device_values",
    metadata,
    Column("id", _row_number, primary_key=True),
    Column("device_id", ForeignKey("devices.id"), nullable=False),
    Column("quantity", String(64), nullable=False),
    Column("value", Text, nullable=False),
    Column("unit", String(32), nullable=False),
    Column("from_session", ForeignKey("sessions.id"), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("supersedes", ForeignKey("device_values.id"), nullable=True, unique=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
)

# Instruments, detectors, devices, clients and people, since version 2. `subject` is what tells one
# of them from another (a JSON list), `content` its members as typed (JSON). Each row names the
# one it replaces, so that every subject has one line of rows and no two newest ones.
register_entries = Table(
    "register_entries",
    metadata,
    Column("id", _row_number, primary_key=True),
    Column("register", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("device_id", ForeignKey("devices.id"), nullable=True),
    Column("created_at", String(32), nullable=False),
    Column("supersedes", ForeignKey("register_entries.id"), nullable=True, unique=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
)
Index(
    "register_entries_first",
    register_entries.c.register,
    register_entries.c.subject,
    unique=True,
    sqlite_where=register_entries.c.supersedes.is_(None),
    postgresql_where=register_entries.c.supersedes.is_(None),
)

# What was measured on images of a device, or reported by its own program, since version 3.
# `content` is what `dosegauge analyze --json` printed, `source` the image files or the program and
# its version, `source_sha256` of the files. Each row names the one it replaces.
image_measurements = Table(
    "image_measurements",
    metadata,
    Column("id", _row_number, primary_key=True),
    Column("device_id", ForeignKey("devices.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("measured_on", String(10), nullable=False),
    Column("head", String(32), nullable=False),
    Column("stage", String(32), nullable=False),
    Column("content", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_sha256", Text, nullable=False),
    Column("software", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("supersedes", ForeignKey("image_measurements.id"), nullable=True, unique=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Index("image_measurements_by_device", "device_id"),
)

APPEND_ONLY = (
    session_bytes,
    session_ends,
    results,
    entries,
    device_values,
    register_entries,
    image_measurements,
)
