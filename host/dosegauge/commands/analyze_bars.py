"""`dosegauge analyze bars`: four-quadrant bars as an operator reads them."""

import argparse
import math

from dosegauge.commands import analyze
from dosegauge.errors import WrongUse
from dosegauge.imaging.bars import (
    DIRECTIONS,
    IMAGES,
    Bars,
    Modulation,
    Quadrant,
    Reading,
    bars_from,
    modulation,
)
from dosegauge.imaging.findings import Finding
from dosegauge.imaging.image import Image
from dosegauge.imaging.requirements import GAMMA_CAMERAS, Requirement, check
from dosegauge.standards.lookup import standard_named
from dosegauge.texts import Text

_STRAIGHT = {"straight": True, "bent": False}


def run(arguments: argparse.Namespace) -> int:
    """Readings make the result; an image's modulation stands beside it as information."""
    widths = _widths(arguments.widths)
    readings = [_reading(text) for text in arguments.reading]
    bars = bars_from(readings, widths)
    image = analyze.read(arguments) if arguments.image else None
    found = _modulations(arguments, image, widths)
    if arguments.overlay and image is None:
        raise WrongUse(
            Text("没有图像", "there is no image for it"),
            "--overlay",
            Text("请给出图像", "Give one"),
        )

    def draw() -> bytes:
        from dosegauge.imaging.overlays import image_overlay

        if image is None:
            raise AssertionError("it was refused above")
        title = Text("铅栅图像和圆形区域", "bar image with its discs")
        discs = [one.quadrant for one in found]
        return image_overlay(image, discs, title, arguments.lang)

    return analyze.finish(
        arguments,
        Text(f"铅栅：{bars.images} 幅图像的读数", f"bars: readings of {bars.images} images"),
        image.facts if image else {},
        [*_findings(bars), *(_information(one) for one in found)],
        [*analyze.requirements(arguments, image), *([_counts(image)] if image else [])],
        [*(image.warnings if image else ()), *_warnings(bars)],
        {
            "straight": bars.straight,
            "images": bars.images,
            "readings": [one.__dict__ for one in readings],
            "modulation": [
                {
                    "width_mm": one.quadrant.width_mm,
                    "m": None if math.isnan(one.m) else one.m,
                    "fwhm_mm": None if math.isnan(one.fwhm_mm) else one.fwhm_mm,
                }
                for one in found
            ],
        },
        draw=draw,
    )


def _widths(text: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if not 2 <= len(found) <= 8 or not all(0 < width < 20 for width in found):
        raise WrongUse(
            Text("应为逗号分隔的线宽", "must be widths with commas between"),
            "--widths",
            Text("如 2,3,3.5,4", "As 2,3,3.5,4"),
        )
    return found


def _reading(text: str) -> Reading:
    parts = text.split(",")
    try:
        return Reading(float(parts[0]), float(parts[1]), _STRAIGHT[parts[2]])
    except (IndexError, ValueError, KeyError):
        raise WrongUse(
            Text(f"无法理解 {text}", f"can't be read: {text}"),
            "--reading",
            Text("应为 X,Y,straight 或 X,Y,bent", "Must be X,Y,straight or X,Y,bent"),
        ) from None


def _modulations(
    arguments: argparse.Namespace, image: Image | None, widths: list[float]
) -> list[Modulation]:
    if image is None:
        if arguments.roi:
            raise WrongUse(
                Text("没有图像", "there is no image for it"),
                "--roi",
                Text("请给出图像", "Give an image"),
            )
        return []
    found = []
    for text in arguments.roi:
        try:
            x, y, radius, width = (float(part) for part in text.split(","))
        except ValueError:
            raise WrongUse(
                Text(f"无法理解 {text}", f"can't be read: {text}"),
                "--roi",
                Text(
                    "应为 X,Y,半径,线宽", "Must be X,Y,RADIUS,WIDTH (pixels, pixels, pixels, mm)"
                ),
            ) from None
        if width not in widths:
            raise WrongUse(
                Text(f"{width:g} mm 不是铅栅线宽", f"{width:g} mm is no width of the bars"),
                "--roi",
                Text("见 --widths", "See --widths"),
            )
        found.append(modulation(image, Quadrant(y, x, radius, width)))
    return found


def _findings(bars: Bars) -> list[Finding]:
    """The verdict is on the worst image of each direction (own choice)."""
    found = []
    for name in DIRECTIONS:
        upper = name.upper()
        found.append(
            Finding(
                f"fwhm_{name}",
                Text(f"FWHM {upper}（平均）", f"FWHM along {upper}, mean"),
                bars.fwhm_mm[name],
                "mm",
                bars.u_mm[name],
            )
        )
        found.append(
            Finding(
                f"fwhm_{name}_worst",
                Text(f"FWHM {upper}（最差图像）", f"FWHM along {upper}, worst image"),
                bars.worst_mm[name],
                "mm",
                bars.u_mm[name],
                "intrinsic-resolution",
                "UFOV",
            )
        )
    return found


def _information(one: Modulation) -> Finding:
    width = one.quadrant.width_mm
    return Finding(
        f"modulation_{width:g}",
        Text(f"调制度 {width:g} mm（仅供参考）", f"modulation of {width:g} mm, for information"),
        0.0 if math.isnan(one.m) else one.m,
        "1",
        None,
    )


def _counts(image: Image) -> Requirement:
    return check(standard_named(GAMMA_CAMERAS), "bar_total_counts", float(image.pixels.sum()))


def _warnings(bars: Bars) -> list[Text]:
    said: list[Text] = [
        Text(
            "FWHM 只能取铅栅线宽的 1.75 倍；真值在此与更细一档之间均匀分布，U 由此得出",
            "FWHM can only be 1.75 times a bar's width: the true one lies anywhere down to that "
            "of the next finer bars, which makes U",
        )
    ]
    if bars.images != IMAGES:
        said.append(
            Text(
                f"只有 {bars.images} 幅图像，方法要求 8 幅",
                f"{bars.images} images; the method asks for eight",
            )
        )
    said.append(
        Text(
            "线条平直" if bars.straight else "线条弯曲",
            "the bars are straight" if bars.straight else "bars are bent",
        )
    )
    return said
