"""What was measured on images of devices, kept as it was printed; a correction is a new row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from dosegauge.errors import StoreError
from dosegauge.store import tables
from dosegauge.store.database import Database, now
from dosegauge.store.devices import Device, device_row
from dosegauge.texts import Text

_FIRST_VERSION = 3


@dataclass(frozen=True)
class NewMeasurement:
    """A measurement to be kept. `measured_on` YYYY-MM-DD; `source` the files or the program that
    it comes from; `supersedes` the row that it corrects."""

    device: Device
    kind: str
    measured_on: str
    head: str
    stage: str
    content: dict[str, Any]
    source: str
    source_sha256: str
    software: str
    who: str
    why: str = ""
    supersedes: int | None = None


@dataclass(frozen=True)
class ImageMeasurement:
    """A row as it was stored."""

    id: int
    kind: str
    measured_on: str
    head: str
    stage: str
    content: dict[str, Any]
    source: str
    source_sha256: str
    software: str
    created_at: str
    supersedes: int | None
    who: str
    why: str


class ImageMeasurements:
    """Reads and adds; nothing in it is changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewMeasurement) -> int:
        """Keeps a measurement and gives its number.

        ValueError without who, or for a correction without why; StoreError when the row to be
        corrected isn't this device's or was corrected before.
        """
        if not new.who.strip() or (new.supersedes is not None and not new.why.strip()):
            raise ValueError("say who measured, and of a correction why")
        with self._database.writing() as connection:
            device = device_row(connection, new.device)
            if new.supersedes is not None:
                _require_present(connection, device, new)
            row = {
                "device_id": device,
                "kind": new.kind,
                "measured_on": new.measured_on,
                "head": new.head,
                "stage": new.stage,
                "content": json.dumps(new.content, ensure_ascii=False, sort_keys=True),
                "source": new.source,
                "source_sha256": new.source_sha256,
                "software": new.software,
                "created_at": now(),
                "supersedes": new.supersedes,
                "who": new.who,
                "why": new.why,
            }
            added = insert(tables.image_measurements).values(row)
            identified = added.returning(tables.image_measurements.c.id)
            return int(connection.execute(identified).scalar_one())

    def history(self, device: Device) -> list[ImageMeasurement]:
        """All rows of a device in the order in which they were added."""
        if self._database.version < _FIRST_VERSION:
            return []
        columns, known = tables.image_measurements.c, tables.devices.c
        wanted = (
            select(tables.image_measurements)
            .join(tables.devices, known.id == columns.device_id)
            .where(
                known.maker == device.maker,
                known.model == device.model,
                known.serial == device.serial,
            )
            .order_by(columns.id)
        )
        with self._database.reading() as connection:
            return [_row(row._mapping) for row in connection.execute(wanted)]

    def require_newest(self, device: Device, number: int) -> None:
        """StoreError where this row can't be corrected: it isn't the device's, or was before."""
        rows = self.history(device)
        if number not in {row.id for row in rows}:
            raise _unknown(number)
        if number in {row.supersedes for row in rows}:
            raise _corrected_before(number)

    def current(self, device: Device) -> list[ImageMeasurement]:
        """The rows that no other one corrects."""
        rows = self.history(device)
        replaced = {row.supersedes for row in rows}
        return [row for row in rows if row.id not in replaced]


def _require_present(connection: Connection, device: int, new: NewMeasurement) -> None:
    columns, number = tables.image_measurements.c, new.supersedes
    of_device = select(columns.kind, columns.head, columns.content).where(
        columns.id == number, columns.device_id == device
    )
    corrected = select(columns.id).where(columns.supersedes == number)
    old = connection.execute(of_device).first()
    if old is not None and (
        (old.kind, old.head) != (new.kind, new.head)
        or not _items(json.loads(old.content)) <= _items(new.content)
    ):
        raise StoreError(
            Text("那是另一项目或探头的测量", "that one is of another item or head"),
            str(number),
            Text("只能更正同类测量", "A correction is of the same kind, head and items"),
        )
    if old is None:
        raise _unknown(number)
    if connection.execute(corrected).first() is not None:
        raise _corrected_before(number)


def _unknown(number: int | None) -> StoreError:
    return StoreError(
        Text("这台设备没有这个测量", "the device has no such measurement"),
        str(number),
        Text("用 dosegauge trend 查看编号", "See the numbers by dosegauge trend"),
    )


def _corrected_before(number: int | None) -> StoreError:
    return StoreError(
        Text("已被更正过", "it was corrected before"),
        str(number),
        Text("请更正最新的一条", "Correct the newest one"),
    )


def _items(content: dict[str, Any]) -> set[tuple[str, str | None]]:
    found = content.get("findings", [])
    return {(one["item"], one["region"]) for one in found if one.get("item")}


def _row(members: Any) -> ImageMeasurement:
    fields = {name: members[name] for name in ImageMeasurement.__dataclass_fields__}
    return ImageMeasurement(**{**fields, "content": json.loads(fields["content"])})
