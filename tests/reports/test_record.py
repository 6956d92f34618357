"""The original record: its fields, its raw data, and what hostile text can't do."""

import io
import subprocess
import sys

import openpyxl
import pytest

from dosegauge.errors import WrongUse
from dosegauge.evaluation import evaluate_session
from dosegauge.reports import record_xlsx
from dosegauge.reports.details import Job, Laboratory, MeasurementStandard
from tests.reports import logs

HOSTILE = (
    '=HYPERLINK("http://example.org","x")',
    "+1+1",
    "-2",
    "@SUM(1)",
    "#N/A",
    "12345678901234567890",
    "a\x00b\x0bc",
    "😀" * 200,
    "A" * 5000,
)


def book_of(
    *sessions: bytes,
    lab: Laboratory | None = None,
    job: Job | None = None,
    language: str = "zh-en",
) -> openpyxl.Workbook:
    found = [evaluate_session(raw) for raw in sessions]
    data = record_xlsx.render(found, lab or Laboratory(), job or Job(), language)
    return openpyxl.load_workbook(io.BytesIO(data))


def texts_of(sheet: object) -> list[str]:
    return [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]


def formulas_of(book: openpyxl.Workbook) -> list[str]:
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return [str(cell.value) for cell in cells if cell.data_type == "f"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_untrusted_text_stays_text(text: str) -> None:
    device = dict.fromkeys(logs.DEVICE, text[:12])
    builder = logs.LogBuilder(logs.plan("mri-hole-depth", device=device, operator=text[:12]))
    builder.annex_d()
    standard = MeasurementStandard(text, text, text, text, text)
    lab = Laboratory(text, text, text, standards=(standard,))
    book = book_of(builder.log(), lab=lab, job=Job(place=text))
    assert formulas_of(book) == formulas_of(book_of(logs.depth_log()))
    shown = text.replace("\x00", "\ufffd").replace("\x0b", "\ufffd")
    fields = {str(row[0].value): row[1] for row in book["Record"].iter_rows()}
    place = fields["校准地点 Place of calibration"]
    assert (place.value, place.data_type) == (shown, "s")
    serial = fields["序列号 Serial no."]
    assert (serial.value, serial.data_type) == (shown[:12], "s")


def test_formulas_are_computed_when_the_file_is_opened() -> None:
    assert book_of(logs.depth_log()).calculation.fullCalcOnLoad


def test_unknown_fields_are_empty_and_marked() -> None:
    sheet = book_of(logs.depth_log())["Record"]
    fields = {str(row[0].value): row[1] for row in sheet.iter_rows()}
    number = fields["证书编号 Certificate no."]
    assert not number.value
    assert number.fill.fgColor.rgb == "00FFF8DC"
    assert fields["序列号 Serial no."].value == "0001"
    assert fields["校准日期 Date of calibration"].value == "2026-03-01 (UTC+08:00)"
    assert "未登记 not registered" in texts_of(sheet)


def test_raw_bytes_and_superseded_readings_are_kept() -> None:
    builder = logs.LogBuilder(logs.plan("mri-hole-depth"))
    builder.gauge("outside-90", "-0.0099")
    builder.annex_d()
    rows = [r for r in book_of(builder.log())["1-depth"].iter_rows() if r[5].value == -0.0099]
    assert [cell.value for cell in rows[0]][10] == "已被重测取代 superseded"
    assert rows[0][9].value == "2d a0 a0 30 2e 30 30 39 39 8d"
    assert rows[0][5].font.strike


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("zh", "校准原始记录"),
        ("en", "Original record of calibration"),
        ("zh-en", "校准原始记录 Original record of calibration"),
    ],
)
def test_the_record_speaks_the_language_asked_for(language: str, title: str) -> None:
    assert book_of(logs.depth_log(), language=language)["Record"]["A1"].value == title


def test_provenance_names_everything() -> None:
    evaluation = evaluate_session(logs.kerma_log())
    book = book_of(logs.kerma_log())
    told = texts_of(book["Provenance"])
    for expected in (
        evaluation.log.digest.hex(),
        evaluation.plan["document"]["sha256"],
        "DG-1-0002",
        "s-r-limit",
        "规范原文 the document",
        "本程序选定 this program's choice",
    ):
        assert expected in told


def test_sessions_of_different_devices_are_refused() -> None:
    other = logs.kerma_log(device={"serial": "0002"})
    with pytest.raises(WrongUse, match="different devices"):
        book_of(logs.depth_log(), other)


def test_one_workbook_holds_all_sessions() -> None:
    book = book_of(logs.depth_log(), logs.kerma_log(), logs.leakage_log())
    assert book.sheetnames == [
        "Record",
        "1-depth",
        "2-kerma",
        "3-leakage",
        "3-leakage-samples",
        "Provenance",
    ]


def test_openpyxl_is_imported_only_when_a_workbook_is_written() -> None:
    code = "import sys, dosegauge.reports.record_xlsx; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
