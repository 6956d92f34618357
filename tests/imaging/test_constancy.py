"""Results kept for a device: what is saved, trends, limits and when the next test is due."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge.cli import main
from dosegauge.constancy import Result, due_after, trend_of
from dosegauge.store import Store
from tests.imaging import files

DEVICE = "Maker/Model/S-1"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def run(
    capsys: pytest.CaptureFixture[str], store: Path, *arguments: str, language: str = "en"
) -> tuple[int, Any, str]:
    code = main(["--lang", language, "--store", str(store), *arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def keep(
    capsys: pytest.CaptureFixture[str], store: Path, day: date, value: str, *more: str
) -> tuple[int, Any, str]:
    options = ["--program", "CamQC", "--program-version", "2.1", "--device", DEVICE]
    return run(
        capsys,
        store,
        *("analyze", "reported", "planar-sensitivity", value, *options),
        *("--save", "--who", "Li", "--date", day.isoformat(), "--stage", "status", *more),
    )


def test_a_falling_sensitivity_is_told_with_its_limit_and_due_date(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = date(2024, 1, 31)
    for number in range(8):
        # 4 a year down, with the last digit rounded.
        keep(capsys, store, first + timedelta(days=91 * number), str(90 - number))
    plot = tmp_path / "trend.png"
    code, data, _ = run(capsys, store, "trend", "S-1", "--plot", str(plot))
    assert code == 0
    (series,) = data["series"]
    assert (series["item"], series["limit"], series["limit_is"]) == (
        "planar-sensitivity",
        "60",
        "at_least",
    )
    assert series["trend"]["per_year"] == pytest.approx(-365.25 / 91, rel=1e-6)
    assert series["trend"]["significant"] is True
    # Half a year after the last one.
    last = first + timedelta(days=91 * 7)
    assert series["due"] == due_after(last, "P6M").isoformat()
    assert series["overdue"] is (due_after(last, "P6M") < date.today())
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_a_correction_takes_the_place_and_the_old_one_stays(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, wrong, _ = keep(capsys, store, date(2026, 1, 5), "700")
    number = str(wrong["saved"])
    code, _, err = keep(capsys, store, date(2026, 1, 5), "70", "--supersedes", number)
    assert (code, "--why" in err) == (2, True)
    keep(capsys, store, date(2026, 1, 5), "70", "--supersedes", number, "--why", "misread")
    code, _, err = keep(
        capsys, store, date(2026, 1, 5), "71", "--supersedes", number, "--why", "again"
    )
    assert (code, "corrected before" in err) == (1, True)
    _, data, _ = run(capsys, store, "trend", DEVICE)
    (series,) = data["series"]
    assert [one["value"] for one in series["results"]] == ["70.000"]
    assert series["trend"] is None
    images = Store.open(store).images
    (device,) = Store.open(store).devices.all()
    assert len(images.history(device)) == 2


def test_a_correction_is_of_the_same_item(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, first, _ = keep(capsys, store, date(2026, 1, 5), "70")
    number = str(first["saved"])
    program = ["--program", "CamQC", "--program-version", "2.1", "--device", DEVICE]
    code, _, err = run(
        capsys,
        store,
        *("analyze", "reported", "maximum-count-rate", "80000", *program, "--save"),
        *("--who", "Li", "--date", "2026-01-05", "--supersedes", number, "--why", "x"),
    )
    assert (code, "another item" in err) == (1, True)


def test_results_of_two_collimators_are_two_series(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for collimator, value in (("LEHR", "72"), ("HEGP", "12"), ("LEHR", "73")):
        keep(capsys, store, date(2026, 1, 5), value, "--collimator", collimator)
    _, data, _ = run(capsys, store, "trend", "S-1")
    found = {one["collimator"]: len(one["results"]) for one in data["series"]}
    assert found == {"LEHR": 2, "HEGP": 1}


def test_an_images_measurement_is_kept_with_its_file_and_device(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.zeros((64, 64))
    pixels[8:56, 8:56] = 15000
    path = files.dicom(
        tmp_path / "flood",
        np.random.default_rng(1).poisson(pixels),
        6.4,
        Manufacturer="M",
        ManufacturerModelName="N",
        DeviceSerialNumber="7",
        ContentDate="20260302",
    )
    options = ["--trials", "100", "--stage", "constancy", "--head", "1", "--save", "--who", "Li"]
    code, data, _ = run(capsys, store, "analyze", "flood", str(path), *options)
    assert (code, data["saved"]) == (0, 1)
    (device,) = Store.open(store).devices.all()
    (row,) = Store.open(store).images.current(device)
    assert (row.kind, row.measured_on, row.head, row.source) == (
        "flood",
        "2026-03-02",
        "1",
        "flood",
    )
    assert len(row.source_sha256) == 64
    assert row.content["facts"]["head"] == "1"
    _, told, _ = run(capsys, store, "trend", "7")
    due = {(one["item"], one["region"]): one["due"] for one in told["series"]}
    assert due["integral-uniformity", "UFOV"] == "2026-03-09"
    assert len(due) == 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--save",), "--who"),
        (("--save", "--who", "Li"), "--device"),
        (("--save", "--who", "Li", "--device", "a/b"), "MAKER/MODEL/SERIAL"),
        (("--save", "--who", "Li", "--device", DEVICE, "--date", "1.2.26"), "YYYY-MM-DD"),
        (("--save", "--who", "Li", "--device", DEVICE, "--date", "9999-12-31"), "impossible date"),
        (("--save", "--who", "Li", "--device", DEVICE), "no date"),
    ],
)
def test_nothing_is_kept_of_what_nobody_can_be_asked_about(
    store: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], says: str
) -> None:
    program = ["--program", "P", "--program-version", "1"]
    item = "intrinsic-resolution/UFOV"
    code, _, err = run(capsys, store, "analyze", "reported", item, "3.4", *program, *options)
    assert code == 2
    assert says in err
    assert not store.exists() or not Store.open(store).devices.all()


def test_a_reported_value_names_its_program_and_is_judged(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = ["--program", "P", "--program-version", "1", "--stage", "status"]
    item = "intrinsic-resolution/UFOV"
    code, data, _ = run(capsys, store, "analyze", "reported", item, "5.5", *program)
    assert code == 1
    (finding,) = data["findings"]
    assert finding["outcome"] == "fail"
    assert "no uncertainty" in finding["no_u"]["en"]
    assert "P 1" in data["warnings"][0]["en"]
    more = ["--expanded-u", "0.2"]
    _, data, _ = run(capsys, store, "analyze", "reported", item, "5.3", *program, *more)
    assert (data["findings"][0]["U"], data["findings"][0]["value"]) == ("0.20", "5.30")


def test_no_picture_is_written_of_what_can_not_be_kept(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = files.npy(tmp_path / "x.npy", np.full((64, 64), 20000.0))
    overlay = tmp_path / "o.png"
    options = ["--pixel-mm", "6.4", "--trials", "0", "--overlay", str(overlay), "--save"]
    code, _, _ = run(capsys, store, "analyze", "flood", str(path), *options)
    assert code == 2
    assert not overlay.exists()


@pytest.mark.parametrize("value", ["0", "-1"])
def test_no_result_is_negative(
    store: Path, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    program = ["--program", "P", "--program-version", "1"]
    item = "intrinsic-resolution/UFOV"
    code, _, err = run(capsys, store, "analyze", "reported", *program, item, value)
    assert code == 2
    assert "VALUE" in err or "required" in err


@pytest.mark.parametrize(
    ("item", "says"),
    [("nothing", "no such item"), ("intrinsic-resolution", "must be one of")],
)
def test_an_item_must_be_the_documents(
    store: Path, capsys: pytest.CaptureFixture[str], item: str, says: str
) -> None:
    program = ["--program", "P", "--program-version", "1"]
    code, _, err = run(capsys, store, "analyze", "reported", item, "5.5", *program)
    assert code == 2
    assert says in err


DUE = [
    ("2026-02-28", "P1W", "2026-03-07"),
    ("2026-08-31", "P6M", "2027-02-28"),
    ("2024-02-29", "P1Y", "2025-02-28"),
    ("2026-12-31", "P2M", "2027-02-28"),
]


@pytest.mark.parametrize(("last", "period", "due"), DUE)
def test_the_end_of_a_month_stays_in_its_month(last: str, period: str, due: str) -> None:
    assert due_after(date.fromisoformat(last), period).isoformat() == due


def results(values: list[float], step_days: int = 30) -> list[Result]:
    return [
        Result(n, date(2025, 1, 1) + timedelta(days=n * step_days), Decimal(str(v)), None, "")
        for n, v in enumerate(values)
    ]


@given(st.floats(-5, 5).map(lambda x: round(x, 3)), st.integers(5, 20))
def test_a_straight_line_has_its_own_slope(per_year: float, count: int) -> None:
    values = [10 + per_year * n * 30 / 365.25 for n in range(count)]
    found = trend_of(results(values))
    assert found is not None
    assert found.per_year == pytest.approx(per_year, abs=1e-9)


def test_noise_without_a_trend_is_called_one_in_a_twentieth_of_the_cases() -> None:
    rng = np.random.default_rng(2)
    found = [trend_of(results(list(rng.normal(5, 0.1, 12)))) for _ in range(1000)]
    called = sum(one is not None and one.significant for one in found)
    assert 25 <= called <= 75


def test_too_few_results_have_no_trend() -> None:
    assert trend_of(results([1, 2, 3, 4])) is None
    assert trend_of(results([1, 2, 3, 4, 5], step_days=0)) is None


def test_a_device_must_be_known(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, store, "trend", "nobody")
    assert (code, "no such device" in err) == (2, True)


def test_the_record_holds_results_conditions_sources_and_blanks(
    tmp_path: Path, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pixels = np.zeros((64, 64))
    pixels[8:56, 8:56] = 15000
    counts = np.random.default_rng(1).poisson(pixels)
    path = files.dicom(tmp_path / "flood", counts, 6.4, ContentDate="20260302")
    options = ["--trials", "100", "--stage", "status", "--head", "2", "--crystal-mm", "9.5"]
    saving = ["--save", "--who", "=Li", "--device", DEVICE, "--peak-kev", "140"]
    run(capsys, store, "analyze", "flood", str(path), *options, *saving)
    keep(capsys, store, date(2026, 1, 5), "70")
    out = tmp_path / "record.xlsx"
    code, data, _ = run(capsys, store, "analyze", "record", "S-1", "--out", str(out))
    assert (code, data["measurements"]) == (0, [1, 2])
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["1 flood", "2 reported"]
    cells = {
        str(row[0].value): [cell.value for cell in row[1:]] for row in book["1 flood"].iter_rows()
    }
    assert cells["探头号 Head"][0] == "2"
    assert cells["晶体厚度 / mm Crystal thickness / mm"][0] == "9.5"
    # A text that looks like a formula stays one.
    assert cells["测量者 Measured by"][0] == "=Li"
    assert cells["机构 Institution"][0] in (None, "")
    value, expanded, _, unit, verdict = cells[
        "固有积分均匀性 UFOV intrinsic integral uniformity, UFOV"
    ]
    assert isinstance(value, float)
    assert expanded > 0
    assert unit == "%"
    assert "Table A.1" in verdict
    assert cells["peak_energy"][0] == "140"
    assert len(cells["flood"][0]) == 64
    again = run(capsys, store, "analyze", "record", "S-1", "--out", str(out))
    assert (again[0], "was not replaced" in again[2]) == (2, True)
    code, _, err = run(
        capsys, store, "analyze", "record", "S-1", "--number", "7", "--out", str(tmp_path / "x")
    )
    assert (code, "no such measurement" in err) == (2, True)
