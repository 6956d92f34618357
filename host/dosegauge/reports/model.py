"""The certificate as strings, ready to be laid out. No number is formatted here: every digit is
the core's print or the operator's and the laboratory's own text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dosegauge import __version__
from dosegauge.errors import CheckFailed, WrongUse
from dosegauge.evaluation import SessionEvaluation
from dosegauge.reports import forms
from dosegauge.reports.details import Job, Laboratory, issue_time
from dosegauge.reports.drafts import draft_reasons, unsuitable
from dosegauge.reports.environment import deviations
from dosegauge.reports.language import Lines, inline, lines, require_language
from dosegauge.reports.measured import Measured
from dosegauge.reports.provenance import Provenance, provenance
from dosegauge.reports.results import ResultSection, result_section
from dosegauge.texts import Text

_SHORT_DIGEST = 12
_DEVICE_FIELDS = ("name", "maker", "model", "serial", "client")


@dataclass(frozen=True)
class Field:
    """A field of the form. `given` tells whether the value is known or says that it isn't."""

    label: str
    value: str
    given: bool


@dataclass(frozen=True)
class Document:
    """A document followed: name and code, clauses, and that it is a draft if it is."""

    name: str
    clauses: str
    notes: Lines


@dataclass(frozen=True)
class StandardsTable:
    """The traceability table; without rows it says that nothing is registered. `notes`
    is what speaks against the use of its instruments."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str
    notes: tuple[Lines, ...]


@dataclass(frozen=True)
class CertificateModel:
    """Everything on a certificate, in the order of its pages. `issued` is ISO or empty and
    `timestamp` what the file is dated with (Unix seconds)."""

    language: str
    draft: bool
    draft_words: str
    draft_note: str
    draft_reasons: tuple[Lines, ...]
    timestamp: int
    title: Lines
    laboratory: Field
    laboratory_address: Field
    authorisation: Field
    certificate_no: Field
    client: tuple[Field, ...]
    item: tuple[Field, ...]
    dates: tuple[Field, ...]
    environment: tuple[Field, ...]
    deviations: tuple[Lines, ...]
    documents: tuple[Document, ...]
    standards: StandardsTable
    sections: tuple[ResultSection, ...]
    interval: str
    statements: tuple[Lines, ...]
    signatures: tuple[Field, ...]
    provenance: Provenance
    footer: str
    words: dict[str, str]


def build(
    evaluations: Sequence[SessionEvaluation], lab: Laboratory, job: Job, language: str
) -> CertificateModel:
    """The certificate of these sessions of one device.

    WrongUse without sessions or with sessions of different devices; CheckFailed when a session
    can't be evaluated or its unit's result isn't what its readings give.
    """
    require_language(language)
    found = [Measured(evaluation) for evaluation in evaluations]
    _require_sound(found)
    departures = deviations(job, found)
    job = with_session_details(job, found)
    why_draft = draft_reasons(found, lab, job)
    origin = provenance(found, language)
    return CertificateModel(
        language=language,
        draft=bool(why_draft),
        draft_words=" ".join((forms.DRAFT.en, forms.DRAFT.zh)),
        draft_note=inline(forms.DRAFT_NOTE, language),
        draft_reasons=tuple(lines(reason, language) for reason in why_draft),
        timestamp=_timestamp(job, found),
        title=lines(forms.TITLE, language),
        laboratory=_field(Text("实验室", "Laboratory"), lab.name, language),
        laboratory_address=_field(forms.ADDRESS, lab.address, language),
        authorisation=_field(forms.AUTHORISATION, lab.authorisation, language),
        certificate_no=_field(forms.CERTIFICATE_NO, job.certificate_no, language),
        client=(
            _field(forms.CLIENT, job.client, language),
            _field(forms.CLIENT_ADDRESS, job.client_address, language),
        ),
        item=_item(job, language),
        dates=_dates(job, lab, found, language),
        environment=_environment(job, language),
        deviations=tuple(lines(text, language) for text in departures),
        documents=_documents(found, language),
        standards=_standards(lab, language),
        sections=tuple(result_section(m, language, job.with_verdicts) for m in found),
        interval=_interval(job, language),
        statements=tuple(lines(text, language) for text in forms.STATEMENTS),
        signatures=tuple(
            Field(inline(label, language), name, bool(name))
            for label, name in (
                (forms.OPERATOR, job.operator),
                (forms.CHECKER, job.checker),
                (forms.APPROVER, job.approver),
            )
        ),
        provenance=origin,
        footer=_footer(found, origin),
        words={
            name: inline(text, language)
            for name, text in (
                ("item", forms.ITEM),
                ("environment", forms.ENVIRONMENT),
                ("basis", forms.BASIS),
                ("standards", forms.STANDARDS),
                ("results", forms.RESULTS),
                ("details", forms.DETAILS),
                ("notes", forms.NOTES),
                ("verdicts", forms.VERDICTS),
                ("provenance", forms.PROVENANCE),
                ("reasons", forms.REASONS),
                ("signature", forms.SIGNATURE),
                ("date", forms.DATE),
                ("clauses", forms.CLAUSES),
                ("session", forms.SESSION),
            )
        },
    )


def reasons(evaluations: Sequence[SessionEvaluation], lab: Laboratory, job: Job) -> list[Text]:
    """Why the certificate of these sessions is a draft; [] when it may be signed."""
    found = [Measured(evaluation) for evaluation in evaluations]
    return draft_reasons(found, lab, with_session_details(job, found))


def with_session_details(job: Job, found: Sequence[Measured]) -> Job:
    """The job with its empty fields filled from the sessions' plans and entries.

    WrongUse when the sessions are of different devices or clients and the job doesn't say which.
    """
    device = {name: _one_of(name, found) for name in _DEVICE_FIELDS}
    return replace(
        job,
        client=job.client or device["client"],
        device=job.device or device["name"],
        maker=job.maker or device["maker"],
        model=job.model or device["model"],
        serial=job.serial or device["serial"],
        operator=job.operator or _joined(m.operator for m in found),
        temperature_c=job.temperature_c or _joined(m.entered("temperature_c") for m in found),
        humidity_pct=job.humidity_pct or _joined(m.entered("humidity_pct") for m in found),
        pressure_kpa=job.pressure_kpa or _joined(m.entered("pressure_kpa") for m in found),
    )


def _joined(values: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(value for value in values if value))


def _one_of(name: str, found: Sequence[Measured]) -> str:
    values = {str(m.device.get(name) or "") for m in found} - {""}
    if len(values) > 1:
        raise WrongUse(
            Text(
                f"这些测量属于不同的被校对象（{name}：{'、'.join(sorted(values))}）",
                f"the sessions are of different devices ({name}: {', '.join(sorted(values))})",
            ),
            ", ".join(m.session for m in found),
            Text("请分别出具证书", "Make a certificate for each device"),
        )
    return values.pop() if values else ""


def _require_sound(found: Sequence[Measured]) -> None:
    if not found:
        raise WrongUse(
            Text("没有给出测量", "no session was named"),
            todo=Text("用 dosegauge sessions 查看", "See dosegauge sessions"),
        )
    for measured in found:
        if measured.source.evaluation is None:
            reason = measured.source.not_evaluated
            raise CheckFailed(
                Text(
                    f"无法评定（{reason}），不出证书",
                    f"can't be evaluated ({reason}): no certificate",
                ),
                measured.session,
            )
        if measured.source.discrepancies:
            first = measured.source.discrepancies[0]
            raise CheckFailed(
                Text(
                    f"手持单元的{first.subject}为{first.unit_says}，复算为{first.host_says}，不出证书",
                    f"{first.subject}: the unit says {first.unit_says}, its readings give"
                    f" {first.host_says}: no certificate",
                ),
                measured.session,
                Text("请运行 dosegauge verify", "Run dosegauge verify"),
            )


def _field(label: Text, value: str, language: str, unit: str = "") -> Field:
    if not value:
        return Field(inline(label, language), inline(forms.NOT_GIVEN, language), given=False)
    return Field(inline(label, language), f"{value} {unit}".strip(), given=True)


def _item(job: Job, language: str) -> tuple[Field, ...]:
    return tuple(
        _field(label, value, language)
        for label, value in (
            (forms.DEVICE, job.device),
            (forms.MAKER, job.maker),
            (forms.MODEL, job.model),
            (forms.SERIAL, job.serial),
        )
    )


def _dates(
    job: Job, lab: Laboratory, found: Sequence[Measured], language: str
) -> tuple[Field, ...]:
    return (
        _field(forms.RECEIVED, job.received, language),
        _field(forms.MEASURED, measured_days(lab, found), language),
        _field(forms.ISSUED, job.issued, language),
    )


def measured_days(lab: Laboratory, found: Sequence[Measured]) -> str:
    """The laboratory's dates of the sessions, "" when a unit's clock was not set."""
    if not all(m.clock_set for m in found):
        return ""
    first = min(lab.day(m.started_ms) for m in found)
    last = max(lab.day(m.ended_ms) for m in found)
    days = first if first == last else f"{first} – {last}"
    return f"{days} (UTC{lab.utc_offset})"


def _environment(job: Job, language: str) -> tuple[Field, ...]:
    return (
        _field(forms.TEMPERATURE, job.temperature_c, language, "°C"),
        _field(forms.HUMIDITY, job.humidity_pct, language, "%"),
        _field(forms.PRESSURE, job.pressure_kpa, language, "kPa"),
        _field(forms.PLACE, job.place, language),
    )


def _documents(found: Sequence[Measured], language: str) -> tuple[Document, ...]:
    clauses: dict[tuple[str, str], list[str]] = {}
    names: dict[tuple[str, str], Document] = {}
    for measured in found:
        document, standard = measured.document, measured.standard
        key = (str(document.get("code", "")), str(document.get("sha256", "")))
        known = Text(str(document.get("title", "")), str(document.get("title", "")))
        title = standard.title if standard else known
        is_draft = standard is not None and "draft" in standard.status
        clauses.setdefault(key, []).append(str(document.get("clauses", "")))
        names[key] = Document(
            f"{key[0]} {inline(title, language)}".strip(),
            ", ".join(dict.fromkeys(clauses[key])),
            lines(forms.DOCUMENT_IS_DRAFT, language) if is_draft else (),
        )
    return tuple(names.values())


def _standards(lab: Laboratory, language: str) -> StandardsTable:
    missing = inline(forms.NOT_REGISTERED, language)
    return StandardsTable(
        tuple(inline(column, language) for column in forms.STANDARD_COLUMNS),
        tuple(
            (
                f"{standard.name} {standard.identity}".strip(),
                standard.measuring_range or missing,
                standard.accuracy or missing,
                standard.certificate or missing,
                standard.valid_to or missing,
            )
            for standard in lab.standards
        ),
        missing,
        tuple(lines(text, language) for text in unsuitable(lab)),
    )


def _interval(job: Job, language: str) -> str:
    if not job.interval_months:
        return ""
    return inline(forms.INTERVAL.filled(months=job.interval_months), language)


def _timestamp(job: Job, found: Sequence[Measured]) -> int:
    issued = issue_time(job.issued)
    if issued is not None:
        return int(issued.timestamp())
    return max((m.ended_ms // 1000 for m in found if m.clock_set), default=0)


def _footer(found: Sequence[Measured], origin: Provenance) -> str:
    sessions = "  ".join(f"{m.session} {m.digest[:_SHORT_DIGEST]}" for m in found)
    files = "  ".join(f"{name} {sha[:_SHORT_DIGEST]}" for name, sha in origin.files)
    return f"{sessions}  ·  dosegauge {__version__}, core {origin.core}  ·  {files}"
