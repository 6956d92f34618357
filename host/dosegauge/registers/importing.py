"""Bringing a file into a register: all of its rows or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dosegauge.registers import tables
from dosegauge.registers.checks import faults_of
from dosegauge.registers.entries import Entry, Fault, ReadRow, read_rows
from dosegauge.registers.kind import Kind
from dosegauge.registers.kinds import DEVICES
from dosegauge.store.devices import Device
from dosegauge.store.registers import NewEntry, RegisterRow, Registers
from dosegauge.texts import Text

ADDED, UNCHANGED, CHANGED, REFUSED = "added", "unchanged", "changed", "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of a row: ADDED, UNCHANGED, CHANGED or REFUSED, and why it was refused."""

    row: int
    subject: tuple[str, ...]
    outcome: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Import:
    """What an import did. When `stored` is False a row was refused and nothing was changed."""

    file: Path
    kind: Kind
    outcomes: tuple[Outcome, ...]

    @property
    def stored(self) -> bool:
        """Whether the file was taken."""
        return all(outcome.outcome != REFUSED for outcome in self.outcomes)

    def count(self, outcome: str) -> int:
        """How many rows had this outcome."""
        return sum(found.outcome == outcome for found in self.outcomes)


def import_file(registers: Registers, kind: Kind, path: Path, who: str, why: str) -> Import:
    """Takes a file into a register, in one transaction.

    WrongUse when the file can't be read. A row is refused when a cell can't be taken, when it
    is about the same subject as an earlier one, or when it changes an entry and `who` or `why`
    is missing; then nothing of the file is stored.
    """
    rows = read_rows(kind, tables.read(path), path)
    known = {row.subject: row for row in registers.current(kind.name)}
    places: dict[tuple[str, ...], int] = {}
    outcomes, added = [], []
    for row in rows:
        subject = kind.subject_of(row.values)
        old = known.get(subject)
        entry = row.completed(None if old is None else Entry.stored(old.content))
        faults = row.faults or [*faults_of(kind, entry), *_doubled(row, places.get(subject))]
        outcome = _outcome(entry, old)
        if not faults and outcome == CHANGED:
            faults = _unsigned(who, why)
        places.setdefault(subject, row.number)
        outcomes.append(
            Outcome(row.number, subject, REFUSED if faults else outcome, tuple(faults))
        )
        if outcome != UNCHANGED:
            added.append(_new_entry(kind, subject, entry, old))
    done = Import(path, kind, tuple(outcomes))
    if done.stored and added:
        registers.add(kind.name, added, who, why)
    return done


def _outcome(entry: Entry, old: RegisterRow | None) -> str:
    if old is None:
        return ADDED
    return UNCHANGED if Entry.stored(old.content) == entry else CHANGED


def _new_entry(
    kind: Kind, subject: tuple[str, ...], entry: Entry, old: RegisterRow | None
) -> NewEntry:
    device = Device(*subject) if kind is DEVICES else None
    return NewEntry(subject, entry.content, None if old is None else old.id, device)


def _doubled(row: ReadRow, earlier: int | None) -> Sequence[Fault]:
    if earlier is None:
        return ()
    return (
        Fault(
            "",
            Text(
                f"与第 {earlier} 行是同一个，请只留一行",
                f"the same one as in row {earlier}: keep one of them",
            ),
        ),
    )


def _unsigned(who: str, why: str) -> list[Fault]:
    missing: Mapping[str, str] = {"--who": who, "--why": why}
    options = " ".join(option for option, given in missing.items() if not given.strip())
    if not options:
        return []
    return [
        Fault(
            "",
            Text(
                f"更改了已有的登记，请用 {options} 说明由谁更改、为什么",
                f"it changes an entry: say with {options} who changes it and why",
            ),
        )
    ]
