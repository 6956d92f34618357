"""What speaks against an instrument, case by case."""

from dataclasses import dataclass, replace

import pytest

from dosegauge.registers.entries import Entry
from dosegauge.registers.equipment import DETECTORS, INSTRUMENTS, ROLES
from dosegauge.standards import Instrument, load_all
from dosegauge.suitability import Requirement, Use, flags, instrument_of, requirements_of
from dosegauge.texts import Text

# Micro CT draft 6.2.1 and 6.2.2, MRI phantom draft 6.2.2.
DOSIMETER = Requirement(
    "dosimeter",
    "6.2.1",
    energy_response_pct="5.0",
    energy_low_kv="50",
    energy_high_kv="150",
    repeatability_pct="1.0",
    stability_pct="2",
)
SURVEY = Requirement("survey-meter", "6.2.2", resolution="0.1", resolution_unit="uGy/h")
GAUGE = Requirement(
    "height-gauge", "6.2.2", mpe_um="5", range_low="0", range_high="50", range_unit="mm"
)
ASKED = (DOSIMETER, SURVEY, GAUGE)

CERTIFIED = {"certificate": "CD-1", "valid_from": "2026-03-01", "valid_to": "2027-02-28"}
GOOD_GAUGE = (
    CERTIFIED
    | {"kind": "height-gauge", "mpe": "5.0", "mpe_unit": "µm"}
    | {
        "range_low": "0",
        "range_high": "50.0",
        "range_unit": "mm",
    }
)
GOOD_SURVEY = CERTIFIED | {
    "kind": "survey-meter",
    "resolution": "0.10",
    "resolution_unit": "µGy/h",
}
GOOD_DOSIMETER = CERTIFIED | {
    "kind": "dosimeter",
    "energy_low_kv": "40",
    "energy_high_kv": "150.0",
    "energy_response_pct": "5",
    "repeatability_pct": "1.00",
    "stability_pct": "2.0",
}
VALUE = {"value": "1.02", "u": "1.8 %", "k": "2"}
IN_TIME = Use("2026-06-01", "2026-06-02", "80")


def codes(members: dict[str, str | None], *parts: dict[str, str], use: Use = IN_TIME) -> list[str]:
    given = {name: value for name, value in members.items() if value is not None}
    found = flags(instrument_of(INSTRUMENTS, Entry(given, parts)), ASKED, use)
    assert all(flag.text.zh and flag.text.en for flag in found)
    return [flag.code for flag in found]


def test_a_good_instrument_has_no_flag() -> None:
    assert codes(dict(GOOD_GAUGE)) == []
    assert codes(dict(GOOD_SURVEY), VALUE) == []
    assert codes(dict(GOOD_DOSIMETER), VALUE) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"certificate": None}, ["no-certificate"]),
        ({"valid_to": None}, ["validity-unknown"]),
        ({"valid_to": "2026-06-02"}, []),
        ({"valid_to": "2026-06-01"}, ["expired"]),
        ({"valid_from": "2026-06-01"}, []),
        ({"valid_from": "2026-06-02"}, ["not-yet-valid"]),
        ({"withdrawn": "2026-06-03"}, []),
        ({"withdrawn": "2026-06-02"}, ["withdrawn"]),
        ({"mpe": "5.01"}, ["mpe-above"]),
        ({"mpe": "0.005", "mpe_unit": "mm"}, []),
        ({"mpe": "0.0051", "mpe_unit": "mm"}, ["mpe-above"]),
        ({"mpe": "5", "mpe_unit": "μm"}, []),
        ({"mpe": "1", "mpe_unit": "%"}, ["mpe-unit"]),
        ({"mpe": None}, ["u-missing", "mpe-missing"]),
        ({"kind": "caliper", "mpe": "50"}, []),
        ({"range_low": "-10", "range_high": "60"}, []),
        ({"range_high": "5", "range_unit": "cm"}, []),
        ({"range_high": "49.9"}, ["range-short"]),
        ({"range_low": "0.1"}, ["range-short"]),
        ({"range_low": None}, ["range-missing"]),
        ({"range_unit": "kV"}, ["range-unit"]),
    ],
)
def test_a_height_gauge(change: dict[str, str | None], expected: list[str]) -> None:
    assert codes({**GOOD_GAUGE, **change}) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"resolution": "0.11"}, ["resolution-above"]),
        ({"resolution": "10", "resolution_unit": "nGy/h"}, []),
        ({"resolution": "0.001", "resolution_unit": "mGy/h"}, ["resolution-above"]),
        # uGy/h and uSv/h are different quantities.
        ({"resolution": "0.01", "resolution_unit": "µSv/h"}, ["resolution-unit"]),
        ({"resolution": None}, ["resolution-missing"]),
    ],
)
def test_a_survey_meter(change: dict[str, str | None], expected: list[str]) -> None:
    assert codes({**GOOD_SURVEY, **change}, VALUE) == expected


@pytest.mark.parametrize(
    ("change", "kv", "expected"),
    [
        ({"energy_response_pct": "5.01"}, "80", ["energy-response-above"]),
        ({"energy_response_pct": None}, "80", ["energy-response-missing"]),
        ({"energy_high_kv": "149"}, "80", ["energy-range-short"]),
        ({"energy_low_kv": "51"}, "80", ["energy-range-short"]),
        ({}, "40", []),
        ({}, "39.9", ["quality-outside"]),
        ({}, "150.01", ["quality-outside"]),
        ({}, None, ["quality-unknown"]),
        ({"repeatability_pct": "1.01"}, "80", ["repeatability-above"]),
        ({"repeatability_pct": None}, "80", ["repeatability-missing"]),
        ({"stability_pct": "2.1"}, "80", ["stability-above"]),
        ({"stability_pct": None}, "80", ["stability-missing"]),
    ],
)
def test_a_dosimeter(change: dict[str, str | None], kv: str | None, expected: list[str]) -> None:
    use = Use("2026-06-01", "2026-06-01", kv)
    assert codes({**GOOD_DOSIMETER, **change}, VALUE, use=use) == expected


def test_a_factor_for_the_used_quality_makes_up_for_the_range() -> None:
    factor = VALUE | {"kv_low": "30", "kv_high": "30"}
    assert codes(dict(GOOD_DOSIMETER), factor, use=Use("2026-06-01", "2026-06-01", "30")) == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([VALUE, {"value": "1"}], ["u-missing"]),
        ([{"value": "1", "u": "0.1"}], ["k-missing"]),
    ],
)
def test_calibrated_values_without_u_or_k(
    parts: list[dict[str, str]], expected: list[str]
) -> None:
    assert codes(dict(GOOD_GAUGE), *parts) == expected


def test_an_unknown_day_leaves_the_validity_open() -> None:
    assert codes(dict(GOOD_GAUGE), use=Use("", "", None)) == ["day-unknown"]


def test_without_a_quality_it_is_not_asked_whether_it_fits_one() -> None:
    use = Use("2026-06-01", "2026-06-01", of_quality=False)
    assert codes(dict(GOOD_DOSIMETER), VALUE, use=use) == []


@pytest.mark.parametrize(
    ("members", "parts", "kv", "expected"),
    [
        (
            {"n_k": "1", "n_k_u": "1 %", "n_k_k": "2"},
            [],
            "80",
            ["energy-response-missing", "quality-outside"],
        ),
        ({"n_k": "1"}, [], None, ["u-missing", "energy-response-missing", "quality-unknown"]),
        (
            {"n_k": "1", "n_k_u": "1 %"},
            [],
            "80",
            ["k-missing", "energy-response-missing", "quality-outside"],
        ),
        (
            {"n_k": "1", "n_k_u": "1 %", "n_k_k": "2"},
            [{"k_q": "1", "u": "1 %", "k": "2", "kv_low": "60", "kv_high": "90"}],
            "80",
            ["energy-response-missing"],
        ),
    ],
)
def test_a_detector_is_asked_for_its_factor_and_the_energy_response_of_a_dosimeter(
    members: dict[str, str], parts: list[dict[str, str]], kv: str | None, expected: list[str]
) -> None:
    detector = instrument_of(DETECTORS, Entry(CERTIFIED | members, tuple(parts)))
    use = Use("2026-06-01", "2026-06-01", kv)
    assert [flag.code for flag in flags(detector, ASKED, use)] == expected


def test_a_flag_names_the_digits_and_the_clause() -> None:
    above = instrument_of(INSTRUMENTS, Entry({**GOOD_GAUGE, "mpe": "6.0"}))
    (flag,) = flags(above, ASKED, IN_TIME)
    assert flag.text.en == "MPE 6.0 µm is above the 5 um asked (6.2.2)"
    assert "6.0 µm" in flag.text.zh


@dataclass(frozen=True)
class Told(Instrument):
    """What a standards file asks, with members that a program can compare."""

    role: str | None = None
    resolution: str | None = None
    resolution_unit: str | None = None


def test_requirements_are_those_of_the_standards_file_that_a_program_can_compare() -> None:
    words = {"name": Text("", ""), "requirement": Text("", ""), "provenance": "source"}
    asked = (
        Told(**words, mpe_um=None, clause="6.2.1"),
        Told(
            **words,
            mpe_um=None,
            clause="6.2.2",
            role="survey-meter",
            resolution="0.1",
            resolution_unit="uGy/h",
        ),
    )
    assert requirements_of(replace(load_all()[0], instruments=asked)) == [SURVEY]


def test_every_kind_of_instrument_that_a_document_asks_for_can_be_registered() -> None:
    asked = [asked for standard in load_all() for asked in requirements_of(standard)]
    assert {requirement.role for requirement in asked} <= set(ROLES)
