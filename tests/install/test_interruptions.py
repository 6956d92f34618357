"""An installation that is broken off anywhere: a whole version runs, and a repeat completes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dosegauge import unit_font, unit_sources
from dosegauge.errors import DosegaugeError
from dosegauge.install import device
from dosegauge.install.device import Board
from dosegauge.install.installer import Report, install, running
from tests.install.conftest import draw_font
from tests.install.stock_board import StockBoard

OLD, NEW = "aaaa00000001", "aaaa00000002"
# What the installer asks of a board, one after the other.
ASKED = ("about", "hashes", "make_folders", "write", "replace", "reset")
ANSWERS_S = 15.0
# Nobody waits in a test for a board whose power is gone.
GONE_S = 4.0


def quiet(_: object) -> None:
    """Nobody looks at the progress."""


@dataclass
class Prepared:
    """A flash that holds the old version, and how many questions an update asks."""

    flash: Path
    old: Report
    questions: int


class Interruption:
    """Counts the questions to the board; before the n-th, something happens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.at = 0
        self.happens: Callable[[], None] = lambda: None
        for name in ASKED:
            monkeypatch.setattr(Board, name, self._counted(getattr(Board, name)))

    def _counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def asked(board: Board, *arguments: Any) -> Any:
            self.asked += 1
            if self.asked == self.at:
                self.happens()
            return method(board, *arguments)

        return asked


@pytest.fixture(scope="module")
def prepared(any_micropython: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit_font, "build", draw_font)
        patch.setattr(unit_sources, "revision", lambda: OLD)
        with StockBoard(any_micropython, folder) as stock:
            old = install(stock.port, quiet, answers_within_s=ANSWERS_S)
        kept = shutil.copy(folder / "flash", folder / "old")
        patch.setattr(unit_sources, "revision", lambda: NEW)
        counter = Interruption(patch)
        with StockBoard(any_micropython, folder) as stock:
            install(stock.port, quiet, answers_within_s=ANSWERS_S)
    return Prepared(Path(kept), old, counter.asked)


# Of the questions, counted from the first (+) or from the last (-): the last ones are the proof,
# the launcher, the trial and the reset. At the reset itself a power cut does what was asked for.
MOMENTS = (("power", 3), ("key", 90), ("power", -4), ("power", -3), ("power", -2))


@pytest.mark.parametrize(("interrupted_by", "moment"), MOMENTS)
def test_at_any_moment(
    any_micropython: Path,
    tmp_path: Path,
    of_revision: Callable[[str], None],
    prepared: Prepared,
    moment: int,
    interrupted_by: str,
) -> None:
    shutil.copy(prepared.flash, tmp_path / "flash")
    of_revision(NEW)
    with StockBoard(any_micropython, tmp_path) as stock:
        with pytest.MonkeyPatch.context() as patch:
            interruption = Interruption(patch)
            interruption.at = moment if moment > 0 else prepared.questions + 1 + moment

            def key() -> None:
                raise KeyboardInterrupt

            interruption.happens = stock.cut_power if interrupted_by == "power" else key
            patch.setattr(device, "ANSWER_S", GONE_S)
            with pytest.raises((DosegaugeError, KeyboardInterrupt)):
                install(stock.port, quiet, answers_within_s=ANSWERS_S)
            assert interruption.asked >= interruption.at
        stock.cut_power()
        require_whole(stock, (OLD, NEW))
        again = install(stock.port, quiet, answers_within_s=ANSWERS_S)
        assert again.after.revision.startswith(NEW + "+")
        assert again.copied + again.kept == prepared.old.copied


# Operations of the flash chip; the power goes in the middle of one.
@pytest.mark.parametrize("operation", [20, 300])
def test_in_the_middle_of_a_flash_operation(
    any_micropython: Path,
    tmp_path: Path,
    of_revision: Callable[[str], None],
    prepared: Prepared,
    operation: int,
) -> None:
    shutil.copy(prepared.flash, tmp_path / "flash")
    of_revision(NEW)
    with StockBoard(any_micropython, tmp_path, cut_at=operation) as stock:
        with pytest.raises(DosegaugeError):
            install(stock.port, quiet, answers_within_s=ANSWERS_S)
        require_whole(stock, (OLD,))
        again = install(stock.port, quiet, answers_within_s=ANSWERS_S)
        assert again.after.revision.startswith(NEW + "+")


def require_whole(stock: StockBoard, allowed: tuple[str, ...]) -> None:
    """A version of one of these revisions runs and answers."""
    for _ in range(10):
        found = running(stock.port)
        if found is not None:
            assert found.revision.partition("+")[0] in allowed
            return
    raise AssertionError(f"no version answers after the interruption: {stock.said()}")
