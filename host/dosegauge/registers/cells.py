"""Cells of tables: what a spreadsheet program would run is written so that it doesn't, and a
number in a workbook is taken exactly as it is shown."""

import math
import re
from datetime import date, datetime
from decimal import Decimal

from dosegauge.registers.fields import Unfit
from dosegauge.texts import Text

# What stands before it makes a spreadsheet program take a cell for text; # begins a remark here.
QUOTE = "'"
REMARK = "#"
_RUN = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_QUOTED = (*_RUN, REMARK, QUOTE)
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_PADDED_FORMAT = re.compile(r"(0+)(?:\.(0+))?(%?)")
# A general cell shows up to eleven characters of a number, then it rounds.
_MOST_SHOWN = 10


def guarded(value: str) -> str:
    """A value as it is written to a cell: quoted where a spreadsheet program would run it."""
    if value.startswith(_QUOTED) and not _PLAIN_NUMBER.fullmatch(value):
        return QUOTE + value
    return value


def unguarded(cell: str) -> str:
    """A value as it was before it was guarded."""
    return cell[1:] if cell.startswith(QUOTE) and cell[1:].startswith(_QUOTED) else cell


def shown(value: object, number_format: str, *, formula: bool = False) -> str:
    """The text that a workbook's cell shows.

    Unfit where that isn't all that the cell holds: a formula, a date with a time, a number with
    more digits than it shows.
    """
    if value is None:
        return ""
    if formula:
        raise Unfit(Text("这是公式，请填写其数值", "a formula: write its value instead"))
    if isinstance(value, str):
        return value
    if isinstance(value, datetime) and value.time() != datetime.min.time():
        raise Unfit(Text("日期带有时间，请只写日期", "a date with a time: write the date alone"))
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unfit(Text("请把单元格改为文本", "make this cell a text"))
    return _shown_number(value, number_format)


def _shown_number(value: float, number_format: str) -> str:
    # The shortest digits that give this very number: what the cell was filled with.
    held = Decimal(repr(value))
    padded = _PADDED_FORMAT.fullmatch(number_format)
    if padded is None and number_format not in ("General", "@"):
        raise Unfit(
            Text(
                f"数字格式“{number_format}”无法照样读取，请把单元格改为文本",
                f"a number of the format {number_format!r} can't be read as shown: make the cell"
                " a text",
            )
        )
    whole, decimals, sign = padded.groups() if padded else ("0", None, "")
    if sign:
        held = held.scaleb(2)
    held = held.normalize()
    places = len(decimals or "") if padded else max(0, -int(held.as_tuple().exponent))
    digits = f"{held:.{places}f}"
    if Decimal(digits) != held or (not padded and len(held.as_tuple().digits) > _MOST_SHOWN):
        raise Unfit(
            Text(
                "单元格中的数字比显示的位数多，请改为文本并写明全部数字",
                "the cell holds more digits than it shows: make it a text with all its digits",
            )
        )
    minus, plain = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    before, _, after = plain.partition(".")
    return minus + before.zfill(len(whole)) + ("." + after if after else "") + sign
