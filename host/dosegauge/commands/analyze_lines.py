"""`dosegauge analyze line-source` and `whole-body`: resolution from two parallel line sources."""

import argparse
import math
from collections.abc import Sequence
from typing import Any

from dosegauge.commands import analyze
from dosegauge.errors import WrongUse
from dosegauge.imaging.findings import Finding
from dosegauge.imaging.line_sources import Box, Lines, measure_lines
from dosegauge.imaging.requirements import GAMMA_CAMERAS, Requirement, check
from dosegauge.imaging.slits import ALONG_X, ALONG_Y
from dosegauge.standards.lookup import standard_named
from dosegauge.texts import Text

_OTHER = {ALONG_X: ALONG_Y, ALONG_Y: ALONG_X}


def run_line_source(arguments: argparse.Namespace) -> int:
    """X and Y, of one image with crossing lines or of two; the mean of all is the result."""
    if len(arguments.images) > 2:
        raise WrongUse(
            Text("最多两幅图像（X 和 Y）", "two images at most, X and Y"),
            arguments.images[2],
            Text("每个探头分别测量", "Measure each head by itself"),
        )
    if len(set(arguments.images)) < len(arguments.images):
        raise WrongUse(
            Text("同一图像给出了两次", "the same image is given twice"),
            arguments.images[1],
            Text("一幅或两幅不同的图像", "Give one image or two different ones"),
        )
    directions = [arguments.direction] if arguments.direction else [ALONG_X, ALONG_Y]
    measured = []
    for path in arguments.images:
        image = analyze.read(arguments, path)
        faults = []
        for direction in directions:
            try:
                measured.append(
                    measure_lines(image, direction, _separation(arguments), _box(arguments))
                )
            except WrongUse as fault:
                # One direction's image has no lines of the other.
                faults.append(fault)
        if len(faults) == len(directions):
            raise faults[0]
    mean = Text("系统空间分辨力 FWHM CFOV", "system resolution FWHM, CFOV")
    findings = [
        _combined("fwhm", mean, measured, arguments, "system-resolution", "CFOV"),
        *(one for lines in measured for one in _information(lines)),
    ]
    found = {lines.direction for lines in measured}
    if len(found) < len(measured):
        raise WrongUse(
            Text("两幅图像的线源方向相同", "the lines of both images run the same way"),
            arguments.images[-1],
            Text("请给出 X 和 Y 各一幅", "Give one of X and one of Y"),
        )
    alone = []
    if len(found) == 1:
        (direction,) = found
        alone.append(
            Text(
                f"只有 {direction.upper()} 方向；方法要求 X 和 Y",
                f"direction {direction.upper()} alone; the method asks for X and Y",
            )
        )
    return _finish(arguments, measured, findings, alone)


def run_whole_body(arguments: argparse.Namespace) -> int:
    """Lines parallel and perpendicular to the motion, each against the limit."""
    along_motion = arguments.motion
    measured, findings = [], []
    for name, path, direction, label in (
        (
            "parallel",
            arguments.parallel,
            _OTHER[along_motion],
            Text("FWHM（线源平行于运动）", "FWHM, lines parallel to the motion"),
        ),
        (
            "perpendicular",
            arguments.perpendicular,
            along_motion,
            Text("FWHM（线源垂直于运动）", "FWHM, lines perpendicular to the motion"),
        ),
    ):
        lines = measure_lines(
            analyze.read(arguments, path), direction, _separation(arguments), _box(arguments)
        )
        measured.append(lines)
        findings.append(_combined(name, label, [lines], arguments, "whole-body-resolution", None))
    return _finish(arguments, measured, findings, [])


def _separation(arguments: argparse.Namespace) -> float:
    return float(arguments.separation_mm)


def _box(arguments: argparse.Namespace) -> Box | None:
    if arguments.box is None:
        return None
    try:
        left, top, right, bottom = (int(part) for part in arguments.box.split(","))
    except ValueError:
        raise WrongUse(
            Text("应为 左,上,右,下", "must be LEFT,TOP,RIGHT,BOTTOM"),
            "--box",
            Text("以像素计", "In pixels"),
        ) from None
    return Box(top, bottom, left, right)


def _combined(
    key: str,
    label: Text,
    measured: Sequence[Lines],
    arguments: argparse.Namespace,
    item: str,
    region: str | None,
) -> Finding:
    """The mean of all profiles; u from their scatter, the pixel's and the lines' distance."""
    total = sum(lines.profiles for lines in measured)
    parts = [(lines, lines.profiles / total) for lines in measured]
    mean = sum(lines.fwhm_mm * part for lines, part in parts)
    scatter = math.hypot(*(lines.fwhm_u_mm * part for lines, part in parts))
    u = math.hypot(
        scatter,
        mean * arguments.separation_u_mm / arguments.separation_mm,
        *(mean * lines.pixel_u_mm / lines.pixel_mm * part for lines, part in parts),
    )
    freedom = (total - 1) * (u / scatter) ** 4 if scatter > 0 else None
    return Finding(key, label, mean, "mm", u, item, region, nu=freedom)


def _information(lines: Lines) -> list[Finding]:
    upper = lines.direction.upper()
    found = [
        Finding(
            f"fwhm_{lines.direction}",
            Text(f"FWHM {upper}", f"FWHM along {upper}"),
            lines.fwhm_mm,
            "mm",
            lines.fwhm_u_mm,
            nu=lines.profiles - 1,
        )
    ]
    if math.isfinite(lines.fwtm_mm):
        found.append(
            Finding(
                f"fwtm_{lines.direction}",
                Text(f"FWTM {upper}", f"FWTM along {upper}"),
                lines.fwtm_mm,
                "mm",
                None,
            )
        )
    if lines.gaussian is not None:
        found.append(
            Finding(
                f"gaussian_fwhm_{lines.direction}",
                Text(
                    f"高斯拟合 FWHM {upper}（核对）", f"FWHM of fitted Gaussians, {upper}, check"
                ),
                lines.gaussian.fwhm_px * lines.pixel_mm,
                "mm",
                None,
            )
        )
    return found


def _finish(
    arguments: argparse.Namespace,
    measured: Sequence[Lines],
    findings: Sequence[Finding],
    warnings: Sequence[Text],
) -> int:

    def draw() -> bytes:
        from dosegauge.imaging.overlays import line_overlay

        return line_overlay(measured, arguments.lang)

    image = measured[0].image
    names = ", ".join(f"{one.image.source} ({one.direction.upper()})" for one in measured)
    profiles = sum(one.profiles for one in measured)
    return analyze.finish(
        arguments,
        Text(f"{names}：{profiles} 条线扩展函数", f"{names}: {profiles} line spread functions"),
        image.facts,
        findings,
        [*analyze.requirements(arguments, image), _peak_counts(measured)],
        [
            *dict.fromkeys(warning for one in measured for warning in one.warnings),
            *analyze.of_one_camera([one.image for one in measured]),
            *warnings,
        ],
        {"images": [_described(one) for one in measured]},
        draw=draw,
    )


def _described(lines: Lines) -> dict[str, Any]:
    return {
        "source": lines.image.source,
        "direction": lines.direction,
        "profiles": lines.profiles,
        "pixel_mm_by_distance": lines.pixel_mm,
        "gaussian": lines.gaussian.__dict__ if lines.gaussian else None,
    }


def _peak_counts(measured: Sequence[Lines]) -> Requirement:
    lowest = min(peak.counts for one in measured for pair in one.peaks for peak in pair)
    return check(standard_named(GAMMA_CAMERAS), "line_peak_counts", lowest)
