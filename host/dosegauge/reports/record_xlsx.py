"""The original record as a workbook: raw readings, live formulas, certified figures beside."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.evaluation import SessionEvaluation
from dosegauge.reports import forms
from dosegauge.reports.details import Job, Laboratory
from dosegauge.reports.drafts import unsuitable
from dosegauge.reports.language import inline, require_language
from dosegauge.reports.measured import Measured
from dosegauge.reports.model import measured_days, with_session_details
from dosegauge.reports.output import require_free, write_new
from dosegauge.reports.record_depth import write_depth
from dosegauge.reports.record_kerma import write_kerma
from dosegauge.reports.record_leakage import WIDTHS as LEAKAGE_WIDTHS
from dosegauge.reports.record_leakage import write_leakage
from dosegauge.reports.record_provenance import WIDTHS as PROVENANCE_WIDTHS
from dosegauge.reports.record_provenance import write_provenance
from dosegauge.reports.record_readings import (
    WIDTHS,
    write_entries,
    write_events,
    write_readings,
)
from dosegauge.reports.results import remark_texts
from dosegauge.reports.sheet import SheetWriter
from dosegauge.texts import Text

HEAD_WIDTHS = (46, 60, 40, 26, 20, 20)
_SHEETS = {
    "hole-depth": "depth",
    "air-kerma-rate": "kerma",
    "leakage-survey": "leakage",
}
_TUBE_VOLTAGE = Text("管电压 / kV", "Tube voltage / kV")
# What the drafts' records ask for and no session holds (Annex A; reference sheet 1.7), to be
# filled by hand: by procedure.
_BY_HAND = {
    "hole-depth": (
        Text("供电电压和频率", "Mains voltage and frequency"),
        Text("外观及功能性检查（7.1）", "Visual and functional check (7.1)"),
        Text("圆孔编号", "Hole no."),
    ),
    "air-kerma-rate": (
        Text("X射线管编号", "Tube id"),
        Text("最大管电压 / kV", "Largest tube voltage / kV"),
        Text("最大管电流 / mA", "Largest tube current / mA"),
        Text("最大功率 / W", "Largest power / W"),
        Text("焦点尺寸", "Focal spot"),
        _TUBE_VOLTAGE,
        Text("管电流 / mA", "Tube current / mA"),
        Text("功率占最大功率 / %", "Power / % of the largest"),
        Text("过滤", "Filter"),
    ),
    "leakage-survey": (
        Text("漏射线测量：管电压 / kV", "Leakage: tube voltage / kV"),
        Text("漏射线测量：管电流 / mA", "Leakage: tube current / mA"),
        Text("散射体", "Scatterer"),
        Text("探头探测面积", "Area of the detector"),
    ),
}


def write(
    evaluations: Sequence[SessionEvaluation],
    lab: Laboratory,
    job: Job,
    language: str,
    path: Path,
) -> Path:
    """Writes a new workbook. WrongUse when the file exists or the sessions are of different
    devices; a session that can't be evaluated keeps its raw readings and says why."""
    require_free(path)
    return write_new(path, render(evaluations, lab, job, language))


def render(
    evaluations: Sequence[SessionEvaluation], lab: Laboratory, job: Job, language: str
) -> bytes:
    """The workbook's bytes. Spreadsheet programs compute its formulas when they open it."""
    import openpyxl

    require_language(language)
    if not evaluations:
        raise WrongUse(Text("没有给出测量", "no session was named"))
    found = [Measured(evaluation) for evaluation in evaluations]
    job = with_session_details(job, found)
    book = openpyxl.Workbook()
    head = book.active
    head.title = "Record"
    _write_head(SheetWriter(head, language, HEAD_WIDTHS), found, lab, job)
    for number, measured in enumerate(found, 1):
        _write_session(
            book, f"{number}-{_SHEETS.get(measured.procedure, 'session')}", measured, language
        )
    write_provenance(
        SheetWriter(book.create_sheet("Provenance"), language, PROVENANCE_WIDTHS), found
    )
    # Formulas carry no values yet: whoever opens the workbook computes them.
    book.calculation.fullCalcOnLoad = True
    book.properties.title = inline(forms.RECORD_TITLE, language)
    book.properties.creator = "dosegauge"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_head(writer: SheetWriter, found: Sequence[Measured], lab: Laboratory, job: Job) -> None:
    writer.title(forms.RECORD_TITLE)
    for label, value in (
        (forms.CERTIFICATE_NO, job.certificate_no),
        (forms.CLIENT, job.client),
        (forms.CLIENT_ADDRESS, job.client_address),
        (forms.DEVICE, job.device),
        (forms.MAKER, job.maker),
        (forms.MODEL, job.model),
        (forms.SERIAL, job.serial),
        (forms.BASIS, _basis(found)),
        (forms.PLACE, job.place),
        (Text("温度 / °C", "Temperature / °C"), job.temperature_c),
        (Text("相对湿度 / %", "Relative humidity / %"), job.humidity_pct),
        (Text("大气压 / kPa", "Air pressure / kPa"), job.pressure_kpa),
        (forms.RECEIVED, job.received),
        (forms.MEASURED, measured_days(lab, found)),
        (forms.OPERATOR, job.operator),
        (forms.CHECKER, job.checker),
    ):
        writer.field(label, value)
    for procedure in dict.fromkeys(m.procedure for m in found):
        for label in _BY_HAND.get(procedure, ()):
            writer.field(label, job.tube_kv if label is _TUBE_VOLTAGE else "")
    writer.heading(forms.STANDARDS)
    writer.header(forms.STANDARD_COLUMNS)
    for standard in lab.standards:
        cells = (
            f"{standard.name} {standard.identity}".strip(),
            standard.measuring_range,
            standard.accuracy,
            standard.certificate,
            standard.valid_to,
        )
        for column, cell in enumerate(cells, 1):
            writer.text(column, cell, boxed=True, wrapped=True)
        writer.row += 1
    if not lab.standards:
        writer.text(1, writer.say(forms.NOT_REGISTERED))
        writer.row += 1
    for text in unsuitable(lab):
        writer.paragraph(writer.say(text))


def _basis(found: Sequence[Measured]) -> str:
    return "; ".join(
        dict.fromkeys(
            f"{m.document.get('code', '')} {m.document.get('title', '')}".strip() for m in found
        )
    )


def _write_session(book: Any, name: str, measured: Measured, language: str) -> None:
    evaluation = measured.source.evaluation
    survey = measured.procedure == "leakage-survey" and evaluation is not None
    writer = SheetWriter(
        book.create_sheet(name),
        language,
        LEAKAGE_WIDTHS if survey else WIDTHS,
    )
    writer.title(measured.title)
    writer.field(forms.SESSION, measured.session)
    if evaluation is None:
        write_entries(writer, measured)
        write_readings(writer, measured)
    elif survey:
        samples = SheetWriter(
            book.create_sheet(f"{name}-samples"),
            language,
            WIDTHS,
        )
        samples.title(measured.title)
        rows = write_readings(samples, measured)
        write_leakage(writer, measured, evaluation.result, (samples.sheet.title, rows))
    elif measured.procedure == "hole-depth":
        write_depth(writer, measured, evaluation.result)
    else:
        write_kerma(writer, measured, evaluation.result)
    write_events(writer, measured)
    if measured.remarks:
        writer.heading(forms.NOTES)
        for text in remark_texts(measured):
            writer.paragraph(inline(text, language))
