"""Keeps what `dosegauge analyze` measured in the store, with the device, who and when."""

import argparse
from collections.abc import Mapping
from datetime import date
from typing import Any

from dosegauge import __version__
from dosegauge.commands.analyze_sources import sources_of
from dosegauge.errors import WrongUse
from dosegauge.store import Store, store_path
from dosegauge.store.devices import Device
from dosegauge.store.image_measurements import NewMeasurement
from dosegauge.texts import Text

_FIRST_YEAR = 1950


def save(
    arguments: argparse.Namespace, facts: Mapping[str, str], content: Mapping[str, Any]
) -> int:
    """Adds the measurement, which `check_saving` has let pass, and gives its number."""
    source, digest = sources_of(arguments)
    return Store.open(store_path(arguments.store)).images.add(
        NewMeasurement(
            device=_device(arguments, facts),
            kind=arguments.command.removeprefix("analyze "),
            measured_on=measured_on(arguments, facts),
            head=getattr(arguments, "head", None) or "",
            stage=arguments.stage or "",
            content=dict(content),
            source=source,
            source_sha256=digest,
            software=f"dosegauge {__version__}",
            who=arguments.who,
            why=arguments.why,
            supersedes=arguments.supersedes,
        )
    )


def check_saving(arguments: argparse.Namespace, facts: Mapping[str, str]) -> None:
    """WrongUse for what is missing, StoreError for a store that can't be used or a row that can't
    be corrected, before anything is written."""
    if not arguments.who.strip():
        raise _missing("--who", Text("保存需要测量者", "who measured must be said to keep it"))
    if arguments.supersedes is not None and not arguments.why.strip():
        raise _missing("--why", Text("更正需要原因", "a correction says why"))
    device = _device(arguments, facts)
    measured_on(arguments, facts)
    if arguments.supersedes is not None:
        store = Store.open(store_path(arguments.store))
        store.images.require_newest(device, arguments.supersedes)


def _device(arguments: argparse.Namespace, facts: Mapping[str, str]) -> Device:
    if arguments.device:
        parts = [part.strip() for part in arguments.device.split("/")]
        if len(parts) != 3 or not all(parts):
            raise _missing("--device", Text("应为 厂家/型号/编号", "must be MAKER/MODEL/SERIAL"))
        return Device(*parts)
    known = [facts.get(name, "").strip() for name in ("maker", "model", "serial")]
    if not all(known):
        raise _missing(
            "--device", Text("图像未说明设备", "the image does not say which device it is of")
        )
    return Device(*known)


def measured_on(arguments: argparse.Namespace, facts: Mapping[str, str]) -> str:
    """The date that was given, else the image's, as YYYY-MM-DD. WrongUse for none, or one that is
    still to come."""
    told = arguments.date or facts.get("date", "")
    if not told:
        raise _missing("--date", Text("图像没有日期", "the image has no date: say when"))
    try:
        found = date.fromisoformat(told)
    except ValueError:
        raise _missing("--date", Text("应为 YYYY-MM-DD", "must be YYYY-MM-DD")) from None
    if not found.year >= _FIRST_YEAR or found > date.today():
        raise _missing("--date", Text(f"日期不可能：{found}", f"an impossible date: {found}"))
    return found.isoformat()


def _missing(option: str, what: Text) -> WrongUse:
    return WrongUse(what, option, Text("用 --help 查看", "See --help"))
