"""The picture of groups of bars: lines across them, their profiles, modulation over frequency."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dosegauge.imaging.bar_modulation import ALSO, RESOLVED, BarResult
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.pictures import CFOV_COLOUR, MARK_COLOUR, UFOV_COLOUR, Picture
from dosegauge.texts import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def bars_overlay(shown: Pixels, found: BarResult, pixel_mm: float, language: str) -> bytes:
    """A slice with the lines across the groups, the profiles with the waves fitted to them, and
    modulation over frequency with its limits."""
    from matplotlib.patches import Circle

    picture = Picture(language, 3)
    image, profiles, curve = picture.axes
    picture.image(image, shown, Text("值", "value"))
    picture.title(image, Text("剖面线（首层）", "Lines across the bars (first slice)"))
    for one in found.groups:
        (y_1, x_1), (y_2, x_2) = one.group.start, one.group.end
        image.plot([x_1, x_2], [y_1, y_2], color=MARK_COLOUR, linewidth=1.2)
        picture.write(image, x_2, y_2, f"{one.group.lp_per_mm:g}")
    for area, colour in ((found.bright, UFOV_COLOUR), (found.dark, CFOV_COLOUR)):
        image.add_patch(Circle((area.x, area.y), area.radius, fill=False, color=colour))
    _draw_profiles(picture, profiles, found, pixel_mm)
    _draw_modulation(picture, curve, found)
    return picture.png()


def _draw_profiles(picture: Picture, axes: Axes, found: BarResult, pixel_mm: float) -> None:
    """One above the other, a group's own height apart."""
    step = 1.15 * max(float(one.profile.max() - one.profile.min()) for one in found.groups)
    for number, one in enumerate(reversed(found.groups)):
        lift = number * step - float(one.profile.mean())
        at = one.distance_px * pixel_mm
        axes.plot(at, one.profile + lift, linewidth=1)
        axes.plot(at, one.wave + lift, linewidth=0.7, linestyle="--", color="black")
        picture.write(axes, at[-1] * 1.06, number * step, f"{one.group.lp_per_mm:g}")
    axes.set_yticks([])
    picture.labels(
        axes, Text("距离（mm）", "distance (mm)"), Text("值（错开）", "value (shifted)")
    )
    picture.title(
        axes,
        Text("剖面与拟合（虚线），lp/mm", "Profiles and fitted waves (dashed), lp/mm"),
    )


def _draw_modulation(picture: Picture, axes: Axes, found: BarResult) -> None:
    frequencies = [one.group.lp_per_mm for one in found.groups]
    for values, style, name in (
        ([one.contrast for one in found.groups], "o-", Text("调制度", "modulation")),
        ([one.mtf for one in found.groups], ".--", Text("MTF（Coltman）", "MTF (Coltman)")),
    ):
        axes.plot(frequencies, values, style, linewidth=1, label=picture.say(name))
    for (limit, _), level in zip(found.limits, (RESOLVED, ALSO), strict=True):
        axes.axhline(level, color="grey", linewidth=0.6, linestyle=":")
        if not math.isnan(limit):
            axes.plot([limit], [level], "x", color=MARK_COLOUR)
            axes.annotate(f" {100 * level:g} %: {limit:.4g}", (limit, level), fontsize=8)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    picture.labels(axes, Text("空间频率（lp/mm）", "frequency (lp/mm)"), Text("比值", "ratio"))
    picture.title(axes, Text("线对", "Bars"))
    picture.legend(axes)
