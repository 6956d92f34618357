"""What was found, drawn on the image that it was found in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dosegauge.imaging import flood_uniformity as steps
from dosegauge.imaging.bars import Quadrant
from dosegauge.imaging.count_rates import BELOW, LargestRate
from dosegauge.imaging.field import CENTRAL, scaled
from dosegauge.imaging.flood import Flood
from dosegauge.imaging.image import Image, Pixels
from dosegauge.imaging.line_sources import Lines
from dosegauge.imaging.pictures import CFOV_COLOUR, MARK_COLOUR, UFOV_COLOUR, Picture
from dosegauge.imaging.point_sources import Tomographic, Volume
from dosegauge.imaging.slits import ALONG_Y, Slits
from dosegauge.texts import Text

_RUN = 5
_ENLARGED = 20


def flood_overlay(flood: Flood, language: str) -> bytes:
    """The smoothed flood, both fields, and of each the extremes and the worst run."""
    picture = Picture(language)
    (axes,) = picture.axes
    picture.title(
        axes,
        Text(
            f"固有均匀性，积分 / 微分：UFOV {flood.ufov.integral_pct:.2f} / "
            f"{flood.ufov.differential_pct:.2f} %\nCFOV {flood.cfov.integral_pct:.2f} / "
            f"{flood.cfov.differential_pct:.2f} %",
            f"Intrinsic uniformity, integral / differential: UFOV {flood.ufov.integral_pct:.2f} / "
            f"{flood.ufov.differential_pct:.2f} %\nCFOV {flood.cfov.integral_pct:.2f} / "
            f"{flood.cfov.differential_pct:.2f} %",
        ),
    )
    picture.image(axes, flood.smooth, Text("平滑后计数", "counts after smoothing"))
    picture.labels(
        axes,
        Text(
            f"x（合并后像素，{flood.pixel_mm:.2f} mm）",
            f"x (summed pixels of {flood.pixel_mm:.2f} mm)",
        ),
        Text("y（合并后像素）", "y (summed pixels)"),
    )
    outline = flood.field.outline
    central = np.where(flood.field.cfov, flood.smooth, np.nan)
    for pixels, shape, colour, name, size in (
        (flood.smooth, outline, UFOV_COLOUR, "UFOV", 11),
        (central, scaled(outline, CENTRAL), CFOV_COLOUR, "CFOV", 6),
    ):
        picture.outline(axes, shape, colour, name)
        for place, marker, what in (
            (np.nanargmax(pixels), "^", Text("最大", "max")),
            (np.nanargmin(pixels), "v", Text("最小", "min")),
        ):
            y, x = np.unravel_index(place, pixels.shape)
            axes.plot(
                [x],
                [y],
                marker,
                color=colour,
                markersize=size,
                markeredgecolor="black",
                linestyle="none",
                label=f"{name} {picture.say(what)}",
            )
        y_line, x_line = _worst_run(pixels)
        run = picture.say(Text("微分最大处", "worst run of five"))
        axes.plot(
            x_line,
            y_line,
            color=MARK_COLOUR,
            linewidth=2.5,
            linestyle="-" if name == "UFOV" else ":",
            label=f"{name} {run}",
        )
    picture.legend(axes)
    return picture.png()


def slit_overlay(measured: Sequence[Slits], language: str) -> bytes:
    """Each image with its peaks; colours and arrows tell how far each lies from its line."""
    picture = Picture(language, len(measured))
    for axes, slits in zip(picture.axes, measured, strict=True):
        region = slits.ufov
        residuals = region.residuals_mm
        picture.title(
            axes,
            Text(
                f"{slits.direction.upper()}：FWHM {region.fwhm_mm:.2f} mm，"
                f"最大偏差 {np.abs(residuals).max():.2f} mm（箭头放大）",
                f"{slits.direction.upper()}: FWHM {region.fwhm_mm:.2f} mm, largest deviation "
                f"{np.abs(residuals).max():.2f} mm (arrows enlarged)",
            ),
        )
        picture.image(axes, slits.image.pixels, Text("计数", "counts"))
        along = slits.along[region.points]
        across = slits.ufov.positions
        x, y = (along, across) if slits.direction == ALONG_Y else (across, along)
        arrow = residuals * _ENLARGED * region.pitch_px / region.pitch_mm
        none = np.zeros_like(arrow)
        dx, dy = (none, arrow) if slits.direction == ALONG_Y else (arrow, none)
        axes.quiver(
            x, y, dx, dy, color=MARK_COLOUR, angles="xy", scale_units="xy", scale=1, width=0.004
        )
        axes.plot(x, y, ".", color=UFOV_COLOUR, markersize=3, label="UFOV")
        central = slits.cfov.points[region.points]
        axes.plot(x[central], y[central], ".", color=CFOV_COLOUR, markersize=3, label="CFOV")
        picture.legend(axes)
    return picture.png()


def line_overlay(measured: Sequence[Lines], language: str) -> bytes:
    """Each image with the peaks of its strips."""
    picture = Picture(language, len(measured))
    for axes, lines in zip(picture.axes, measured, strict=True):
        picture.title(
            axes,
            Text(
                f"{lines.direction.upper()}：FWHM {lines.fwhm_mm:.2f} mm",
                f"{lines.direction.upper()}: FWHM {lines.fwhm_mm:.2f} mm",
            ),
        )
        picture.image(axes, lines.image.pixels, Text("计数", "counts"))
        for number in (0, 1):
            across = np.array([pair[number].position for pair in lines.peaks]) + lines.offset[0]
            half = np.array([pair[number].fwhm for pair in lines.peaks]) / 2
            along = lines.along + lines.offset[1]
            x, y = (along, across) if lines.direction == ALONG_Y else (across, along)
            horizontal = lines.direction == ALONG_Y
            axes.errorbar(
                x,
                y,
                yerr=half if horizontal else None,
                xerr=None if horizontal else half,
                fmt=".",
                color=MARK_COLOUR,
                capsize=3,
                markersize=4,
                label="FWHM" if number == 0 else None,
            )
        picture.legend(axes)
    return picture.png()


def tomographic_overlay(volume: Volume, found: Tomographic, language: str) -> bytes:
    """The points seen along the axis and from the front, with their widths."""
    picture = Picture(language, 2)
    names = (
        (Text("沿轴向（最大值）", "along the axis, maximum"), 0),
        (Text("正面（最大值）", "from the front, maximum"), 1),
    )
    for axes, (name, along) in zip(picture.axes, names, strict=True):
        picture.image(axes, volume.voxels.max(axis=along), Text("值", "value"))
        picture.title(axes, name)
        if along == 1:
            picture.labels(axes, Text("x（像素）", "x (pixels)"), Text("层", "slice"))
        for point in found.points:
            upright, size_mm, step = (
                (point.y, point.y_fwhm_mm, volume.y_mm)
                if along == 0
                else (point.z, point.z_fwhm_mm, volume.z_mm)
            )
            axes.errorbar(
                [point.x],
                [upright],
                xerr=[point.x_fwhm_mm / volume.x_mm / 2],
                yerr=[size_mm / step / 2],
                fmt=".",
                color=MARK_COLOUR,
                capsize=3,
                label="FWHM" if point is found.points[0] else None,
            )
        picture.legend(axes)
    return picture.png()


def image_overlay(image: Image, discs: Sequence[Quadrant], title: Text, language: str) -> bytes:
    """An image with a title, and the discs that were measured in it."""
    from matplotlib.patches import Circle

    picture = Picture(language)
    (axes,) = picture.axes
    picture.image(axes, image.pixels, Text("计数", "counts"))
    picture.title(axes, title)
    for disc in discs:
        axes.add_patch(Circle((disc.x, disc.y), disc.radius, fill=False, color=MARK_COLOUR))
        picture.write(axes, disc.x, disc.y, f"{disc.width_mm:g} mm")
    return picture.png()


def count_rate_plot(found: LargestRate, language: str) -> bytes:
    """The rate over time, with its peak and the level that later frames must fall below."""
    picture = Picture(language)
    (axes,) = picture.axes
    times = [frame.time_s for frame in found.frames]
    rates = [frame.rate_per_s / 1000 for frame in found.frames]
    peak = found.frame
    axes.plot(times, rates, ".-", markersize=4, linewidth=1)
    axes.plot(
        [peak.time_s],
        [peak.rate_per_s / 1000],
        "o",
        color=MARK_COLOUR,
        label=picture.say(Text("峰", "peak")),
    )
    axes.axhline(
        BELOW * peak.rate_per_s / 1000,
        color=MARK_COLOUR,
        linestyle=":",
        label=picture.say(Text("峰的 98 %", "98 % of the peak")),
    )
    axes.grid(alpha=0.3)
    picture.labels(
        axes, Text("时间（s）", "time (s)"), Text("计数率（10³ s⁻¹）", "rate (10³ 1/s)")
    )
    picture.title(
        axes,
        Text(
            f"固有最大计数率 {peak.rate_per_s:.0f} s⁻¹",
            f"Maximum count rate {peak.rate_per_s:.0f} 1/s",
        ),
    )
    picture.legend(axes)
    return picture.png()


def _worst_run(pixels: Pixels) -> tuple[list[float], list[float]]:
    """The ends of the five pixels with the largest difference, as y and x."""
    along_x = steps.differences_pct(pixels)
    along_y = steps.differences_pct(pixels.T)
    largest = [
        float(np.nanmax(part)) if np.isfinite(part).any() else -np.inf
        for part in (along_x, along_y)
    ]
    if max(largest) == -np.inf:
        return [], []
    if largest[0] >= largest[1]:
        y, x = np.unravel_index(np.nanargmax(along_x), along_x.shape)
        return [float(y), float(y)], [float(x), float(x + _RUN - 1)]
    x, y = np.unravel_index(np.nanargmax(along_y), along_y.shape)
    return [float(y), float(y + _RUN - 1)], [float(x), float(x)]
