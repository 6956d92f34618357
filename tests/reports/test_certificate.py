"""The certificate as a reader sees it: text extracted from the PDF."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from dosegauge.errors import CheckFailed, DosegaugeError, WrongUse
from dosegauge.evaluation import Discrepancy, evaluate_session
from dosegauge.reports import certificate_pdf, drafts, model
from dosegauge.reports.details import Job, Laboratory, MeasurementStandard
from dosegauge.reports.measured import Measured
from tests.reports import logs

STANDARD = MeasurementStandard(
    "数显高度计", "HG-17", "(0–50) mm", "MPE ±0.5 µm", "CD-2025-001", "2026-09-30"
)
LAB = Laboratory("某省计量院", "某市某路1号", "CNAS L0000", standards=(STANDARD,))
JOB = Job(
    certificate_no="JZ-2026-0042",
    client_address="某市医院路8号",
    place="3号实验室",
    temperature_c="20.3",
    humidity_pct="45",
    checker="王",
    received="2026-02-27",
    issued="2026-03-02",
)


def pages(
    *sessions: bytes, lab: Laboratory = LAB, job: Job = JOB, language: str = "zh-en"
) -> list[str]:
    made = model.build([evaluate_session(raw) for raw in sessions], lab, job, language)
    reader = pypdf.PdfReader(io.BytesIO(certificate_pdf.render(made)))
    return [page.extract_text() for page in reader.pages]


def flat(text: str | list[str]) -> str:
    """Text without spaces, line ends and invisible break marks."""
    return re.sub(r"[\s\u200b]", "", "".join(text))


def test_annex_d_prints_the_cores_figures_and_where_the_draft_differs() -> None:
    text = flat(pages(logs.depth_log()))
    for figure in ("0.1039mm", "5.3µm", "8.5µm", "2.669µm", "3.18"):
        assert figure in text
    # Remarks on the draft's own print.
    for draft in ("2.62", "2.68", "5.4"):
        assert draft in text


def test_the_list_of_jjf_1071_is_complete() -> None:
    first = flat(pages(logs.depth_log())[0])
    for item in (
        "校准证书CalibrationCertificate",
        "某省计量院",
        "某市某路1号",
        "JZ-2026-0042",
        "3号实验室",
        "医院Hospital",
        "某市医院路8号",
        "MRIphantom",
        "PhantomWorks",
        "PW-1",
        "0001",
        "2026-03-01(UTC+08:00)",
        "2026-03-02",
        "JJFXXXX-XXXX",
        "5.2.1,7.3.2,AnnexD",
        "Thedocumentisadraftforcomment",
        "CD-2025-001",
        "2026-09-30",
        "20.3°C",
        "45%",
        "校准员Calibratedby",
        "核验员Checkedby",
        "批准人Approvedby",
        "本证书的校准结果仅对被校对象有效",
        "shallnotbereproducedexceptinfull",
    ):
        assert item in first, item


@pytest.mark.parametrize("language", ["zh", "en", "zh-en"])
def test_every_page_says_which_of_how_many(language: str) -> None:
    found = pages(logs.depth_log(), logs.kerma_log(), logs.leakage_log(), language=language)
    for number, text in enumerate(found, 1):
        if "zh" in language:
            assert f"第{number}页共{len(found)}页" in flat(text)
        if "en" in language:
            assert f"Page{number}of{len(found)}" in flat(text)


@pytest.mark.parametrize(
    ("language", "present", "absent"),
    [("zh", "校准结果", "Results of"), ("en", "Results of calibration", "校准结果")],
)
def test_one_language_only(language: str, present: str, absent: str) -> None:
    text = " ".join(pages(logs.depth_log(), language=language))
    assert present in text
    assert absent not in text


def test_a_complete_depth_certificate_is_no_draft() -> None:
    text = flat(pages(logs.depth_log()))
    assert "DRAFT" not in text
    assert "草稿" not in text


@pytest.mark.parametrize("raw", [logs.kerma_log(), logs.leakage_log()], ids=["kerma", "leakage"])
def test_incomplete_budgets_mark_every_page_and_say_why(raw: bytes) -> None:
    found = pages(raw)
    assert all("DRAFT草稿" in flat(text) for text in found)
    assert "theuncertaintybudgetisincomplete" in flat(found[-1])


@pytest.mark.parametrize(
    ("lab", "job", "reason"),
    [
        (Laboratory(), JOB, "Notgiven:laboratory,laboratory'saddress"),
        (replace(LAB, standards=()), JOB, "notregistered"),
        (LAB, replace(JOB, certificate_no=""), "Notgiven:Certificateno."),
        (
            replace(LAB, standards=(replace(STANDARD, valid_to="2026-02-28"),)),
            JOB,
            "beforethecalibration",
        ),
        (
            replace(LAB, standards=(replace(STANDARD, certificate=""),)),
            JOB,
            "certificateorvaliditynotregistered",
        ),
    ],
)
def test_what_is_missing_makes_it_a_draft(lab: Laboratory, job: Job, reason: str) -> None:
    found = pages(logs.depth_log(), lab=lab, job=job, language="en")
    assert "DRAFT" in found[0]
    assert reason in flat(found[-1]).replace("’", "'")


def test_a_virtual_units_session_is_no_measurement() -> None:
    text = flat(pages(logs.depth_log(board="virtual")))
    assert "DRAFT" in text
    assert "wassimulatedonavirtualunit;itisnomeasurement" in text


def test_another_edition_of_the_standards_file_makes_it_a_draft() -> None:
    found = pages(logs.depth_log(document={"sha256": "0" * 64}), language="en")
    assert "anothereditionofthestandardsfile" in flat(found[-1])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seal": False}, "isnotsealed"),
        ({"status": "interrupted"}, "wasnotcompleted(interrupted)"),
    ],
)
def test_a_session_without_its_end_makes_it_a_draft(changes: dict, reason: str) -> None:
    builder = logs.LogBuilder(logs.plan("mri-hole-depth"))
    builder.annex_d()
    assert reason in flat(pages(builder.log(**changes), language="en")[-1])


def test_budgets_are_reported_by_session() -> None:
    found = [Measured(evaluate_session(raw)) for raw in (logs.depth_log(), logs.kerma_log())]
    assert [("DG-1-0002" in reason.en) for reason in drafts.incomplete_budgets(found)] == [True]


def test_verdicts_are_only_printed_when_asked_for_and_headed_for_reference() -> None:
    assert "Verdicts" not in flat(pages(logs.depth_log()))
    text = flat(pages(logs.depth_log(), job=replace(JOB, with_verdicts=True)))
    assert "判定（仅供参考）Verdicts(forreference)" in text
    assert "requiredatmost0.6mm" in text


def test_no_interval_is_recommended_unless_agreed() -> None:
    assert "interval" not in flat(pages(logs.depth_log(), language="en"))
    agreed = pages(logs.depth_log(), language="en", job=replace(JOB, interval_months="12"))
    assert "Intervalagreedwiththeclient:12months" in flat(agreed)


def test_an_environment_outside_the_documents_range_is_told() -> None:
    text = flat(
        pages(logs.depth_log(), job=replace(JOB, temperature_c="20.1; 23.4"), language="en")
    )
    assert "Deviation:temperature23.4°C" in text
    # A session's own temperature says nothing about another session's.
    mixed = pages(
        logs.depth_log(), logs.kerma_log(), job=replace(JOB, temperature_c=""), language="en"
    )
    assert "Deviation" not in flat(mixed)


def test_provenance_is_in_the_footer_and_in_full_at_the_end() -> None:
    evaluation = evaluate_session(logs.depth_log())
    digest, standard = evaluation.log.digest.hex(), evaluation.plan["document"]["sha256"]
    found = pages(logs.depth_log())
    for text in found:
        assert f"DG-1-0001{digest[:12]}" in flat(text)
        assert standard[:12] in flat(text)
    assert digest in flat(found)
    assert standard in flat(found)


def test_the_same_input_gives_the_same_bytes() -> None:
    evaluations = [evaluate_session(logs.depth_log())]
    first, second = (
        certificate_pdf.render(model.build(evaluations, LAB, JOB, "zh-en")) for _ in range(2)
    )
    assert first == second
    created = pypdf.PdfReader(io.BytesIO(first)).metadata.creation_date
    assert created.isoformat().startswith("2026-03-02T00:00:00")


@pytest.mark.parametrize(
    "text",
    [
        '#import "@preview/x:1.0.0": *',
        "*bold* _it_ $x^2$ `raw` <label> @ref \\ [ ] { }",
        '")#panic("x',
        "= Heading",
        "</script> &amp; %s {0}",
        "W" * 300,
        "无空格的很长的名字" * 30,
        "𠮷田 Ångström µ ≤ ±",
    ],
    ids=range(8),
)
def test_hostile_text_is_printed_as_it_is(text: str) -> None:
    device = dict.fromkeys(logs.DEVICE, text[:40])
    builder = logs.LogBuilder(logs.plan("mri-hole-depth", device=device, operator=text[:40]))
    builder.annex_d()
    found = pages(builder.log(), lab=replace(LAB, name=text), job=replace(JOB, place=text))
    assert flat(text) in flat(found)


@pytest.mark.parametrize(
    ("character", "said"), [("😀", "😀 U\\+1F600"), ("\u202e", "no character U\\+202E")]
)
def test_a_character_that_cannot_be_printed_is_refused(character: str, said: str) -> None:
    lab = replace(LAB, name=f"A{character}B")
    with pytest.raises(DosegaugeError, match=said):
        pages(logs.depth_log(), lab=lab)


def test_a_missing_font_is_one_line_and_no_certificate(tmp_path: Path) -> None:
    made = model.build([evaluate_session(logs.depth_log())], LAB, JOB, "zh-en")
    with pytest.raises(DosegaugeError, match="unknown font family") as caught:
        certificate_pdf.render(made, fonts=tmp_path)
    assert "\n" not in caught.value.line("zh")


def test_a_result_that_the_readings_do_not_give_gets_no_certificate() -> None:
    evaluation = replace(
        evaluate_session(logs.depth_log()), discrepancies=[Discrepancy("t", "0.1040", "0.1039")]
    )
    with pytest.raises(CheckFailed, match=r"the unit says 0\.1040"):
        model.build([evaluation], LAB, JOB, "en")


def test_a_session_without_result_gets_no_certificate() -> None:
    builder = logs.LogBuilder(logs.plan("mri-hole-depth"))
    builder.gauge("outside-0", "0.0012")
    builder.flush()
    evaluation = evaluate_session(builder.log(result=False, seal=False))
    with pytest.raises(CheckFailed, match="no certificate"):
        model.build([evaluation], LAB, JOB, "en")


def test_sessions_of_different_devices_get_no_common_certificate() -> None:
    other = logs.kerma_log(device={"serial": "0002"})
    with pytest.raises(WrongUse, match="different devices"):
        pages(logs.depth_log(), other)


def test_a_file_that_exists_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(b"signed")
    made = model.build([evaluate_session(logs.depth_log())], LAB, JOB, "zh")
    with pytest.raises(WrongUse, match="was not replaced"):
        certificate_pdf.write(made, path)
    assert path.read_bytes() == b"signed"
    assert [entry.name for entry in tmp_path.iterdir()] == ["certificate.pdf"]


def test_an_uncertified_print_is_nowhere() -> None:
    """Every number of the results is a figure of the core or was typed, digit for digit."""
    evaluation = evaluate_session(logs.depth_log())
    printed = {
        f"{f.text} {f.unit}".strip().replace("um", "µm") for f in evaluation.evaluation.figures
    }
    printed |= {f"{row.text} {row.unit}".replace("um", "µm") for row in evaluation.rows.entries}
    made = model.build([evaluation], LAB, JOB, "en")
    assert set(made.sections[0].table.rows[0][1:]) <= printed
    assert {detail.text for detail in made.sections[0].details} <= printed
