"""The documents that measurements follow, as data, and the plans compiled from them."""

import hashlib
import tomllib
from functools import cache
from importlib import resources

from dosegauge.errors import WrongUse
from dosegauge.standards.documents import standard
from dosegauge.standards.model import (
    MAKER,
    MAKERS_VALUE,
    OWN_CHOICE,
    SOURCE,
    Entry,
    Instrument,
    Item,
    ItemLimit,
    Limits,
    Procedure,
    Standard,
)
from dosegauge.texts import Text

__all__ = [
    "FILES",
    "MAKER",
    "MAKERS_VALUE",
    "OWN_CHOICE",
    "SOURCE",
    "Entry",
    "Instrument",
    "Item",
    "ItemLimit",
    "Limits",
    "Procedure",
    "Standard",
    "load",
    "load_all",
    "read",
]

FILES = ("mri-phantom-draft.toml", "micro-ct-draft.toml", "ws-523-2019.toml")


def load_all() -> list[Standard]:
    """All documents that come with the program."""
    return [load(file) for file in FILES]


@cache
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
        return standard(file, hashlib.sha256(data).hexdigest(), content)
    except ValueError as error:
        raise WrongUse(
            Text(f"规范文件无法读取（{error}）", f"the standards file can't be read ({error})"),
            file,
        ) from error
