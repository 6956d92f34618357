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
        compile_plan("mri-hole-depth", parameters={"mpe_um": "5", "resolution_um": None})
    )
    assert plan["parameters"]["mpe_um"] == "5"
    assert "resolution_um" not in plan["parameters"]


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
            assert limit.clause


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
