"""Intrinsic resolution and linearity from images of a slit mask.

Source: NEMA NU 1 as WS 523-2019 takes it over; reference sheet 2.3. Slits are 30 mm apart. Their
image is cut into strips across them; each strip's sum along the slits is a profile with one peak
for each slit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.field import Field, FieldShape, maker_field
from dosegauge.imaging.image import Image
from dosegauge.imaging.linearity import Array, Lattice
from dosegauge.imaging.peaks import Peak, peaks_of
from dosegauge.texts import Text

PITCH_MM = 30.0
STRIP_MM = 30.0
# Along which index positions are measured: rows (y; the slits lie horizontally) or columns (x).
ALONG_Y, ALONG_X = "y", "x"
_CENTRAL = 0.75
# Two slits can't be nearer than this part of the pitch.
_NEAREST = 0.6
_FEWEST_SLITS, _FEWEST_STRIPS = 3, 3
# How far slits may move from one strip to the next, in pitches.
_FOLLOWED = 0.35
# Each of so many parts of a strip has at least this part of their mean.
_PARTS, _FILLED = 5, 0.8


@dataclass(frozen=True)
class Region:
    """UFOV or CFOV of one image: its points of `Slits`, means over them in mm, and residuals.

    `fwhm_mm` mean with `fwhm_u_mm` from the scatter of all profiles; `fwtm_mm` NaN where none
    falls to a tenth. `pitch_px` is the fitted distance of the slits.
    """

    points: npt.NDArray[np.bool_]
    fwhm_mm: float
    fwhm_u_mm: float
    fwhm_largest_mm: float
    fwtm_mm: float
    lattice: Lattice
    positions: Array
    u_position: Array
    pitch_px: float
    pitch_u_px: float
    pitch_mm: float

    @property
    def residuals_mm(self) -> Array:
        """Each point's distance from its line."""
        found: Array = self.lattice.residuals(self.positions[None, :], self.pitch_mm)[0]
        return found


@dataclass(frozen=True)
class Slits:
    """All peaks of one image: number of the slit, middle of the strip (pixels along the slits) and
    the peak itself, one entry each."""

    image: Image
    direction: str
    strip_px: int
    slit: npt.NDArray[np.int_]
    along: Array
    peaks: tuple[Peak, ...]
    ufov: Region
    cfov: Region
    field: Field | None
    warnings: tuple[Text, ...]

    @property
    def position(self) -> Array:
        """Positions across the slits in pixels."""
        return np.array([peak.position for peak in self.peaks])


def measure_slits(
    image: Image,
    direction: str | None = None,
    shape: FieldShape | None = None,
    centre: tuple[float, float] | None = None,
    pitch_mm: float = PITCH_MM,
) -> Slits:
    """Peaks, widths and linearity of one image of the mask.

    direction: ALONG_X or ALONG_Y, else found; shape: the maker's UFOV about a centre (y, x), else
    the extent of all peaks. WrongUse: no pixel size, no slits, too few of them.
    """
    pixel = image.known_pixel_mm()
    found = direction or _direction(image, pitch_mm)
    across_mm = pixel.y_mm if found == ALONG_Y else pixel.x_mm
    along_mm = pixel.x_mm if found == ALONG_Y else pixel.y_mm
    # Rows are the index along which positions are measured.
    turned = image.pixels if found == ALONG_Y else image.pixels.T
    strip_px = int(STRIP_MM / along_mm)
    if strip_px < 1 or across_mm > pitch_mm / 4:
        raise _refused(image, Text("像素太大", "the pixels are too large for slits"))
    slit, along, peaks = _numbered(turned, strip_px, pitch_mm / across_mm)
    if len(np.unique(slit)) < _FEWEST_SLITS or len(np.unique(along)) < _FEWEST_STRIPS:
        raise _refused(
            image,
            Text("没有找到狭缝", "no slits are found"),
        )
    position = np.array([peak.position for peak in peaks])
    field = None
    points = (
        np.column_stack((position, along))
        if found == ALONG_Y
        else np.column_stack((along, position))
    )
    if shape is not None:
        size = (image.pixels.shape[0], image.pixels.shape[1])
        side_mm = pixel.square_mm(image.source)
        field = maker_field(shape, size, side_mm, centre)
    inside = [_inside(points, field, strip_px, central=central) for central in (False, True)]
    try:
        regions = [_region(mask, slit, along, peaks, pitch_mm) for mask in inside]
    except ValueError as error:
        raise _refused(
            image, Text("视野内的狭缝太少", "too few slits lie within the field")
        ) from error
    return Slits(
        image,
        found,
        strip_px,
        slit,
        along,
        tuple(peaks),
        regions[0],
        regions[1],
        field,
        (*image.warnings, *_warnings(regions[0], across_mm, pitch_mm, field)),
    )


def _direction(image: Image, pitch_mm: float) -> str:
    """Across the slits the sums over all rows or columns rise and fall once a pitch."""
    size = image.known_pixel_mm()
    strength = {}
    for name, axis, step_mm in ((ALONG_Y, 1, size.y_mm), (ALONG_X, 0, size.x_mm)):
        profile = image.pixels.sum(axis=axis)
        spectrum = np.abs(np.fft.rfft(profile - profile.mean()))
        frequency = np.fft.rfftfreq(len(profile), step_mm)
        near = (frequency > 0.7 / pitch_mm) & (frequency < 1.4 / pitch_mm)
        strength[name] = float(spectrum[near].max()) / float(profile.sum()) if near.any() else 0.0
    return max(strength, key=lambda name: strength[name])


def _numbered(
    turned: Array, strip_px: int, pitch_px: float
) -> tuple[npt.NDArray[np.int_], Array, list[Peak]]:
    """Peaks of every strip, those of one slit with the same number: followed from the strip with
    most peaks to both sides, so that tilt and missing slits confuse nothing."""
    count = turned.shape[1] // strip_px
    start = (turned.shape[1] - count * strip_px) // 2
    whole = turned[:, start : start + count * strip_px].reshape(-1, count, strip_px)
    strips = whole.sum(axis=2)
    each = [
        [
            peak
            for peak in peaks_of(strips[:, number], _NEAREST * pitch_px)
            if _is_filled(whole[:, number], peak)
        ]
        for number in range(count)
    ]
    each = _strong(each)
    middle = max(range(count), key=lambda number: (len(each[number]), -abs(number - count / 2)))
    numbers: dict[int, list[int]] = {}
    for step in (1, -1):
        origin = each[middle][0].position if each[middle] else 0.0
        number = middle
        while 0 <= number < count:
            places = [peak.position for peak in each[number]]
            if places:
                origin += _shift(places, origin, pitch_px)
                numbers[number] = [round((at - origin) / pitch_px) for at in places]
            number += step
    slit, along, peaks = [], [], []
    for number, of_strip in sorted(numbers.items()):
        for index, peak in zip(of_strip, each[number], strict=True):
            slit.append(index)
            along.append(start + (number + 0.5) * strip_px - 0.5)
            peaks.append(peak)
    return np.array(slit, dtype=np.int_), np.array(along), peaks


def _is_filled(strip: Array, peak: Peak) -> bool:
    """Whether the slit's image runs through the strip as a whole (own choice): where the field's
    edge cuts it, position and width mean nothing."""
    reach = peak.fwhm / 2
    lit = strip[round(peak.position - reach) : round(peak.position + reach) + 1].sum(axis=0)
    parts = [float(part.mean()) for part in np.array_split(lit, min(_PARTS, len(lit)))]
    return min(parts) >= _FILLED * float(np.mean(parts))


def _strong(each: list[list[Peak]]) -> list[list[Peak]]:
    """Without the strips that the field's edge cuts: their peaks are weak."""
    heights = [peak.height for peaks in each for peak in peaks]
    if not heights:
        return each
    least = float(np.median(heights)) / 2
    return [[peak for peak in peaks if peak.height >= least] for peaks in each]


def _shift(places: list[float], origin: float, pitch_px: float) -> float:
    """How far the lattice has moved since the last strip: the median of all peaks' parts of a
    pitch."""
    parts = [math.remainder(at - origin, pitch_px) for at in places]
    near = [part for part in parts if abs(part) <= _FOLLOWED * pitch_px]
    return float(np.median(near)) if near else 0.0


def _inside(
    points: Array, field: Field | None, strip_px: int, *, central: bool
) -> npt.NDArray[np.bool_]:
    if field is not None:
        return field.within(points, central=central)
    # All peaks that were found; the field ends half a strip beyond them along the slits.
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = (low + high) / 2, (high - low + strip_px) / 2
    part = _CENTRAL if central else 1.0
    inside: npt.NDArray[np.bool_] = (np.abs(points - middle) <= part * half).all(axis=1)
    return inside


def _region(
    mask: npt.NDArray[np.bool_],
    slit: npt.NDArray[np.int_],
    along: Array,
    peaks: list[Peak],
    pitch_mm: float,
) -> Region:
    chosen = [peak for peak, inside in zip(peaks, mask, strict=True) if inside]
    lattice = Lattice(slit[mask], along[mask])
    positions = np.array([peak.position for peak in chosen])
    u_position = np.array([peak.u_position for peak in chosen])
    pitch_px = abs(float(lattice.pitch(positions)))
    scale = pitch_mm / pitch_px
    widths = scale * np.array([peak.fwhm for peak in chosen])
    tenths = scale * np.array([peak.fwtm for peak in chosen])
    residuals = lattice.residuals(positions[None, :], pitch_px)[0]
    spread = np.ptp(slit[mask]) / math.sqrt(12)
    return Region(
        mask,
        float(widths.mean()),
        float(widths.std(ddof=1)) / math.sqrt(len(widths)),
        float(widths.max()),
        float(np.nanmean(tenths)) if np.isfinite(tenths).any() else math.nan,
        lattice,
        positions,
        u_position,
        pitch_px,
        float(residuals.std(ddof=1)) / math.sqrt(len(chosen)) / spread,
        pitch_mm,
    )


def _warnings(
    ufov: Region, across_mm: float, pitch_mm: float, field: Field | None
) -> tuple[Text, ...]:
    said = []
    if field is None:
        said.append(
            Text(
                "UFOV 取全部检出的峰，不是出厂尺寸",
                "UFOV is the extent of all peaks, not the maker's dimensions",
            )
        )
    factor = pitch_mm / ufov.pitch_px / across_mm
    if abs(factor - 1) > 0.01:
        said.append(
            Text(
                f"由狭缝间距得出的像素与给定值之比为 {factor:.4f}",
                f"the slits' pitch gives a pixel of {factor:.4f} times the given one",
            )
        )
    if across_mm * 5 > ufov.fwhm_mm:
        said.append(
            Text(
                f"采样较粗：像素 {across_mm:.2f} mm，大于 FWHM 的五分之一",
                f"coarse sampling: a pixel of {across_mm:.2f} mm is more than a fifth of FWHM",
            )
        )
    return tuple(said)


def _refused(image: Image, what: Text) -> WrongUse:
    return WrongUse(
        what,
        image.source,
        Text(
            "请检查像素尺寸，或用 --direction、--ufov 指定",
            "Check the pixel size, or say --direction and --ufov",
        ),
    )
