"""The device register: a device's first calibration gives the nominal of the later ones."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from dosegauge.store import tables
from dosegauge.store.database import Database, now


@dataclass(frozen=True)
class Device:
    """A calibrated device. Serial numbers are unique only with maker and model."""

    maker: str
    model: str
    serial: str


@dataclass(frozen=True)
class Nominal:
    """A device's nominal value, as a decimal string, and the session it comes from."""

    row: int
    value: str
    unit: str
    from_session: str
    created_at: str


class DeviceRegister:
    """Reads and adds to the register; nothing in it is changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Device]:
        """Every device that was calibrated or registered, in the order in which they came."""
        known = tables.devices.c
        wanted = select(known.maker, known.model, known.serial).order_by(known.id)
        with self._database.reading() as connection:
            return [Device(*row) for row in connection.execute(wanted)]

    def nominals(self, device: Device) -> dict[str, Nominal]:
        """The present nominal value of each quantity that the device was calibrated in."""
        values, known = tables.device_values.c, tables.devices.c
        quantities = (
            select(values.quantity)
            .distinct()
            .join(tables.devices, known.id == values.device_id)
            .where(
                known.maker == device.maker,
                known.model == device.model,
                known.serial == device.serial,
            )
            .order_by(values.quantity)
        )
        with self._database.reading() as connection:
            return {
                quantity: _present(_nominal(connection, device, quantity))
                for quantity in connection.execute(quantities).scalars()
            }

    def nominal(self, device: Device, quantity: str) -> Nominal | None:
        """The nominal value of a quantity, None before the first calibration."""
        with self._database.reading() as connection:
            return _nominal(connection, device, quantity)

    def set_first_nominal(
        self, device: Device, quantity: str, value: str, unit: str, from_session: str, who: str
    ) -> Nominal:
        """Keeps a first calibration's value as nominal; the existing one when there is one."""
        with self._database.writing() as connection:
            known = _nominal(connection, device, quantity)
            if known is not None:
                return known
            row = _value_row(connection, device, quantity, value, unit, from_session)
            added = {**row, "supersedes": None, "who": who, "why": "first calibration"}
            connection.execute(insert(tables.device_values).values(added))
            return _present(_nominal(connection, device, quantity))

    def correct_nominal(
        self,
        device: Device,
        quantity: str,
        replaced: Nominal,
        value: str,
        unit: str,
        from_session: str,
        who: str,
        why: str,
    ) -> Nominal:
        """Adds a value that replaces the present nominal, with who and why; both stay readable.

        ValueError when who or why is empty or `replaced` is not the present nominal.
        """
        if not who.strip() or not why.strip():
            raise ValueError("a correction says who made it and why")
        with self._database.writing() as connection:
            if _nominal(connection, device, quantity) != replaced:
                raise ValueError("the nominal was corrected meanwhile")
            row = _value_row(connection, device, quantity, value, unit, from_session)
            added = {**row, "supersedes": replaced.row, "who": who, "why": why}
            connection.execute(insert(tables.device_values).values(added))
            return _present(_nominal(connection, device, quantity))


def _value_row(
    connection: Connection, device: Device, quantity: str, value: str, unit: str, session: str
) -> dict[str, object]:
    return {
        "device_id": device_row(connection, device),
        "quantity": quantity,
        "value": value,
        "unit": unit,
        "from_session": session,
        "created_at": now(),
    }


def device_row(connection: Connection, device: Device) -> int:
    """The number of a device, which becomes known by this if it wasn't."""
    columns = tables.devices.c
    known = select(columns.id).where(
        columns.maker == device.maker,
        columns.model == device.model,
        columns.serial == device.serial,
    )
    row = connection.execute(known).first()
    if row is None:
        described = {
            "maker": device.maker,
            "model": device.model,
            "serial": device.serial,
            "first_seen": now(),
        }
        connection.execute(insert(tables.devices).values(described))
        row = connection.execute(known).one()
    return int(row.id)


def _nominal(connection: Connection, device: Device, quantity: str) -> Nominal | None:
    values, known = tables.device_values.c, tables.devices.c
    newest = (
        select(values.id, values.value, values.unit, values.from_session, values.created_at)
        .join(tables.devices, known.id == values.device_id)
        .where(
            known.maker == device.maker,
            known.model == device.model,
            known.serial == device.serial,
            values.quantity == quantity,
        )
        .order_by(values.id.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return None if row is None else Nominal(*row)


def _present(nominal: Nominal | None) -> Nominal:
    if nominal is None:
        raise AssertionError("a value that was just added is missing")
    return nominal
