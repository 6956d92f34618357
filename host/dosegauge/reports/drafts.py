"""Why a certificate is still a draft. An empty list means that it may be signed."""

from collections.abc import Sequence

from dosegauge.reports import forms
from dosegauge.reports.details import Job, Laboratory
from dosegauge.reports.measured import Measured
from dosegauge.texts import Text
from dosegauge_core import depth, kerma, leakage

# What a budget lacks when the plan gives nothing of its components' uncertainties.
_LACKING = {
    "air-kerma-rate": Text(
        "仅有A类分量；缺校准因子、能量响应、年稳定性、分辨力、距离、温度和气压的分量",
        "type A only; the calibration factor, energy response, yearly stability, resolution,"
        " distance, temperature and pressure are missing",
    ),
    "leakage-survey": Text(
        "仅有计数统计和校准因子；缺能量响应、角响应和距离的分量",
        "counting statistics and calibration factor only; energy response, angular response"
        " and distance are missing",
    ),
}
_UNKNOWN_BUDGET = Text("不确定度未评定", "the uncertainty is not evaluated")


def incomplete_budgets(evaluations: Sequence[Measured]) -> list[Text]:
    """One reason for each session whose uncertainty budget isn't complete."""
    found = []
    for measured in evaluations:
        if not _is_complete(measured):
            lacking = _LACKING.get(measured.procedure, _UNKNOWN_BUDGET)
            title = measured.title
            found.append(
                Text(
                    f"{title.zh}（{measured.session}）的不确定度评定不完整：{lacking.zh}",
                    f"{title.en} ({measured.session}): the uncertainty budget is incomplete:"
                    f" {lacking.en}",
                )
            )
    return found


def _is_complete(measured: Measured) -> bool:
    """Whether every component of the budget was given."""
    evaluation = measured.source.evaluation
    if evaluation is None:
        return False
    if measured.procedure == leakage.PROCEDURE:
        parameters = measured.plan["parameters"]
        return all(name in parameters for name in leakage.RESPONSES)
    if measured.procedure == kerma.PROCEDURE:
        return evaluation.result.budget is not None
    return measured.procedure == depth.PROCEDURE


def draft_reasons(evaluations: Sequence[Measured], lab: Laboratory, job: Job) -> list[Text]:
    """Everything that keeps the certificate from being signed."""
    return [
        *incomplete_budgets(evaluations),
        *_doubtful_sessions(evaluations),
        *_missing(lab, job),
        *_expired(evaluations, lab),
        *unsuitable(lab),
    ]


def _doubtful_sessions(evaluations: Sequence[Measured]) -> list[Text]:
    found = []
    for measured in evaluations:
        if not measured.sealed:
            found.append(Text(f"{measured.session}尚未封存", f"{measured.session} is not sealed"))
        elif measured.source.status != "complete":
            found.append(
                Text(
                    f"{measured.session}未完成（{measured.source.status}）",
                    f"{measured.session} was not completed ({measured.source.status})",
                )
            )
        if measured.opened("board") == "virtual":
            found.append(
                Text(
                    f"{measured.session}是在虚拟装置上模拟的，不是测量",
                    f"{measured.session} was simulated on a virtual unit; it is no measurement",
                )
            )
        if measured.standard is None:
            found.append(
                Text(
                    f"{measured.session}的方案所用规范文件不是本程序所带的版本，限值和状态无法核对",
                    f"{measured.session}: its plan was made from another edition of the standards"
                    " file, limits and status can't be checked",
                )
            )
        if not measured.clock_set:
            found.append(
                Text(
                    f"{measured.session}的设备时钟未设置，校准日期未知",
                    f"{measured.session}: the unit's clock was not set, the date is unknown",
                )
            )
    return found


def _missing(lab: Laboratory, job: Job) -> list[Text]:
    wanted = (
        (lab.name, Text("实验室名称", "laboratory")),
        (lab.address, Text("实验室地址", "laboratory's address")),
        (job.certificate_no, forms.CERTIFICATE_NO),
        (job.client, forms.CLIENT),
        (job.client_address, forms.CLIENT_ADDRESS),
        (job.device, forms.DEVICE),
        (job.maker, forms.MAKER),
        (job.model, forms.MODEL),
        (job.serial, forms.SERIAL),
        (job.place, forms.PLACE),
        (job.temperature_c, forms.TEMPERATURE),
        (job.humidity_pct, forms.HUMIDITY),
        (job.issued, forms.ISSUED),
    )
    names = [name for value, name in wanted if not value]
    found = []
    if names:
        zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
        found.append(Text(f"未提供：{zh}", f"Not given: {en}"))
    if not lab.standards:
        found.append(
            Text(
                "测量标准及其溯源性未登记",
                "Measurement standards and traceability: not registered",
            )
        )
    for standard in lab.standards:
        # What a registered one lacks is among its flags.
        if not (standard.registered or (standard.certificate and standard.valid_to)):
            found.append(
                Text(
                    f"测量标准{standard.name}的证书编号或有效期未登记",
                    f"{standard.name}: certificate or validity not registered",
                )
            )
    return found


def _expired(evaluations: Sequence[Measured], lab: Laboratory) -> list[Text]:
    last_day = max((lab.day(m.ended_ms) for m in evaluations if m.clock_set), default="")
    return [
        Text(
            f"测量标准{standard.name}的证书有效期至{standard.valid_to}，早于校准日期",
            f"{standard.name}: its certificate was valid to {standard.valid_to}, before the"
            " calibration",
        )
        for standard in lab.standards
        if standard.valid_to and last_day and standard.valid_to < last_day
        if not standard.registered
    ]


def unsuitable(lab: Laboratory) -> list[Text]:
    """What speaks against the use of the registered instruments."""
    return [
        Text(
            f"测量标准{standard.name}（{standard.identity}）：{flag.zh}",
            f"{standard.name} ({standard.identity}): {flag.en}",
        )
        for standard in lab.standards
        for flag in standard.flags
    ]
