"""What a register is: its members, their heads in files, what tells one subject from another."""

from collections.abc import Mapping
from dataclasses import dataclass

from dosegauge.registers.fields import Field
from dosegauge.texts import Text

MOST_PARTS = 99


@dataclass(frozen=True)
class Part:
    """Something an entry has several of: calibrated values, radiation qualities. Its columns are
    numbered: `value 1`, `value 2`. `name` and `zh` stand before the number."""

    name: str
    zh: str
    fields: tuple[Field, ...]

    def head(self, number: int, field: Field) -> Text:
        """The head of a column."""
        return Text(f"{self.zh}{number} {field.zh}", f"{self.name}_{number}_{field.name}")


@dataclass(frozen=True)
class Kind:
    """A register. `subject` names the fields that tell one subject from another, `listed`
    those that a list shows."""

    name: str
    title: Text
    subject: tuple[str, ...]
    listed: tuple[str, ...]
    fields: tuple[Field, ...]
    part: Part | None = None

    def subject_of(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """What tells an entry's subject from others."""
        return tuple(values.get(name, "") for name in self.subject)
