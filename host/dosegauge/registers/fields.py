"""What a cell of a register may hold. Each check takes the text of a cell that isn't empty and
gives what is kept of it, or raises Unfit. Digits are kept as typed, never turned into a number."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dosegauge.texts import Text

LONGEST_TEXT = 400
LONGEST_NUMBER = 30
_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
# Spreadsheet programs take this for one character by its number.
_LIKE_AN_ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
# Control characters and halves of pairs: no file keeps them.
_NOT_KEPT = ("Cc", "Cs")
_NEVER_CHARACTERS = ("\ufffe", "\uffff")

Check = Callable[[str], str]


class Unfit(ValueError):
    """A cell that can't be taken; `reason` says what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Field:
    """A member of a register entry. `name` is its head in English files, `zh` in Chinese ones;
    `aliases` are heads that are read, too; `help` says what belongs there."""

    name: str
    zh: str
    check: Check
    help: Text
    example: str = ""
    aliases: tuple[str, ...] = ()
    required: bool = False

    @property
    def head(self) -> Text:
        """The head of its column."""
        return Text(self.zh, self.name)


def text(cell: str) -> str:
    """Any text without control characters except line ends."""
    if len(cell) > LONGEST_TEXT:
        raise Unfit(
            Text(
                f"超过 {LONGEST_TEXT} 个字符，请缩短",
                f"more than {LONGEST_TEXT} characters: shorten it",
            )
        )
    for character in cell:
        if character in "\n\t":
            continue
        if unicodedata.category(character) in _NOT_KEPT or character in _NEVER_CHARACTERS:
            raise Unfit(
                Text(
                    f"含有不可打印字符 U+{ord(character):04X}，请删除",
                    f"it holds the unprintable character U+{ord(character):04X}: remove it",
                )
            )
    if _LIKE_AN_ESCAPE.search(cell):
        raise Unfit(
            Text(
                "含有 _x0000_ 形式的字样，电子表格会改动它，请改写",
                "it holds something like _x0000_, which spreadsheet programs alter: rewrite it",
            )
        )
    return cell


def decimal(cell: str) -> str:
    """A number in plain digits, kept as typed."""
    if not _DECIMAL.fullmatch(cell) or len(cell) > LONGEST_NUMBER:
        raise Unfit(
            Text(
                f"{cell[:LONGEST_NUMBER]} 不是数字，请写成 1.250 这样",
                f"{cell[:LONGEST_NUMBER]} is no number: write it like 1.250",
            )
        )
    return cell


def positive(cell: str) -> str:
    """A number above zero."""
    if decimal(cell).startswith("-") or not cell.strip("+0."):
        raise Unfit(Text(f"{cell} 应大于零，请更正", f"{cell} must be above zero: correct it"))
    return cell


def bound(cell: str) -> str:
    """The half-width of a symmetric bound: a leading ± is dropped."""
    return positive(cell.removeprefix("±").lstrip())


def percent(cell: str) -> str:
    """The half-width of a bound in %: a leading ± and a % behind are dropped."""
    return bound(cell.removesuffix("%").rstrip())


def uncertainty(cell: str) -> str:
    """U in the value's own unit, or relative with % behind."""
    relative = cell.endswith("%")
    digits = positive(cell.removesuffix("%").rstrip())
    return f"{digits} %" if relative else digits


def day(cell: str) -> str:
    """A date; kept as ISO, 2026-03-01."""
    found = _DATE.fullmatch(cell)
    try:
        if found is None:
            raise ValueError
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        raise Unfit(
            Text(
                f"{cell[:LONGEST_NUMBER]} 不是日期，请写成 2026-03-01 这样",
                f"{cell[:LONGEST_NUMBER]} is no date: write it like 2026-03-01",
            )
        ) from None


def one_of(choices: dict[str, str]) -> Check:
    """One of some words, which may be given in English (keys) or Chinese (values)."""
    english = {word.casefold(): word for word in choices}
    chinese = {zh: word for word, zh in choices.items()}

    def check(cell: str) -> str:
        found = chinese.get(cell) or english.get(cell.casefold().replace(" ", "-"))
        if found is None:
            zh, en = "、".join(choices.values()), ", ".join(choices)
            raise Unfit(
                Text(
                    f"没有“{cell[:LONGEST_NUMBER]}”这一项，可写：{zh}",
                    f"there is no {cell[:LONGEST_NUMBER]!r}: write one of {en}",
                )
            )
        return found

    return check


def some_of(choices: dict[str, str]) -> Check:
    """Several such words, separated by semicolons or commas."""
    check_one = one_of(choices)

    def check(cell: str) -> str:
        words = [word.strip() for word in re.split("[;；,，、]", cell)]
        return "; ".join(dict.fromkeys(check_one(word) for word in words if word))

    return check
