"""Keeps what `dosegauge analyze` measured in the store, with the device, who and when."""

import argparse
import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from dosegauge import __version__
from dosegauge.errors import WrongUse
from dosegauge.store import Store, store_path
from dosegauge.store.devices import Device
from dosegauge.store.image_measurements import NewMeasurement
from dosegauge.texts import Text

# The options that name a measurement's files.
_FILES = ("image", "images", "series", "parallel", "perpendicular")


def save(
    arguments: argparse.Namespace, facts: Mapping[str, str], content: Mapping[str, Any]
) -> int:
    """Adds the measurement and gives its number. WrongUse names what is missing."""
    if not arguments.who.strip():
        raise _missing("--who", Text("保存需要测量者", "who measured must be said to keep it"))
    if arguments.supersedes is not None and not arguments.why.strip():
        raise _missing("--why", Text("更正需要原因", "a correction says why"))
    source, digest = _source(arguments)
    return Store.open(store_path(arguments.store)).images.add(
        NewMeasurement(
            device=_device(arguments, facts),
            kind=arguments.command.removeprefix("analyze "),
            measured_on=measured_on(arguments, facts),
            head=arguments.head or "",
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


def _source(arguments: argparse.Namespace) -> tuple[str, str]:
    """Names of the files and their SHA-256, one a line; or the program that reported."""
    if hasattr(arguments, "program"):
        return f"{arguments.program} {arguments.program_version}", ""
    paths: list[str] = []
    for name in _FILES:
        value = getattr(arguments, name, None)
        paths += value if isinstance(value, list) else [value] if value else []
    digests = []
    for path in paths:
        with Path(path).open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return "\n".join(Path(path).name for path in paths), "\n".join(digests)


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
    """The date that was given, else the image's, else today's, as YYYY-MM-DD."""
    if arguments.date:
        try:
            return date.fromisoformat(arguments.date).isoformat()
        except ValueError:
            raise _missing("--date", Text("应为 YYYY-MM-DD", "must be YYYY-MM-DD")) from None
    told = facts.get("date", "")
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        return date.today().isoformat()


def _missing(option: str, what: Text) -> WrongUse:
    return WrongUse(what, option, Text("用 --help 查看", "See --help"))
