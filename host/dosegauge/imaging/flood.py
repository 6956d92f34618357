"""Intrinsic uniformity from a flood image: binning, field of view, selection, smoothing, figures.

Source: NEMA NU 1 as WS 523-2019 takes it over; reference sheet 2.2 in its order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging import flood_uniformity as steps
from dosegauge.imaging.field import (
    Field,
    FieldShape,
    Mask,
    estimated_field,
    field_of_mask,
    maker_field,
)
from dosegauge.imaging.image import Image, Pixels
from dosegauge.imaging.requirements import FloodRequirements
from dosegauge.texts import Text


@dataclass(frozen=True)
class Uniformity:
    """Of one field, in %: IU, DU (the larger of X and Y), and DU along X and Y."""

    integral_pct: float
    differential_pct: float
    differential_x_pct: float
    differential_y_pct: float


@dataclass(frozen=True)
class Flood:
    """`binned` counts after summing `bin` x `bin` pixels, `analysed` the pixels that count,
    `smooth` their values after the filter (NaN elsewhere); `noise` what a perfect camera shows at
    these counts. `pixel_mm` is the binned pixel's."""

    bin: int
    pixel_mm: float
    centre_counts: float
    total_counts: float
    binned: Pixels
    field: Field
    analysed: Mask
    smooth: Pixels
    ufov: Uniformity
    cfov: Uniformity
    warnings: tuple[Text, ...]


def measure_flood(
    image: Image,
    requirements: FloodRequirements,
    shape: FieldShape | None = None,
    bin_by: int | None = None,
    mask: Mask | None = None,
    centre: tuple[float, float] | None = None,
) -> Flood:
    """Uniformity of one flood image.

    shape: the maker's UFOV, else it is estimated; `centre` (y, x) in the image's pixels where it
    isn't the image's middle; mask: UFOV of the binned image, by hand. WrongUse: no pixel size or
    pixels that are not square, no field, a bin that leaves nothing.
    """
    own_mm = image.known_pixel_mm().square_mm(image.source)
    by = bin_by if bin_by is not None else requirements.usual_bin(own_mm)
    binned, offset = _binned(image, by)
    pixel_mm = own_mm * by
    at = None if centre is None else _centre_in_bins(centre, offset, by)
    field = _field(binned, pixel_mm, shape, mask, at or _middle(image.pixels, offset, by))
    kept = steps.analysed(binned, field.ufov, field.cfov)
    if not (kept & field.cfov).any():
        raise WrongUse(
            Text("没有可评价的像素", "no pixel is left to be evaluated"),
            image.source,
            Text("请检查视野和图像", "Check field and image"),
        )
    smooth = steps.smoothed(binned, kept)
    ufov = uniformity(smooth)
    cfov = uniformity(np.where(field.cfov, smooth, np.nan))
    if np.isnan(cfov.differential_pct):
        raise WrongUse(
            Text("视野太小，没有连续5个像素", "the field is too small: no five pixels in a row"),
            image.source,
            Text("请用较小的 --bin", "Use a smaller --bin"),
        )
    centre_counts = _centre_counts(binned, field)
    warnings = (
        *image.warnings,
        *_left_out(image, by, offset),
        *requirements.warnings(pixel_mm, centre_counts),
        *_field_warnings(binned, field),
    )
    return Flood(
        by,
        pixel_mm,
        centre_counts,
        float(image.pixels.sum()),
        binned,
        field,
        kept,
        smooth,
        ufov,
        cfov,
        warnings,
    )


def uniformity(smooth: Pixels) -> Uniformity:
    """The figures of one field from its smoothed pixels, NaN outside."""
    runs = steps.differential_pct(smooth)
    return Uniformity(
        float(steps.integral_pct(smooth)),
        float(runs.larger_pct),
        float(runs.x_pct),
        float(runs.y_pct),
    )


def _binned(image: Image, by: int) -> tuple[Pixels, tuple[int, int]]:
    """Sums of by x by pixels, and how many rows and columns before the first are left out."""
    rows, columns = image.pixels.shape
    if not 1 <= by <= min(rows, columns) // 8:
        raise WrongUse(
            Text(f"无法合并 {by} 个像素", f"{by} pixels can't be summed to one"),
            "--bin",
            Text("应为较小的正整数", "Give a smaller whole number"),
        )
    if by == 1:
        return image.pixels, (0, 0)
    high, wide = rows // by, columns // by
    top, left = (rows - high * by) // 2, (columns - wide * by) // 2
    used = image.pixels[top : top + high * by, left : left + wide * by]
    # Rows first: whole rows are added, which the memory likes best.
    by_rows = used.reshape(high, by, wide * by).sum(axis=1)
    return by_rows.reshape(high, wide, by).sum(axis=2), (top, left)


def _middle(pixels: Pixels, offset: tuple[int, int], by: int) -> tuple[float, float]:
    rows, columns = pixels.shape
    return _centre_in_bins(((rows - 1) / 2, (columns - 1) / 2), offset, by)


def _centre_in_bins(
    centre: tuple[float, float], offset: tuple[int, int], by: int
) -> tuple[float, float]:
    y, x = ((at - skipped - (by - 1) / 2) / by for at, skipped in zip(centre, offset, strict=True))
    return y, x


def _field(
    binned: Pixels,
    pixel_mm: float,
    shape: FieldShape | None,
    mask: Mask | None,
    centre: tuple[float, float],
) -> Field:
    if mask is not None:
        return field_of_mask(mask)
    if shape is None:
        return estimated_field(binned)
    size = (binned.shape[0], binned.shape[1])
    return maker_field(shape, size, pixel_mm, centre)


def _centre_counts(binned: Pixels, field: Field) -> float:
    y, x = field.centre
    return float(binned[round(y), round(x)])


def _left_out(image: Image, by: int, offset: tuple[int, int]) -> tuple[Text, ...]:
    """Rows and columns that don't fill a bin are left out, but not silently."""
    rows, columns = (side % by for side in image.pixels.shape)
    if not rows and not columns:
        return ()
    top, left = offset
    inner = image.pixels[
        top : image.pixels.shape[0] - (rows - top), left : image.pixels.shape[1] - (columns - left)
    ]
    lost = image.pixels.sum() - inner.sum()
    return (
        Text(
            f"合并像素后边缘的 {rows} 行、{columns} 列（{lost:.0f} 计数）不参与评价",
            f"{rows} rows and {columns} columns at the edges ({lost:.0f} counts) fill no bin and "
            "are left out",
        ),
    )


def _field_warnings(binned: Pixels, field: Field) -> tuple[Text, ...]:
    if field.estimated:
        return (
            Text(
                "UFOV 由图像估计，不是出厂尺寸",
                "UFOV is estimated from the image, not the maker's dimensions",
            ),
        )
    dark = float((binned[field.ufov] == 0).mean())
    if dark > 0.02:
        return (
            Text(
                f"UFOV 中有 {100 * dark:.0f} % 的像素没有计数：视野或像素尺寸不符？",
                f"{100 * dark:.0f} % of the UFOV's pixels have no counts: wrong field or pixel?",
            ),
        )
    return ()
