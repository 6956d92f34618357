"""System and whole-body resolution from images of two parallel line sources.

Source: NEMA NU 1 as quoted in reference sheet 2.7 and 2.9: strips of up to 30 mm across the lines,
widths by the rules of `peaks`, the pixel from the lines' distance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Image
from dosegauge.imaging.peaks import Peak, peaks_of
from dosegauge.imaging.slits import ALONG_X, ALONG_Y
from dosegauge.texts import Text

Array = npt.NDArray[np.float64]
STRIP_MM, SEPARATION_MM = 30.0, 100.0
# Of the distance that the lines should have, by the given pixel.
_DISTANCE_WITHIN = 0.15
_FEWEST_STRIPS = 2
# A strip's floor may lie so much of a line's height above the lowest one.
_LIFTED = 0.03
_FWHM_OF_SIGMA = 2 * math.sqrt(2 * math.log(2))


@dataclass(frozen=True)
class Box:
    """A part of an image in pixels, rows and columns from (included) to (not included)."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class GaussianPair:
    """Mean FWHM of two fitted Gaussians and the distance of their middles, in pixels."""

    fwhm_px: float
    distance_px: float


@dataclass(frozen=True)
class Lines:
    """Widths in mm by the lines' distance: mean of all profiles, standard uncertainty of the mean,
    mean tenth width (NaN where none falls so low); `gaussian` two Gaussians fitted to the sum of
    all strips as a cross-check.

    `along` middles of the strips, `peaks` two for each of them, counted from `offset` (across and
    along the lines); `pixel_mm` is what the distance
    makes of a pixel across the lines, with its standard uncertainty from the scatter.
    """

    image: Image
    direction: str
    fwhm_mm: float
    fwhm_u_mm: float
    fwtm_mm: float
    gaussian: GaussianPair | None
    pixel_mm: float
    pixel_u_mm: float
    along: Array
    peaks: tuple[tuple[Peak, Peak], ...]
    offset: tuple[int, int]
    warnings: tuple[Text, ...]

    @property
    def profiles(self) -> int:
        """How many line spread functions were averaged."""
        return 2 * len(self.peaks)


def measure_lines(
    image: Image,
    direction: str,
    separation_mm: float = SEPARATION_MM,
    box: Box | None = None,
) -> Lines:
    """Both lines' width in the strips of an image, or of a part of it, where both are seen.

    direction: ALONG_Y for lines that lie horizontally. Strips that another line crosses have no
    two clear peaks and are left out. WrongUse when fewer than two strips are left.
    """
    part = _cut(image, box)
    turned = part if direction == ALONG_Y else part.T
    pixel = image.known_pixel_mm()
    across_mm, along_mm = (pixel.y_mm, pixel.x_mm)
    if direction == ALONG_X:
        across_mm, along_mm = along_mm, across_mm
    strip_px = max(int(STRIP_MM / along_mm), 1)
    if turned.shape[1] < strip_px * _FEWEST_STRIPS:
        strip_px = max(turned.shape[1] // _FEWEST_STRIPS, 1)
    apart_px = separation_mm / across_mm
    along, pairs, profiles = [], [], []
    for start in range(0, turned.shape[1] - strip_px + 1, strip_px):
        profile = turned[:, start : start + strip_px].sum(axis=1)
        found = peaks_of(profile, apart_px / 2)
        if len(found) == 2 and _apart(found, apart_px):
            along.append(start + (strip_px - 1) / 2)
            pairs.append((found[0], found[1]))
            profiles.append(profile)
    kept = _alike(pairs, profiles)
    pairs = [pairs[place] for place in kept]
    if len(pairs) < _FEWEST_STRIPS:
        raise WrongUse(
            Text("没有找到两条线源", "two line sources are not found"),
            image.source,
            Text(
                "请检查像素尺寸和间距，或用 --box 指定区域",
                "Check pixel size and distance, or say where by --box",
            ),
        )
    distances = np.array([two.position - one.position for one, two in pairs])
    pixel_mm = separation_mm / float(distances.mean())
    widths = pixel_mm * np.array([peak.fwhm for pair in pairs for peak in pair])
    tenths = pixel_mm * np.array([peak.fwtm for pair in pairs for peak in pair])
    count = len(pairs)
    return Lines(
        image,
        direction,
        float(widths.mean()),
        float(widths.std(ddof=1)) / math.sqrt(len(widths)),
        float(np.nanmean(tenths)) if np.isfinite(tenths).any() else math.nan,
        gaussian_pair(np.sum([profiles[place] for place in kept], axis=0), apart_px),
        pixel_mm,
        pixel_mm * float(distances.std(ddof=1)) / math.sqrt(count) / float(distances.mean()),
        np.array([along[place] for place in kept]),
        tuple(pairs),
        _offset(direction, box),
        (*image.warnings, *_warnings(pixel_mm, across_mm, float(widths.mean()))),
    )


def _cut(image: Image, box: Box | None) -> Array:
    if box is None:
        return image.pixels
    rows, columns = image.pixels.shape
    if not (0 <= box.top < box.bottom <= rows and 0 <= box.left < box.right <= columns):
        raise WrongUse(
            Text("区域超出图像", "the box exceeds the image"),
            "--box",
            Text(f"图像 {columns} × {rows} 像素", f"The image has {columns} x {rows} pixels"),
        )
    return image.pixels[box.top : box.bottom, box.left : box.right]


def _offset(direction: str, box: Box | None) -> tuple[int, int]:
    if box is None:
        return 0, 0
    return (box.top, box.left) if direction == ALONG_Y else (box.left, box.top)


def _apart(found: list[Peak], apart_px: float) -> bool:
    distance = found[1].position - found[0].position
    return abs(distance - apart_px) <= _DISTANCE_WITHIN * apart_px


def _alike(pairs: list[tuple[Peak, Peak]], profiles: list[Array]) -> list[int]:
    """Strips whose weaker line has half the usual height, which leaves the lines' ends out, and
    that no crossing line lifts as a whole (own choice)."""
    weaker = [min(one.height, two.height) for one, two in pairs]
    if not weaker:
        return []
    usual = float(np.median(weaker))
    floors = [float(np.median(profile)) for profile in profiles]
    highest = min(floors) + _LIFTED * usual
    return [
        place
        for place, (height, floor) in enumerate(zip(weaker, floors, strict=True))
        if height >= usual / 2 and floor <= highest
    ]


def gaussian_pair(profile: Array, apart_px: float) -> GaussianPair | None:
    """Two Gaussians on nothing, fitted together to a profile; None where none are found."""
    from scipy.optimize import curve_fit

    found = peaks_of(profile, apart_px / 2)
    if len(found) != 2:
        return None
    start = [
        value
        for peak in found
        for value in (peak.height, peak.position, peak.fwhm / _FWHM_OF_SIGMA)
    ]
    try:
        fitted, _ = curve_fit(
            _two_gaussians, np.arange(len(profile), dtype=np.float64), profile, start, maxfev=2000
        )
    except RuntimeError:
        return None
    widths = abs(float(fitted[2])) + abs(float(fitted[5]))
    return GaussianPair(widths / 2 * _FWHM_OF_SIGMA, abs(float(fitted[4] - fitted[1])))


def _two_gaussians(at: Array, *p: float) -> Array:
    total: Array = p[0] * np.exp(-(((at - p[1]) / p[2]) ** 2) / 2) + p[3] * np.exp(
        -(((at - p[4]) / p[5]) ** 2) / 2
    )
    return total


def _warnings(pixel_mm: float, given_mm: float, fwhm_mm: float) -> tuple[Text, ...]:
    said = []
    if abs(pixel_mm / given_mm - 1) > 0.01:
        said.append(
            Text(
                f"由线源间距得出像素 {pixel_mm:.4f} mm，给定 {given_mm:.4f} mm；采用前者",
                f"the lines' distance makes a pixel of {pixel_mm:.4f} mm of the given "
                f"{given_mm:.4f} mm and is used",
            )
        )
    if pixel_mm * 5 > fwhm_mm:
        said.append(
            Text(
                f"采样较粗：像素 {pixel_mm:.2f} mm，大于 FWHM 的五分之一",
                f"coarse sampling: a pixel of {pixel_mm:.2f} mm is more than a fifth of FWHM",
            )
        )
    return tuple(said)
