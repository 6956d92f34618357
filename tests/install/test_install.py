"""`dosegauge unit install` on a board with stock MicroPython: what it does and says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dosegauge import unit_sources
from dosegauge.errors import CheckFailed, DosegaugeError, LinkError, WrongUse
from dosegauge.install import installer
from dosegauge.install.build import NotForThis, architecture, launcher
from dosegauge.install.device import About, Board
from dosegauge.install.installer import install, refuse_unfit, running
from tests.install.stock_board import StockBoard

QUICK_S = 20.0


def quiet(_: object) -> None:
    """Nobody looks at the progress."""


def files_of(port: str) -> dict[str, str]:
    with Board(port) as board:
        return board.hashes("")


def test_a_fresh_board_gets_everything_and_says_so(
    any_micropython: Path, tmp_path: Path, of_revision: Callable[[str], None]
) -> None:
    of_revision("aaaa00000001")
    with StockBoard(any_micropython, tmp_path) as stock:
        first = install(stock.port, quiet, answers_within_s=QUICK_S)
        again = install(stock.port, quiet, answers_within_s=QUICK_S)
        held = files_of(stock.port)
    assert first.before is None
    assert first.after.revision == f"aaaa00000001+{first.build}"
    assert first.after.core_hash == unit_sources.core_hash()
    assert (first.kept, first.foreign_main) == (0, None)
    assert first.copied > 60
    assert again.before is not None
    assert again.before.revision == again.after.revision == first.after.revision
    assert (again.copied, again.kept) == (0, first.copied)
    assert {"main.py", "app/current"} <= set(held)
    assert not {"app/trial", "app/tried"} & set(held)


def test_the_old_version_is_there_until_the_new_one_has_answered(
    any_micropython: Path, tmp_path: Path, of_revision: Callable[[str], None]
) -> None:
    with StockBoard(any_micropython, tmp_path) as stock:
        of_revision("aaaa00000001")
        old = install(stock.port, quiet, answers_within_s=QUICK_S)
        keep_a_session_file(stock.port)
        of_revision("aaaa00000002")
        new = install(stock.port, quiet, answers_within_s=QUICK_S)
        both = files_of(stock.port)
        stock.cut_power()
        wait_for_start(stock.port, new.after.revision)
        later = files_of(stock.port)
    assert new.before is not None
    assert new.before.revision == old.after.revision
    assert any(path.startswith(f"app/{old.build}/") for path in both)
    assert not any(path.startswith(f"app/{old.build}/") for path in later)
    assert both["data/sessions/000001.dgs"] == later["data/sessions/000001.dgs"]


def test_what_was_reported_as_installed_survives_a_power_cut_in_that_moment(
    any_micropython: Path, tmp_path: Path, of_revision: Callable[[str], None]
) -> None:
    of_revision("aaaa00000001")
    with StockBoard(any_micropython, tmp_path) as stock:
        first = install(stock.port, quiet, answers_within_s=QUICK_S)
        stock.cut_power()
        wait_for_start(stock.port, first.after.revision)


def test_the_only_build_there_is_stays_on_trial_until_it_has_answered(
    any_micropython: Path, tmp_path: Path, of_revision: Callable[[str], None]
) -> None:
    of_revision("aaaa00000001")
    with StockBoard(any_micropython, tmp_path) as stock:
        first = install(stock.port, quiet, answers_within_s=QUICK_S)
        with Board(stock.port) as board:
            board.rename("/app/current", "/app/tried")
        wait_for_start(stock.port, first.after.revision)
        with Board(stock.port) as board:
            assert board.read("/app/current") == first.build.encode()


def test_a_new_version_that_does_not_start_leaves_the_old_one_running(
    any_micropython: Path,
    tmp_path: Path,
    of_revision: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with StockBoard(any_micropython, tmp_path) as stock:
        of_revision("aaaa00000001")
        old = install(stock.port, quiet, answers_within_s=QUICK_S)
        of_revision("bad")
        sources = unit_sources.python_modules()
        sources["unit/app.py"] = b"raise ImportError('injected: this build is broken')\n"
        monkeypatch.setattr(unit_sources, "python_modules", lambda: dict(sources))
        with pytest.raises(CheckFailed, match="the old one runs"):
            install(stock.port, quiet, answers_within_s=QUICK_S)
        wait_for_start(stock.port, old.after.revision)


def test_somebody_elses_main_py_is_kept(
    any_micropython: Path, tmp_path: Path, of_revision: Callable[[str], None]
) -> None:
    of_revision("aaaa00000001")
    theirs = b"print('my own program')\n"
    with StockBoard(any_micropython, tmp_path) as stock:
        stock.wait_for_prompt()
        with Board(stock.port) as board:
            board.write("/main.py", theirs)
        report = install(stock.port, quiet, answers_within_s=QUICK_S)
        with Board(stock.port) as board:
            assert report.foreign_main is not None
            assert board.read(report.foreign_main) == theirs
            assert board.read("/main.py") == launcher()


def test_no_installation_while_the_unit_measures(
    any_micropython: Path, tmp_path: Path, of_revision: Callable[[str], None]
) -> None:
    of_revision("aaaa00000001")
    with StockBoard(any_micropython, tmp_path) as stock:
        install(stock.port, quiet, answers_within_s=QUICK_S)
        stock.press("ok")
        stock.wait_for_screen("number:")
        with pytest.raises(WrongUse, match="measuring"):
            install(stock.port, quiet, answers_within_s=QUICK_S)
        found = running(stock.port)
    assert found is not None
    assert found.state == "measuring"


def test_a_file_that_reads_otherwise_than_it_was_sent_is_found(
    any_micropython: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Board.write

    def damaging(board: Board, path: str, data: bytes) -> None:
        written(board, path, data[:-1] + b"?" if path.endswith("ledger.mpy") else data)

    monkeypatch.setattr(Board, "write", damaging)
    with StockBoard(any_micropython, tmp_path) as stock:
        with pytest.raises(CheckFailed, match=r"ledger\.mpy"):
            install(stock.port, quiet, answers_within_s=QUICK_S)
        assert not [path for path in files_of(stock.port) if path.startswith("app/")]


def test_a_full_flash_is_told_before_anything_is_written(
    any_micropython: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installer, "SPARE_BYTES", 2_000_000)
    with StockBoard(any_micropython, tmp_path) as stock:
        with pytest.raises(DosegaugeError, match="bytes left"):
            install(stock.port, quiet, answers_within_s=QUICK_S)
        assert not [path for path in files_of(stock.port) if path.startswith("app/")]


OWN_IMAGE = About("micropython", "1.25.0", 0x1306, 1_000_000, frozen=True)
OTHER_PYTHON = About("circuitpython", "9.2.0", 0x1306, 1_000_000, frozen=False)


@pytest.mark.parametrize(
    ("about", "says"), [(OWN_IMAGE, "make firmware"), (OTHER_PYTHON, "circuitpython")]
)
def test_what_is_no_stock_micropython_is_refused(about: About, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        refuse_unfit(about, "port")


# sys.implementation._mpy: version, sub-version << 8, architecture << 10.
@pytest.mark.parametrize(
    ("mpy", "name"),
    [(0x1306, "armv6m"), (0x1E06, "armv7emsp"), (0x0306, ""), (0x0B06, "x64")],
)
def test_the_architecture_is_the_boards(mpy: int, name: str) -> None:
    assert architecture(mpy | 3 << 8, "port") == name


@pytest.mark.parametrize("mpy", [0x1305, 0x1206, 0, 0xFF06])
def test_a_micropython_that_takes_other_files_is_named(mpy: int) -> None:
    with pytest.raises(NotForThis, match=r"takes \.mpy"):
        architecture(mpy, "port")


def keep_a_session_file(port: str) -> None:
    with Board(port) as board:
        board.make_folders("/data/sessions/000001.dgs")
        board.write("/data/sessions/000001.dgs", b"somebody's measurement")
        board.reset()


def wait_for_start(port: str, revision: str) -> None:
    for _ in range(20):
        found = running(port)
        if found is not None:
            assert found.revision == revision
            return
    raise AssertionError("the board does not answer")


def test_a_port_with_nobody_behind_it_is_a_link_error() -> None:
    with pytest.raises((LinkError, WrongUse)):
        install("/dev/does-not-exist", quiet)
