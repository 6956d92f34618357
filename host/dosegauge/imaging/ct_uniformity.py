"""Uniformity of a Micro CT phantom from five regions.

Source: Micro CT draft 5.3 and 7.3; reference sheet 1.3, which also names what the draft leaves
open: the normaliser, the 2 mm, and the criterion.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dosegauge.errors import WrongUse
from dosegauge.imaging.ct_object import Phantom, find_phantom
from dosegauge.imaging.disc_scatter import TERMS, scatter_of_discs, within
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text

DIAMETER_PART = 0.1
EDGE_MM = 2.0
FEWEST_PIXELS = 100
# Readings of the 2 mm (from the object's edge to the region's edge, or to its centre) and
# normalisers (values in HU, or grey above air).
TO_EDGE, TO_CENTRE = "edge", "centre"
AIR_WATER, GREY = "air_water_span", "grey"
HU_SPAN = 1000.0
POSITIONS = ("centre", "up", "down", "left", "right")
_TRIALS = 2000
# Truths that are tried: how many, how many uncertainties off what was measured; and below which
# part of those the means count as alike.
_TRUTHS, _FARTHEST, _ALIKE = 25, 6.0, 0.05


@dataclass(frozen=True)
class Disc:
    """One region in pixels, its mean and its pixels' standard deviation."""

    name: str
    y: float
    x: float
    radius: float
    mean: float
    sd: float
    pixels: int


@dataclass(frozen=True)
class CtUniformity:
    """Both quantities of the draft: the largest difference of an outer mean from the centre's, in
    the image's unit and in % of `reference`; and the means' scatter V in %.

    `u_means` are the discs' standard uncertainties from noise (None where too few discs fit),
    `difference_half`, `pct_half` and `v_half` what 95 % of the figures lie within of the truth, by
    noise, which also makes them too large, and by the discs' places within a pixel; `u_place` and
    `v_u_place` what the places alone make of the difference (in the image's unit) and of V.
    `cupping_pct` is how much the middle lies below the rim, 2 mm from the edge, `rings_pct` the
    scatter of the radial profile about its smooth `course`, noise included, both in % of the
    reference.
    """

    slices: int
    phantom: Phantom
    discs: tuple[Disc, ...]
    normaliser: str
    reference: float
    largest_difference: float
    largest_difference_pct: float
    v_pct: float
    u_means: tuple[float, ...] | None
    difference_half: float | None
    pct_half: float | None
    v_half: float | None
    u_place: float
    v_u_place: float
    cupping_pct: float
    rings_pct: float
    radii_mm: npt.NDArray[np.float64]
    profile: npt.NDArray[np.float64]
    course: npt.NDArray[np.float64]


def measure_ct_uniformity(
    mean: Pixels,
    slices: int,
    pixel_mm: float,
    where: str,
    *,
    normaliser: str,
    edge: str = TO_EDGE,
    seed: int = 1,
    given: Phantom | None = None,
) -> CtUniformity:
    """Both quantities of an averaged slice.

    normaliser: AIR_WATER for values in HU (the reference is 1000 HU), GREY for grey values (the
    centre's mean above air); given: the phantom where it is said by hand. WrongUse: no phantom,
    regions that are too small or overlap.
    """
    phantom = given or find_phantom(mean, where)
    radius = DIAMETER_PART / 2 * phantom.diameter_px
    away = phantom.diameter_px / 2 - EDGE_MM / pixel_mm - (radius if edge == TO_EDGE else 0.0)
    if away <= 2 * radius:
        raise _refused(
            where, Text("模体太小，区域重叠", "the phantom is so small that regions meet")
        )
    spots = ((0, 0), (-away, 0), (away, 0), (0, -away), (0, away))
    discs = tuple(
        _disc(mean, name, phantom.y + dy, phantom.x + dx, radius)
        for name, (dy, dx) in zip(POSITIONS, spots, strict=True)
    )
    if discs[0].pixels * slices < FEWEST_PIXELS:
        raise _refused(
            where,
            Text(
                f"区域只有 {discs[0].pixels * slices} 个像素",
                f"a region has only {discs[0].pixels * slices} pixels",
            ),
        )
    means = np.array([disc.mean for disc in discs])
    reference = HU_SPAN if normaliser == AIR_WATER else float(means[0]) - phantom.air
    # V is of values above air: water is 0 HU, and a mean of HU means nothing.
    lifted = means + HU_SPAN if normaliser == AIR_WATER else means - phantom.air
    difference, v = _figures(means[None, :], lifted[None, :])
    radii_mm, profile = _radial(mean, phantom, pixel_mm)
    scatter = scatter_of_discs(mean, phantom, radius, ())
    # Noise is larger in the middle of a phantom: each disc by its own pixels' deviation.
    u_means = None if scatter is None else tuple(scatter.per_pixel * disc.sd for disc in discs)
    rim_mm = phantom.diameter_px * pixel_mm / 2 - EDGE_MM
    smooth, rise = _smooth(radii_mm, profile, rim_mm)
    # What a disc's mean changes by when it lies a pixel farther out.
    slope = float(np.interp(away * pixel_mm, radii_mm, np.gradient(smooth)))
    alone = _alone(means, lifted, slope, seed)
    difference_half = v_half = None
    if scatter is not None:
        freedom = scatter.discs - TERMS
        difference_half, v_half = _halves(means, lifted, np.array(u_means), freedom, slope, seed)
    return CtUniformity(
        slices,
        phantom,
        discs,
        normaliser,
        reference,
        float(difference[0]),
        100 * float(difference[0]) / reference,
        float(v[0]),
        u_means,
        difference_half,
        None if difference_half is None else 100 * difference_half / reference,
        v_half,
        float(alone[0].std()),
        float(alone[1].std()),
        100 * rise / reference,
        100 * float((profile - smooth).std()) / reference,
        radii_mm,
        profile,
        smooth,
    )


def _disc(mean: Pixels, name: str, y: float, x: float, radius: float) -> Disc:
    inside = mean[within(mean.shape, y, x, radius)]
    return Disc(name, y, x, radius, float(inside.mean()), float(inside.std(ddof=1)), inside.size)


def _figures(means: Pixels, lifted: Pixels) -> tuple[Pixels, Pixels]:
    """Largest difference from the first column, and 100 s / mean of each row."""
    difference = np.abs(means[:, 1:] - means[:, :1]).max(axis=1)
    return difference, 100 * lifted.std(axis=1, ddof=1) / lifted.mean(axis=1)


def _alone(means: Pixels, lifted: Pixels, slope: float, seed: int) -> tuple[Pixels, Pixels]:
    """Both figures by the discs' places alone."""
    off = _errors(np.zeros(len(means)), 1, slope, seed)
    return _figures(means + off, lifted + off)


def _errors(u_means: Pixels, freedom: int, slope: float, seed: int) -> Pixels:
    """Errors of the means, trials by discs: each by its noise, known by so many degrees of
    freedom, and every outer one by its place up to a pixel off (reference sheet 1.3)."""
    random = np.random.default_rng(seed)
    off: Pixels = u_means * random.standard_t(freedom, (_TRIALS, len(u_means)))
    off[:, 1:] += slope * random.uniform(-1.0, 1.0, (_TRIALS, len(u_means) - 1))
    return off


def _halves(
    means: Pixels, lifted: Pixels, u_means: Pixels, freedom: int, slope: float, seed: int
) -> tuple[float, float]:
    """What the truth of both figures lies within of what was measured, at 95 %.

    Noise alone makes a largest difference and a scatter, and what was measured holds that already.
    Truths are tried therefore: the means, the outer ones without the differences that noise makes
    among them, drawn towards or away from their mean. One is possible
    when what was measured lies off it no more than 95 % of what noise would make of it; the
    farthest of the possible ones tells U (own choice: an interval by inversion of a test).
    """
    largest_u = max(float(u_means.max()), abs(slope))
    if largest_u == 0:
        return 0.0, 0.0
    errors = _errors(u_means, freedom, slope, seed)
    lift = float(lifted[0] - means[0])
    rooms = (_FARTHEST * largest_u, 100 * _FARTHEST * largest_u / float(lifted.mean()))
    likely = _without_noise(means, u_means)
    halves = []
    for which, room in enumerate(rooms):

        def figure(one: Pixels, which: int = which) -> Pixels:
            return _figures(one, one + lift)[which]

        halves.append(_half(figure, means, likely, errors, room))
    return halves[0], halves[1]


def _half(
    figure: Callable[[Pixels], Pixels], means: Pixels, likely: Pixels, errors: Pixels, room: float
) -> float:
    """Of one figure; truths are tried up to `room` above and below what was measured."""
    measured = float(figure(means[None, :])[0])
    # Means that are alike but for noise can't be drawn apart: then those that were measured are.
    alike = float(figure(likely[None, :])[0]) < _ALIKE * room
    pattern = means if alike else likely
    own = float(figure(pattern[None, :])[0])
    truths = np.linspace(max(measured - room, 0.0), measured + room, _TRUTHS)
    widths = []
    for truth in truths:
        level = pattern.mean() + (truth / own if own else 0.0) * (pattern - pattern.mean())
        widths.append(float(np.quantile(np.abs(figure(level + errors) - truth), 0.95)))
    off = np.abs(truths - measured)
    return _farthest(off, off - np.array(widths))


def _without_noise(means: Pixels, u_means: Pixels) -> Pixels:
    """The means with the outer ones drawn together by what of their variance is noise's."""
    outer, noise = means[1:], float((u_means[1:] ** 2).mean())
    variance = float(outer.var(ddof=1))
    kept = math.sqrt(max(1 - noise / variance, 0.0)) if variance > 0 else 0.0
    return np.concatenate((means[:1], outer.mean() + kept * (outer - outer.mean())))


def _farthest(off: Pixels, left: Pixels) -> float:
    """The largest distance of a possible truth, on either side of what was measured: where what is
    left of it passes zero, between two truths by a straight line."""
    middle = int(off.argmin())
    found = 0.0
    for side in (slice(middle, None), slice(middle, None, -1)):
        distances, over = off[side], left[side]
        beyond = np.flatnonzero(over > 0)
        if not len(beyond):
            found = max(found, float(distances[-1]))
        elif beyond[0] > 0:
            one = int(beyond[0])
            part = -over[one - 1] / (over[one] - over[one - 1])
            found = max(
                found, float(distances[one - 1] + part * (distances[one] - distances[one - 1]))
            )
    return found


def _radial(
    mean: Pixels, phantom: Phantom, pixel_mm: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Means of rings one pixel wide, from the centre to 2 mm before the edge."""
    rows, columns = np.indices(mean.shape)
    away = np.hypot(rows - phantom.y, columns - phantom.x)
    rings = np.floor(away).astype(np.int64)
    last = max(int(phantom.diameter_px / 2 - EDGE_MM / pixel_mm), 4)
    inside = rings < last
    sums = np.bincount(rings[inside], mean[inside], last)
    counts = np.bincount(rings[inside], minlength=last)
    radii: npt.NDArray[np.float64] = (np.arange(last, dtype=np.float64) + 0.5) * pixel_mm
    return radii, sums / counts


def _smooth(
    radii: npt.NDArray[np.float64], profile: npt.NDArray[np.float64], rim: float
) -> tuple[npt.NDArray[np.float64], float]:
    """The course without rings, a quartic in the radius by the rings' areas; and how much it rises
    from the centre to the rim."""
    part = radii / rim
    design = np.column_stack([np.ones(len(part)), part**2, part**4])
    weight = np.sqrt(radii)
    solution = np.linalg.lstsq(design * weight[:, None], profile * weight, rcond=None)[0]
    course: npt.NDArray[np.float64] = design @ solution
    return course, float(solution[1] + solution[2])


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(
        what, where, Text("请检查像素尺寸和切片", "Check the pixel size and the slices")
    )
