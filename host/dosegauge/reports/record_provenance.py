"""Where the record's figures come from, every verdict with its rule, and who chose what."""

from collections.abc import Sequence

from dosegauge import standards
from dosegauge.reports import forms
from dosegauge.reports.language import inline
from dosegauge.reports.measured import Measured
from dosegauge.reports.provenance import provenance
from dosegauge.reports.results import remark_texts, verdict_lines
from dosegauge.reports.sheet import SheetWriter
from dosegauge.texts import Text

WIDTHS = (40, 44, 24, 24, 24, 60)
_VERDICT_COLUMNS = (
    Text("判定对象", "Subject"),
    Text("结论", "Outcome"),
    Text("规则代号", "Rule"),
    Text("仅供参考", "For reference only"),
    Text("", ""),
    Text("规则与限值", "Rule and limit"),
)
_CHOICE_COLUMNS = (
    Text("参数或限值", "Parameter or limit"),
    Text("方案中的值", "Value in the plan"),
    Text("规范文件中的值", "Value in the standards file"),
    Text("条款", "Clause"),
    Text("来源", "From"),
)
_FROM = {
    standards.SOURCE: Text("规范原文", "the document"),
    standards.OWN_CHOICE: Text("本程序选定", "this program's choice"),
}
_PLAN_ONLY = Text("方案给定", "given in the plan")
_ANOTHER_EDITION = Text(
    "方案所用规范文件不是本程序所带的版本，来源无法核对",
    "the plan was made from another edition of the standards file: its origins can't be told",
)


def write_provenance(writer: SheetWriter, found: Sequence[Measured]) -> None:
    """General block, then one for each session."""
    writer.title(forms.PROVENANCE)
    origin = provenance(found, writer.language)
    for label, value in origin.general:
        writer.field(label, value)
    for measured, pairs in zip(found, origin.sessions, strict=True):
        writer.heading(measured.title)
        for label, value in pairs:
            writer.field(label, value)
        _write_discrepancies(writer, measured)
        _write_verdicts(writer, measured)
        _write_remarks(writer, measured)
        _write_choices(writer, measured)


def _write_discrepancies(writer: SheetWriter, measured: Measured) -> None:
    if measured.source.not_evaluated:
        writer.heading(forms.NO_BUDGET)
        writer.paragraph(measured.source.not_evaluated)
    if not measured.source.discrepancies:
        return
    writer.heading(Text("手持单元与复算不符", "The unit and this program differ"))
    writer.header((forms.QUANTITY, Text("手持单元", "Unit"), Text("复算", "Derived again")))
    for found in measured.source.discrepancies:
        for column, text in enumerate((found.subject, found.unit_says, found.host_says), 1):
            writer.text(column, text, boxed=True, wrapped=True)
        writer.row += 1


def _write_verdicts(writer: SheetWriter, measured: Measured) -> None:
    if not measured.verdicts:
        return
    writer.heading(forms.VERDICTS)
    writer.header(_VERDICT_COLUMNS)
    for verdict, line in zip(
        measured.verdicts, verdict_lines(measured, writer.language), strict=True
    ):
        writer.text(1, line.subject, boxed=True)
        writer.text(2, line.outcome, boxed=True)
        writer.text(3, verdict.code, boxed=True)
        yes_no = Text("是", "yes") if verdict.reference_only else Text("否", "no")
        writer.text(4, writer.say(yes_no), boxed=True)
        writer.text(6, " ".join(line.sentence), boxed=True)
        writer.row += 1


def _write_remarks(writer: SheetWriter, measured: Measured) -> None:
    if not measured.remarks:
        return
    writer.heading(forms.NOTES)
    for text in remark_texts(measured):
        writer.paragraph(inline(text, writer.language))


def _write_choices(writer: SheetWriter, measured: Measured) -> None:
    writer.heading(Text("参数和限值的来源", "Where parameters and limits come from"))
    standard = measured.standard
    if standard is None:
        writer.paragraph(writer.say(_ANOTHER_EDITION))
        return
    known: dict[str, standards.Entry] = {}
    for procedure in standard.procedures:
        if procedure.id == measured.plan.get("id"):
            known = {entry.name: entry for entry in (*procedure.parameters, *procedure.limits)}
    writer.header(_CHOICE_COLUMNS)
    for part in ("parameters", "limits"):
        values = measured.plan.get(part)
        for name, value in (values if isinstance(values, dict) else {}).items():
            entry = known.get(name)
            changed = entry is None or entry.value != value
            writer.text(1, str(name), boxed=True)
            writer.text(2, str(value), boxed=True)
            writer.text(3, "" if entry is None else str(entry.value), boxed=True)
            writer.text(4, "" if entry is None or changed else entry.clause, boxed=True)
            origin = _PLAN_ONLY if entry is None or changed else _FROM[entry.provenance]
            writer.text(5, writer.say(origin), boxed=True)
            writer.row += 1
