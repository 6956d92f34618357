"""The unit's logs on a real littlefs, on real MicroPython in both precisions."""

from pathlib import Path

import pytest

from tests.conftest import FIRMWARE, SHARED
from tests.interpreters import run

SCRIPTS = Path(__file__).parent / "scripts"


def outcome(micropython: Path, script: str) -> str:
    """What a script prints; a failed assertion there is a failure here."""
    done = run(
        micropython,
        SCRIPTS / script,
        modules=[SCRIPTS, FIRMWARE, SHARED],
        timeout_s=120,
        heap="16m",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_a_log_cut_at_any_byte_keeps_all_that_was_acknowledged(micropython: Path) -> None:
    assert outcome(micropython, "torn_logs.py") == "ok"


def test_numbers_versions_and_damage(micropython: Path) -> None:
    assert outcome(micropython, "numbers_and_damage.py") == "ok"


def test_odd_names_and_damaged_files_neither_stop_the_unit_nor_repeat_an_id(
    any_micropython: Path,
) -> None:
    assert outcome(any_micropython, "odd_names.py") == "ok"


def test_stored_sessions_keep_their_ids_and_a_full_flash_gives_none_that_it_cant_keep(
    any_micropython: Path,
) -> None:
    assert outcome(any_micropython, "kept_ids.py") == "ok"


def test_after_a_failed_flush_nothing_more_is_acknowledged(any_micropython: Path) -> None:
    assert outcome(any_micropython, "failed_flush.py") == "ok"


def test_what_the_unit_answers_about_damage_and_a_flash_that_fails(any_micropython: Path) -> None:
    assert outcome(any_micropython, "answers.py") == "ok"


def test_a_full_flash_keeps_everything_and_the_unit_goes_on(micropython: Path) -> None:
    assert outcome(micropython, "full_flash.py") == "ok"


def test_erases_stay_within_the_budget(any_micropython: Path) -> None:
    erases, records, size = (int(part) for part in outcome(any_micropython, "erases.py").split())
    assert size in range(28, 33)
    assert erases / records == pytest.approx(0.025, abs=0.005)
