"""Pictures of what was measured on Micro CT slices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dosegauge.imaging.ct_uniformity import CtUniformity
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.low_contrast import Contrast, Window
from dosegauge.imaging.pictures import CFOV_COLOUR, MARK_COLOUR, Picture
from dosegauge.texts import Text

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
        picture.write(image, one.hole.x, one.hole.y + 1.8 * radius, str(number))
    ordered = sorted(found, key=lambda one: one.hole.diameter_mm)
    diameters = [one.hole.diameter_mm for one in ordered]
    curve.plot(
        diameters,
        [abs(one.contrast_pct) for one in ordered],
        "o",
        label=picture.say(Text("测得对比度", "measured contrast")),
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
    picture.image(image, mean, unit)
    phantom = found.phantom
    image.add_patch(
        Circle((phantom.x, phantom.y), phantom.diameter_px / 2, fill=False, color=CFOV_COLOUR)
    )
    for disc in found.discs:
        image.add_patch(Circle((disc.x, disc.y), disc.radius, fill=False, color=MARK_COLOUR))
        name = picture.say(_NAMES[disc.name])
        picture.write(image, disc.x, disc.y + 2.2 * disc.radius, f"{name} {disc.mean:.1f}")
    radial.plot(found.radii_mm, found.profile, linewidth=1)
    radial.grid(alpha=0.3)
    picture.labels(radial, Text("半径（mm）", "radius (mm)"), unit)
    picture.title(
        radial,
        Text(
            f"径向剖面：杯状 {found.cupping_pct:.2f} %，环状 {found.rings_pct:.3f} %",
            f"radial profile: cupping {found.cupping_pct:.2f} %, rings {found.rings_pct:.3f} %",
        ),
    )
    return picture.png()
