"""`dosegauge analyze ct-uniformity`: a Micro CT phantom's uniformity from averaged slices."""

import argparse
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dosegauge.commands import analyze
from dosegauge.errors import WrongUse
from dosegauge.imaging.ct_object import Phantom, given_phantom
from dosegauge.imaging.ct_uniformity import (
    AIR_WATER,
    GREY,
    CtUniformity,
    averaged,
    measure_ct_uniformity,
)
from dosegauge.imaging.findings import Finding
from dosegauge.imaging.image import Image, Pixels, PixelSize, with_pixel_mm
from dosegauge.imaging.volumes import Progress, Volume, open_volume
from dosegauge.output import ProgressLine
from dosegauge.texts import Text, in_language

MICRO_CT = "micro-ct-draft"
_NO_U = Text("模体太小，无法估计噪声", "the phantom is too small to tell the noise")


def run(arguments: argparse.Namespace) -> int:
    """Averages the slices of the range and measures their five regions."""
    volume = open_volume(arguments.volume, analyze.raw_format(arguments))
    pixel = volume_pixel(arguments, volume)
    first, last = slice_range(arguments, volume)
    mean, count = mean_of_slices(arguments, volume, first, last)
    normaliser = arguments.normaliser or (AIR_WATER if volume.unit == "HU" else GREY)
    found = measure_ct_uniformity(
        mean,
        count,
        pixel.square_mm(volume.name),
        volume.name,
        normaliser=normaliser,
        edge=arguments.edge,
        given=phantom_by_hand(arguments, mean, pixel.square_mm(volume.name), volume.name),
    )

    def draw() -> bytes:
        from dosegauge.imaging.ct_overlays import uniformity_overlay

        return uniformity_overlay(mean, found, arguments.lang)

    image = Image(mean, pixel, volume.name, volume.facts)
    return analyze.finish(
        arguments,
        _headline(volume, found, first, last, pixel),
        image.facts,
        _findings(found, "HU" if normaliser == AIR_WATER else volume.unit),
        [],
        [*volume.warnings, *_warnings(arguments, found), *_voxel(arguments, found, pixel.x_mm)],
        _data(found, volume, first, last, pixel),
        MICRO_CT,
        draw=draw,
    )


def mean_of_slices(
    arguments: argparse.Namespace, volume: Volume, first: int, last: int
) -> tuple[Pixels, int]:
    """The slices averaged, with progress; and how many they were."""
    with slice_progress(arguments) as show:
        return averaged(volume.each(first, last, show))


@contextmanager
def slice_progress(arguments: argparse.Namespace) -> Iterator[Progress]:
    """Shows which slice is at work."""
    progress = ProgressLine()

    def show(done: int, all_of_them: int) -> bool:
        said = Text(f"切片 {done}/{all_of_them}", f"slice {done} of {all_of_them}")
        progress.show(in_language(said, arguments.lang))
        return True

    try:
        yield show
    finally:
        progress.clear()


def phantom_by_hand(
    arguments: argparse.Namespace, mean: Pixels, pixel_mm: float, where: str
) -> Phantom | None:
    """The phantom that --roi names, None where it is to be found."""
    if arguments.roi is None:
        return None
    try:
        x, y, diameter_mm = (float(part) for part in arguments.roi.split(","))
    except ValueError:
        x = y = diameter_mm = math.nan
    if not (abs(x) < 1e5 and abs(y) < 1e5 and 0 < diameter_mm < 1e4):
        raise WrongUse(
            Text("应为 X,Y,直径mm", "must be X,Y,DIAMETER_MM"),
            "--roi",
            Text("以像素和 mm 计", "In pixels and mm"),
        )
    return given_phantom(mean, y, x, diameter_mm / pixel_mm, where)


def volume_pixel(arguments: argparse.Namespace, volume: Volume) -> PixelSize:
    """The voxel's sides in the slice: the given ones, else the file's."""
    plain = Image(volume.read(0), volume.pixel_mm, volume.name)
    return with_pixel_mm(plain, analyze.pixel_size(arguments)).known_pixel_mm()


def slice_range(arguments: argparse.Namespace, volume: Volume) -> tuple[int, int]:
    """The slices to use: the given range, or so many in the middle as the thickness needs."""
    if arguments.slices:
        try:
            first, _, last = arguments.slices.partition("-")
            return int(first), int(last or first)
        except ValueError:
            raise WrongUse(
                Text("应为 首-末", "must be FIRST-LAST"), "--slices", Text("从 1 起", "From 1")
            ) from None
    count = 1
    if arguments.thickness_mm is not None:
        slice_mm = arguments.slice_mm or volume.slice_mm
        if not slice_mm or not (math.isfinite(slice_mm) and slice_mm > 0):
            raise WrongUse(
                Text("层间距未知", "the distance of the slices is not known"),
                volume.name,
                Text("请用 --slice-mm 给出", "Give it by --slice-mm"),
            )
        count = max(round(arguments.thickness_mm / slice_mm), 1)
    if count > volume.slices:
        raise WrongUse(
            Text(
                f"需要 {count} 层，只有 {volume.slices}",
                f"{count} slices are needed of {volume.slices}",
            ),
            volume.name,
            Text("请检查 --thickness-mm", "Check --thickness-mm"),
        )
    first = (volume.slices - count) // 2 + 1
    return first, first + count - 1


def _headline(
    volume: Volume, found: CtUniformity, first: int, last: int, pixel: PixelSize
) -> Text:
    diameter = found.phantom.diameter_px * pixel.x_mm
    return Text(
        f"{volume.name}：切片 {first}–{last}（共 {volume.slices}），像素 {pixel.x_mm:.4g} mm，"
        f"模体直径 {diameter:.2f} mm",
        f"{volume.name}: slices {first} to {last} of {volume.slices}, pixel {pixel.x_mm:.4g} mm, "
        f"phantom {diameter:.2f} mm in diameter",
    )


def _findings(found: CtUniformity, unit: str) -> list[Finding]:
    """Both quantities of the draft with its items; the rest is information."""
    no_u = None if found.u_mean is not None else _NO_U
    u_pct = None if found.pct_half is None else found.pct_half / 2
    return [
        Finding(
            "difference_pct",
            Text("CT值最大偏差 ΔCT", "largest difference of CT values"),
            found.largest_difference_pct,
            "%",
            u_pct,
            "uniformity-difference",
            None,
            no_u,
            found.pct_half,
        ),
        Finding(
            "v_pct",
            Text("图像均匀性 V", "image uniformity V"),
            found.v_pct,
            "%",
            None if found.v_half is None else found.v_half / 2,
            "uniformity-spread",
            None,
            no_u,
            found.v_half,
        ),
        Finding(
            "difference",
            Text("CT值最大偏差（图像单位）", "largest difference in the image's unit"),
            found.largest_difference,
            unit,
            None if found.difference_half is None else found.difference_half / 2,
            "uniformity-difference-hu" if found.normaliser == AIR_WATER else "",
            None,
            no_u,
            found.difference_half,
        ),
        Finding("cupping_pct", Text("杯状伪影", "cupping"), found.cupping_pct, "%", None),
        Finding("rings_pct", Text("环状伪影", "rings"), found.rings_pct, "%", None),
    ]


def _warnings(arguments: argparse.Namespace, found: CtUniformity) -> list[Text]:
    reference = (
        Text("1000 HU（空气到水）", "1000 HU (air to water)")
        if found.normaliser == AIR_WATER
        else Text("中心灰度减空气", "the centre's grey above air")
    )
    edge = (
        Text("2 mm 为物体边缘到区域边缘", "2 mm from the object's edge to the region's edge")
        if arguments.edge == "edge"
        else Text(
            "2 mm 为物体边缘到区域中心", "2 mm from the object's edge to the region's centre"
        )
    )
    said = [
        Text(
            f"归一化：{reference.zh}；{edge.zh}（本程序的选择，草案未说明）",
            f"normalised by {reference.en}; {edge.en} (own choices, the draft does not say)",
        )
    ]
    if arguments.stage:
        said.append(
            Text(
                "草案“5 %或2.5 %（取大者）”不明确：任一满足即可为判据A（默认），"
                "两者都须满足为判据B；“5 %”很可能应为5 HU（JJG 961）",
                'the draft\'s "5 % or 2.5 %, the larger" is unclear: by criterion A (the default) '
                "either is enough, by criterion B both are needed; its 5 % is very probably 5 HU "
                "(JJG 961)",
            )
        )
    return said


def _voxel(arguments: argparse.Namespace, found: CtUniformity, pixel_mm: float) -> list[Text]:
    """The voxel's size by a known diameter: it enters every length one to one."""
    if arguments.diameter_mm is None:
        return []
    by_diameter_mm = arguments.diameter_mm / found.phantom.diameter_px
    off_pct = 100 * (pixel_mm / by_diameter_mm - 1)
    return [
        Text(
            f"按已知直径 {arguments.diameter_mm:g} mm，体素为 {by_diameter_mm:.5g} mm；"
            f"所用 {pixel_mm:.5g} mm 偏差 {off_pct:+.2f} %",
            f"by the known diameter of {arguments.diameter_mm:g} mm the voxel is "
            f"{by_diameter_mm:.5g} mm; the {pixel_mm:.5g} mm used is off by {off_pct:+.2f} %",
        )
    ]


def _data(
    found: CtUniformity, volume: Volume, first: int, last: int, pixel: PixelSize
) -> dict[str, Any]:
    return {
        "slices": [first, last],
        "slices_there": volume.slices,
        "pixel_mm": pixel.x_mm,
        "phantom": {
            "x": found.phantom.x,
            "y": found.phantom.y,
            "diameter_mm": found.phantom.diameter_px * pixel.x_mm,
            "air": found.phantom.air,
            "inside": found.phantom.inside,
        },
        "regions": [disc.__dict__ for disc in found.discs],
        "normaliser": found.normaliser,
        "reference": found.reference,
        "u_mean": found.u_mean,
        "profile": {"radius_mm": found.radii_mm.tolist(), "value": found.profile.tolist()},
    }
