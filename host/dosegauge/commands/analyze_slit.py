"""`dosegauge analyze slit`: intrinsic resolution and linearity from images of a slit mask."""

import argparse
import secrets
from typing import Any

import numpy as np

from dosegauge.commands import analyze
from dosegauge.commands.analyze_field import field_centre, field_shape
from dosegauge.errors import WrongUse
from dosegauge.imaging.requirements import GAMMA_CAMERAS, Requirement, check
from dosegauge.imaging.slit_results import Trials, slit_findings
from dosegauge.imaging.slits import Slits, measure_slits
from dosegauge.standards.lookup import standard_named
from dosegauge.texts import Text

_USUAL_TRIALS = 1000
_MOST_IMAGES = 2


def run(arguments: argparse.Namespace) -> int:
    """Measures one image, or two with the slits across each other."""
    if len(arguments.images) > _MOST_IMAGES:
        raise WrongUse(
            Text("最多两幅图像（X 和 Y）", "two images at most, X and Y"),
            arguments.images[2],
            Text("每个探头分别测量", "Measure each head by itself"),
        )
    shape, centre = field_shape(arguments), field_centre(arguments)
    pitch_mm = arguments.pitch_mm
    measured = [
        measure_slits(analyze.read(arguments, path), arguments.direction, shape, centre, pitch_mm)
        for path in arguments.images
    ]
    if len({one.direction for one in measured}) != len(measured):
        raise WrongUse(
            Text("两幅图像的狭缝方向相同", "the slits of both images run the same way"),
            arguments.images[1],
            Text("请给出 X 和 Y 各一幅", "Give one of X and one of Y"),
        )
    seed = secrets.randbelow(2**32) if arguments.seed is None else arguments.seed
    trials = Trials(_USUAL_TRIALS, seed)
    findings = slit_findings(measured, arguments.pitch_u_mm, trials, pitch_mm)

    def draw() -> bytes:
        from dosegauge.imaging.overlays import slit_overlay

        return slit_overlay(measured, arguments.lang)

    image = measured[0].image
    return analyze.finish(
        arguments,
        _headline(measured),
        image.facts,
        findings,
        [
            *analyze.requirements(
                arguments, image, intrinsic=True, ufov_side_mm=_side_mm(measured[0])
            ),
            _peak_counts(measured),
        ],
        [
            *dict.fromkeys(warning for one in measured for warning in one.warnings),
            *analyze.of_one_camera([one.image for one in measured]),
            *_one_direction(measured),
        ],
        _data(measured, trials, pitch_mm),
        draw=draw,
    )


def _headline(measured: list[Slits]) -> Text:
    names = ", ".join(f"{one.image.source} ({one.direction.upper()})" for one in measured)
    peaks = sum(len(one.peaks) for one in measured)
    return Text(f"{names}：{peaks} 个峰", f"{names}: {peaks} peaks")


def _side_mm(slits: Slits) -> float:
    """The longer side of the field, by the maker's figure or the extent of all peaks."""
    if slits.field is not None:
        extent = np.ptp(slits.field.outline, axis=0)
    else:
        extent = np.array([np.ptp(slits.position), np.ptp(slits.along) + slits.strip_px])
    return float(extent.max()) * slits.image.known_pixel_mm().square_mm(slits.image.source)


def _peak_counts(measured: list[Slits]) -> Requirement:
    lowest = min(peak.counts for one in measured for peak in one.peaks)
    return check(standard_named(GAMMA_CAMERAS), "slit_peak_counts", lowest)


def _one_direction(measured: list[Slits]) -> list[Text]:
    if len(measured) > 1:
        return []
    return [
        Text(
            f"只有 {measured[0].direction.upper()} 方向；方法要求 X 和 Y 两幅",
            f"direction {measured[0].direction.upper()} alone; the method asks for X and Y",
        )
    ]


def _data(measured: list[Slits], trials: Trials, pitch_mm: float) -> dict[str, Any]:
    return {
        "images": [
            {
                "source": one.image.source,
                "direction": one.direction,
                "peaks": len(one.peaks),
                "strip_px": one.strip_px,
                "pixel_mm_by_pitch": pitch_mm / one.ufov.pitch_px,
                "peaks_in_ufov": len(one.ufov.positions),
                "peaks_in_cfov": len(one.cfov.positions),
            }
            for one in measured
        ],
        "pitch_mm": pitch_mm,
        "monte_carlo": {"trials": trials.count, "seed": trials.seed, "level": "0.95"},
    }
