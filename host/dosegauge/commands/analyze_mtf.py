"""`dosegauge analyze mtf`: spatial resolution of a Micro CT from an edge."""

import argparse
import math
from typing import Any

import numpy as np

from dosegauge.commands import analyze
from dosegauge.commands.analyze_ct import MICRO_CT, slice_progress, slice_range, volume_pixel
from dosegauge.errors import WrongUse
from dosegauge.imaging.edge_mtf import LEVELS, EdgeMtf, disk_mtf, straight_mtf
from dosegauge.imaging.findings import Finding
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.object_mtf import BEAD, WIRE, object_mtf
from dosegauge.imaging.volumes import Volume, open_volume
from dosegauge.texts import Text

_METHODS = {
    "disk": Text("圆盘边缘（按ASTM E1695的做法）", "a disk's edge, in the manner of ASTM E1695"),
    "edge": Text("斜边", "a slanted edge"),
    WIRE: Text("细丝", "a wire"),
    BEAD: Text("小球（各层之和）", "a bead, its slices summed"),
}
_ENOUGH_SLICES = 10
_ONE_SLICE = Text("只有一层，没有重复", "a single slice: nothing was repeated")


def run(arguments: argparse.Namespace) -> int:
    """Measures each slice of the range by itself; the mean of all is the result."""
    volume = open_volume(arguments.volume, analyze.raw_format(arguments))
    pixel_mm = volume_pixel(arguments, volume).square_mm(volume.name)
    first, last = slice_range(arguments, volume)
    found = _each(arguments, volume, first, last, pixel_mm)
    unit_scale = 10.0 if arguments.per_cm else 1.0
    unit = "lp/cm" if arguments.per_cm else "lp/mm"
    scale = unit_scale / pixel_mm

    def draw() -> bytes:
        from dosegauge.imaging.ct_overlays import mtf_plot

        return mtf_plot(found, pixel_mm, arguments.lang)

    method = _METHODS[arguments.method]
    return analyze.finish(
        arguments,
        Text(
            f"{volume.name}：切片 {first}–{last}，{method.zh}，像素 {pixel_mm:.5g} mm，"
            f"奈奎斯特 {scale / 2:.4g} {unit}",
            f"{volume.name}: slices {first} to {last}, {method.en}, pixel {pixel_mm:.5g} mm, "
            f"Nyquist {scale / 2:.4g} {unit}",
        ),
        volume.facts,
        _findings(arguments, found, scale, unit, pixel_mm),
        [],
        [*volume.warnings, *_warnings(arguments, found, scale, unit)],
        _data(arguments, found, (first, last), pixel_mm),
        MICRO_CT,
        draw=draw,
    )


def _each(
    arguments: argparse.Namespace, volume: Volume, first: int, last: int, pixel_mm: float
) -> list[EdgeMtf]:
    if arguments.method in (WIRE, BEAD) and arguments.object_mm is None:
        raise WrongUse(
            Text("需要细丝或小球的直径", "the wire's or bead's diameter is needed"),
            "--object-mm",
            Text("单位 mm", "In mm"),
        )

    def measure(pixels: Pixels, where: str) -> EdgeMtf:
        if arguments.method == "disk":
            return disk_mtf(pixels, where)
        if arguments.method == "edge":
            return straight_mtf(pixels, where)
        return object_mtf(pixels, where, arguments.method, arguments.object_mm / pixel_mm)

    with slice_progress(arguments) as show:
        slices = (_region(arguments, pixels) for pixels in volume.each(first, last, show))
        if arguments.method == BEAD:
            return [measure(np.sum(list(slices), axis=0), f"{volume.name}, {first}-{last}")]
        return [
            measure(pixels, f"{volume.name}, slice {number}")
            for number, pixels in enumerate(slices, first)
        ]


def _region(arguments: argparse.Namespace, pixels: Pixels) -> Pixels:
    if arguments.roi is None:
        return pixels
    try:
        left, top, right, bottom = (int(part) for part in arguments.roi.split(","))
    except ValueError:
        raise _wrong_roi(Text("应为 左,上,右,下", "must be LEFT,TOP,RIGHT,BOTTOM")) from None
    rows, columns = pixels.shape
    if not (0 <= left < right <= columns and 0 <= top < bottom <= rows):
        raise _wrong_roi(Text("区域超出图像", "the region exceeds the image"))
    return pixels[top:bottom, left:right]


def _wrong_roi(what: Text) -> WrongUse:
    return WrongUse(what, "--roi", Text("以像素计，从 0 起", "In pixels from 0"))


def _findings(
    arguments: argparse.Namespace,
    found: list[EdgeMtf],
    scale: float,
    unit: str,
    pixel_mm: float,
) -> list[Finding]:
    """f at each level, the document's item being f10; and the line spread's width."""
    findings = []
    for place, level in enumerate(LEVELS):
        values = scale * np.array([one.f_px[place] for one in found])
        if np.isnan(values).any():
            continue
        percent = f"{100 * level:g}"
        findings.append(
            _mean(
                f"f{percent}",
                Text(f"MTF {percent} % 的频率", f"frequency at {percent} % MTF"),
                values,
                unit,
                arguments.voxel_u_pct,
                "spatial-resolution" if level == 0.1 and unit == "lp/mm" else "",
            )
        )
    widths = pixel_mm * np.array([one.fwhm_px for one in found])
    if np.isfinite(widths).all():
        findings.append(
            _mean(
                "fwhm",
                Text("线扩展函数 FWHM", "FWHM of the line spread"),
                widths,
                "mm",
                arguments.voxel_u_pct,
                "",
            )
        )
    return findings


def _mean(key: str, label: Text, values: Any, unit: str, voxel_u_pct: float, item: str) -> Finding:
    """The mean of all slices; the voxel's size enters one to one."""
    mean, count = float(values.mean()), len(values)
    if count < 2:
        return Finding(key, label, mean, unit, None, item, None, _ONE_SLICE)
    scatter = float(values.std(ddof=1)) / math.sqrt(count)
    u = math.hypot(scatter, mean * voxel_u_pct / 100)
    freedom = (count - 1) * (u / scatter) ** 4 if scatter > 0 else None
    return Finding(key, label, mean, unit, u, item, nu=freedom)


def _warnings(
    arguments: argparse.Namespace, found: list[EdgeMtf], scale: float, unit: str
) -> list[Text]:
    said = []
    for place, level in enumerate(LEVELS):
        if any(math.isnan(one.f_px[place]) for one in found):
            percent = f"{100 * level:g}"
            said.append(
                Text(
                    f"MTF {percent} % 不低于奈奎斯特频率 {scale / 2:.4g} {unit}",
                    f"{percent} % MTF lies at Nyquist's {scale / 2:.4g} {unit} or above",
                )
            )
    if len(found) < _ENOUGH_SLICES:
        said.append(
            Text(
                f"只用了 {len(found)} 层，建议不少于 {_ENOUGH_SLICES} 层",
                f"{len(found)} slices; ten or more are recommended",
            )
        )
    noise = max(one.noise for one in found)
    if noise > 0.02 and arguments.method in ("disk", "edge"):
        said.append(
            Text(
                f"噪声为对比度的 {100 * noise:.1f} %：线扩展函数已加窗（Tukey）",
                f"noise is {100 * noise:.1f} % of the contrast: the line spread was windowed "
                "(Tukey)",
            )
        )
    return said


def _data(
    arguments: argparse.Namespace,
    found: list[EdgeMtf],
    slices: tuple[int, int],
    pixel_mm: float,
) -> dict[str, Any]:
    mean = np.mean([one.mtf for one in found], axis=0)
    every = max(len(mean) // 200, 1)
    return {
        "method": arguments.method,
        "slices": list(slices),
        "pixel_mm": pixel_mm,
        "nyquist_lp_per_mm": 0.5 / pixel_mm,
        "per_slice": [
            {"f_lp_per_mm": [None if math.isnan(f) else f / pixel_mm for f in one.f_px]}
            for one in found
        ],
        "mtf": {
            "lp_per_mm": (found[0].frequency[::every] / pixel_mm).tolist(),
            "value": mean[::every].tolist(),
        },
    }
