"""Format version 1 is frozen: these files are read, and written again, for ever the same."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from dosegauge.evaluation import evaluate_session
from dosegauge.store import Store
from dosegauge.verification import log_damages, verify_session
from dosegauge_core import linkline, records
from tests.conftest import FIRMWARE, SHARED
from tests.interpreters import run

FOLDER = Path(__file__).parent / "v1"
SCRIPTS = Path(__file__).parent / "scripts"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
LOGS = sorted(EXPECTED["logs"])


def test_every_golden_log_is_described() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.dgs")) == LOGS


@pytest.mark.parametrize("name", LOGS)
def test_a_log_of_version_1_is_read_and_whole(name: str) -> None:
    raw, expected = (FOLDER / name).read_bytes(), EXPECTED["logs"][name]
    assert log_damages(raw) == []
    evaluated = evaluate_session(raw)
    log = evaluated.log
    assert (log.version, log.sealed, log.fault) == (1, True, None)
    assert evaluated.opening["session"] == expected["session"]
    assert (len(log.records), log.digest.hex()) == (expected["records"], expected["digest"])
    assert evaluated.status == expected["status"]
    first = log.records[0]
    assert (first.time_ms, first.clock_set) == (expected["first_time_ms"], expected["clock_set"])
    readings = evaluated.rows.readings
    assert len(readings) == expected["readings"]
    assert [readings[0].step_id, readings[0].text, readings[0].raw_text] == (
        expected["first_reading"]
    )
    figures = evaluated.unit_result.figures if evaluated.unit_result else []
    assert [list(figure) for figure in figures] == expected["unit_figures"]


@pytest.mark.parametrize("name", LOGS)
def test_the_same_records_are_written_as_the_same_bytes(name: str) -> None:
    raw = (FOLDER / name).read_bytes()
    written, batch = records.preamble(), b""
    digest = records.first_digest(written)
    for record in records.read_log(raw).records:
        stamp = (record.sequence, record.time_ms, record.clock_set)
        if record.type == records.CHAIN:
            chain, digest = records.encode_chain(digest, batch, *stamp)
            written, batch = written + batch + chain, b""
        else:
            batch += records.encode(record.type, *stamp, record.payload)
    assert written == raw


def test_the_unit_reads_them_too_and_takes_their_plans(micropython: Path) -> None:
    names = [str(FOLDER / name) for name in LOGS]
    done = run(micropython, SCRIPTS / "scan.py", modules=[FIRMWARE, SHARED], args=names)
    assert done.returncode == 0, done.stdout + done.stderr
    expected = EXPECTED["logs"]
    assert done.stdout.splitlines() == [
        f"{FOLDER / name} {row['records']} {row['digest']} True True {row['plan']}"
        for name, row in sorted(expected.items())
    ]


@pytest.mark.parametrize("case", EXPECTED["lines"], ids=lambda case: case["kind"])
def test_a_link_line_of_version_1_is_read_and_written(case: dict[str, Any]) -> None:
    line = case["line"].encode()
    message = linkline.decode(line)
    assert (message.sequence, message.kind) == (case["sequence"], case["kind"])
    if case["kind"] == linkline.JSON:
        assert message.body == case["body"]
        assert linkline.encode_json(message.sequence, message.body) == line
    else:
        offset, data = case["body"]
        assert message.body == (offset, bytes.fromhex(data))
        assert linkline.encode_data(message.sequence, offset, bytes.fromhex(data)) == line


def test_a_store_of_version_1_is_opened_and_every_session_holds(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    with sqlite3.connect(path) as made:
        made.executescript((FOLDER / "store.sql").read_text(encoding="utf-8"))
    store = Store.open(path)
    found = {row.plan_id: row for row in store.sessions()}
    assert len(found) == 3
    for plan, row in found.items():
        assert store.raw(row.id) == (FOLDER / f"{plan}.dgs").read_bytes()
        verification = verify_session(store, row.id)
        assert verification.damages == []
    with pytest.raises(sqlite3.IntegrityError), sqlite3.connect(path) as raw:
        raw.execute("DELETE FROM session_bytes")
