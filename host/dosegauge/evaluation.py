"""A session's log evaluated again with the shared formulas and compared with its unit's result."""

from dataclasses import dataclass, field
from typing import Any

from dosegauge.readings import SessionRows, session_rows
from dosegauge_core import procedures, records, result_record
from dosegauge_core.reporting import Figure

OPEN = "open"  # the status of a log that is not sealed
# What members of the wrong kind, or missing ones, come to in a plan or a record.
_ODD = (ValueError, LookupError, TypeError, AttributeError)


@dataclass(frozen=True)
class Discrepancy:
    """Where the unit and this computer differ: `subject` is a figure's key, a verdict's subject,
    "reading N" or "result"."""

    subject: str
    unit_says: str
    host_says: str


@dataclass(frozen=True)
class UnitResult:
    """What the unit computed and showed: its printed figures, and (subject, outcome, code) of its
    verdicts."""

    procedure: str
    core: str
    figures: list[Figure]
    verdicts: list[tuple[str, str, str]]


@dataclass(frozen=True)
class SessionEvaluation:
    """Everything that a log holds and what follows from it.

    A damaged log has a `fault`, its opening and nothing else. `evaluation` is the core's, None
    when it can't be made, and then `not_evaluated` says why. `status` is the seal's, or "open".
    """

    log: "records.Log"
    opening: dict[str, Any]
    plan: dict[str, Any]
    status: str
    rows: SessionRows
    unit_result: UnitResult | None = None
    evaluation: "procedures.Evaluation | None" = None
    not_evaluated: str = ""
    discrepancies: list[Discrepancy] = field(default_factory=list)

    @property
    def fault(self) -> "records.Fault | None":
        """Why the log could not be read to its end."""
        found: records.Fault | None = self.log.fault
        return found


def evaluate_session(raw: bytes) -> SessionEvaluation:
    """Reads and evaluates a log. records.LogError when it is none or of a newer version."""
    log = records.read_log(raw)
    opening = _opening(log)
    plan = opening.get("plan")
    nothing = SessionRows([], [], [])
    if log.fault is not None:
        return SessionEvaluation(
            log, opening, {}, _status(log), nothing, not_evaluated=log.fault.reason
        )
    if not isinstance(plan, dict):
        return SessionEvaluation(
            log, opening, {}, _status(log), nothing, not_evaluated="the log has no plan"
        )
    try:
        rows = session_rows(log, plan)
        unit_result = _unit_result(log)
    except _ODD as error:
        return SessionEvaluation(
            log, opening, plan, _status(log), nothing, not_evaluated=_reason(error)
        )
    evaluation, reason = _evaluate(log, plan)
    return SessionEvaluation(
        log,
        opening,
        plan,
        _status(log),
        rows,
        unit_result,
        evaluation,
        reason,
        _reading_discrepancies(rows)
        + _discrepancies(_status(log), unit_result, evaluation, reason),
    )


def _evaluate(
    log: "records.Log", plan: dict[str, Any]
) -> "tuple[procedures.Evaluation | None, str]":
    try:
        return procedures.evaluate(plan, log.records), ""
    except _ODD as error:
        return None, _reason(error)


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"the plan or a record lacks {error}"
    return " ".join(str(error).split())


def _opening(log: "records.Log") -> dict[str, Any]:
    if not log.records or log.records[0].type != records.OPEN:
        return {}
    try:
        return dict(records.decode_json(log.records[0]))
    except ValueError:
        return {}


def _status(log: "records.Log") -> str:
    if not log.sealed:
        return OPEN
    seals = [record for record in log.records if record.type == records.SEAL]
    try:
        return str(records.decode_json(seals[-1]).get("status", ""))
    except ValueError:
        return ""


def _reading_discrepancies(rows: SessionRows) -> list[Discrepancy]:
    return [
        Discrepancy(f"reading {row.record}", f"{row.text} {row.unit}".strip(), row.fault)
        for row in rows.readings
        if row.fault
    ]


def _unit_result(log: "records.Log") -> UnitResult | None:
    parts: list[dict[str, Any]] = []
    for record in log.records:
        if record.type == records.RESULT:
            part = records.decode_json(record)
            # A session that was evaluated again begins a new set of parts; the last one counts.
            parts = [part] if part.get("part") == 1 else [*parts, part]
    if not parts:
        return None
    figures, verdicts = result_record.read_parts(parts)
    return UnitResult(str(parts[0].get("procedure")), str(parts[0].get("core")), figures, verdicts)


def _discrepancies(
    status: str,
    unit_result: UnitResult | None,
    evaluation: "procedures.Evaluation | None",
    reason: str,
) -> list[Discrepancy]:
    if unit_result is None:
        # A session that was broken off or is under way has no result yet.
        if evaluation is None or status != "complete":
            return []
        return [Discrepancy("result", _NONE, "can be evaluated")]
    if evaluation is None:
        return [Discrepancy("result", "present", reason)]
    return (
        _differences({"procedure": unit_result.procedure}, {"procedure": evaluation.procedure})
        + _differences(_figure_texts(unit_result.figures), _figure_texts(evaluation.figures))
        + _differences(
            _texts(
                [(f"verdict {row[0]}", f"{row[1]} ({row[2]})") for row in unit_result.verdicts]
            ),
            _texts(
                [
                    (f"verdict {row.subject}", f"{row.outcome} ({row.code})")
                    for row in evaluation.verdicts
                ]
            ),
        )
    )


_NONE = "none"


def _figure_texts(figures: list[Figure]) -> dict[str, str]:
    return _texts([(figure.key, f"{figure.text} {figure.unit}".strip()) for figure in figures])


def _texts(rows: list[tuple[str, str]]) -> dict[str, str]:
    """What is said of each subject; of one that is named twice, all of it."""
    texts: dict[str, str] = {}
    for subject, text in rows:
        texts[subject] = f"{texts[subject]}; {text}" if subject in texts else text
    return texts


def _differences(unit: dict[str, str], host: dict[str, str]) -> list[Discrepancy]:
    subjects = [*host, *(subject for subject in unit if subject not in host)]
    return [
        Discrepancy(subject, unit.get(subject, _NONE), host.get(subject, _NONE))
        for subject in subjects
        if unit.get(subject) != host.get(subject)
    ]
