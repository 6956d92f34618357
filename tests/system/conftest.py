"""A virtual unit with the real firmware on real MicroPython, and what came of its sessions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dosegauge.evaluation import SessionEvaluation, evaluate_session
from dosegauge.link.finder import connect
from dosegauge.link.sync import sync
from dosegauge.store import Store
from dosegauge.virtual.unit import VirtualUnit


class Bench:
    """A unit and a store that is synced from it."""

    def __init__(self, unit: VirtualUnit, folder: Path) -> None:
        self.unit = unit
        self.store = Store.open(folder / "store.sqlite")

    def synced(self) -> list[SessionEvaluation]:
        """Every session of the unit, evaluated from the store's bytes."""
        with connect(self.unit.port) as client:
            report = sync(client, self.store)
        assert report.failed == []
        return [evaluate_session(self.store.raw(row.id)) for row in self.store.sessions()]

    def newest(self) -> SessionEvaluation:
        self.synced()
        newest = max(self.store.sessions(), key=lambda row: row.number)
        return evaluate_session(self.store.raw(newest.id))

    def require_no_trace(self) -> None:
        """The firmware never ended, and wrote nothing that is no link line."""
        assert self.unit.log_path.read_text() == ""
        assert self.unit.restarts == 0


def figures(evaluated: SessionEvaluation) -> dict[str, str]:
    """Printed figures by key, with their units."""
    assert evaluated.evaluation is not None, evaluated.not_evaluated
    return {
        figure.key: f"{figure.text} {figure.unit}".strip()
        for figure in evaluated.evaluation.figures
    }


@pytest.fixture(scope="module")
def bench(any_micropython: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One unit for all tests of a module; each test measures sessions of its own."""
    folder = tmp_path_factory.mktemp("bench")
    with VirtualUnit(
        scenario="demo", interpreter=str(any_micropython), runtime="micropython", state_dir=folder
    ) as unit:
        yield Bench(unit, folder)


@pytest.fixture
def fresh_bench(any_micropython: Path, tmp_path: Path) -> Iterator[Bench]:
    """A unit for one test alone."""
    with VirtualUnit(
        scenario="demo",
        interpreter=str(any_micropython),
        runtime="micropython",
        state_dir=tmp_path,
    ) as unit:
        yield Bench(unit, tmp_path)
