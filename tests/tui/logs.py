"""Session logs whose every byte is fixed, so that pictures of them are."""

from typing import Any

from dosegauge_core import procedures, records, result_record
from dosegauge_core.telegrams.opto import value_nm, with_parity
from tests.link.logs import ANNEX_D, UNIT, LogBuilder

DEVICE = {
    "name": "MRI 体模",
    "maker": "Acme",
    "model": "P-200",
    "serial": "007",
    "client": "",
}


def depth_plan(device: dict[str, str] | None = None) -> dict[str, Any]:
    """A plan of the hole depth procedure that changes with no standards file."""
    steps = [
        {
            "id": step,
            "kind": "zero" if step == "zero" else "gauge",
            "channel": 0,
            "zh": step.replace("outside", "孔外").replace("inside", "孔内"),
            "en": step,
        }
        for step in ANNEX_D
    ]
    return {
        "plan": 1,
        "id": "mri-hole-depth",
        "procedure": "hole-depth",
        "title": {"zh": "圆孔深度", "en": "Hole depth"},
        "document": {
            "code": "JJF XXXX-XXXX",
            "title": "医用MRI体模校准规范（征求意见稿）",
            "clauses": "7.3.2",
            "file": "mri-phantom-draft.toml",
            "sha256": "0" * 64,
        },
        "device": device or DEVICE,
        "operator": "Li",
        "channels": [
            {
                "name": "gauge",
                "unit": "nm",
                "driver": "opto",
                "port": "A",
                "settings": {"baud": 4800, "format": "ibr", "decimals": 4},
            }
        ],
        "steps": steps,
        "parameters": {
            "mpe_um": "0.5",
            "range_table": "1.69",
            "rounding": "half-even",
            "resolution_um": "0.1",
        },
        "limits": {"depth_max_mm": "0.6", "gauge_mpe_um": "5"},
    }


def depth_log(
    number: int = 1,
    *,
    status: str | None = "complete",
    device: dict[str, str] | None = None,
    alter_result: bool = False,
) -> LogBuilder:
    """Annex D's readings, the second of the outer ones repeated once after a trouble.

    status None leaves the log open; alter_result lets the unit claim another depth.
    """
    plan = depth_plan(device)
    log = LogBuilder(UNIT, number)
    log.add_json(
        records.OPEN,
        {
            "session": log.session,
            "unit": UNIT,
            "board": "test",
            "firmware": "0",
            "core": "0",
            "core_hash": "",
            "clock_set": True,
            "plan": plan,
        },
    )
    log.flush()
    for index, step in enumerate(plan["steps"]):
        if step["id"] == "outside-90":
            _measure(log, index, step["id"], 0, "-000.0036")
            trouble = {"what": "trouble", "where": step["id"], "code": "parity", "say": "[parity]"}
            log.add_json(records.EVENT, trouble)
        _measure(log, index, step["id"], int(step["id"] == "outside-90"), ANNEX_D[step["id"]])
    if status == "complete":
        _conclude(log, plan, alter_result)
    if status is not None:
        log.seal(status)
    return log


def _measure(log: LogBuilder, index: int, step: str, repeat: int, shown: str) -> None:
    log.add_json(records.STEP, {"step": index, "id": step, "repeat": repeat, "by": "Li"})
    raw = with_parity(shown + "\r") * 2
    log.add(records.READING, records.reading_payload(0, index, value_nm(raw, 4), raw))
    log.flush()


def _conclude(log: LogBuilder, plan: dict[str, Any], alter_result: bool) -> None:
    evaluation = procedures.evaluate(plan, records.read_log(log.data).records)
    for part in result_record.parts_of(evaluation):
        part["core"] = "0"
        if alter_result:
            part["figures"][0][1] = "0.1038"
        log.add_json(records.RESULT, part)
    log.flush()
