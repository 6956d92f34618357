"""What the unit refuses in a plan, checked on CPython: the same file runs on the unit."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from dosegauge_core import procedures
from tests.conftest import FIRMWARE

SAMPLE = FIRMWARE / "unit" / "plans" / "micro-ct-leakage.json"


@pytest.fixture
def plan_check(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(FIRMWARE))
    from unit import plan_check

    return plan_check


def test_the_plan_of_the_other_tests_can_be_used(plan_check: Any) -> None:
    assert plan_check.check_for_use(SAMPLE.read_bytes())["id"] == "micro-ct-leakage"


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan.update(plan=True),
        lambda plan: plan.update(plan=1.0),
        lambda plan: plan["steps"][0].update(channel=False),
        lambda plan: plan["steps"][0].update(seconds=True),
    ],
)
def test_true_is_no_whole_number_in_a_plan(plan_check: Any, change: Callable) -> None:
    plan = json.loads(SAMPLE.read_bytes())
    change(plan)
    with pytest.raises(plan_check.PlanError):
        plan_check.check_for_use(json.dumps(plan).encode())


@pytest.mark.parametrize("kind", [[], {}, None, 1])
def test_a_step_whose_kind_is_no_text_is_refused(plan_check: Any, kind: object) -> None:
    plan = json.loads(SAMPLE.read_bytes())
    plan["steps"][0]["kind"] = kind
    with pytest.raises(plan_check.PlanError, match="unknown kind"):
        plan_check.check_for_use(json.dumps(plan).encode())


def test_true_is_no_whole_number_among_an_instruments_settings() -> None:
    plan = json.loads((SAMPLE.parent / "micro-ct-air-kerma.json").read_bytes())
    procedures.check_plan(plan)
    plan["channels"][0]["settings"]["channel"] = True
    with pytest.raises(ValueError, match="the setting channel is no whole number"):
        procedures.check_plan(plan)
