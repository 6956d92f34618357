"""The laboratory's instruments as the register tells them, with what speaks against their use."""

from collections.abc import Sequence
from dataclasses import replace

from dosegauge.errors import WrongUse
from dosegauge.evaluation import SessionEvaluation
from dosegauge.registers.entries import Entry
from dosegauge.registers.equipment import DETECTORS, INSTRUMENTS
from dosegauge.registers.kind import Kind
from dosegauge.reports.details import Job, Laboratory, MeasurementStandard
from dosegauge.reports.measured import Measured
from dosegauge.store.registers import RegisterRow, Registers
from dosegauge.suitability import Requirement, Use, flags, instrument_of, requirements_of
from dosegauge.texts import Text


def with_registered(
    registers: Registers, lab: Laboratory, job: Job, evaluations: Sequence[SessionEvaluation]
) -> Laboratory:
    """The laboratory with the instruments that served in these sessions: the job's where it names
    some, else its own; those that name a registered one are told by the register.

    WrongUse when none is registered under a name that is given.
    """
    found = [Measured(evaluation) for evaluation in evaluations]
    use = _use(lab, job, found)
    asked = [
        requirement
        for measured in found
        if measured.standard is not None
        for requirement in requirements_of(measured.standard)
    ]
    served = job.standards or lab.standards
    return replace(
        lab,
        standards=tuple(
            _told(registers, standard.registered, asked, use) if standard.registered else standard
            for standard in served
        ),
    )


def _use(lab: Laboratory, job: Job, found: Sequence[Measured]) -> Use:
    kv = job.tube_kv or None
    if not found or not all(measured.clock_set for measured in found):
        return Use("", "", kv)
    first = min(lab.day(measured.started_ms) for measured in found)
    last = max(lab.day(measured.ended_ms) for measured in found)
    return Use(first, last, kv)


def _told(
    registers: Registers, identity: str, asked: Sequence[Requirement], use: Use
) -> MeasurementStandard:
    kind, rows = _rows(registers, identity)
    entry = Entry.stored(_row_for(rows, use.first_day).content)
    values = entry.values
    return MeasurementStandard(
        name=values["name"],
        identity=identity,
        measuring_range=_range(kind, entry),
        accuracy=_accuracy(kind, entry),
        certificate=values.get("certificate", ""),
        valid_to=values.get("valid_to", ""),
        registered=identity,
        flags=tuple(flag.text for flag in flags(instrument_of(kind, entry), asked, use)),
    )


def _rows(registers: Registers, identity: str) -> tuple[Kind, list[RegisterRow]]:
    found = [
        (kind, rows)
        for kind in (INSTRUMENTS, DETECTORS)
        if (rows := registers.versions(kind.name, (identity,)))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise WrongUse(
            Text(
                "仪器和探测器中都有这个编号",
                "both an instrument and a detector are registered under this id",
            ),
            identity,
            Text("请改用不同的编号登记", "Register one of them under another id"),
        )
    raise WrongUse(
        Text("没有登记这台仪器", "no such instrument is registered"),
        identity,
        Text(
            "用 dosegauge register list instruments 查看",
            "See dosegauge register list instruments",
        ),
    )


def _row_for(rows: Sequence[RegisterRow], day: str) -> RegisterRow:
    """The newest row; the one before it where a later calibration has replaced the certificate
    that was valid on the day. A correction under the same certificate always counts."""
    newest, *older = rows
    while older and day and _value(newest, "valid_from") > day:
        if _value(older[0], "certificate") == _value(newest, "certificate"):
            break
        newest, *older = older
    return newest


def _value(row: RegisterRow, name: str) -> str:
    return str(row.content["values"].get(name, ""))


def _range(kind: Kind, entry: Entry) -> str:
    if kind is INSTRUMENTS:
        return entry.values.get("measuring_range", "")
    return "; ".join(
        f"{part.get('name', '')} ({part['kv_low']}–{part['kv_high']} kV)".strip()
        for part in entry.parts
        if "kv_low" in part
    )


def _accuracy(kind: Kind, entry: Entry) -> str:
    values = entry.values
    said = []
    if "mpe" in values:
        said.append(f"MPE ±{values['mpe']} {values['mpe_unit']}")
    if kind is DETECTORS:
        factor = {"u": values.get("n_k_u", ""), "k": values.get("n_k_k", "")}
        said += _expanded("N_K", factor, values.get("n_k_unit", ""))
    for part in entry.parts:
        name = part.get("what") or part.get("name") or part.get("value", "")
        said += _expanded(name, part, part.get("unit", ""))
    return "; ".join(said)


def _expanded(name: str, part: dict[str, str], unit: str) -> list[str]:
    if not part.get("u"):
        return []
    own_unit = "" if part["u"].endswith("%") else unit
    factor = f" (k = {part['k']})" if part.get("k") else ""
    return [f"{name}: U = {part['u']} {own_unit}".strip() + factor]
