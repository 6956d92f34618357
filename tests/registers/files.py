"""Entries and files for the tests of registers."""

from collections.abc import Sequence
from pathlib import Path

from dosegauge.registers import tables
from dosegauge.registers.importing import Import, import_file
from dosegauge.registers.kinds import KINDS
from dosegauge.store import Store

HEADS = ("identity", "kind", "name", "certificate", "valid_from", "valid_to")
GAUGE = ("HG-17", "height-gauge", "高度计", "CD-1", "2026-03-01", "2027-02-28")


def csv_file(path: Path, *rows: Sequence[str]) -> Path:
    path.write_bytes(tables.csv_bytes(rows))
    return path


def take(
    store: Store, path: Path, kind: str = "instruments", who: str = "", why: str = ""
) -> Import:
    return import_file(store.registers, KINDS[kind], path, who, why)


def outcomes(done: Import) -> list[str]:
    return [outcome.outcome for outcome in done.outcomes]


def faults(done: Import) -> list[tuple[int, str, str]]:
    """Row, column and reason of every refusal."""
    return [
        (outcome.row, fault.column, fault.reason.en)
        for outcome in done.outcomes
        for fault in outcome.faults
    ]
