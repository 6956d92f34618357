"""Resolution and linearity of a head from its slit images in X and Y, with uncertainties."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dosegauge.imaging.findings import Finding
from dosegauge.imaging.linearity import Deviations
from dosegauge.imaging.slits import PITCH_MM, Region, Slits
from dosegauge.texts import Text

REGIONS = ("UFOV", "CFOV")
_BATCH = 200


@dataclass(frozen=True)
class Trials:
    """How often positions are drawn again within their counting noise, and the seed."""

    count: int
    seed: int


def slit_findings(
    images: Sequence[Slits], pitch_u_mm: float, trials: Trials, pitch_mm: float = PITCH_MM
) -> list[Finding]:
    """FWHM (mean of all profiles of all images), FWTM, AL (the largest of all) and DL (mean of the
    images) in both regions. Source: reference sheet 2.3, steps 5 and 6."""
    generator = np.random.Generator(np.random.PCG64(trials.seed))
    found = []
    for region in REGIONS:
        parts = [image.ufov if region == "UFOV" else image.cfov for image in images]
        found += [*_widths(region, parts, pitch_u_mm, pitch_mm)]
        found += _linearity(region, parts, trials.count, generator, pitch_mm)
    return found


def _widths(
    region: str, parts: Sequence[Region], pitch_u_mm: float, pitch_mm: float
) -> list[Finding]:
    counts = [len(part.positions) for part in parts]
    total = sum(counts)
    mean = sum(part.fwhm_mm * n for part, n in zip(parts, counts, strict=True)) / total
    scatter = math.hypot(
        *(part.fwhm_u_mm * n / total for part, n in zip(parts, counts, strict=True))
    )
    scale = mean * math.hypot(
        pitch_u_mm / pitch_mm,
        *(
            part.pitch_u_px / part.pitch_px * n / total
            for part, n in zip(parts, counts, strict=True)
        ),
    )
    u = math.hypot(scatter, scale)
    tenths = [part.fwtm_mm for part in parts if math.isfinite(part.fwtm_mm)]
    key = region.lower()
    found = [
        Finding(
            f"{key}_fwhm",
            Text(f"固有空间分辨力 FWHM {region}", f"intrinsic resolution FWHM, {region}"),
            mean,
            "mm",
            u,
            "intrinsic-resolution",
            region,
            nu=(total - 1) * (u / scatter) ** 4 if scatter > 0 else None,
        ),
        Finding(
            f"{key}_fwhm_largest",
            Text(f"最大 FWHM {region}", f"largest FWHM, {region}"),
            max(part.fwhm_largest_mm for part in parts),
            "mm",
            None,
        ),
    ]
    if tenths:
        found.append(
            Finding(
                f"{key}_fwtm",
                Text(f"FWTM {region}", f"FWTM, {region}"),
                float(np.mean(tenths)),
                "mm",
                None,
            )
        )
    return found


def _linearity(
    region: str,
    parts: Sequence[Region],
    trials: int,
    generator: np.random.Generator,
    pitch_mm: float,
) -> list[Finding]:
    measured = _together([_of(part, pitch_mm) for part in parts])
    again = _together([_drawn(part, trials, generator, pitch_mm) for part in parts])
    spreads = [
        (float(values.std(ddof=1)), float(np.ptp(np.quantile(values, (0.025, 0.975)))) / 2)
        for values in again
    ]
    key = region.lower()
    names = (
        ("absolute", Text("绝对线性", "absolute linearity"), "absolute-linearity"),
        (
            "differential_ws523",
            Text("微分线性（全部残差）", "differential linearity (all residuals)"),
            "differential-linearity",
        ),
        (
            "differential_slit",
            Text("微分线性（各缝自身直线）", "differential linearity (slit by slit)"),
            "",
        ),
    )
    return [
        Finding(
            f"{key}_{name}",
            Text(f"{label.zh} {region}", f"{label.en}, {region}"),
            float(values[0]),
            "mm",
            u,
            item,
            region if item else None,
            None,
            half,
        )
        for (name, label, item), values, (u, half) in zip(names, measured, spreads, strict=True)
    ]


def _of(part: Region, pitch_mm: float) -> Deviations:
    return part.lattice.deviations(part.positions[None, :], pitch_mm)


def _drawn(
    part: Region, trials: int, generator: np.random.Generator, pitch_mm: float
) -> Deviations:
    batches = [
        part.lattice.deviations(
            part.positions
            + part.u_position
            * generator.standard_normal((min(_BATCH, trials - done), len(part.positions))),
            pitch_mm,
        )
        for done in range(0, trials, _BATCH)
    ]
    return Deviations(*(np.concatenate(values) for values in zip(*batches, strict=True)))


def _together(images: Sequence[Deviations]) -> Deviations:
    """The largest of both directions, and the means of their spreads."""
    return Deviations(
        np.max([one.absolute for one in images], axis=0),
        np.mean([one.differential_ws523 for one in images], axis=0),
        np.mean([one.differential_slit for one in images], axis=0),
    )
