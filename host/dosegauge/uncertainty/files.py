"""Reads the JSON that describes a budget: digits as they are written, nothing guessed."""

import json
from pathlib import Path
from typing import Any, NoReturn

from dosegauge.errors import WrongUse
from dosegauge.reasons import reason_in
from dosegauge.texts import Text
from dosegauge_core.exact import Ratio, parse_decimal

LARGEST_FILE = 4_000_000
MOST_READINGS = 10_000


class Number(str):
    """A JSON number with the digits of the file."""

    __slots__ = ()


class Refused(WrongUse):
    """What an input says can't be used: `where` names the member, `what` says why."""

    def __init__(self, where: str, what: Text) -> None:
        super().__init__(what, where)


def because(zh: str, error: ValueError) -> Text:
    """A reason that the core states in English, in both languages."""
    reason = reason_in(str(error), "zh")
    return Text(f"{zh}（{reason}）" if zh else reason, str(error))


def load(path: Path) -> dict[str, Any]:
    """The object in a JSON file; WrongUse with one line when there is none."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _unreadable(path, "larger than 4 MB")
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    return parse(data, str(path))


def parse(data: bytes, where: str) -> dict[str, Any]:
    """The object in JSON bytes; WrongUse when it is none, or names a member twice."""
    try:
        content = json.loads(
            data.decode("utf-8-sig"),
            parse_float=Number,
            parse_int=Number,
            parse_constant=_no_constant,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError) as error:
        raise _unreadable(where, str(error) or "nested too deeply") from error
    if not isinstance(content, dict):
        raise _unreadable(where, "no JSON object")
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice} is given twice")
    return found


def _unreadable(where: object, reason: str) -> WrongUse:
    return WrongUse(
        Text(f"输入文件无法读取（{reason}）", f"the input can't be read ({reason})"),
        str(where),
        Text(
            "dosegauge budget NAME --example 给出一个完整的例子",
            "dosegauge budget NAME --example prints a complete one",
        ),
    )


def decimal(where: str, value: object) -> Ratio:
    """An exact number from a decimal string or a JSON number."""
    if isinstance(value, str):
        try:
            return parse_decimal(value)
        except ValueError:
            pass
    raise Refused(
        where,
        Text(f'应为数字，如 "1.05"，而不是 {value!r}', f"a decimal number, not {value!r}"),
    )


def decimals(where: str, value: object) -> list[Ratio]:
    """A list of exact numbers."""
    if not isinstance(value, list) or not value:
        raise Refused(where, Text("应为读数的列表", "a list of readings is needed"))
    if len(value) > MOST_READINGS:
        raise Refused(where, Text("读数太多", f"more than {MOST_READINGS} readings"))
    return [decimal(f"{where}[{index}]", entry) for index, entry in enumerate(value)]


def whole(where: str, value: object) -> int:
    """A whole number that isn't negative."""
    number = decimal(where, value)
    if number.den != 1 or number < 0:
        raise Refused(
            where,
            Text(f"应为非负整数，而不是 {value!r}", f"a whole number of 0 or more, not {value!r}"),
        )
    return number.num


def members(where: str, value: object, known: tuple[str, ...]) -> dict[str, Any]:
    """An object all of whose members are known."""
    if not isinstance(value, dict):
        raise Refused(where, Text("应为对象", "an object is needed"))
    for name in value:
        if name not in known:
            raise Refused(
                f"{where}.{name}" if where else name,
                Text(f"未知；可用：{', '.join(known)}", f"unknown; there are {', '.join(known)}"),
            )
    return value
