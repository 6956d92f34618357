"""The picture of an MTF: where it was measured, the edge's response and spread, the MTF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dosegauge.imaging.edge_course import Array
from dosegauge.imaging.edge_mtf import LEVELS
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.mtf_slices import TOLD, MeanMtf
from dosegauge.imaging.pictures import CFOV_COLOUR, MARK_COLOUR, Picture
from dosegauge.texts import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Box = tuple[int, int, int, int]


def mtf_plot(
    shown: Pixels,
    boxes: Sequence[Box],
    courses: Sequence[Array],
    found: MeanMtf,
    pixel_mm: float,
    language: str,
) -> bytes:
    """A slice with the regions (left, top, right, bottom) and courses of edges (n, 2; x and y in
    pixels); response and spread of the mean; MTF of all with its levels and Nyquist's limit."""
    picture = Picture(language, 3)
    image, edge, curve = picture.axes
    _draw_place(picture, image, shown, boxes, courses)
    _draw_spread(picture, edge, found, pixel_mm)
    _draw_mtf(picture, curve, found, pixel_mm)
    return picture.png()


def _draw_place(
    picture: Picture,
    image: Axes,
    shown: Pixels,
    boxes: Sequence[Box],
    courses: Sequence[Array],
) -> None:
    from matplotlib.patches import Rectangle

    picture.image(image, shown, Text("值", "value"))
    picture.title(image, Text("测量位置（首层）", "Where it was measured (first slice)"))
    whole = (0, 0, shown.shape[1], shown.shape[0])
    for left, top, right, bottom in boxes:
        if (left, top, right, bottom) != whole:
            size = (right - left, bottom - top)
            corner = (left - 0.5, top - 0.5)
            image.add_patch(Rectangle(corner, *size, fill=False, color=CFOV_COLOUR))
    for course in courses:
        image.plot(course[:, 0], course[:, 1], color=MARK_COLOUR, linewidth=1)
    image.set_xlim(-0.5, shown.shape[1] - 0.5)
    image.set_ylim(shown.shape[0] - 0.5, -0.5)


def _draw_spread(picture: Picture, axes: Axes, found: MeanMtf, pixel_mm: float) -> None:
    mean = found.mean
    low, high = mean.edge.min(), mean.edge.max()
    for values, name in (
        ((mean.edge - low) / (high - low), Text("边缘响应 ESF", "edge response ESF")),
        (mean.spread, Text("线扩展函数 LSF", "line spread LSF")),
    ):
        axes.plot(mean.distance * pixel_mm, values, linewidth=1, label=picture.say(name))
    axes.grid(alpha=0.3)
    picture.labels(axes, Text("距离（mm）", "distance (mm)"), Text("相对值", "relative"))
    fwhm_mm = mean.fwhm_px * pixel_mm
    picture.title(axes, Text(f"平均，FWHM {fwhm_mm:.4g} mm", f"Mean, FWHM {fwhm_mm:.4g} mm"))
    picture.legend(axes)


def _draw_mtf(picture: Picture, axes: Axes, found: MeanMtf, pixel_mm: float) -> None:
    mean = found.mean
    frequency = mean.frequency / pixel_mm
    sd = np.std([one.mtf for one in found.each], axis=0)
    axes.plot(frequency, mean.mtf, linewidth=1.2, label=picture.say(Text("平均", "mean")))
    axes.fill_between(frequency, mean.mtf - sd, mean.mtf + sd, alpha=0.25)
    for place, level in enumerate(LEVELS):
        axes.axhline(level, color="grey", linewidth=0.6, linestyle=":")
        if found.state(place) == TOLD:
            at = mean.f_px[place] / pixel_mm
            axes.plot([at], [level], "o", color=MARK_COLOUR, markersize=4)
            axes.annotate(
                f" {100 * level:g} %: {at:.4g}",
                (at, level),
                fontsize=8,
                verticalalignment="bottom",
            )
    axes.axvline(
        0.5 / pixel_mm,
        color=MARK_COLOUR,
        linestyle="--",
        label=picture.say(Text("奈奎斯特", "Nyquist")),
    )
    axes.set_ylim(0, 1.05)
    axes.grid(alpha=0.3)
    picture.labels(axes, Text("空间频率（lp/mm）", "frequency (lp/mm)"), Text("MTF", "MTF"))
    count = len(found.each)
    picture.title(axes, Text(f"MTF，{count} 个，± 1 SD", f"MTF of {count}, ± 1 SD"))
    picture.legend(axes)
