"""`dosegauge analyze tomographic`: resolution from slices or projections of three points."""

import argparse
import math
import secrets
from typing import Any

import numpy as np

from dosegauge.commands import analyze
from dosegauge.errors import WrongUse
from dosegauge.imaging.backprojection import Array, back_projected
from dosegauge.imaging.findings import Finding
from dosegauge.imaging.image import Image, PixelSize, with_pixel_mm
from dosegauge.imaging.point_sources import Tomographic, Volume, measure_points
from dosegauge.imaging.readers import checks, open_images
from dosegauge.imaging.readers.opened import Opened
from dosegauge.imaging.requirements import GAMMA_CAMERAS, Requirement, check
from dosegauge.output import ProgressLine
from dosegauge.standards.lookup import standard_named
from dosegauge.texts import Text, in_language

_LABELS = {
    "central_transaxial": Text("中心横断面", "centre, transaxial"),
    "central_axial": Text("中心轴向", "centre, axial"),
    "peripheral_radial": Text("周边径向", "periphery, radial"),
    "peripheral_tangential": Text("周边切向", "periphery, tangential"),
    "peripheral_axial": Text("周边轴向", "periphery, axial"),
}
_NO_U = Text(
    "重建体素没有计数统计，未给出不确定度；请用投影测量",
    "reconstructed voxels have no counting statistics: no uncertainty; measure the projections",
)
# Rows with less than this part of the strongest row's counts hold no point.
_EMPTY_ROW = 0.005
_MOST_TRIALS = 500


def run(arguments: argparse.Namespace) -> int:
    """Measures slices as they are, or reconstructs projections first."""
    opened = open_images(arguments.image, analyze.raw_format(arguments))
    frames = np.stack(
        [
            checks.counts(frame, f"{arguments.image}, frame {number}", opened.stored_limit)[0]
            if arguments.projections
            else checks.values(frame, f"{arguments.image}, frame {number}")
            for number, frame in enumerate(opened.each(), 1)
        ]
    )
    pixel = _pixel(arguments, opened)
    if arguments.projections:
        found, volume, spreads, conditions = _from_projections(arguments, opened, frames, pixel)
    else:
        volume = Volume(frames, _slice_mm(arguments, opened), pixel.y_mm, pixel.x_mm)
        found = measure_points(volume, arguments.image, _points(arguments))
        spreads, conditions = {}, []

    def draw() -> bytes:
        from dosegauge.imaging.overlays import tomographic_overlay

        return tomographic_overlay(volume, found, arguments.lang)

    image = Image(frames[0], pixel, arguments.image, opened.facts, opened.warnings)
    return analyze.finish(
        arguments,
        Text(
            f"{arguments.image}：{len(frames)} 帧，三个点源",
            f"{arguments.image}: {len(frames)} frames, three points",
        ),
        opened.facts,
        _findings(found, spreads, arguments.trials - 1),
        [*analyze.requirements(arguments, image), *conditions],
        [*opened.warnings, *found.warnings],
        {"points": [point.__dict__ for point in found.points]},
        draw=draw,
    )


def _pixel(arguments: argparse.Namespace, opened: Opened) -> PixelSize:
    plain = Image(np.zeros((1, 1)), opened.pixel_mm, arguments.image)
    return with_pixel_mm(plain, analyze.pixel_size(arguments)).known_pixel_mm()


def _slice_mm(arguments: argparse.Namespace, opened: Opened) -> float:
    told = arguments.slice_mm if arguments.slice_mm is not None else opened.facts.get("slice_mm")
    if told is None or not (math.isfinite(float(told)) and float(told) > 0):
        raise WrongUse(
            Text("层间距未知", "the distance of the slices is not known"),
            arguments.image,
            Text("请用 --slice-mm 给出", "Give it by --slice-mm"),
        )
    return float(told)


def _points(arguments: argparse.Namespace) -> list[tuple[int, int, int]] | None:
    if not arguments.point:
        return None
    found = []
    for text in arguments.point:
        try:
            x, y, z = (int(part) for part in text.split(","))
        except ValueError:
            raise WrongUse(
                Text("应为 X,Y,层", "must be X,Y,SLICE"), "--point", Text("从 0 起", "From 0")
            ) from None
        found.append((z, y, x))
    return found


def _angles(arguments: argparse.Namespace, opened: Opened) -> Array:
    facts = opened.facts
    step = arguments.step_deg if arguments.step_deg is not None else facts.get("step_deg")
    if step is None:
        step = 360 / opened.frames
    start = arguments.start_deg if arguments.start_deg is not None else facts.get("start_deg", 0)
    sign = -1 if (arguments.rotation or facts.get("rotation", "").lower()) == "cc" else 1
    angles = float(start) + sign * float(step) * np.arange(opened.frames)
    turn = abs(float(step)) * opened.frames
    if abs(turn - 360) > abs(float(step)) / 2:
        raise WrongUse(
            Text(
                f"投影覆盖 {turn:g}°，应为 360°", f"the projections cover {turn:g} degrees of 360"
            ),
            arguments.image,
            Text("请检查 --step-deg", "Check --step-deg"),
        )
    turned: Array = np.radians(angles)
    return turned


def _from_projections(
    arguments: argparse.Namespace, opened: Opened, frames: Array, pixel: PixelSize
) -> tuple[Tomographic, Volume, dict[str, float], list[Requirement]]:
    """Widths and the slices they are of, their spread over projections counted again, and the
    conditions."""
    angles = _angles(arguments, opened)
    side_mm = pixel.square_mm(arguments.image)
    rows = frames.sum(axis=(0, 2))
    lit = np.flatnonzero(rows > _EMPTY_ROW * rows.max())
    first, end = int(lit[0]), int(lit[-1]) + 1
    used = frames[:, first:end]
    given = _points(arguments)
    at = None if given is None else [(z - first, y, x) for z, y, x in given]

    def volume_of(projections: Array) -> Volume:
        return Volume(back_projected(projections, angles), side_mm, side_mm, side_mm)

    def measured(projections: Array) -> Tomographic:
        return measure_points(volume_of(projections), arguments.image, at)

    volume = volume_of(used)
    found = measure_points(volume, arguments.image, at)
    standard = standard_named(GAMMA_CAMERAS)
    conditions = [
        check(standard, "tomographic_pixel", side_mm),
        check(standard, "projection_counts", float(frames.sum(axis=(1, 2)).min())),
    ]
    return found, volume, _spreads(arguments, used, measured), conditions


def _spreads(arguments: argparse.Namespace, used: Array, measured: Any) -> dict[str, float]:
    trials = arguments.trials
    if trials == 0:
        return {}
    if not 5 <= trials <= _MOST_TRIALS:
        raise WrongUse(
            Text("应为 0 或 5 … 500", "must be 0 or 5 … 500"),
            "--trials",
            Text("改一个值", "Change it"),
        )
    seed = secrets.randbelow(2**32) if arguments.seed is None else arguments.seed
    generator = np.random.Generator(np.random.PCG64(seed))
    progress = ProgressLine()
    again = []
    for number in range(trials):
        done = Text(f"模拟 {number}/{trials}", f"trial {number} of {trials}")
        progress.show(in_language(done, arguments.lang))
        again.append(measured(generator.poisson(used).astype(np.float64)).figures())
    progress.clear()
    return {name: float(np.std([one[name] for one in again], ddof=1)) for name in again[0]}


def _findings(found: Tomographic, spreads: dict[str, float], freedom: int) -> list[Finding]:
    """The document limits one figure and says not which: the largest is judged (own choice)."""
    figures = found.figures()
    largest = max(figures, key=lambda name: figures[name])
    findings = [
        _finding(
            "largest",
            Text(
                f"断层空间分辨力（最大：{_LABELS[largest].zh}）",
                f"tomographic resolution (largest: {_LABELS[largest].en})",
            ),
            figures[largest],
            spreads.get(largest),
            freedom,
            "tomographic-resolution",
        )
    ]
    findings += [
        _finding(name, _LABELS[name], value, spreads.get(name), freedom, "")
        for name, value in figures.items()
    ]
    return findings


def _finding(
    key: str, label: Text, value: float, u: float | None, freedom: int, item: str
) -> Finding:
    """u is a standard deviation of so many degrees of freedom."""
    if u is None:
        return Finding(key, label, value, "mm", None, item, no_u=_NO_U)
    return Finding(key, label, value, "mm", u, item, nu=freedom)
