"""Low contrast of a Micro CT: what holes differ by, and what noise lets be seen.

Source: Micro CT draft 5.5; reference sheet 1.5 for contrast, CNR, the statistical threshold,
Rose's criterion and the viewing window. The background ring around a hole is an own choice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dosegauge.errors import WrongUse
from dosegauge.imaging.ct_object import Phantom
from dosegauge.imaging.disc_scatter import (
    Scatter,
    angles_about,
    ring_level,
    scatter_of_discs,
    within,
)
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

# A hole's inner region, and the ring of its background, in parts of its radius.
INNER, RING = 0.8, (1.3, 2.0)
# Of both errors 5 %: 2 x 1.645.
THRESHOLD_K = 3.29
ROSE_K = 5.0
_FEWEST_PIXELS = 9


@dataclass(frozen=True)
class Hole:
    """A hole's middle (y, x) in pixels and its diameter in mm."""

    y: float
    x: float
    diameter_mm: float


@dataclass(frozen=True)
class Contrast:
    """A hole against its ring: means and standard deviations in the image's unit; `scatter` of the
    means of discs of its size in the uniform part, `difference_scatter` that of the very
    difference there (None where too few fit)."""

    hole: Hole
    inside: float
    inside_sd: float
    around: float
    around_sd: float
    scatter: Scatter | None
    difference_scatter: Scatter | None
    reference: float

    @property
    def difference(self) -> float:
        """Inside less around."""
        return self.inside - self.around

    @property
    def contrast_pct(self) -> float:
        """The difference in % of the reference."""
        return 100 * self.difference / self.reference

    @property
    def contrast_diameter(self) -> float:
        """Contrast times diameter in % mm."""
        return abs(self.contrast_pct) * self.hole.diameter_mm

    @property
    def cnr(self) -> float | None:
        """Contrast to noise: the difference over the root mean square of both deviations; None
        where there is no noise at all."""
        noise = math.sqrt((self.inside_sd**2 + self.around_sd**2) / 2)
        return abs(self.difference) / noise if noise else None

    @property
    def threshold(self) -> float | None:
        """The difference that is told from none in 95 % of cases, in the image's unit."""
        return None if self.scatter is None else THRESHOLD_K * self.scatter.sd

    @property
    def rose(self) -> float | None:
        """The difference over the scatter of such discs; visible from 5 on. None without
        scatter."""
        if self.scatter is None or not self.scatter.sd:
            return None
        return abs(self.difference) / self.scatter.sd


@dataclass(frozen=True)
class Window:
    """How the slice is to be viewed: level and width."""

    level: float
    width: float


def measure_holes(
    mean: Pixels,
    phantom: Phantom,
    holes: Sequence[Hole],
    pixel_mm: float,
    reference: float,
    where: str,
) -> list[Contrast]:
    """Each hole in an averaged slice. WrongUse for a hole outside of the phantom, or too small to
    have an inside."""
    sizes = [hole.diameter_mm / 2 / pixel_mm for hole in holes]
    taken = [(hole.y, hole.x, 1.2 * size) for hole, size in zip(holes, sizes, strict=True)]
    found = []
    scatters: dict[float, tuple[Scatter | None, Scatter | None]] = {}
    for number, (hole, size) in enumerate(zip(holes, sizes, strict=True)):
        reach = math.hypot(hole.y - phantom.y, hole.x - phantom.x) + RING[1] * size
        if reach > phantom.diameter_px / 2:
            raise _refused(
                where, Text(f"孔 {number + 1} 超出模体", f"hole {number + 1} leaves the phantom")
            )
        inside = mean[within(mean.shape, hole.y, hole.x, INNER * size)]
        ring = within(mean.shape, hole.y, hole.x, RING[1] * size)
        ring &= ~within(mean.shape, hole.y, hole.x, RING[0] * size)
        for other, (y, x, radius) in enumerate(taken):
            if other != number:
                ring &= ~within(mean.shape, y, x, radius)
        around = mean[ring]
        level = ring_level(around, angles_about(ring, hole.y, hole.x))
        if inside.size < _FEWEST_PIXELS or around.size < _FEWEST_PIXELS:
            raise _refused(
                where, Text(f"孔 {number + 1} 太小", f"hole {number + 1} has too few pixels")
            )
        if hole.diameter_mm not in scatters:
            scatters[hole.diameter_mm] = (
                scatter_of_discs(mean, phantom, size, taken),
                scatter_of_discs(mean, phantom, size, taken, RING, INNER),
            )
        found.append(
            Contrast(
                hole,
                float(inside.mean()),
                float(inside.std(ddof=1)),
                level,
                float(around.std(ddof=1)),
                *scatters[hole.diameter_mm],
                reference,
            )
        )
    return found


def viewing_window(found: Sequence[Contrast]) -> Window:
    """Level half-way between hole and background, width their difference and five times the larger
    noise (as the public record of JJG 961-2017 has it), for the hole of the largest contrast."""
    strongest = max(found, key=lambda one: abs(one.difference))
    noise = max(strongest.inside_sd, strongest.around_sd)
    return Window((strongest.inside + strongest.around) / 2, abs(strongest.difference) + 5 * noise)


def u_of_difference(one: Contrast) -> float | None:
    """The scatter of just such differences where there is no hole."""
    return None if one.difference_scatter is None else one.difference_scatter.sd


def u_of_threshold(scatter: Scatter) -> float:
    """A standard deviation of n values is known to 1 / sqrt(2 (n - 1)) of itself."""
    return THRESHOLD_K * scatter.sd / math.sqrt(2 * (scatter.discs - 1))


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请检查 --hole", "Check --hole"))
