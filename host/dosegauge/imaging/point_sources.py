"""Tomographic resolution from three point sources in a reconstructed volume.

Source: NEMA NU 1 as quoted in reference sheet 2.8 (own choices: the size of the cube around a
point, and radial and tangential along the nearer axis of the image).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.peaks import peak_at
from dosegauge.texts import Text

Array = npt.NDArray[np.float64]
POINTS = 3
_LIT = 0.25
_LARGEST_HALF_MM = 40.0
# A point off axis should lie along x or y within this angle.
_ALONG_WITHIN_DEG = 10.0


@dataclass(frozen=True)
class Volume:
    """Voxels (slices, rows, columns), and distances of slices, rows and columns in mm."""

    voxels: Array
    z_mm: float
    y_mm: float
    x_mm: float


@dataclass(frozen=True)
class Point:
    """Where a point lies (voxels) and its widths in mm along the slices, rows and columns."""

    z: float
    y: float
    x: float
    z_fwhm_mm: float
    y_fwhm_mm: float
    x_fwhm_mm: float


@dataclass(frozen=True)
class Tomographic:
    """FWHM in mm: of the central point transaxial (mean of x and y) and axial, of the others
    radial, tangential and axial (means of both)."""

    points: tuple[Point, ...]
    central_transaxial_mm: float
    central_axial_mm: float
    radial_mm: float
    tangential_mm: float
    peripheral_axial_mm: float
    warnings: tuple[Text, ...]

    def figures(self) -> dict[str, float]:
        """All five by name."""
        return {
            "central_transaxial": self.central_transaxial_mm,
            "central_axial": self.central_axial_mm,
            "peripheral_radial": self.radial_mm,
            "peripheral_tangential": self.tangential_mm,
            "peripheral_axial": self.peripheral_axial_mm,
        }


def measure_points(
    volume: Volume, where: str, at: Sequence[tuple[int, int, int]] | None = None
) -> Tomographic:
    """Widths of three points; `at` (z, y, x voxels) says where they are, else they are found.
    WrongUse when there are not three, or one has no width."""
    places = list(at) if at is not None else _found(volume, where)
    for place in places:
        if not all(0 <= one < size for one, size in zip(place, volume.voxels.shape, strict=True)):
            z, y, x = place
            raise _refused(
                where, Text(f"点 {x},{y},{z} 不在图像内", f"the point {x},{y},{z} lies outside")
            )
    if len(set(places)) < len(places):
        raise _refused(where, Text("同一点给出了两次", "the same point is given twice"))
    if len(places) != POINTS:
        raise _refused(
            where, Text(f"找到 {len(places)} 个点源", f"{len(places)} points are found")
        )
    points = [_point(volume, place, places, where) for place in places]
    middle = np.array(volume.voxels.shape[1:]) / 2 - 0.5
    away = [
        math.hypot((p.y - middle[0]) * volume.y_mm, (p.x - middle[1]) * volume.x_mm)
        for p in points
    ]
    central = points[int(np.argmin(away))]
    others = [point for point in points if point is not central]
    radial, tangential, warnings = [], [], []
    for point in others:
        dy, dx = (point.y - middle[0]) * volume.y_mm, (point.x - middle[1]) * volume.x_mm
        along_x = abs(dx) >= abs(dy)
        off = math.degrees(math.atan2(min(abs(dx), abs(dy)), max(abs(dx), abs(dy))))
        if off > _ALONG_WITHIN_DEG:
            warnings.append(
                Text(
                    f"离轴点源偏离坐标轴 {off:.0f}°，径向和切向混合",
                    f"a point lies {off:.0f} degrees off the axes: radial and tangential mix",
                )
            )
        widths = (point.x_fwhm_mm, point.y_fwhm_mm)
        radial.append(widths[0] if along_x else widths[1])
        tangential.append(widths[1] if along_x else widths[0])
    return Tomographic(
        tuple(points),
        (central.x_fwhm_mm + central.y_fwhm_mm) / 2,
        central.z_fwhm_mm,
        float(np.mean(radial)),
        float(np.mean(tangential)),
        float(np.mean([point.z_fwhm_mm for point in others])),
        tuple(warnings),
    )


def _found(volume: Volume, where: str) -> list[tuple[int, int, int]]:
    from scipy import ndimage

    smooth = ndimage.uniform_filter(volume.voxels, 3)
    labels, count = ndimage.label(smooth > _LIT * smooth.max())
    if not POINTS <= count <= 100:
        raise _refused(where, Text(f"找到 {count} 个点源", f"{count} points are found, not three"))
    numbers = np.arange(1, count + 1)
    sums = ndimage.sum_labels(smooth, labels, numbers)
    strongest = numbers[np.argsort(sums)[::-1][:POINTS]]
    if count > POINTS and np.sort(sums)[-POINTS - 1] > sums.max() * _LIT:
        raise _refused(where, Text(f"找到 {count} 个点源", f"{count} points are found, not three"))
    peaks = ndimage.maximum_position(smooth, labels, strongest)
    return [(int(z), int(y), int(x)) for z, y, x in peaks]


def _point(
    volume: Volume,
    place: tuple[int, int, int],
    places: Sequence[tuple[int, int, int]],
    where: str,
) -> Point:
    steps = np.array([volume.z_mm, volume.y_mm, volume.x_mm])
    others = [
        float(np.linalg.norm((np.array(other) - place) * steps))
        for other in places
        if other != place
    ]
    half_mm = min([_LARGEST_HALF_MM, *(distance / 2 for distance in others)])
    starts, cube = [], volume.voxels
    for axis, (centre, step) in enumerate(zip(place, steps, strict=True)):
        reach = max(round(half_mm / step), 2)
        low = max(centre - reach, 0)
        cube = np.take(cube, range(low, min(centre + reach + 1, cube.shape[axis])), axis)
        starts.append(low)
    positions, widths = [], []
    for axis, (start, step) in enumerate(zip(starts, steps, strict=True)):
        profile = cube.sum(axis=tuple(other for other in range(3) if other != axis))
        peak = peak_at(profile, int(profile.argmax()))
        if peak is None:
            raise _refused(where, Text("点源没有半高宽", "a point has no half width"))
        positions.append(start + peak.position)
        widths.append(peak.fwhm * float(step))
    return Point(*positions, *widths)


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(
        what,
        where,
        Text("请检查图像，或用 --point 指定", "Check the images, or say where by --point"),
    )
