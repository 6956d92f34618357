"""Register entries from rows of a table, and back. Only what is given is kept of an entry: an
empty cell is no member."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.registers.cells import REMARK, guarded, unguarded
from dosegauge.registers.fields import Field, Unfit
from dosegauge.registers.kind import MOST_PARTS, Kind
from dosegauge.registers.tables import Row
from dosegauge.texts import Text, in_language

_DECORATION = re.compile(r"[\s_\-./()（）\[\]:：*]+")


@dataclass(frozen=True)
class Entry:
    """An entry: its members as typed, and its parts in their order."""

    values: dict[str, str]
    parts: tuple[dict[str, str], ...] = ()

    @property
    def content(self) -> dict[str, Any]:
        """As it is stored."""
        return {"values": self.values, "parts": list(self.parts)}

    @classmethod
    def stored(cls, content: Mapping[str, Any]) -> "Entry":
        """From what is stored."""
        return cls(dict(content["values"]), tuple(dict(part) for part in content["parts"]))


@dataclass(frozen=True)
class Column:
    """What a column of a file holds: a member, of the part with this number if it isn't 0."""

    head: str
    field: Field
    part: int = 0


@dataclass(frozen=True)
class Fault:
    """Why a row is refused: the column's head ("" for the whole row) and what to do."""

    column: str
    reason: Text


@dataclass
class ReadRow:
    """A row of a file as it was understood."""

    number: int
    columns: Sequence[Column]
    values: dict[str, str] = field(default_factory=dict)
    parts: dict[int, dict[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def completed(self, known: Entry | None) -> Entry:
        """The entry that the row makes of the known one: what has no column stays as it is."""
        has_parts = any(column.part for column in self.columns)
        told = {column.field.name for column in self.columns if not column.part}
        old = {} if known is None else known.values
        values = {**{k: v for k, v in old.items() if k not in told}, **self.values}
        parts = tuple(self.parts[number] for number in sorted(self.parts))
        if not has_parts and known is not None:
            parts = known.parts
        return Entry(dict(sorted(values.items())), parts)


def read_rows(kind: Kind, rows: Sequence[Row], path: Path) -> list[ReadRow]:
    """The entries' rows of a file; WrongUse for heads that are missing, unknown or doubled."""
    if not rows:
        raise WrongUse(
            Text("文件是空的", "the file is empty"),
            str(path),
            Text(
                f"用 dosegauge register template {kind.name} 生成模板",
                f"dosegauge register template {kind.name} writes a template",
            ),
        )
    heads, *others = rows
    columns = _columns(kind, heads, path)
    return [
        _read(columns, row)
        for row in others
        if not (isinstance(row.cells[0], str) and row.cells[0].startswith(REMARK))
    ]


def table_of(kind: Kind, entries: Iterable[Entry], language: str) -> list[list[str]]:
    """Heads and rows of a file."""
    listed = list(entries)
    columns = columns_of(kind, max((len(entry.parts) for entry in listed), default=1), language)
    rows = [[guarded(_cell(entry, column)) for column in columns] for entry in listed]
    return [[column.head for column in columns], *rows]


def template_of(kind: Kind, language: str) -> list[list[str]]:
    """Heads, and below them two remarks: what belongs in each column, and an example."""
    columns = columns_of(kind, 1, language)
    helps = [in_language(_help(column.field), language) for column in columns]
    examples = [column.field.example for column in columns]
    return [
        [column.head for column in columns],
        [f"{REMARK} {helps[0]}", *helps[1:]],
        [f"{REMARK} {examples[0]}", *(guarded(example) for example in examples[1:])],
    ]


def columns_of(kind: Kind, parts: int, language: str) -> list[Column]:
    """The columns of a file with so many parts (one at least, so that it can be filled in)."""
    found = [Column(in_language(member.head, language), member) for member in kind.fields]
    if kind.part is not None:
        found += [
            Column(in_language(kind.part.head(number, member), language), member, number)
            for number in range(1, max(parts, 1) + 1)
            for member in kind.part.fields
        ]
    return found


def _help(member: Field) -> Text:
    if not member.required:
        return member.help
    return Text(f"必填。{member.help.zh}", f"required; {member.help.en}")


def _cell(entry: Entry, column: Column) -> str:
    if not column.part:
        return entry.values.get(column.field.name, "")
    if column.part > len(entry.parts):
        return ""
    return entry.parts[column.part - 1].get(column.field.name, "")


def _columns(kind: Kind, heads: Row, path: Path) -> dict[int, Column]:
    known = _heads(kind)
    found: dict[int, Column] = {}
    for place, head in enumerate(heads.cells):
        if head == "":
            continue
        column = known.get(_plain(head)) if isinstance(head, str) else None
        if column is None:
            raise _bad_head(path, kind, str(head), Text("没有这一列", "there is no such column"))
        if any(
            (other.field, other.part) == (column.field, column.part) for other in found.values()
        ):
            raise _bad_head(path, kind, str(head), Text("这一列重复", "this column stands twice"))
        found[place] = Column(str(head), column.field, column.part)
    told = {column.field.name for column in found.values() if not column.part}
    for member in kind.fields:
        if member.name in kind.subject and member.required and member.name not in told:
            raise _bad_head(
                path,
                kind,
                f"{member.name} / {member.zh}",
                Text("缺少这一列", "this column is missing"),
            )
    return found


def _heads(kind: Kind) -> dict[str, Column]:
    known: dict[str, Column] = {}
    for member in kind.fields:
        for head in (member.name, member.zh, *member.aliases):
            known[_plain(head)] = Column(head, member)
    if kind.part is not None:
        for number in range(1, MOST_PARTS + 1):
            for member in kind.part.fields:
                for head in kind.part.head(number, member):
                    known[_plain(head)] = Column(head, member, number)
    return known


def _plain(head: str) -> str:
    return _DECORATION.sub("", head).casefold()


def _bad_head(path: Path, kind: Kind, head: str, what: Text) -> WrongUse:
    return WrongUse(
        what,
        f"{path}, {head}",
        Text(
            f"列名见 dosegauge register template {kind.name}",
            f"See the heads that dosegauge register template {kind.name} writes",
        ),
    )


def _read(columns: Mapping[int, Column], row: Row) -> ReadRow:
    made = ReadRow(row.number, list(columns.values()))
    for place, cell in enumerate(row.cells):
        column = columns.get(place)
        if column is None:
            if cell != "":
                made.faults.append(
                    Fault("", Text(f"第 {place + 1} 格没有列名", f"cell {place + 1} has no head"))
                )
            continue
        if cell == "":
            continue
        try:
            if isinstance(cell, Unfit):
                raise cell
            value = column.field.check(unguarded(cell))
        except Unfit as unfit:
            made.faults.append(Fault(column.head, unfit.reason))
            continue
        if column.part:
            made.parts.setdefault(column.part, {})[column.field.name] = value
        else:
            made.values[column.field.name] = value
    return made
