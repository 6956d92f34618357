"""Plans come from the standards files alone, fit a unit, and the unit's own equal them."""

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from dosegauge import standards
from dosegauge.errors import WrongUse
from dosegauge.standards.plans import (
    LARGEST_PLAN,
    PlanDevice,
    compile_plan,
    plan_ids,
    write_builtin,
)
from dosegauge_core import procedures

BUILTIN = Path(__file__).resolve().parents[2] / "firmware" / "unit" / "plans"
# The width that a step's text has beside its number on the unit's display.
TEXT_CELLS = 10


def test_the_units_own_plans_are_those_of_the_standards(tmp_path: Path) -> None:
    for path in write_builtin(tmp_path):
        assert (BUILTIN / path.name).read_bytes() == path.read_bytes(), path.name
    assert sorted(path.stem for path in BUILTIN.glob("*.json")) == sorted(plan_ids())


@pytest.mark.parametrize("plan_id", plan_ids())
def test_a_plan_fits_the_unit_and_its_computation_takes_it(plan_id: str) -> None:
    device = PlanDevice("医用MRI模体", "某某医疗科技有限公司", "M-1", "SN-0001", "某某省人民医院")
    data = compile_plan(plan_id, device=device, operator="张三")
    plan = json.loads(data)
    assert len(json.dumps(plan)) <= LARGEST_PLAN
    assert procedures.ledger(plan).missing()
    for step in plan["steps"]:
        assert cell_len(step["zh"]) <= TEXT_CELLS, step
        assert cell_len(step["en"]) <= TEXT_CELLS, step


def has_float(value: object) -> bool:
    if isinstance(value, dict):
        return any(has_float(member) for member in value.values())
    if isinstance(value, list):
        return any(has_float(member) for member in value)
    return isinstance(value, float)


@pytest.mark.parametrize("plan_id", plan_ids())
def test_no_number_of_a_plan_is_a_float(plan_id: str) -> None:
    assert not has_float(json.loads(compile_plan(plan_id)))


def test_a_plan_names_the_file_that_it_comes_from() -> None:
    document = json.loads(compile_plan("mri-hole-depth"))["document"]
    standard = standards.load("mri-phantom-draft.toml")
    assert (document["file"], document["sha256"]) == (standard.file, standard.sha256)


# The limits as the documents state them: MRI draft 5.2.1; Micro CT draft 5.1, 5.2, 5.6.
@pytest.mark.parametrize(
    ("plan_id", "limit", "value"),
    [
        ("mri-hole-depth", "depth_max_mm", "0.6"),
        ("micro-ct-air-kerma", "s_r_pct", "2.0"),
        ("micro-ct-air-kerma", "nominal_fraction", "0.80"),
        ("micro-ct-leakage", "leakage_ugy_per_h", "2.5"),
    ],
)
def test_limits_are_the_documents(plan_id: str, limit: str, value: str) -> None:
    assert json.loads(compile_plan(plan_id))["limits"][limit] == value


def test_parameters_are_the_laboratorys_and_limits_are_not() -> None:
    plan = json.loads(
        compile_plan("mri-hole-depth", parameters={"mpe_um": "0.5", "rounding": None})
    )
    assert plan["parameters"]["mpe_um"] == "0.5"
    assert "rounding" not in plan["parameters"]


# What belongs to an instrument comes from its certificate: the operator is asked for it.
@pytest.mark.parametrize(
    ("plan_id", "name"), [("mri-hole-depth", "mpe_um"), ("micro-ct-air-kerma", "n_k")]
)
def test_a_value_of_an_instrument_is_asked_for(plan_id: str, name: str) -> None:
    plan = json.loads(compile_plan(plan_id))
    assert name not in plan["parameters"]
    assert name in [step["id"] for step in plan["steps"] if step["kind"] == "entry"]


@pytest.mark.parametrize("file", standards.FILES)
def test_no_parameter_claims_to_come_from_the_document(file: str) -> None:
    for procedure in standards.load(file).procedures:
        for parameter in procedure.parameters:
            assert parameter.provenance == standards.OWN_CHOICE, parameter.name


@pytest.mark.parametrize(
    ("plan_id", "parameters", "says"),
    [
        ("mri-hole-depth", {"mpe": "0.5"}, "there is no parameter mpe; there are mpe_um, "),
        ("mri-hole-depth", {"mpe_um": "abc"}, "must be a decimal number"),
        ("mri-hole-depth", {"mpe_um": "-0.5"}, "must be greater than 0"),
        ("mri-hole-depth", {"mpe_um": "0"}, "must be greater than 0"),
        ("mri-hole-depth", {"mpe_um": "0.25"}, "does not fit the entry's 2 digits"),
        ("mri-hole-depth", {"rounding": "down"}, "can be half-even, up, third"),
        ("mri-hole-depth", {"range_table": "1.7"}, "can be 1.69, 1.64"),
        ("micro-ct-air-kerma", {"n_k": "1,05"}, "must be a decimal number such as 1.05"),
        ("micro-ct-air-kerma", {"detector_density": "vent"}, "can be vented, sealed, instrument"),
        ("micro-ct-air-kerma", {"detector_density": None}, "detector_density is missing"),
        ("micro-ct-air-kerma", {"result_unit": "Gy/min"}, "can be mGy/min, mGy/s"),
        ("micro-ct-air-kerma", {"settle_s": "5 s"}, "must be whole seconds"),
        ("micro-ct-air-kerma", {"settle_s": -1}, "must be whole seconds"),
        ("micro-ct-air-kerma", {"nominal_rate": "15"}, "must be given together"),
        ("micro-ct-air-kerma", {"nominal_unit": "mGy/min"}, "must be given together"),
        ("micro-ct-leakage", {"probe_calibrated": "true"}, "probe_calibrated"),
        ("micro-ct-leakage", {"alpha": "0.01"}, "k and alpha"),
        (
            "micro-ct-air-kerma",
            {"nominal_rate": "15", "nominal_unit": "mGy/s"},
            "nominal_rate is in mGy/s, the result in mGy/min",
        ),
    ],
)
def test_a_parameter_that_can_not_be_used_is_refused(
    plan_id: str, parameters: dict[str, str | int | None], says: str
) -> None:
    with pytest.raises(WrongUse, match=says):
        compile_plan(plan_id, parameters=parameters)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"limits": {"depth_max": "0.6"}}, "there is no limit depth_max"),
        ({"limits": {"depth_max_mm": "deep"}}, "must be a decimal number"),
        ({"steps": [{"id": "mpe_um", "kind": "entry", "unit": "mm"}]}, "entered in 'um'"),
        ({"steps": [{"id": "colour", "kind": "entry", "unit": ""}]}, "nothing is computed from"),
    ],
)
def test_limits_and_entries_are_checked_too(change: dict[str, object], says: str) -> None:
    plan = {**json.loads(compile_plan("mri-hole-depth")), **change}
    with pytest.raises(ValueError, match=says):
        procedures.check_plan(plan)


def test_the_factors_uncertainty_is_given_in_one_way_only() -> None:
    given = {"factor_U_pct": "8", "factor_k": "2"}
    parameters = json.loads(compile_plan("micro-ct-leakage", parameters=given))["parameters"]
    assert parameters["factor_U_pct"] == "8"
    assert "factor_u_rel_pct" not in parameters


def test_a_dwell_can_be_made_longer() -> None:
    plan = json.loads(compile_plan("micro-ct-leakage", seconds={"left": 300}))
    assert {step["id"]: step["seconds"] for step in plan["steps"]}["left"] == 300
    with pytest.raises(WrongUse):
        compile_plan("micro-ct-leakage", seconds={"nowhere": 300})


def test_a_plan_too_large_for_a_unit_is_refused() -> None:
    with pytest.raises(WrongUse, match="at most 3500"):
        compile_plan("micro-ct-air-kerma", device=PlanDevice(name="长" * 300))


def test_an_unknown_plan_is_refused() -> None:
    with pytest.raises(WrongUse, match="no such plan"):
        compile_plan("nothing")


def test_a_float_can_not_become_a_parameter() -> None:
    with pytest.raises(TypeError, match="decimals are strings"):
        compile_plan("mri-hole-depth", parameters={"mpe_um": 0.5})  # type: ignore[dict-item]


@pytest.mark.parametrize("file", standards.FILES)
def test_every_limit_says_where_it_comes_from(file: str) -> None:
    for procedure in standards.load(file).procedures:
        for limit in procedure.limits:
            assert limit.provenance in (standards.SOURCE, standards.OWN_CHOICE)
            assert limit.clause or limit.provenance == standards.OWN_CHOICE


def test_the_hash_does_not_depend_on_line_ends() -> None:
    data = (Path(standards.__file__).parent / "mri-phantom-draft.toml").read_bytes()
    assert standards.read("x", data.replace(b"\n", b"\r\n")) == standards.read("x", data)


@pytest.mark.parametrize(
    "data", [b"standard = 2", b"= nothing", b"\xff", b"", b"standard = 1\n[document]"]
)
def test_a_file_that_is_no_standard_is_one_line(data: bytes) -> None:
    with pytest.raises(WrongUse) as fault:
        standards.read("x.toml", data)
    assert "\n" not in fault.value.line("en")
