"""Every limit of the three documents, written here a second time from the documents themselves.

Tags: S0 the Micro CT drafting note, S1 the slides about WS 523-2019, S2 the MRI phantom draft.
"""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from dosegauge.errors import WrongUse
from dosegauge.standards import MAKERS_VALUE, OWN_CHOICE, SOURCE, load
from dosegauge.standards.lookup import limit_for, period_of

WS_523 = load("ws-523-2019.toml")
MICRO_CT = load("micro-ct-draft.toml")
MRI = load("mri-phantom-draft.toml")


@dataclass(frozen=True)
class Row:
    """One row of S1's table of items: limit at the status test and at the constancy test ("" is
    the table's dash), and the constancy test's period."""

    number: int
    item: str
    region: str | None
    operator: str
    unit: str
    status: str
    constancy: str
    period: str | None


# S1, "质量控制检测项目与技术要求". At acceptance every row says 出厂指标.
TABLE = (
    Row(1, "integral-uniformity", "UFOV", "at_most", "%", "5.5", "5.5", "P1W"),
    Row(1, "integral-uniformity", "CFOV", "at_most", "%", "4.5", "4.5", "P1W"),
    Row(1, "differential-uniformity", "UFOV", "at_most", "%", "3.5", "3.5", "P1W"),
    Row(1, "differential-uniformity", "CFOV", "at_most", "%", "3.0", "3.0", "P1W"),
    Row(2, "intrinsic-resolution", "UFOV", "at_most", "mm", "5.4", "5.4", "P6M"),
    Row(2, "intrinsic-resolution", "CFOV", "at_most", "mm", "5.4", "5.4", "P6M"),
    Row(3, "differential-linearity", "UFOV", "at_most", "mm", "0.24", "0.24", "P6M"),
    Row(3, "differential-linearity", "CFOV", "at_most", "mm", "0.24", "0.24", "P6M"),
    Row(3, "absolute-linearity", "UFOV", "at_most", "mm", "0.84", "0.84", "P6M"),
    Row(3, "absolute-linearity", "CFOV", "at_most", "mm", "0.60", "0.60", "P6M"),
    Row(4, "planar-sensitivity", None, "at_least", "1/s/MBq", "60", "60", "P6M"),
    # Printed 67×103: the exponent was lost (S1-2).
    Row(5, "maximum-count-rate", None, "at_least", "1/s", "67000", "67000", "P6M"),
    Row(6, "system-resolution", "CFOV", "at_most", "mm", "", "", None),
    Row(7, "tomographic-resolution", None, "at_most", "mm", "18.7", "", None),
    Row(8, "whole-body-resolution", None, "at_most", "mm", "15.4", "", None),
)


def names(row: Row) -> str:
    return f"{row.item} {row.region or ''}".strip()


@pytest.mark.parametrize("row", TABLE, ids=names)
@pytest.mark.parametrize("stage", ["status", "constancy"])
def test_a_row_of_the_table(row: Row, stage: str) -> None:
    limit = limit_for(WS_523, row.item, stage, row.region)
    value = getattr(row, stage)
    asked = (row.operator, value) if value else ("none", None)
    assert (limit.operator, limit.value) == asked
    assert (limit.unit, limit.clause, limit.provenance) == (
        row.unit,
        f"Table A.1, no. {row.number}",
        SOURCE,
    )
    due = {"status": "P1Y" if value else None, "constancy": row.period}
    assert period_of(WS_523, limit) == due[stage]


@pytest.mark.parametrize("row", TABLE, ids=names)
def test_acceptance_needs_the_makers_value(row: Row) -> None:
    asked = limit_for(WS_523, row.item, "acceptance", row.region)
    assert asked.needs_makers_value
    assert (asked.operator, asked.provenance) == (row.operator, SOURCE)
    given = limit_for(WS_523, row.item, "acceptance", row.region, makers_value="3.70")
    assert not given.needs_makers_value
    assert (given.operator, given.value, given.provenance) == (
        row.operator,
        "3.70",
        MAKERS_VALUE,
    )


def test_the_table_is_whole() -> None:
    rows = {(row.item, row.region) for row in TABLE}
    regions = {item.id: item.regions.names if item.regions else (None,) for item in WS_523.items}
    assert rows == {(item, region) for item, names in regions.items() for region in names}


@dataclass(frozen=True)
class Limit:
    """A limit of a calibration specification; `at` is the condition's quantity at one value."""

    item: str
    operator: str
    value: str
    unit: str
    clause: str
    region: str | None = None
    at: tuple[tuple[str, str], ...] = ()


# S0, clauses 5.1 to 5.6; 5.4 and 5.5 leave it to the maker.
MICRO_CT_LIMITS = (
    Limit("air-kerma-rate", "at_least", "80", "%", "5.1"),
    Limit("repeatability", "at_most", "2.0", "%", "5.2"),
    Limit("uniformity-difference", "at_most", "5", "%", "5.3"),
    Limit("uniformity-spread", "at_most", "2.5", "%", "5.3"),
    Limit("spatial-resolution", "at_least", "maker", "lp/mm", "5.4"),
    Limit("low-contrast", "at_most", "maker", "mm", "5.5"),
    Limit("leakage", "at_most", "2.5", "uGy/h", "5.6"),
)

# S2, clauses 5.1 to 5.4. The edges of 5.1.2: [1, 5] and (5, 8] lp/cm.
MRI_LIMITS = (
    Limit("line-pair-range", "at_most", "1", "lp/cm", "5.1.1", "lowest"),
    Limit("line-pair-range", "at_least", "8", "lp/cm", "5.1.1", "highest"),
    *(
        Limit("line-width", "within_plus_minus", value, "%", "5.1.2", at=(("f", f),))
        for f, value in (
            ("1", "5"),
            ("4", "5"),
            ("5", "5"),
            ("5.0", "5"),
            ("6", "10"),
            ("8", "10"),
        )
    ),
    *(
        Limit("pitch", "within_plus_minus", value, "%", "5.1.2", at=(("f", f),))
        for f, value in (("1", "10"), ("5", "10"), ("5.01", "20"), ("8", "20"), ("8.0", "20"))
    ),
    Limit("hole-depth", "at_most", "0.6", "mm", "5.2.1"),
    Limit("hole-diameter", "at_most", "5.0", "mm", "5.2.2"),
    Limit("hole-distance", "within_plus_minus", "0.5", "mm", "5.3"),
    Limit("grid-length", "within_plus_minus", "0.5", "mm", "5.3"),
    Limit("wedge-slope", "within_plus_minus", "3", "%", "5.4"),
)


@pytest.mark.parametrize(
    ("standard", "case"),
    [
        *((MICRO_CT, case) for case in MICRO_CT_LIMITS),
        *((MRI, case) for case in MRI_LIMITS),
    ],
    ids=lambda case: f"{case.item} {dict(case.at) or ''}" if isinstance(case, Limit) else "",
)
def test_a_limit_of_a_calibration_specification(standard, case: Limit) -> None:
    limit = limit_for(standard, case.item, "calibration", case.region, dict(case.at))
    assert (limit.operator, limit.value, limit.unit) == (case.operator, case.value, case.unit)
    assert (limit.clause, limit.provenance) == (case.clause, SOURCE)


def test_every_item_of_the_specifications_is_listed_here() -> None:
    own = {"uniformity-difference-hu"}
    assert {item.id for item in MICRO_CT.items} - own == {case.item for case in MICRO_CT_LIMITS}
    assert {item.id for item in MRI.items} - {"visual-check"} == {case.item for case in MRI_LIMITS}


def test_the_kerma_rates_limit_is_a_part_of_the_nominal() -> None:
    """S0 5.1: 不低于标称值的80%."""
    assert limit_for(MICRO_CT, "air-kerma-rate", "calibration").relative_to == "nominal"


def test_the_five_hounsfield_units_are_this_programs_reading() -> None:
    """S0-1: 5 % is very probably 5 HU; the note does not say so."""
    limit = limit_for(MICRO_CT, "uniformity-difference-hu", "calibration")
    assert (limit.value, limit.unit, limit.provenance) == ("5", "HU", OWN_CHOICE)


def test_the_phantoms_visual_check_is_a_statement_to_be_met() -> None:
    """S2 7.1."""
    limit = limit_for(MRI, "visual-check", "calibration")
    assert (limit.operator, limit.value, limit.clause) == ("met", None, "7.1")
    assert limit.statement is not None
    assert "可拆卸" in limit.statement.zh


@pytest.mark.parametrize("f", ["0.9", "8.01", "10"])
def test_beyond_its_conditions_a_document_has_no_limit(f: str) -> None:
    """S2 5.1.2 speaks of 1 to 8 lp/cm only."""
    limit = limit_for(MRI, "line-width", "calibration", at={"f": f})
    assert (limit.operator, limit.value, limit.clause) == ("none", None, "5.1.2")
    assert period_of(MRI, limit) is None


# Limits that a plan carries to a unit, and the item that has the same one.
@pytest.mark.parametrize(
    ("standard", "plan", "name", "item"),
    [
        (MRI, "mri-hole-depth", "depth_max_mm", "hole-depth"),
        (MICRO_CT, "micro-ct-air-kerma", "s_r_pct", "repeatability"),
        (MICRO_CT, "micro-ct-leakage", "leakage_ugy_per_h", "leakage"),
    ],
)
def test_a_plan_has_its_items_limit(standard, plan: str, name: str, item: str) -> None:
    (procedure,) = [one for one in standard.procedures if one.id == plan]
    (entry,) = [one for one in procedure.limits if one.name == name]
    limit = limit_for(standard, item, "calibration")
    assert (entry.value, entry.clause) == (limit.value, limit.clause)


def test_the_plans_fraction_of_the_nominal_is_the_items_percentage() -> None:
    (plan,) = [one for one in MICRO_CT.procedures if one.id == "micro-ct-air-kerma"]
    fraction = {entry.name: entry.value for entry in plan.limits}["nominal_fraction"]
    percentage = limit_for(MICRO_CT, "air-kerma-rate", "calibration").value
    assert Decimal(str(fraction)) * 100 == Decimal(str(percentage))


def test_the_calibration_specifications_are_for_reference_and_ws_523_is_not() -> None:
    """S2, note under 5: 不适用于合格性判别; S1, mandatory requirements."""
    assert (MICRO_CT.for_reference, MRI.for_reference, WS_523.for_reference) == (
        True,
        True,
        False,
    )


def test_the_recommended_interval_of_the_phantom() -> None:
    """S2, 9: 12 months."""
    assert period_of(MRI, limit_for(MRI, "hole-depth", "calibration")) == "P12M"
    assert period_of(MICRO_CT, limit_for(MICRO_CT, "leakage", "calibration")) is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing", "status"), "there is no such item"),
        (("integral-uniformity", "calibration", "UFOV"), "there is no such stage"),
        (("integral-uniformity", "status"), "a region must be named: UFOV, CFOV"),
        (("integral-uniformity", "status", "DFOV"), "there is no such region"),
        (("planar-sensitivity", "status", "UFOV"), "the item has no regions, UFOV is given"),
        (("planar-sensitivity", "status", None, None, "70"), "the document .* sets the limit"),
        (("planar-sensitivity", "acceptance", None, None, "high"), "is no number: high"),
        (("planar-sensitivity", "acceptance", None, None, "nan"), "is no number: nan"),
        (("tomographic-resolution", "constancy", None, None, "9"), "asks nothing at this stage"),
    ],
)
def test_a_limit_that_can_not_be_told_is_refused(arguments, says: str) -> None:
    with pytest.raises(WrongUse, match=says) as refused:
        limit_for(WS_523, *arguments)
    assert arguments[0] in refused.value.where
    assert "\n" not in refused.value.line("zh")


@pytest.mark.parametrize(
    ("at", "says"),
    [({}, r"depends on f \(lp/cm\), which isn't given"), ({"f": "5 lp"}, "f is no number: 5 lp")],
)
def test_a_limit_with_conditions_needs_their_quantity(at: dict[str, str], says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        limit_for(MRI, "line-width", "calibration", at=at)
