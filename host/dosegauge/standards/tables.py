"""Strict reading of TOML tables: every member is of the kind asked for, and none is left over.

Every refusal is a ValueError that names the place and the member. A misspelt member is left over,
so that it can't pass silently for one that isn't given.
"""

import re
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from dosegauge.standards.model import OWN_CHOICE, SOURCE
from dosegauge.texts import LANGUAGES, Text

_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# Weeks, months or years, as ISO 8601 writes them.
_PERIOD = re.compile(r"P[1-9][0-9]*[DWMY]")


class Table:
    """One table; leaving its `with` block refuses members that nobody asked for."""

    def __init__(self, content: object, where: str) -> None:
        if not isinstance(content, dict):
            raise ValueError(f"{where} is no table")
        self._left: dict[str, Any] = dict(content)
        self.where = where

    def __enter__(self) -> "Table":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None and self._left:
            raise self.refusal(f"unknown member {next(iter(self._left))!r}")

    def refusal(self, why: str) -> ValueError:
        """A refusal that names this table; the document itself has no name but its file's."""
        return ValueError(f"{self.where}: {why}" if self.where else why)

    def has(self, name: str) -> bool:
        """Whether a member is given and hasn't been asked for yet."""
        return name in self._left

    def take(self, name: str) -> Any:
        """A member of any kind; refused when it is missing."""
        if name not in self._left:
            raise self.refusal(f"member {name!r} is missing")
        return self._left.pop(name)

    def take_all(self, known: Sequence[str]) -> dict[str, Any]:
        """Those of the known members that are given, in the file's order and of any kind."""
        return {name: self._left.pop(name) for name in list(self._left) if name in known}

    def text(self, name: str) -> str:
        """A text, which may be empty."""
        value = self.take(name)
        if not isinstance(value, str):
            raise self.refusal(f"member {name!r} must be a text")
        return value

    def optional_text(self, name: str) -> str | None:
        """A text, None when it isn't given."""
        return self.text(name) if self.has(name) else None

    def word(self, name: str, known: tuple[str, ...]) -> str:
        """One of the words known."""
        value = self.text(name)
        if value not in known:
            raise self.refusal(f"{name} {value!r} can be {', '.join(known)}")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """A list of names, each once; empty when it isn't given."""
        values = self.take(name) if self.has(name) else []
        if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
            raise self.refusal(f"member {name!r} must be a list of names")
        if len(set(values)) != len(values):
            raise self.refusal(f"member {name!r} has a name twice")
        return tuple(values)

    def words(self, name: str) -> Text:
        """A text in both languages."""
        value = self.take(name)
        said = value if isinstance(value, dict) else {}
        if set(said) != set(LANGUAGES) or not all(isinstance(v, str) and v for v in said.values()):
            raise self.refusal(f"member {name!r} must have the texts zh and en")
        return Text(**said)

    def optional_words(self, name: str) -> Text | None:
        """A text in both languages, None when it isn't given."""
        return self.words(name) if self.has(name) else None

    def own_words(self) -> Text:
        """The table's own members zh and en."""
        return Text(self._filled("zh"), self._filled("en"))

    def decimal(self, name: str) -> str | None:
        """A decimal string, None when it isn't given. A TOML number is refused: its digits are
        lost when it is read."""
        if not self.has(name):
            return None
        value = self.take(name)
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise self.refusal(f"member {name!r} must be a decimal string, not {value!r}")
        return value

    def count(self, name: str) -> int:
        """A whole number, 0 or more."""
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.refusal(f"member {name!r} must be a whole number")
        return value

    def flag(self, name: str) -> bool:
        """true or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise self.refusal(f"member {name!r} must be true or false")
        return value

    def period(self) -> str | None:
        """The member `period` such as "P6M", None when it isn't given."""
        value = self.optional_text("period")
        if value is not None and not _PERIOD.fullmatch(value):
            raise self.refusal(f"period {value!r} must be such as P1W, P6M or P1Y")
        return value

    def origin(self) -> tuple[str, str]:
        """Clause and provenance. What comes from the source has its clause."""
        provenance = self.word("from", (SOURCE, OWN_CHOICE))
        clause = self.optional_text("clause") or ""
        if provenance == SOURCE and not clause:
            raise self.refusal("from the source, but without its clause")
        return clause, provenance

    def table(self, name: str) -> "Table":
        """A table within this one."""
        return Table(self.take(name), self._place(name))

    def tables(self, name: str) -> list["Table"]:
        """A list of tables within this one; empty when it isn't given. Each is named by its id
        or, without one, by its number from 1."""
        values = self.take(name) if self.has(name) else []
        if not isinstance(values, list):
            raise self.refusal(f"member {name!r} must be a list of tables")
        return [
            Table(value, f"{self._place(name)} {_label(value, number)}")
            for number, value in enumerate(values, 1)
        ]

    def _filled(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise self.refusal(f"member {name!r} is empty")
        return value

    def _place(self, name: str) -> str:
        return f"{self.where}, {name}" if self.where else name


def _label(value: object, number: int) -> str:
    named = value.get("id") if isinstance(value, dict) else None
    return named if isinstance(named, str) and named else str(number)
