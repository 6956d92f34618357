"""`dosegauge record` and `dosegauge certificate` on a real store."""

import json
from pathlib import Path

import pytest

from dosegauge.cli import main
from dosegauge.link.answers import UnitInfo
from dosegauge.reports.command import file_name
from dosegauge.reports.details import Job
from dosegauge.store import Store
from dosegauge.store.chain import START, ChainFollower
from tests.reports import logs

SESSIONS = {1: logs.depth_log(), 2: logs.kerma_log()}


@pytest.fixture
def store(tmp_path: Path) -> str:
    location = str(tmp_path / "store.sqlite")
    opened = Store.open(location)
    opened.note_unit(
        UnitInfo("DG-1", "virtual", "0.1.0", "", "0.1.0", "", 1, 1, None, 0, 0, True, "idle")
    )
    for number, raw in SESSIONS.items():
        follower = ChainFollower(START)
        verified = follower.feed(raw)
        opened.append("DG-1", f"DG-1-000{number}", number, verified, follower.end)
    return location


def run(store: str, *arguments: str) -> int:
    return main([*arguments, "--store", store, "--lang", "en"])


def test_record_and_certificate_are_written(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert run(store, "record", "DG-1-0001", "DG-1-0002", "--out", out) == 0
    assert run(store, "certificate", "DG-1-0001", "--out", out, "--language", "zh") == 0
    printed = capsys.readouterr()
    paths = [Path(line) for line in printed.out.splitlines()]
    assert [path.name for path in paths] == [
        "record-DG-1-0001+DG-1-0002.xlsx",
        "certificate-DG-1-0001.pdf",
    ]
    assert [path.read_bytes()[:4] for path in paths] == [b"PK\x03\x04", b"%PDF"]
    assert "a draft, because:" in printed.err


def test_json_names_the_file_and_why_it_is_a_draft(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(store, "certificate", "DG-1-0002", "--out", str(tmp_path), "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert Path(said["file"]).exists()
    assert "uncertainty budget is incomplete" in said["draft"][0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["certificate", "DG-1-0001", "--format", "docx"], "docx: this version can't write"),
        (["certificate", "DG-1-0001", "--format", "pdf,dcc"], "dcc: this version can't write"),
        (["record", "DG-1-0001", "--format", "pdf"], "pdf: no such format. Use xlsx"),
        (["record", "DG-1-0777"], "DG-1-0777: there is no such session"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(
    store: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    assert run(store, *arguments, "--out", str(tmp_path / "out")) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_second_time_nothing_is_replaced(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(store, "record", "DG-1-0001", "--out", str(tmp_path)) == 0
    before = (tmp_path / "record-DG-1-0001.xlsx").read_bytes()
    assert run(store, "record", "DG-1-0001", "--out", str(tmp_path)) == 2
    assert "was not replaced" in capsys.readouterr().err
    assert (tmp_path / "record-DG-1-0001.xlsx").read_bytes() == before


def test_a_name_cannot_leave_the_folder() -> None:
    assert file_name(Job(certificate_no="../../etc/x y"), [], "record", "xlsx") == (
        "record-.._.._etc_x_y.xlsx"
    )
