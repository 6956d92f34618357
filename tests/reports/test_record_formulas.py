"""The record's live formulas give the certified figures, and notice when a reading differs."""

import io

import openpyxl
import pytest

from dosegauge.evaluation import SessionEvaluation, evaluate_session
from dosegauge.reports import record_xlsx
from dosegauge.reports.details import Job, Laboratory
from dosegauge.reports.sheet import AGREES, DIFFERS
from tests.reports import logs
from tests.reports.formula_evaluator import Workbook


def workbook(*sessions: bytes, language: str = "zh-en") -> openpyxl.Workbook:
    found = [evaluate_session(raw) for raw in sessions]
    return openpyxl.load_workbook(
        io.BytesIO(record_xlsx.render(found, Laboratory(), Job(), language))
    )


def checks(book: openpyxl.Workbook) -> list[tuple[str, str, object]]:
    """Sheet, row's label and outcome of every comparison with a certified figure."""
    values = Workbook(book)
    found = []
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and AGREES in str(cell.value):
                    outcome = values.value(sheet.title, cell.coordinate)
                    found.append((sheet.title, sheet.cell(cell.row, 1).value, outcome))
    return found


def leakage_low_counts() -> bytes:
    """Few counts, so that the exact test decides; a counter that passes 2^32 on the way."""
    content = logs.plan("micro-ct-leakage")
    builder = logs.LogBuilder(content, "DG-1-0004")
    counts = {"background-before": 5, "background-after": 3, "cable-port": 19, "left": 0}
    for step in content["steps"]:
        near_the_end = 2**32 - 2
        builder.dwell(step["id"], counts.get(step["id"], 3), step["seconds"], near_the_end)
        builder.flush()
    return builder.log()


KERMA_BUDGET = {
    "n_k_U_pct": "0.3",
    "n_k_k": "2",
    "k_q_k": "2",
    "d_limit_mm": "0.05",
    "focus_limit_mm": "0.02",
    "temperature_limit_c": "0.5",
    "pressure_limit_kpa": "0.1",
    "energy_response_pct": "0.3",
    "stability_pct": "0.2",
    "field_nonuniformity_pct": "0.1",
    "resolution_rate": "0.001",
}


def kerma_repeated() -> bytes:
    """Exposure 3 is repeated after the last one; the first telegram of it no longer counts."""
    builder = logs.LogBuilder(logs.plan("micro-ct-air-kerma"), "DG-1-0005")
    for step_id, value in logs.KERMA_ENTRIES.items():
        builder.entry(step_id, value)
    builder.dosimeter("background", "0.001")
    for number, rate in enumerate(logs.KERMA_RATES, 1):
        builder.dosimeter(f"exposure-{number}", rate)
    builder.dosimeter("exposure-3", "1.529")
    builder.entry("d_mm", "105.5")
    builder.flush()
    return builder.log()


def kerma_from_doses(unit: str, mode: str) -> bytes:
    """Ten doses over 10 s, or ten rates in another unit of the dosimeter."""
    channels = logs.plan("micro-ct-air-kerma")["channels"]
    channels[0]["unit"] = unit
    builder = logs.LogBuilder(logs.plan("micro-ct-air-kerma", channels=channels), "DG-1-0006")
    for step_id, value in logs.KERMA_ENTRIES.items():
        builder.entry(step_id, value)
    builder.dosimeter("background", "0.002", mode)
    for number, rate in enumerate(logs.KERMA_RATES, 1):
        builder.dosimeter(f"exposure-{number}", rate, mode)
    builder.flush()
    return builder.log()


CASES = {
    "annex D": (logs.depth_log(), 22),
    "MPE of clause 6.2, rounded up": (
        logs.depth_log(parameters={"mpe_um": "5", "rounding": "up"}),
        22,
    ),
    "readings all equal: infinitely many degrees of freedom": (
        logs.depth_log(
            {step: "0.0000" for step in logs.ANNEX_D if step.startswith("outside")}
            | {step: "-0.1000" for step in logs.ANNEX_D if step.startswith("inside")}
        ),
        22,
    ),
    "kerma of the reference sheet": (logs.kerma_log(), 23),
    "sealed detector, chamber radius, nominal, calibration factors": (
        logs.kerma_log(
            parameters={
                "detector_density": "sealed",
                "chamber_radius_mm": "10",
                "nominal_rate": "1.9",
                "nominal_unit": "mGy/s",
                "n_k": "1.034",
                "k_q": "0.9871",
                "result_unit": "mGy/s",
            }
        ),
        25,
    ),
    "a repeated exposure and distance": (kerma_repeated(), 23),
    "doses over time": (kerma_from_doses("Gy", "D0"), 23),
    "rates in Gy/h": (kerma_from_doses("Gy/h", "D1"), 23),
    "kerma with a complete budget": (
        logs.kerma_log(parameters=KERMA_BUDGET | {"detector_density": "vented"}),
        28,
    ),
    "kerma whose resolution is larger than its repeatability": (
        logs.kerma_log(parameters=KERMA_BUDGET | {"resolution_rate": "0.1", "k_q_U_pct": "1"}),
        27,
    ),
    "leakage": (logs.leakage_log(), 14),
    "leakage with what the calibration doesn't cover": (
        logs.leakage_log(
            parameters={
                "energy_response_pct": "15",
                "angular_response_pct": "5",
                "distance_effect_pct": "10",
            }
        ),
        14,
    ),
    "leakage, probe factor with U of k = 3 and doubtful dead time": (
        logs.leakage_log(
            parameters={
                "factor_u_rel_pct": None,
                "factor_U_pct": "8",
                "factor_k": "3",
                "dead_time_u_us": "20",
                "probe_calibrated": "yes",
            }
        ),
        14,
    ),
    "leakage at low counts": (leakage_low_counts(), 14),
}


@pytest.mark.parametrize(("raw", "comparisons"), CASES.values(), ids=CASES.keys())
def test_every_formula_agrees_with_the_certified_figure(raw: bytes, comparisons: int) -> None:
    found = checks(workbook(raw))
    assert [check for check in found if check[2] != AGREES] == []
    assert len(found) == comparisons


@pytest.mark.parametrize(
    ("raw", "sheet", "step"),
    [
        (logs.depth_log(), "1-depth", "孔外 90° around 90°"),
        (logs.kerma_log(), "1-kerma", "曝光 4 expose 4"),
    ],
)
def test_an_altered_reading_shows(raw: bytes, sheet: str, step: str) -> None:
    book = workbook(raw)
    row = next(r for r in book[sheet].iter_rows() if r[1].value == step)
    row[5].value += 0.0021
    assert DIFFERS in [outcome for _, _, outcome in checks(book)]


def test_the_exact_test_at_low_counts_can_be_followed() -> None:
    book = workbook(leakage_low_counts())
    values = Workbook(book)
    sheet = book["1-leakage"]
    row = next(r for r in sheet.iter_rows() if r[0].value == "电缆孔 cable port")
    # N_min is the least count whose chance is below alpha = 0.05.
    assert values.value(sheet.title, row[11].coordinate) <= 0.05
    assert values.value(sheet.title, row[12].coordinate) > 0.05


def test_a_session_that_cannot_be_evaluated_keeps_its_readings() -> None:
    builder = logs.LogBuilder(logs.plan("mri-hole-depth"), "DG-1-0009")
    builder.gauge("outside-0", "0.0012")
    builder.flush()
    found: SessionEvaluation = evaluate_session(builder.log(result=False, seal=False))
    assert found.evaluation is None
    book = openpyxl.load_workbook(
        io.BytesIO(record_xlsx.render([found], Laboratory(), Job(), "en"))
    )
    assert any(row[5].value == 0.0012 for row in book["1-depth"].iter_rows())
    told = [cell.value for row in book["Provenance"].iter_rows() for cell in row]
    assert found.not_evaluated in told
