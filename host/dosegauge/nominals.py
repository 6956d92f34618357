"""What a device was first calibrated to, learnt from its first session and sent with later plans.

Micro CT draft, 5.1: where the nominal air kerma rate is unknown, the first calibration's value
counts as the nominal.
"""

from collections.abc import Iterable, Mapping

from dosegauge.evaluation import SessionEvaluation, evaluate_session
from dosegauge.standards.plans import PlanDevice
from dosegauge.store import Store
from dosegauge.store.devices import Device, Nominal
from dosegauge_core import records
from dosegauge_core.reporting import PASS

QUANTITY = "air-kerma-rate"
_ENVIRONMENT = ("-outside", "-not-recorded")
_BACKGROUND = ("no-background", "background-too-high")
_LEARNT_BY = "first calibration, by dosegauge sync"


def learn_nominals(store: Store, sessions: Iterable[str]) -> list[Nominal]:
    """Enters the mean of each complete first air kerma session in the device register.

    Sessions without maker, model and serial number name no device and teach nothing; neither do
    sessions whose unit and host disagree, and those that leave a doubt about the value: s_r above
    its limit, an environment outside or not recorded, no credible background, N_K not entered.
    Returns what was added.
    """
    learnt = []
    for identity in sessions:
        try:
            evaluated = evaluate_session(store.raw(identity))
        except records.LogError:
            continue
        device = _device(evaluated.plan.get("device"))
        if device is None or not _is_first_calibration(evaluated):
            continue
        if store.devices.nominal(device, QUANTITY) is not None:
            continue
        mean = _mean(evaluated)
        learnt.append(
            store.devices.set_first_nominal(
                device, QUANTITY, mean[0], mean[1], identity, _LEARNT_BY
            )
        )
    return learnt


def nominal_parameters(store: Store, plan_id: str, device: PlanDevice) -> dict[str, str]:
    """The parameters that tell a plan the device's nominal; none when it has none yet."""
    if plan_id != "micro-ct-air-kerma":
        return {}
    known = _device(vars(device))
    nominal = None if known is None else store.devices.nominal(known, QUANTITY)
    if nominal is None:
        return {}
    return {"nominal_rate": nominal.value, "nominal_unit": nominal.unit}


def _device(described: object) -> Device | None:
    if not isinstance(described, Mapping):
        return None
    maker, model, serial = (
        str(described.get(name) or "") for name in ("maker", "model", "serial")
    )
    return Device(maker, model, serial) if serial else None


def _is_first_calibration(evaluated: SessionEvaluation) -> bool:
    return (
        evaluated.status == "complete"
        and evaluated.evaluation is not None
        and evaluated.evaluation.procedure == QUANTITY
        and not evaluated.discrepancies
        and "nominal_rate" not in evaluated.plan.get("parameters", {})
        and not _doubts(evaluated)
    )


def _doubts(evaluated: SessionEvaluation) -> list[str]:
    """Codes of everything for which a mean should not become a nominal."""
    assert evaluated.evaluation is not None
    codes = [remark.code for remark in evaluated.evaluation.remarks]
    found = [code for code in codes if code.endswith(_ENVIRONMENT) or code in _BACKGROUND]
    outcomes = {verdict.subject: verdict.outcome for verdict in evaluated.evaluation.verdicts}
    if outcomes.get("s_r") != PASS:
        found.append("s_r")
    entered = {row.step_id for row in evaluated.rows.entries if not row.superseded}
    return found if "n_k" in entered else [*found, "n_k"]


def _mean(evaluated: SessionEvaluation) -> tuple[str, str]:
    assert evaluated.evaluation is not None
    figure = next(figure for figure in evaluated.evaluation.figures if figure.key == "mean")
    return figure.text, figure.unit
