"""`dosegauge analyze ct-uniformity`: a Micro CT phantom's uniformity from averaged slices."""

import argparse
import copy
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

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
from dosegauge.imaging.ct_uniformity import (
    AIR_WATER,
    TO_CENTRE,
    TO_EDGE,
    CtUniformity,
    measure_ct_uniformity,
)
from dosegauge.imaging.edge_course import disk_circle
from dosegauge.imaging.findings import Finding, with_scatter
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.requirements import MICRO_CT
from dosegauge.imaging.volumes import Volume
from dosegauge.imaging.voxel import KnownDiameter, voxel_agrees, voxel_finding, voxel_sentence
from dosegauge.texts import Text

_NO_U = Text("模体太小，无法估计噪声", "the phantom is too small to tell the noise")
_OTHER = {TO_EDGE: TO_CENTRE, TO_CENTRE: TO_EDGE}
_READINGS = {
    TO_EDGE: Text("2 mm 为物体边缘到区域边缘", "2 mm from the object's edge to a region's edge"),
    TO_CENTRE: Text(
        "2 mm 为物体边缘到区域中心", "2 mm from the object's edge to a region's centre"
    ),
}


def run(arguments: argparse.Namespace) -> int:
    """Averages the slices of the range and measures their five regions; so in every repeated
    scan."""
    volume = opened_volume(arguments)
    pixel_mm = volume.known_pixel_mm().square_mm(volume.name)
    first, last = slice_range(arguments, volume)
    mean, found = _measured(arguments, volume, (first, last), arguments.edge)
    scans = [found, *_repeated(arguments, volume, mean)]
    unit = "HU" if found.normaliser == AIR_WATER else volume.unit
    findings = _findings(scans, unit)
    notes = [*_choices(arguments, found), _other_reading(arguments, mean, volume, found)]
    warnings = [
        *volume.warnings,
        *clipping(volume, first),
        *normaliser_for(arguments, volume, found.phantom.air)[1],
    ]
    if arguments.diameter_mm is not None:
        known = _known_diameter(arguments, mean, found, volume.name)
        findings.append(voxel_finding(known))
        (notes if voxel_agrees(known, pixel_mm) else warnings).append(
            voxel_sentence(known, pixel_mm)
        )

    def draw() -> bytes:
        from dosegauge.imaging.ct_overlays import uniformity_overlay

        return uniformity_overlay(mean, found, arguments.lang)

    return analyze.finish(
        arguments,
        _headline(volume, found, first, last, pixel_mm),
        volume.facts,
        findings,
        [],
        warnings,
        _data(scans, volume, (first, last), pixel_mm),
        MICRO_CT,
        draw=draw,
        notes=notes,
    )


def _measured(
    arguments: argparse.Namespace, volume: Volume, slices: tuple[int, int], edge: str
) -> tuple[Pixels, CtUniformity]:
    mean, count = mean_of_slices(arguments, volume, *slices)
    return mean, _regions(arguments, mean, count, volume, edge)


def _regions(
    arguments: argparse.Namespace, mean: Pixels, count: int, volume: Volume, edge: str
) -> CtUniformity:
    pixel_mm = volume.known_pixel_mm().square_mm(volume.name)
    by_hand = phantom_by_hand(arguments, mean, pixel_mm, volume.name)
    phantom = by_hand or find_phantom(mean, volume.name)
    return measure_ct_uniformity(
        mean,
        count,
        pixel_mm,
        volume.name,
        normaliser=normaliser_for(arguments, volume, phantom.air)[0],
        edge=edge,
        given=phantom,
    )


def _repeated(arguments: argparse.Namespace, like: Volume, mean: Pixels) -> Iterator[CtUniformity]:
    """Further scans of the same phantom in the same place. WrongUse for one of another size, or
    whose pixels were there before: that would be no repetition."""
    seen = [mean]
    for path in arguments.repeat:
        again = copy.copy(arguments)
        again.volume = path
        volume = opened_volume(again)
        if (volume.slices, volume.rows, volume.columns) != (like.slices, like.rows, like.columns):
            raise _no_repetition(
                path, Text("重复扫描的尺寸不同", "the repeated scan has another size")
            )
        pixels, found = _measured(again, volume, slice_range(again, volume), arguments.edge)
        if any(np.array_equal(pixels, one) for one in seen):
            raise _no_repetition(
                path, Text("与另一次扫描完全相同", "it is the same as another scan")
            )
        seen.append(pixels)
        yield found


def _no_repetition(path: str, what: Text) -> WrongUse:
    return WrongUse(
        what, path, Text("以相同条件重复扫描", "Repeat the scan under the same conditions")
    )


def _known_diameter(
    arguments: argparse.Namespace, mean: Pixels, found: CtUniformity, where: str
) -> KnownDiameter:
    circle = disk_circle(mean, found.phantom, where)
    return KnownDiameter(
        arguments.diameter_mm, arguments.diameter_u_mm, 2 * circle.radius, 2 * circle.u_radius
    )


def _headline(volume: Volume, found: CtUniformity, first: int, last: int, pixel_mm: float) -> Text:
    about, diameter = headline(volume, first, last), found.phantom.diameter_px * pixel_mm
    return Text(
        f"{about.zh}，模体直径 {diameter:.2f} mm",
        f"{about.en}, phantom {diameter:.2f} mm in diameter",
    )


def _findings(scans: Sequence[CtUniformity], unit: str) -> list[Finding]:
    """Both quantities of the draft with its items; the rest is information."""
    first = scans[0]
    in_pct = 100 / first.reference
    item_hu = "uniformity-difference-hu" if first.normaliser == AIR_WATER else ""
    return [
        _figure(
            Finding(
                "difference_pct",
                Text("CT值最大偏差 ΔCT", "largest difference of CT values"),
                first.largest_difference_pct,
                "%",
                None,
                "uniformity-difference",
            ),
            [one.largest_difference_pct for one in scans],
            first.pct_half,
            first.u_place * in_pct,
        ),
        _figure(
            Finding(
                "v_pct",
                Text("图像均匀性 V", "image uniformity V"),
                first.v_pct,
                "%",
                None,
                "uniformity-spread",
            ),
            [one.v_pct for one in scans],
            first.v_half,
            first.v_u_place,
        ),
        _figure(
            Finding(
                "difference",
                Text("CT值最大偏差（图像单位）", "largest difference in the image's unit"),
                first.largest_difference,
                unit,
                None,
                item_hu,
            ),
            [one.largest_difference for one in scans],
            first.difference_half,
            first.u_place,
        ),
        Finding("cupping_pct", Text("杯状伪影", "cupping"), first.cupping_pct, "%", None),
        Finding(
            "rings_pct",
            Text("环状伪影（含噪声）", "rings, noise included"),
            first.rings_pct,
            "%",
            None,
        ),
    ]


def _figure(
    plain: Finding, values: Sequence[float], half: float | None, u_place: float
) -> Finding:
    """One scan with what its own noise tells, or the mean of repeated scans with their scatter."""
    if len(values) == 1:
        u = None if half is None else half / 2
        return replace(plain, u=u, half_95=half, no_u=None if half is not None else _NO_U)
    scatter = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    mean = replace(plain, value=float(np.mean(values)))
    return with_scatter(mean, scatter, len(values) - 1, (u_place,))


def _choices(arguments: argparse.Namespace, found: CtUniformity) -> list[Text]:
    reference = (
        Text("1000 HU（空气到水）", "1000 HU (air to water)")
        if found.normaliser == AIR_WATER
        else Text("中心灰度减空气", "the centre's grey above air")
    )
    edge = _READINGS[arguments.edge]
    said = [
        Text(
            f"归一化：{reference.zh}；{edge.zh}（本程序的选择，草案未说明）",
            f"normalised by {reference.en}; {edge.en} (own choices, the draft does not say)",
        )
    ]
    if arguments.stage:
        said.append(
            Text(
                "草案“5 %或2.5 %（取大者）”不明确：判据A任一满足即可（默认），判据B都须满足；"
                "判据C“限值取大者”不能照字面执行，两者不是同一个量；"
                "“5 %”很可能应为5 HU（JJG 961）",
                'the draft\'s "5 % or 2.5 %, the larger" is unclear: by criterion A (the default) '
                "either is enough, by criterion B both are needed; criterion C, the larger limit, "
                "can't be meant literally: they are different quantities; its 5 % is very "
                "probably 5 HU (JJG 961)",
            )
        )
    return said


def _other_reading(
    arguments: argparse.Namespace, mean: Pixels, volume: Volume, found: CtUniformity
) -> Text:
    """What the regions' other place would give."""
    other = _OTHER[arguments.edge]
    again = _regions(arguments, mean, found.slices, volume, other)
    reading = _READINGS[other]
    return Text(
        f"若{reading.zh}：ΔCT {again.largest_difference_pct:.3f} %，V {again.v_pct:.3f} %",
        f"with {reading.en}: difference {again.largest_difference_pct:.3f} %, "
        f"V {again.v_pct:.3f} %",
    )


def _data(
    scans: Sequence[CtUniformity], volume: Volume, slices: tuple[int, int], pixel_mm: float
) -> dict[str, Any]:
    found = scans[0]
    return {
        "slices": list(slices),
        "slices_there": volume.slices,
        "pixel_mm": pixel_mm,
        "phantom": {
            "x": found.phantom.x,
            "y": found.phantom.y,
            "diameter_mm": found.phantom.diameter_px * pixel_mm,
            "air": found.phantom.air,
            "inside": found.phantom.inside,
        },
        "regions": [disc.__dict__ for disc in found.discs],
        "scans": [
            {"difference_pct": one.largest_difference_pct, "v_pct": one.v_pct} for one in scans
        ],
        "normaliser": found.normaliser,
        "reference": found.reference,
        "u_means": found.u_means,
        "profile": {"radius_mm": found.radii_mm.tolist(), "value": found.profile.tolist()},
    }
