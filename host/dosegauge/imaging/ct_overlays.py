"""Pictures of what was measured on Micro CT slices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dosegauge.imaging.ct_uniformity import CtUniformity
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.low_contrast import Contrast, Window, u_of_difference
from dosegauge.imaging.pictures import CFOV_COLOUR, MARK_COLOUR, Picture
from dosegauge.texts import Text

# What is shown of the phantom's values.
_SHOWN = (0.005, 0.995)
_NAMES = {
    "centre": Text("中心", "centre"),
    "up": Text("上", "up"),
    "down": Text("下", "down"),
    "left": Text("左", "left"),
    "right": Text("右", "right"),
}


def contrast_overlay(
    mean: Pixels, found: Sequence[Contrast], window: Window, pixel_mm: float, language: str
) -> bytes:
    """The averaged slice in its viewing window with the holes, and contrast over diameter with the
    threshold."""
    from matplotlib.patches import Circle

    picture = Picture(language, 2)
    image, curve = picture.axes
    low, high = window.level - window.width / 2, window.level + window.width / 2
    picture.image(image, np.clip(mean, low, high), Text("值（观察窗内）", "value in the window"))
    picture.title(
        image,
        Text(
            f"窗位 {window.level:.4g}，窗宽 {window.width:.4g}",
            f"level {window.level:.4g}, width {window.width:.4g}",
        ),
    )
    for number, one in enumerate(found, 1):
        radius = one.hole.diameter_mm / 2 / pixel_mm
        image.add_patch(Circle((one.hole.x, one.hole.y), radius, fill=False, color=MARK_COLOUR))
        picture.write(image, one.hole.x + radius + 8, one.hole.y - radius - 4, str(number))
    ordered = sorted(found, key=lambda one: one.hole.diameter_mm)
    diameters = [one.hole.diameter_mm for one in ordered]
    curve.errorbar(
        diameters,
        [abs(one.contrast_pct) for one in ordered],
        yerr=[200 * (u_of_difference(one) or 0.0) / one.reference for one in ordered],
        fmt="o",
        capsize=3,
        label=picture.say(Text("测得对比度 ± 2 u", "measured contrast ± 2 u")),
    )
    known = [one for one in ordered if one.threshold is not None]
    curve.plot(
        [one.hole.diameter_mm for one in known],
        [100 * (one.threshold or 0.0) / one.reference for one in known],
        ".--",
        color=MARK_COLOUR,
        label=picture.say(Text("统计阈值", "statistical threshold")),
    )
    curve.grid(alpha=0.3)
    picture.labels(curve, Text("直径（mm）", "diameter (mm)"), Text("对比度（%）", "contrast (%)"))
    picture.title(curve, Text("对比度-细节", "Contrast and detail"))
    picture.legend(curve)
    return picture.png()


def uniformity_overlay(mean: Pixels, found: CtUniformity, language: str) -> bytes:
    """The averaged slice with its regions, and the radial profile."""
    from matplotlib.patches import Circle

    picture = Picture(language, 2)
    image, radial = picture.axes
    unit = (
        Text("值（HU）", "value (HU)")
        if found.normaliser == "air_water_span"
        else Text("灰度", "grey value")
    )
    picture.title(
        image,
        Text(
            f"{found.slices} 层平均：ΔCT {found.largest_difference_pct:.2f} %，"
            f"V {found.v_pct:.2f} %",
            f"mean of {found.slices} slices: difference {found.largest_difference_pct:.2f} %, "
            f"V {found.v_pct:.2f} %",
        ),
    )
    phantom = found.phantom
    # From air to the phantom its cupping would not be seen.
    low, high = np.quantile(mean[phantom.mask], _SHOWN)
    picture.image(image, np.clip(mean, low, high), unit)
    image.add_patch(
        Circle((phantom.x, phantom.y), phantom.diameter_px / 2, fill=False, color=CFOV_COLOUR)
    )
    for disc in found.discs:
        image.add_patch(Circle((disc.x, disc.y), disc.radius, fill=False, color=MARK_COLOUR))
        name = picture.say(_NAMES[disc.name])
        beside = -1.3 if disc.name == "down" else 2.2
        picture.write(image, disc.x, disc.y + beside * disc.radius, f"{name} {disc.mean:.1f}")
    for values, style, name_of_it in (
        (found.profile, "-", Text("各环平均", "means of rings")),
        (found.course, "--", Text("平滑走势", "smooth course")),
    ):
        radial.plot(found.radii_mm, values, style, linewidth=1, label=picture.say(name_of_it))
    radial.grid(alpha=0.3)
    picture.labels(radial, Text("半径（mm）", "radius (mm)"), unit)
    picture.title(
        radial,
        Text(
            f"径向剖面：杯状 {found.cupping_pct:.2f} %，环状 {found.rings_pct:.3f} %",
            f"radial profile: cupping {found.cupping_pct:.2f} %, rings {found.rings_pct:.3f} %",
        ),
    )
    picture.legend(radial)
    return picture.png()
