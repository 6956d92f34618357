"""The documents that measurements follow, as data, and the plans compiled from them."""

import hashlib
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.texts import Text

STANDARD_VERSION = 1
FILES = ("mri-phantom-draft.toml", "micro-ct-draft.toml")
SOURCE = "source"
OWN_CHOICE = "own choice"


@dataclass(frozen=True)
class Limits:
    """A range that the environment must keep: decimal strings, None where there is no limit."""

    quantity: str
    lowest: str | None
    highest: str | None
    unit: str
    clause: str
    provenance: str


@dataclass(frozen=True)
class Instrument:
    """What the document asks of an instrument."""

    name: Text
    requirement: Text
    mpe_um: str | None
    clause: str
    provenance: str


@dataclass(frozen=True)
class Entry:
    """A limit or parameter of a procedure; `provenance` is SOURCE or OWN_CHOICE."""

    name: str
    value: str | int | bool
    clause: str
    provenance: str


@dataclass(frozen=True)
class Procedure:
    """One procedure of a document: `id` names its plan, `procedure` the computation."""

    id: str
    procedure: str
    title: Text
    clauses: str
    channels: tuple[dict[str, Any], ...]
    steps: tuple[dict[str, Any], ...]
    parameters: tuple[Entry, ...]
    limits: tuple[Entry, ...]


@dataclass(frozen=True)
class Standard:
    """One document. `file` and `sha256` say exactly which edition of which file was used."""

    file: str
    sha256: str
    code: str
    title: Text
    status: str
    for_reference: bool
    environment: tuple[Limits, ...]
    instruments: tuple[Instrument, ...]
    forms: dict[str, Any]
    procedures: tuple[Procedure, ...]


def load_all() -> list[Standard]:
    """All documents that come with the program."""
    return [load(file) for file in FILES]


def load(file: str) -> Standard:
    """One document by its file name; WrongUse when there is none."""
    if file not in FILES:
        raise WrongUse(
            Text("没有这个规范文件", "there is no such standards file"),
            file,
            Text("用 dosegauge standards 查看", "See dosegauge standards"),
        )
    return read(file, resources.files(__name__).joinpath(file).read_bytes())


def read(file: str, data: bytes) -> Standard:
    """A document from its TOML bytes; WrongUse when they are none of ours or newer."""
    # A checkout may have turned the line ends; the hash is that of the file as published.
    data = data.replace(b"\r\n", b"\n")
    try:
        content = tomllib.loads(data.decode())
        if content["standard"] != STANDARD_VERSION:
            raise ValueError(f"standards file of version {content['standard']}")
        return _standard(file, hashlib.sha256(data).hexdigest(), content)
    except (ValueError, KeyError, TypeError) as error:
        raise WrongUse(
            Text(f"规范文件无法读取（{error}）", f"the standards file can't be read ({error})"),
            file,
        ) from error


def _standard(file: str, sha256: str, content: dict[str, Any]) -> Standard:
    document = content["document"]
    return Standard(
        file,
        sha256,
        document["code"],
        Text(**document["title"]),
        document["status"],
        content["for_reference"],
        tuple(_limits(entry) for entry in content["environment"]),
        tuple(_instrument(entry) for entry in content["instruments"]),
        content["forms"],
        tuple(_procedure(name, part) for name, part in content["procedures"].items()),
    )


def _limits(entry: dict[str, Any]) -> Limits:
    return Limits(
        entry["quantity"],
        entry.get("lowest"),
        entry.get("highest"),
        entry["unit"],
        entry["clause"],
        _provenance(entry),
    )


def _instrument(entry: dict[str, Any]) -> Instrument:
    return Instrument(
        Text(**entry["name"]),
        Text(**entry["requirement"]),
        entry.get("mpe_um"),
        entry["clause"],
        _provenance(entry),
    )


def _procedure(name: str, part: dict[str, Any]) -> Procedure:
    for entry in part["channels"] + part["steps"]:
        _provenance(entry)
        if "limit_nm" in entry and entry["limit_from"] not in (SOURCE, OWN_CHOICE):
            raise ValueError(f"provenance {entry['limit_from']!r} of a limit")
    return Procedure(
        name,
        part["procedure"],
        Text(**part["title"]),
        part["clauses"],
        tuple(part["channels"]),
        tuple(part["steps"]),
        tuple(_entry(entry) for entry in part["parameters"]),
        tuple(_entry(entry) for entry in part["limits"]),
    )


def _entry(entry: dict[str, Any]) -> Entry:
    return Entry(entry["name"], entry["value"], entry.get("clause", ""), _provenance(entry))


def _provenance(entry: dict[str, Any]) -> str:
    provenance = entry["from"]
    if provenance not in (SOURCE, OWN_CHOICE):
        raise ValueError(f"provenance {provenance!r}")
    if provenance == SOURCE and not entry.get("clause"):
        raise ValueError("an entry from the source without its clause")
    return str(provenance)
