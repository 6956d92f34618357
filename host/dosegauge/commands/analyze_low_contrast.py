"""`dosegauge analyze low-contrast`: holes of a Micro CT phantom against its noise."""

import argparse
import math
from dataclasses import replace
from typing import Any

from dosegauge.commands import analyze
from dosegauge.commands.analyze_volume import (
    clipping,
    headline,
    mean_of_slices,
    normaliser_for,
    opened_volume,
    phantom_by_hand,
    slice_range,
)
from dosegauge.errors import WrongUse
from dosegauge.imaging.ct_object import find_phantom
from dosegauge.imaging.ct_uniformity import AIR_WATER, HU_SPAN
from dosegauge.imaging.disc_scatter import TERMS
from dosegauge.imaging.findings import Finding
from dosegauge.imaging.low_contrast import (
    ROSE_K,
    Contrast,
    Hole,
    Window,
    measure_holes,
    u_of_difference,
    u_of_threshold,
    viewing_window,
)
from dosegauge.imaging.requirements import MICRO_CT
from dosegauge.texts import Text

# The sheet asks for so many discs of a size.
_DISCS_ASKED_FOR = 50
_FEW_DISCS = Text(
    "均匀区域放不下足够的圆盘", "too few discs of this size fit into the uniform part"
)


def run(arguments: argparse.Namespace) -> int:
    """Averages the slices and measures each hole that is named."""
    holes = [_hole(text) for text in arguments.hole]
    if not holes:
        raise WrongUse(
            Text("没有指定孔", "no hole is named"),
            "--hole",
            Text("给出 X,Y,直径mm", "Give X,Y,DIAMETER_MM (pixels, pixels, mm)"),
        )
    volume = opened_volume(arguments)
    pixel_mm = volume.known_pixel_mm().square_mm(volume.name)
    first, last = slice_range(arguments, volume)
    mean, _ = mean_of_slices(arguments, volume, first, last)
    by_hand = phantom_by_hand(arguments, mean, pixel_mm, volume.name)
    phantom = by_hand or find_phantom(mean, volume.name)
    normaliser, no_hu = normaliser_for(arguments, volume, phantom.air)
    reference = HU_SPAN if normaliser == AIR_WATER else phantom.inside - phantom.air
    found = measure_holes(mean, phantom, holes, pixel_mm, reference, volume.name)
    window = viewing_window(found)

    def draw() -> bytes:
        from dosegauge.imaging.ct_overlays import contrast_overlay

        return contrast_overlay(mean, found, window, pixel_mm, arguments.lang)

    about = headline(volume, first, last)
    return analyze.finish(
        arguments,
        Text(
            f"{about.zh}，{len(holes)} 个孔；观察窗位 {window.level:.4g}，窗宽 {window.width:.4g}",
            f"{about.en}, holes: {len(holes)}; "
            f"view at level {window.level:.4g}, width {window.width:.4g}",
        ),
        volume.facts,
        _findings(arguments, found),
        [],
        [*volume.warnings, *clipping(volume, first), *no_hu, *_warnings(arguments, found)],
        _data(arguments, found, window, (first, last), reference),
        MICRO_CT,
        draw=draw,
        notes=_notes(arguments, found, normaliser),
    )


def _hole(text: str) -> Hole:
    try:
        x, y, diameter_mm = (float(part) for part in text.split(","))
    except ValueError:
        x = y = diameter_mm = math.nan
    if not (abs(x) < 1e5 and abs(y) < 1e5 and 1e-3 <= diameter_mm <= 1e3):
        raise WrongUse(
            Text(f"无法理解 {text}", f"can't be read: {text}"),
            "--hole",
            Text("应为 X,Y,直径mm", "Must be X,Y,DIAMETER_MM (pixels, pixels, mm)"),
        )
    return Hole(y, x, diameter_mm)


def _findings(arguments: argparse.Namespace, found: list[Contrast]) -> list[Finding]:
    findings = [one for place, hole in enumerate(found, 1) for one in _of_hole(place, hole)]
    by_contrast: dict[str, list[float]] = {}
    for contrast, diameter_mm in arguments.seen:
        by_contrast.setdefault(contrast, []).append(diameter_mm)
    for contrast, seen in by_contrast.items():
        at = Text(f"（{contrast} %）", f" at {contrast} %") if contrast else Text("", "")
        decides = len(by_contrast) == 1 or contrast == arguments.maker_contrast
        findings.append(
            Finding(
                f"smallest_seen_{contrast}" if contrast else "smallest_seen",
                Text(f"读片者均可见的最小孔{at.zh}", f"smallest hole that all readers see{at.en}"),
                max(seen),
                "mm",
                None,
                "low-contrast" if decides else "",
                no_u=Text("读片者读数", "readers' readings"),
            )
        )
    return findings


def _of_hole(number: int, one: Contrast) -> list[Finding]:
    name = Text(
        f"孔 {number}（{one.hole.diameter_mm:g} mm）",
        f"hole {number} ({one.hole.diameter_mm:g} mm)",
    )
    u = u_of_difference(one)
    scatter = one.difference_scatter
    freedom = None if scatter is None else float(scatter.discs - TERMS)
    u_pct = None if u is None else 100 * u / one.reference
    contrast = Finding(
        f"contrast_{number}",
        Text(f"{name.zh} 对比度", f"{name.en}, contrast"),
        one.contrast_pct,
        "%",
        u_pct,
        no_u=None if u is not None else _FEW_DISCS,
        nu=freedom,
    )
    product = replace(
        contrast,
        key=f"contrast_diameter_{number}",
        label=Text(f"{name.zh} 对比度与直径之积", f"{name.en}, contrast times diameter"),
        value=one.contrast_diameter,
        unit="% mm",
        u=None if u_pct is None else u_pct * one.hole.diameter_mm,
    )
    findings = [contrast, product]
    if one.cnr is not None:
        label = Text(f"{name.zh} CNR", f"{name.en}, CNR")
        findings.append(Finding(f"cnr_{number}", label, one.cnr, "1", None))
    if one.scatter is not None and one.threshold is not None:
        findings.append(
            Finding(
                f"threshold_{number}",
                Text(f"{name.zh} 统计阈值", f"{name.en}, statistical threshold"),
                100 * one.threshold / one.reference,
                "%",
                100 * u_of_threshold(one.scatter) / one.reference,
            )
        )
    return findings


def _notes(arguments: argparse.Namespace, found: list[Contrast], normaliser: str) -> list[Text]:
    hu = normaliser == AIR_WATER
    said = [
        Text(
            "归一化：" + ("1000 HU" if hu else "模体灰度减空气"),
            "normalised by " + ("1000 HU" if hu else "the phantom's grey above air"),
        ),
        Text(
            "对比度为此射线束所测：它随管电压变化，不得与其他管电压的标称值比较",
            "the contrast is what this beam makes of the holes: it changes with the tube voltage "
            "and is not to be taken from a catalogue's value at another",
        ),
    ]
    if arguments.dose_mgy:
        dose = arguments.dose_mgy
        said.append(Text(f"剂量 {dose:g} mGy", f"at a dose of {dose:g} mGy"))
    for number, one in enumerate(found, 1):
        if one.rose is not None:
            visible = one.rose >= ROSE_K
            said.append(
                Text(
                    f"孔 {number}：|Δ|/σ = {one.rose:.1f}，罗斯判据（≥ 5）"
                    + ("可见" if visible else "不可见"),
                    f"hole {number}: |difference|/scatter = {one.rose:.1f}, by Rose (5 and more) "
                    + ("visible" if visible else "not visible"),
                )
            )
    return said


def _warnings(arguments: argparse.Namespace, found: list[Contrast]) -> list[Text]:
    said = []
    if not arguments.dose_mgy:
        said.append(
            Text(
                "未给出剂量：结果不能比较",
                "no dose was given: results can't be compared without it",
            )
        )
    for number, one in enumerate(found, 1):
        left_out = one.scatter.left_out if one.scatter else 0
        if left_out:
            said.append(
                Text(
                    f"孔 {number}：{left_out} 个圆盘偏离均匀区域（未指定的孔？），未计入",
                    f"hole {number}: {left_out} discs of its size lie on something else (holes "
                    "that are not named?) and were left out",
                )
            )
        if one.scatter is None or one.scatter.discs < _DISCS_ASKED_FOR:
            discs = 0 if one.scatter is None else one.scatter.discs
            said.append(
                Text(
                    f"孔 {number}：同样大小的圆盘只有 {discs} 个，应不少于 {_DISCS_ASKED_FOR}",
                    f"hole {number}: {discs} discs of its size, {_DISCS_ASKED_FOR} are asked for",
                )
            )
    return said


def _data(
    arguments: argparse.Namespace,
    found: list[Contrast],
    window: Window,
    slices: tuple[int, int],
    reference: float,
) -> dict[str, Any]:
    return {
        "slices": list(slices),
        "reference": reference,
        "dose_mgy": arguments.dose_mgy,
        "window": window.__dict__,
        "seen": [{"contrast_pct": contrast or None, "mm": mm} for contrast, mm in arguments.seen],
        "holes": [
            {
                **one.hole.__dict__,
                "inside": one.inside,
                "around": one.around,
                "contrast_pct": one.contrast_pct,
                "contrast_diameter_pct_mm": one.contrast_diameter,
                "cnr": one.cnr,
                "threshold": one.threshold,
                "rose": one.rose,
                "discs": one.scatter.discs if one.scatter else 0,
            }
            for one in found
        ],
    }
