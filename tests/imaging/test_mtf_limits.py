"""MTF at the ends of what can be measured: sharp and wide spreads, odd angles, bent edges, slices
that hang together."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import ndimage

from dosegauge.errors import WrongUse
from dosegauge.imaging.edge_mtf import LEVELS, EdgeMtf, disk_mtf, straight_mtf
from dosegauge.imaging.edge_response import disk_response
from dosegauge.imaging.mtf_slices import mean_of_edges
from dosegauge.imaging.object_mtf import WIRE, object_mtf
from dosegauge.imaging.slice_noise import SliceNoise
from dosegauge_core.distributions import t_two_sided
from dosegauge_core.fixed import ONE
from tests.imaging.blurred import (
    FINE,
    SPOT_FINE,
    disk,
    grid,
    pixels_of,
    slanted,
    spot,
    true_frequency,
)
from tests.imaging.coverage import require_coverage, trials


def off(found: EdgeMtf, sigma: float, level: float, fine: int = FINE) -> float:
    """By what part a frequency is off."""
    return found.f_px[LEVELS.index(level)] / true_frequency(sigma, level, fine) - 1


@pytest.mark.parametrize("sigma", [0.6, 0.7, 0.8, 0.9])
@pytest.mark.parametrize("place", [(40.2, 38.7), (40.5, 38.5), (40.0, 39.0)])
def test_a_sharp_wire_keeps_its_top(sigma: float, place: tuple[float, float]) -> None:
    """Neighbours differ by half of its height there, and are no defects. Below 0.7 pixel what lies
    beyond Nyquist's frequency folds back upon f10."""
    found = object_mtf(spot(sigma, 0.5, *place), "made", WIRE, 0.5)
    assert off(found, sigma, 0.5, SPOT_FINE) == pytest.approx(0, abs=0.015)
    if sigma >= 0.8:
        assert off(found, sigma, 0.1, SPOT_FINE) == pytest.approx(0, abs=0.01)


def wide_spot(sigma: float) -> np.ndarray:
    rows, columns = grid(160, 160)
    section = (np.hypot(rows - 80.3, columns - 78.8) <= 1.0).astype(float)
    return pixels_of(ndimage.gaussian_filter(section, sigma * FINE))


WIDE: list[tuple[str, Callable[[float], EdgeMtf]]] = [
    ("edge", lambda sigma: straight_mtf(slanted(sigma, 5.0, 160, 79.1, 80.3), "made")),
    ("disk", lambda sigma: disk_mtf(disk(sigma), "made")),
    ("wire", lambda sigma: object_mtf(wide_spot(sigma), "made", WIRE, 2.0)),
]


@pytest.mark.parametrize("sigma", [5.0, 8.0, 12.0])
@pytest.mark.parametrize(("kind", "measure"), WIDE, ids=[one[0] for one in WIDE])
def test_a_wide_blur_is_followed_to_its_ends(
    kind: str, measure: Callable[[float], EdgeMtf], sigma: float
) -> None:
    found = measure(sigma)
    for level in (0.5, 0.1):
        assert off(found, sigma, level) == pytest.approx(0, abs=0.006)


def test_a_blur_that_the_region_can_not_hold_is_refused() -> None:
    with pytest.raises(WrongUse, match="not flat within"):
        straight_mtf(slanted(12.0, 5.0, 60, 29.1, 30.3), "made")
    with pytest.raises(WrongUse, match=r"tails|wider|no clear"):
        object_mtf(wide_spot(9.0)[60:100, 60:100], "made", WIRE, 2.0)


@pytest.mark.parametrize("angle_deg", [math.degrees(math.atan(1 / n)) for n in (4, 5, 6, 7)])
def test_slopes_that_repeat_themselves(angle_deg: float) -> None:
    """Pixels lie in a few distances only; the bins are as wide as these are apart."""
    found = straight_mtf(slanted(1.5, angle_deg), "made")
    assert off(found, 1.5, 0.5) == pytest.approx(0, abs=0.005)
    assert off(found, 1.5, 0.1) == pytest.approx(0, abs=0.005)


@pytest.mark.parametrize("angle_deg", [0.0, 45.0, 90.0, math.degrees(math.atan(1 / 2))])
def test_edges_that_are_sampled_too_coarsely_are_refused(angle_deg: float) -> None:
    with pytest.raises(WrongUse, match="turn it by some degrees"):
        straight_mtf(slanted(1.5, angle_deg), "made")


def test_a_bent_edge_is_no_straight_one() -> None:
    large = disk(1.5, 300.0, 300.0, 0.0, 600, 250.0)
    with pytest.raises(WrongUse, match="the edge is bent"):
        straight_mtf(large[240:360, 530:570], "made")


NO_DISK: list[tuple[Callable[[], np.ndarray], str]] = [
    (lambda: 1 - disk(1.5), "no bright disk"),
    (lambda: slanted(1.5, 5.0), "no bright disk|too few pixels"),
]


@pytest.mark.parametrize(("make", "says"), NO_DISK)
def test_what_is_no_bright_disk_is_refused(make: Callable[[], np.ndarray], says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        disk_mtf(make(), "made")


@pytest.mark.parametrize("shape", [(6, 60), (60, 6), (1, 40), (5, 5)])
def test_regions_that_are_too_small_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(WrongUse, match=r"too small|no edge"):
        straight_mtf(slanted(1.5, 5.0)[50 : 50 + shape[0], 40 : 40 + shape[1]], "made")


@pytest.mark.parametrize("along", [0.0, 1.0, 2.0])
def test_u_covers_the_truth_of_slices_that_hang_together(along: float) -> None:
    """Noise smoothed over neighbouring slices: their scatter alone would tell half of it. U is
    cautious then: few degrees of freedom are left, and they are cut down to a whole number."""
    rng = np.random.default_rng(9)
    mean = disk(1.5, 49.3, 50.7, 0.0, 100, 36.2)
    truth = true_frequency(1.5, 0.5)
    inside, count = 0, trials(60)
    for _ in range(count):
        noise = rng.standard_normal((12, 100, 100))
        if along:
            noise = ndimage.gaussian_filter1d(noise, along, axis=0, mode="wrap")
            noise /= noise.std()
        slices = mean + 0.02 * noise
        first = disk_response(slices[0], "made")
        found = [disk_response(one, "made", first.bins) for one in slices]
        together = SliceNoise()
        for pixels, one in zip(slices, found, strict=True):
            together.add(pixels.ravel()[first.flat], one.flat_variance)
        result = mean_of_edges(found, together)
        u = result.u_px[0]
        assert u is not None
        k = t_two_sided(ONE * 19 // 20, max(int(11 * result.freedom_part), 1)) / ONE
        inside += abs(result.mean.f_px[0] - truth) <= k * u
    require_coverage(inside, count, f"along {along}", cautious=along > 0)


def test_slices_that_are_all_the_same_tell_no_uncertainty() -> None:
    pixels = disk(1.5) + np.random.default_rng(1).normal(0, 0.02, disk(1.5).shape)
    first = disk_response(pixels, "made")
    together = SliceNoise()
    for _ in range(5):
        together.add(pixels.ravel()[first.flat], first.flat_variance)
    assert mean_of_edges([first] * 5, together).u_px[0] is None


def test_independent_slices_are_left_as_they_are() -> None:
    rng = np.random.default_rng(2)
    together = SliceNoise()
    for _ in range(10):
        together.add_even(rng.normal(0, 1, 4000))
    assert together.factor == 1.0
