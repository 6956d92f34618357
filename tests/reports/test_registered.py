"""What the register tells of an instrument is printed wherever the instrument is named."""

import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdf
import pytest

from dosegauge.cli import main
from dosegauge.errors import WrongUse
from dosegauge.evaluation import evaluate_session
from dosegauge.reports import certificate_pdf, drafts, model, record_xlsx
from dosegauge.reports.details import (
    Job,
    Laboratory,
    MeasurementStandard,
    load_job,
    load_laboratory,
)
from dosegauge.reports.registered import with_registered
from dosegauge.store import Store
from dosegauge.store.registers import NewEntry
from tests.reports import logs
from tests.reports.test_certificate import flat
from tests.reports.test_command import store as store  # noqa: PLC0414

# The sessions are of 2026-03-01.
GAUGE = {
    "identity": "HG-17",
    "kind": "height-gauge",
    "name": "数显高度计",
    "certificate": "CD-2025-001",
    "valid_from": "2025-10-01",
    "valid_to": "2026-09-30",
    "measuring_range": "(0–50) mm",
    "range_low": "0",
    "range_high": "50",
    "range_unit": "mm",
    "mpe": "0.50",
    "mpe_unit": "µm",
}
CHAMBER = {
    "identity": "IC-3",
    "name": "chamber",
    "air_density": "sealed",
    "certificate": "DL-9",
    "valid_to": "2026-09-30",
    "n_k": "1.04",
    "n_k_u": "1.8 %",
    "n_k_k": "2",
    "n_k_unit": "Gy/C",
    "energy_low_kv": "50",
    "energy_high_kv": "150",
    "energy_response_pct": "5",
}
QUALITY = {"name": "RQR 5", "kv_low": "60", "kv_high": "80", "k_q": "1.00", "u": "0.01", "k": "2"}
LAB = Laboratory(standards=(MeasurementStandard(registered="HG-17"),))
DEPTH = evaluate_session(logs.depth_log())


@pytest.fixture
def opened(store: str) -> Store:
    return Store.open(store)


def enter(
    store: Store, values: dict[str, str], *parts: dict[str, str], kind: str = "instruments"
) -> None:
    known = store.registers.versions(kind, (values["identity"],))
    content = {"values": values, "parts": list(parts)}
    entry = NewEntry((values["identity"],), content, known[0].id if known else None)
    store.registers.add(kind, [entry], "Li", "recalibrated")


def told(store: Store, lab: Laboratory = LAB, job: Job | None = None) -> MeasurementStandard:
    (standard,) = with_registered(store.registers, lab, job or Job(), [DEPTH]).standards
    return standard


def test_the_register_tells_certificate_validity_range_and_accuracy(opened: Store) -> None:
    enter(
        opened, GAUGE, {"what": "20 mm", "value": "20.0003", "u": "0.0004", "k": "2", "unit": "mm"}
    )
    assert told(opened) == MeasurementStandard(
        "数显高度计",
        "HG-17",
        "(0–50) mm",
        "MPE ±0.50 µm; 20 mm: U = 0.0004 mm (k = 2)",
        "CD-2025-001",
        "2026-09-30",
        "HG-17",
    )


def test_a_detector_is_told_with_its_qualities(opened: Store) -> None:
    enter(opened, CHAMBER, QUALITY, kind="detectors")
    found = told(opened, job=Job(standards=(MeasurementStandard(registered="IC-3"),)))
    assert found.measuring_range == "RQR 5 (60–80 kV)"
    assert found.accuracy == "N_K: U = 1.8 % (k = 2); RQR 5: U = 0.01 (k = 2)"
    assert found.flags == ()


def test_the_jobs_instruments_stand_for_the_laboratorys(opened: Store) -> None:
    typed = MeasurementStandard("caliper", certificate="X", valid_to="2027-01-01")
    assert told(opened, job=Job(standards=(typed,))) == typed


def test_what_is_not_registered_is_refused(opened: Store) -> None:
    with pytest.raises(WrongUse, match="HG-17: no such instrument is registered"):
        told(opened)


def test_what_is_registered_twice_is_refused(opened: Store) -> None:
    enter(opened, GAUGE)
    enter(opened, {**CHAMBER, "identity": "HG-17"}, kind="detectors")
    with pytest.raises(WrongUse, match="both an instrument and a detector"):
        told(opened)


@pytest.mark.parametrize(
    ("later", "certificate", "flagged"),
    [
        # Calibrated again after the session: its own certificate counts.
        ({"certificate": "CD-2", "valid_from": "2026-03-02"}, "CD-2025-001", 0),
        # Calibrated again before it.
        ({"certificate": "CD-2", "valid_from": "2026-03-01"}, "CD-2", 0),
        # The same certificate corrected: what was wrong no longer counts.
        ({"valid_from": "2026-03-02"}, "CD-2025-001", 1),
        ({"valid_to": "2026-02-28"}, "CD-2025-001", 1),
    ],
)
def test_the_certificate_of_the_day_counts(
    opened: Store, later: dict[str, str], certificate: str, flagged: int
) -> None:
    enter(opened, GAUGE)
    enter(opened, {**GAUGE, **later})
    found = told(opened)
    assert (found.certificate, len(found.flags)) == (certificate, flagged)


def test_an_unsuitable_one_is_flagged_on_draft_list_record_and_certificate(opened: Store) -> None:
    enter(opened, {**GAUGE, "valid_to": "2026-02-28"})
    lab = with_registered(opened.registers, LAB, Job(), [DEPTH])
    said = "数显高度计 (HG-17): its certificate was valid to 2026-02-28, expired on 2026-03-01"
    assert said in [text.en for text in drafts.unsuitable(lab)]
    assert [text.en for text in model.reasons([DEPTH], lab, Job())].count(said) == 1
    record = openpyxl.load_workbook(io.BytesIO(record_xlsx.render([DEPTH], lab, Job(), "en")))[
        "Record"
    ]
    assert said in [cell.value for row in record.iter_rows() for cell in row]
    made = certificate_pdf.render(model.build([DEPTH], lab, Job(), "en"))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    # Below the table of instruments, and among the reasons of the draft.
    assert flat(pages[0]).count(flat(said)) == 1
    assert flat(pages).count(flat(said)) == 2


def test_a_clock_that_was_not_set_leaves_the_validity_open(opened: Store) -> None:
    enter(opened, GAUGE)
    unset = evaluate_session(
        (Path(__file__).parents[1] / "golden" / "v1" / "interrupted-no-clock.dgs").read_bytes()
    )
    (found,) = with_registered(opened.registers, LAB, Job(), [unset]).standards
    assert [flag.en for flag in found.flags] == ["day of use unknown, validity not checked"]


def test_the_commands_read_the_register(
    store: str, opened: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(opened, {**GAUGE, "valid_to": "2026-02-28"})
    (tmp_path / "job.toml").write_text('[[standards]]\nregistered = "HG-17"\n')
    options = ["--job", str(tmp_path / "job.toml"), "--store", store, "--lang", "en"]
    assert main(["show", "DG-1-0001", *options]) == 0
    assert "HG-17  CD-2025-001  its certificate was valid to 2026-02-28" in capsys.readouterr().out
    assert main(["show", "DG-1-0001", *options, "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["standards"]
    assert (shown["registered"], shown["valid_to"]) == ("HG-17", "2026-02-28")
    assert "expired on 2026-03-01" in shown["flags"][0][1]
    out = ["--out", str(tmp_path), "--json"]
    assert main(["certificate", "DG-1-0001", *options, *out]) == 0
    assert any(
        "expired on 2026-03-01" in said for said in json.loads(capsys.readouterr().out)["draft"]
    )
    assert main(["record", "DG-1-0001", *options, *out]) == 0


def test_the_files_name_registered_instruments(tmp_path: Path) -> None:
    path = tmp_path / "details.toml"
    path.write_text('[[standards]]\nregistered = "HG-17"\n')
    assert load_laboratory(path).standards == LAB.standards
    assert load_job(path) == replace(Job(), standards=LAB.standards)
    path.write_text('tube_kv = "80"')
    assert load_job(path).tube_kv == "80"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[[standards]]\nregistered = "HG-17"\nname = "x"', "registered stands alone"),
        ('[[standards]]\nidentity = "HG-17"', "without name"),
        ('[[standards]]\nname = "x"\nflags = []', "flags is not known"),
        ('tube_kv = "high"', "tube_kv: high is no number"),
        ("standards = 3", "standards is no list of tables"),
    ],
)
def test_files_that_name_them_wrongly(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "job.toml"
    path.write_text(content)
    with pytest.raises(WrongUse, match=said):
        load_job(path)
