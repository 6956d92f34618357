"""What every standards file must say of every item, instrument and form."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from dosegauge.standards import FILES, OWN_CHOICE, SOURCE, Instrument, Standard, load, load_all
from dosegauge.standards.model import CHECK, DECISION_RULES, QUANTITY
from dosegauge.texts import Text
from dosegauge.uncertainty import catalogue

BUDGETS = {
    "air-kerma-rate",
    "repeatability",
    "uniformity",
    "mtf",
    "low-contrast",
    "leakage",
    "planar-sensitivity",
    "count-rate",
    "fwhm",
    "linearity",
    "flood-uniformity",
    "line-width",
    "pitch",
    "hole-diameter",
    "hole-depth",
    "hole-distance",
    "grid-length",
    "wedge-slope",
}
ITEMS = [(standard, item) for standard in load_all() for item in standard.items]
CHINESE = re.compile("[\u4e00-\u9fff]")


def everything(value: object, place: str) -> Iterator[tuple[str, object]]:
    """Every dataclass and text within a value, with its place."""
    if isinstance(value, Text):
        yield place, value
    elif isinstance(value, tuple | list):
        for number, member in enumerate(value, 1):
            yield from everything(member, f"{place} {number}")
    elif is_dataclass(value):
        yield place, value
        for field in fields(value):
            yield from everything(getattr(value, field.name), f"{place} {field.name}")


@pytest.mark.parametrize("file", FILES)
def test_everything_has_a_clause_or_is_this_programs_choice(file: str) -> None:
    said = [one for one in everything(load(file), file) if hasattr(one[1], "provenance")]
    assert len(said) > 50
    for place, one in said:
        assert one.provenance in (SOURCE, OWN_CHOICE), place
        assert one.clause or one.provenance == OWN_CHOICE, place


@pytest.mark.parametrize("file", FILES)
def test_every_text_stands_in_both_languages(file: str) -> None:
    texts = [one for one in everything(load(file), file) if isinstance(one[1], Text)]
    assert len(texts) > 50
    for place, text in texts:
        assert text.zh, place
        assert text.en, place
        assert not CHINESE.search(text.en), place


@pytest.mark.parametrize(("standard", "item"), ITEMS, ids=lambda one: getattr(one, "id", ""))
def test_an_item_has_what_its_kind_needs(standard: Standard, item) -> None:
    assert item.kind in (QUANTITY, CHECK)
    if item.kind == QUANTITY:
        assert item.budget.name in BUDGETS
        assert item.decision.name in DECISION_RULES
        assert item.quantity.symbol
        assert item.quantity.unit
    assert item.methods
    regions = item.regions.names if item.regions else (None,)
    limited = {(limit.stage, limit.region) for limit in item.limits}
    assert limited == {(stage.id, region) for stage in standard.stages for region in regions}


def test_every_budget_is_some_items() -> None:
    assert {item.budget.name for _, item in ITEMS if item.budget} == BUDGETS


def test_a_budget_is_a_model_unless_only_a_simulation_can_give_it() -> None:
    """Reference sheet 5: extremes over a map and over lines have no formula to differentiate."""
    simulated = {"flood-uniformity", "linearity"}
    assert BUDGETS - simulated <= set(catalogue.models())


def test_ws_523_decides_without_and_the_specifications_with_the_uncertainty() -> None:
    """Reference sheet 2.1 and 0.6; s_r has a chi-square bound, no symmetric U, and the smallest
    hole that someone sees has none at all."""
    for standard, item in ITEMS:
        if item.decision:
            plain = standard.code == "WS 523-2019" or item.id in ("repeatability", "low-contrast")
            assert item.decision.name == ("simple" if plain else "jjf1094"), item.id
            assert item.decision.provenance == OWN_CHOICE


# Reference sheet 6: S0-1 to S0-8, S1-1 to S1-6, S2-1 to S2-14.
@pytest.mark.parametrize(
    ("file", "prefix", "count"),
    [
        ("micro-ct-draft.toml", "S0", 8),
        ("ws-523-2019.toml", "S1", 6),
        ("mri-phantom-draft.toml", "S2", 14),
    ],
)
def test_the_known_errors_are_all_there(file: str, prefix: str, count: int) -> None:
    tags = [error.tag for error in load(file).known_errors]
    assert tags == [f"{prefix}-{number}" for number in range(1, count + 1)]


# What a reader of the item must know, from the same list.
@pytest.mark.parametrize(
    ("file", "item", "tags"),
    [
        ("micro-ct-draft.toml", "uniformity-difference", {"S0-1", "S0-5"}),
        ("micro-ct-draft.toml", "uniformity-spread", {"S0-1", "S0-5"}),
        ("micro-ct-draft.toml", "air-kerma-rate", {"S0-2", "S0-6"}),
        ("micro-ct-draft.toml", "repeatability", {"S0-7"}),
        ("micro-ct-draft.toml", "leakage", {"S0-6", "S0-8"}),
        ("ws-523-2019.toml", "maximum-count-rate", {"S1-2", "S1-5"}),
        ("ws-523-2019.toml", "planar-sensitivity", {"S1-2", "S1-5"}),
        ("ws-523-2019.toml", "intrinsic-resolution", {"S1-1", "S1-3", "S1-4", "S1-5"}),
        ("ws-523-2019.toml", "tomographic-resolution", {"S1-5"}),
        ("mri-phantom-draft.toml", "line-width", {"S2-1", "S2-2", "S2-3", "S2-4", "S2-13"}),
        ("mri-phantom-draft.toml", "hole-depth", {"S2-6", "S2-7", "S2-8", "S2-9", "S2-14"}),
        ("mri-phantom-draft.toml", "pitch", {"S2-11"}),
        ("mri-phantom-draft.toml", "wedge-slope", {"S2-10"}),
    ],
)
def test_an_item_names_the_errors_that_concern_it(file: str, item: str, tags: set[str]) -> None:
    found = load(file).item(item)
    assert found is not None
    assert tags <= set(found.known_errors)


def test_both_figures_of_the_uniformity_are_decided_together() -> None:
    """S0 5.3 and reference sheet 1.3: either one met will do (criterion A), an own choice."""
    together = {
        item.id: (item.combination.group, item.combination.rule, item.combination.provenance)
        for _, item in ITEMS
        if item.combination
    }
    criterion_a = ("uniformity", "any", OWN_CHOICE)
    assert together == {
        "uniformity-difference": criterion_a,
        "uniformity-spread": criterion_a,
    }


# S0 6.1; S1 "质控前提条件" (140 keV ± 3 keV, 2.0×10³/min); S2 6.1. None: no limit on this side.
ENVIRONMENT = {
    "micro-ct-draft.toml": [
        ("temperature", "18", "28", "Cel"),
        ("humidity", None, "85", "%"),
        ("pressure", "86", "106", "kPa"),
    ],
    "ws-523-2019.toml": [
        ("nuclide", None, None, ""),
        ("peak_energy", "137", "143", "keV"),
        ("background", None, "2000", "1/min"),
        ("source_distance", "5", None, ""),
    ],
    "mri-phantom-draft.toml": [
        ("temperature", "17", "23", "Cel"),
        ("humidity", None, "80", "%"),
        ("pressure", "70", "106", "kPa"),
        ("mains_voltage", "198", "242", "V"),
        ("mains_frequency", "49", "51", "Hz"),
        ("vibration_and_interference", None, None, ""),
    ],
}


@pytest.mark.parametrize("file", FILES)
def test_the_environment_that_the_document_asks_for(file: str) -> None:
    asked = [
        (one.quantity, one.lowest, one.highest, one.unit)
        for one in load(file).environment
        if one.provenance == SOURCE
    ]
    assert asked == ENVIRONMENT[file]


def test_the_nuclide_is_technetium() -> None:
    (nuclide,) = [one for one in load("ws-523-2019.toml").environment if one.exactly]
    assert (nuclide.quantity, nuclide.exactly) == ("nuclide", "Tc-99m")


def test_the_energy_window_is_not_on_the_slides() -> None:
    """20 % about 140 keV: reference sheet 2.0, from a public page."""
    (window,) = [one for one in load("ws-523-2019.toml").environment if one.quantity == "window"]
    assert (window.lowest, window.highest, window.provenance) == ("126", "154", OWN_CHOICE)


# S0 6.2, S2 6.2: what of it is a number, by the instrument's role.
INSTRUMENTS = {
    ("micro-ct-draft.toml", "dosimeter"): {
        "energy_response_pct": "5.0",
        "energy_low_kv": "50",
        "energy_high_kv": "150",
        "repeatability_pct": "1.0",
        "stability_pct": "2",
    },
    ("micro-ct-draft.toml", "survey-meter"): {"resolution": "0.1", "resolution_unit": "uGy/h"},
    ("mri-phantom-draft.toml", "profile-projector"): {"mpe_um": "5"},
    ("mri-phantom-draft.toml", "height-gauge"): {
        "mpe_um": "5",
        "range_low": "0",
        "range_high": "50",
        "range_unit": "mm",
    },
    ("mri-phantom-draft.toml", "caliper"): {
        "mpe_um": "50",
        "range_high": "100",
        "range_unit": "mm",
    },
}
WORDS = {"name", "requirement", "clause", "provenance", "role", "known_errors"}


@pytest.mark.parametrize(("file", "role"), INSTRUMENTS)
def test_what_an_instrument_must_be(file: str, role: str) -> None:
    (instrument,) = [one for one in load(file).instruments if one.role == role]
    assert instrument.provenance == SOURCE
    numbers = [field.name for field in fields(Instrument) if field.name not in WORDS]
    given = {name: getattr(instrument, name) for name in numbers}
    asked = INSTRUMENTS[file, role]
    assert {name: value for name, value in given.items() if value is not None} == asked


def test_no_other_instrument_has_numbers_and_every_one_has_a_role() -> None:
    for standard in load_all():
        for instrument in standard.instruments:
            assert instrument.role
            if (standard.file, instrument.role) not in INSTRUMENTS:
                assert instrument.mpe_um is instrument.resolution is instrument.range_high is None


def test_added_fields_of_a_form_are_kept_apart() -> None:
    """S2-11: the hole depth has no block in Annex A."""
    record = load("mri-phantom-draft.toml").forms.record
    own = {name for group in record if group.provenance == OWN_CHOICE for name in group.fields}
    theirs = {name for group in record if group.provenance == SOURCE for name in group.fields}
    assert {"hole_depth_readings", "gauge_zero", "visual_check", "pressure"} <= own
    assert {"line_widths", "pitches", "hole_diameters", "receipt_date"} <= theirs
    assert not own & theirs
    assert all(group.reason for group in record if group.provenance == OWN_CHOICE)


# S2 Annexes A and B: rows of readings by columns.
@pytest.mark.parametrize(
    ("item", "form", "rows", "columns"),
    [
        ("line-width", "record", 3, 5),
        ("pitch", "record", 3, 5),
        ("hole-diameter", "record", 3, 3),
        ("hole-distance", "record", 12, 3),
        ("grid-length", "record", 12, 3),
        ("wedge-slope", "record", 3, 2),
        ("line-width", "certificate", 0, 8),
        ("hole-depth", "certificate", 0, 5),
        ("hole-distance", "certificate", 2, 6),
    ],
)
def test_the_forms_blocks_of_the_annexes(item: str, form: str, rows: int, columns: int) -> None:
    found = load("mri-phantom-draft.toml").item(item)
    block = getattr(found, form)
    assert (block.rows, block.columns, block.provenance) == (rows, columns, SOURCE)


def test_the_record_has_no_block_for_the_hole_depth_but_this_program_has() -> None:
    found = load("mri-phantom-draft.toml").item("hole-depth")
    assert found is not None
    assert found.record is not None
    assert found.record.provenance == OWN_CHOICE
