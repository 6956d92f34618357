"""The record of measurements on images as a workbook: a sheet each, as they were kept.

What the document's form asks for and no measurement holds is left to be filled in by hand
(WS 523-2019 slides, notes to Table A.1; reference sheet 2.10).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dosegauge.imaging.requirements import GAMMA_CAMERAS, MICRO_CT
from dosegauge.reports.language import require_language
from dosegauge.reports.output import require_free, write_new
from dosegauge.reports.sheet import SheetWriter
from dosegauge.standards.lookup import standard_named
from dosegauge.store.devices import Device
from dosegauge.store.image_measurements import ImageMeasurement
from dosegauge.texts import Text, text_of

_WIDTHS = (40, 24, 20, 16, 16, 60)
# What a form asks for: facts of the image, figures of the measurement, and what is left to be
# filled in. The Micro CT draft's own form (Annex B) is not public: reference sheet 1.7.
_FACTS = {
    GAMMA_CAMERAS: {
        "head": Text("探头号", "Head"),
        "crystal_mm": Text("晶体厚度 / mm", "Crystal thickness / mm"),
        "collimator": Text("准直器", "Collimator"),
    },
    MICRO_CT: {
        "kvp": Text("管电压 / kV", "Tube voltage / kV"),
        "view": Text("层、行、列所用的轴", "Axes of slices, rows, columns"),
        "orientation": Text("文件所述方向", "Orientation as the file says"),
    },
}
_FIGURES = {
    GAMMA_CAMERAS: {},
    MICRO_CT: {
        "method": Text("方法", "Method"),
        "slices": Text("切片（首、末）", "Slices, first and last"),
        "pixel_mm": Text("像素 / mm", "Pixel / mm"),
        "normaliser": Text("归一化", "Normalised by"),
        "dose_mgy": Text("剂量 / mGy", "Dose / mGy"),
    },
}
_BY_HAND = {
    GAMMA_CAMERAS: (
        Text("机构", "Institution"),
        Text("核素", "Nuclide"),
        Text("校正（开/关）", "Corrections on or off"),
        Text("校核", "Checked by"),
    ),
    MICRO_CT: (
        Text("委托单位", "Client"),
        Text("模体及编号", "Phantom and its number"),
        Text("管电流、曝光时间、重建参数", "Tube current, exposure, reconstruction"),
        Text("温度、湿度、气压", "Temperature, humidity, pressure"),
        Text("校核", "Checked by"),
    ),
}
_RESULTS = (
    Text("量", "Quantity"),
    Text("测得值", "Measured"),
    Text("U", "U"),
    Text("k", "k"),
    Text("单位", "Unit"),
    Text("判定", "Verdict"),
)
_CONDITIONS = (
    Text("条件", "Condition"),
    Text("值", "Value"),
    Text("单位", "Unit"),
    Text("下限", "Lowest"),
    Text("上限", "Highest"),
    Text("是否符合", "Kept"),
)
_KEPT = {
    True: Text("符合", "kept"),
    False: Text("不符合", "NOT kept"),
    None: Text("未知", "unknown"),
}


def write_image_record(
    target: Path, device: Device, rows: Sequence[ImageMeasurement], language: str
) -> Path:
    """Writes the workbook; WrongUse when the file is there."""
    require_free(target)
    return write_new(target, _rendered(device, rows, require_language(language)))


def _rendered(device: Device, rows: Sequence[ImageMeasurement], language: str) -> bytes:
    from openpyxl import Workbook

    book: Any = Workbook()
    book.remove(book.active)
    for row in rows:
        _write_sheet(book, device, row, language)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _write_sheet(book: Any, device: Device, row: ImageMeasurement, language: str) -> None:
    writer = SheetWriter(book.create_sheet(f"{row.id} {row.kind}"[:31]), language, _WIDTHS)
    document = row.content.get("document", GAMMA_CAMERAS)
    standard = standard_named(document)
    writer.title(Text(f"原始记录：{row.kind}", f"Original record: {row.kind}"))
    facts = row.content.get("facts", {})
    for label, value in (
        (Text("编号", "Number"), str(row.id)),
        (Text("设备", "Device"), f"{device.maker} {device.model} {device.serial}"),
        (Text("测量日期", "Date"), row.measured_on),
        (Text("检测类别", "Stage"), row.stage),
        (Text("测量者", "Measured by"), row.who),
        (Text("依据", "Basis"), f"{standard.code} ({standard.file} {standard.sha256[:12]})"),
        *((label, str(facts.get(name, ""))) for name, label in _FACTS[document].items()),
        *((label, _plain(row.content.get(name))) for name, label in _FIGURES[document].items()),
        *((label, "") for label in _BY_HAND[document]),
        (Text("更正", "Corrects"), f"{row.supersedes}: {row.why}" if row.supersedes else "-"),
    ):
        writer.field(label, value)
    _write_results(writer, row.content)
    _write_conditions(writer, row.content)
    others = {name: value for name, value in facts.items() if name not in _FACTS[document]}
    _write_sources(writer, row, others)
    remarks = [*row.content.get("notes", []), *row.content.get("warnings", [])]
    if remarks:
        writer.heading(Text("说明", "Remarks"))
        for remark in remarks:
            writer.paragraph(writer.say(text_of(remark)))


def _plain(value: Any) -> str:
    """A figure as text: several beside each other, none as nothing."""
    if value is None:
        return ""
    several = value if isinstance(value, list) else [value]
    return ", ".join(f"{one:g}" if isinstance(one, float) else str(one) for one in several)


def _write_results(writer: SheetWriter, content: dict[str, Any]) -> None:
    writer.heading(Text("结果", "Results"))
    writer.header(_RESULTS)
    for finding in content.get("findings", []):
        verdict = " ".join(writer.say(text_of(one)) for one in finding.get("verdict", []))
        writer.text(1, writer.say(text_of(finding["label"])), boxed=True, wrapped=True)
        writer.number(2, finding["value"])
        if finding.get("U"):
            writer.number(3, finding["U"])
        else:
            reason = text_of(finding.get("no_u"))
            writer.text(3, writer.say(reason), boxed=True, wrapped=True)
        writer.text(4, "" if finding.get("k") is None else f"{finding['k']:g}", boxed=True)
        writer.text(5, finding["unit"], boxed=True)
        writer.text(6, verdict, boxed=True, wrapped=True)
        writer.row += 1
    for together in content.get("combined", []):
        writer.paragraph(writer.say(text_of(together["sentence"])))


def _write_conditions(writer: SheetWriter, content: dict[str, Any]) -> None:
    conditions = content.get("conditions", [])
    if not conditions:
        return
    writer.heading(Text("条件", "Conditions"))
    writer.header(_CONDITIONS)
    for one in conditions:
        cells = (one["quantity"], one["value"], one["unit"], one["lowest"], one["highest"])
        for column, value in enumerate(cells, 1):
            shown = f"{value:g}" if isinstance(value, float) else str(value or "")
            writer.text(column, shown, boxed=True)
        writer.text(6, writer.say(_KEPT[one["holds"]]), boxed=True)
        writer.row += 1


def _write_sources(writer: SheetWriter, row: ImageMeasurement, facts: dict[str, Any]) -> None:
    writer.heading(Text("来源", "Sources"))
    digests = row.source_sha256.splitlines()
    names = row.source.splitlines()
    if len(names) == len(digests):
        for name, digest in zip(names, digests, strict=True):
            writer.field(name, digest)
    else:
        writer.field(Text("文件或程序", "Files or program"), row.source)
        for digest in digests:
            writer.field("SHA-256", digest)
    for name, value in sorted(facts.items()):
        writer.field(name, str(value))
    writer.field(Text("软件", "Software"), row.software)
    writer.field(Text("保存时间 (UTC)", "Kept at (UTC)"), row.created_at)
