"""`dosegauge analyze mtf`: spatial resolution of a Micro CT from an edge, a wire or beads."""

import argparse
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from dosegauge.commands import analyze
from dosegauge.commands import analyze_mtf_words as words
from dosegauge.commands.analyze_mtf_region import Region, parsed_region, whole_slice
from dosegauge.commands.analyze_volume import (
    EVALUATION_U,
    RESOLUTION,
    clipping,
    headline,
    maker_in_lp_per_mm,
    opened_volume,
    slice_progress,
    slice_range,
)
from dosegauge.errors import WrongUse
from dosegauge.imaging.contrast_discrimination import (
    discrimination_pct,
    mean_discrimination_pct,
)
from dosegauge.imaging.edge_mtf import LEVELS
from dosegauge.imaging.edge_response import Bins, EdgeResponse, disk_response, straight_response
from dosegauge.imaging.findings import Finding, with_scatter
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.mtf_slices import (
    TOLD,
    MeanMtf,
    mean_of_edges,
    mean_of_objects,
)
from dosegauge.imaging.object_mtf import BEAD, WIRE, background, object_mtf
from dosegauge.imaging.requirements import MICRO_CT
from dosegauge.imaging.slice_noise import SliceNoise
from dosegauge.imaging.volumes import Volume
from dosegauge.imaging.voxel import KnownDiameter, voxel_agrees, voxel_finding, voxel_sentence
from dosegauge.texts import Text

DISK, EDGE = "disk", "edge"
_METHODS = {
    DISK: Text("圆盘边缘（按ASTM E1695的做法）", "a disk's edge, in the manner of ASTM E1695"),
    EDGE: Text("斜边", "a slanted edge"),
    WIRE: Text("细丝", "a wire"),
    BEAD: Text("小球（各层之和）", "beads, their slices summed"),
}
_SINGLE = Text(
    "只有一层或一个小球，没有重复", "a single slice or bead: nothing was repeated to tell scatter"
)
_NOT_TOLD = Text(
    "接近奈奎斯特频率，或各层完全相同",
    "too near Nyquist's frequency, or slices that are all the same",
)


def run(arguments: argparse.Namespace) -> int:
    """Averages the responses of all slices, and measures each by itself for their scatter."""
    volume = opened_volume(arguments)
    pixel_mm = volume.known_pixel_mm().square_mm(volume.name)
    first, last = slice_range(arguments, volume)
    regions = _regions(arguments, volume)
    found, edges = _measured(arguments, volume, (first, last), regions, pixel_mm)
    responses = edges.responses
    known = _known_diameter(arguments, responses)
    unit = "lp/cm" if arguments.per_cm else "lp/mm"
    maker_in_lp_per_mm(arguments, unit)
    _require_makers_level(arguments, found)
    scale = (10.0 if arguments.per_cm else 1.0) / pixel_mm
    findings = _findings(arguments, found, scale, unit, pixel_mm)
    notes, warnings = (
        words.notes(arguments, found, scale, unit),
        words.warnings(found, scale, unit),
    )
    notes += words.correlation_words(edges.noise)
    if edges.discrimination:
        notes.append(words.discrimination_words(edges.discrimination, pixel_mm))
    if known is not None:
        findings.append(voxel_finding(known))
        (notes if voxel_agrees(known, pixel_mm) else warnings).append(
            voxel_sentence(known, pixel_mm)
        )

    def draw() -> bytes:
        from dosegauge.imaging.mtf_overlay import mtf_plot

        shown = volume.read(first - 1)
        courses = [regions[0].moved(responses[0].course)] if responses else []
        return mtf_plot(
            shown, [one.box for one in regions], courses, found, pixel_mm, arguments.lang
        )

    method = _METHODS[arguments.method]
    about = headline(volume, first, last)
    return analyze.finish(
        arguments,
        Text(
            f"{about.zh}，{method.zh}，奈奎斯特 {scale / 2:.4g} {unit}",
            f"{about.en}, {method.en}, Nyquist {scale / 2:.4g} {unit}",
        ),
        volume.facts,
        findings,
        [],
        [*volume.warnings, *clipping(volume, first), *warnings],
        {
            **_data(arguments, found, (first, last), pixel_mm),
            "discrimination": [
                {"tile_mm": side * pixel_mm, "pct": pct}
                for side, pct in edges.discrimination.items()
            ],
        },
        MICRO_CT,
        draw=draw,
        notes=notes,
    )


@dataclass(frozen=True)
class _Edges:
    """Responses of edges, what contrast tiles of a disk tell from noise by their side, and how the
    slices' noise hangs together (of a wire too)."""

    responses: list[EdgeResponse]
    discrimination: dict[int, float]
    noise: SliceNoise


def _regions(arguments: argparse.Namespace, volume: Volume) -> list[Region]:
    """The parts of the slices to look at: one for each bead, else one at most."""
    found = [parsed_region(text, volume) for text in arguments.roi]
    if len(found) > 1 and arguments.method != BEAD:
        raise WrongUse(
            Text("只有小球可有多个区域", "only beads have several regions"),
            "--roi",
            Text("给出一个区域", "Name one region"),
        )
    return found or [whole_slice(volume)]


def _measured(
    arguments: argparse.Namespace,
    volume: Volume,
    slices: tuple[int, int],
    regions: list[Region],
    pixel_mm: float,
) -> tuple[MeanMtf, _Edges]:
    """The mean of all, and the edges behind it."""
    if arguments.method in (DISK, EDGE):
        edges = _edges(arguments, volume, slices, regions[0])
        return mean_of_edges(edges.responses, edges.noise), edges
    if arguments.object_mm is None:
        raise WrongUse(
            Text("需要细丝或小球的直径", "the wire's or bead's diameter is needed"),
            "--object-mm",
            Text("单位 mm", "In mm"),
        )
    diameter_px = arguments.object_mm / pixel_mm
    spots = _spots(arguments, volume, slices, regions)
    found = [object_mtf(spot, name, arguments.method, diameter_px) for spot, name in spots]
    noise = SliceNoise()
    if arguments.method == WIRE:
        for spot, _ in spots:
            noise.add_even(background(spot))
    return mean_of_objects(found, noise), _Edges([], {}, noise)


def _edges(
    arguments: argparse.Namespace, volume: Volume, slices: tuple[int, int], region: Region
) -> _Edges:
    found: list[EdgeResponse] = []
    tiles: list[dict[int, float]] = []
    bins: Bins | None = None
    noise = SliceNoise()
    response = disk_response if arguments.method == DISK else straight_response
    with slice_progress(arguments) as show:
        for number, pixels in enumerate(volume.each(*slices, show), slices[0]):
            part = region.of(pixels)
            one = response(part, f"{volume.name}, slice {number}", bins)
            if one.circle is not None:
                tiles.append(discrimination_pct(part, one.circle, one.dark))
            found.append(one)
            bins = found[0].bins
            noise.add(part.ravel()[found[0].flat], one.flat_variance)
    return _Edges(found, mean_discrimination_pct(tiles), noise)


def _spots(
    arguments: argparse.Namespace, volume: Volume, slices: tuple[int, int], regions: list[Region]
) -> list[tuple[Pixels, str]]:
    """Regions of a wire in every slice, or the sums of all slices over every bead."""
    name = f"{volume.name}, slice"
    with slice_progress(arguments) as show:
        each = enumerate(volume.each(*slices, show), slices[0])
        if arguments.method == WIRE:
            region = regions[0]
            return [(region.unsaturated(pixels, volume, n), f"{name} {n}") for n, pixels in each]
        sums = [np.zeros(region.shape) for region in regions]
        for slice_number, pixels in each:
            for number, region in enumerate(regions):
                sums[number] += region.unsaturated(pixels, volume, slice_number)
    return [
        (total, f"{name} {slices[0]}-{slices[1]}, region {number}")
        for number, total in enumerate(sums, 1)
    ]


def _known_diameter(
    arguments: argparse.Namespace, responses: list[EdgeResponse]
) -> KnownDiameter | None:
    """The disk's known diameter against its circles."""
    circles = [one.circle for one in responses if one.circle is not None]
    if arguments.diameter_mm is None:
        return None
    if not circles:
        raise WrongUse(
            Text("只有圆盘边缘可以核对直径", "only a disk's edge has a diameter to check by"),
            "--diameter-mm",
            Text("用 --method disk", "Use it with --method disk"),
        )
    diameters = 2 * np.array([one.radius for one in circles])
    several = len(circles) > 1
    u_px = diameters.std(ddof=1) / math.sqrt(len(circles)) if several else 2 * circles[0].u_radius
    return KnownDiameter(
        arguments.diameter_mm,
        arguments.diameter_u_mm,
        float(diameters.mean()),
        float(u_px),
        float(len(circles) - 1) if several else None,
    )


def _findings(
    arguments: argparse.Namespace, found: MeanMtf, scale: float, unit: str, pixel_mm: float
) -> list[Finding]:
    """f at each level, the document's item being that of the maker's level; and the line spread's
    width."""
    findings = []
    for place, level in enumerate(LEVELS):
        if found.state(place) != TOLD:
            continue
        percent = f"{100 * level:g}"
        findings.append(
            _finding(
                arguments,
                found,
                place,
                f"f{percent}",
                Text(f"MTF {percent} % 的频率", f"frequency at {percent} % MTF"),
                scale,
                unit,
                RESOLUTION if percent == arguments.maker_level else "",
            )
        )
    if math.isfinite(found.mean.fwhm_px):
        label = Text("线扩展函数 FWHM", "FWHM of the line spread")
        findings.append(_finding(arguments, found, len(LEVELS), "fwhm", label, pixel_mm, "mm", ""))
    return findings


def _finding(
    arguments: argparse.Namespace,
    found: MeanMtf,
    place: int,
    key: str,
    label: Text,
    scale: float,
    unit: str,
    item: str,
) -> Finding:
    """The mean of all; the voxel's size enters one to one, and the evaluation has its share."""
    value = scale * (*found.mean.f_px, found.mean.fwhm_px)[place]
    scatter_px, count = found.u_px[place], len(found.each)
    if scatter_px is None:
        why = _SINGLE if count == 1 else _NOT_TOLD
        return Finding(key, label, value, unit, None, item, None, why)
    others = (value * arguments.voxel_u_pct / 100, value * EVALUATION_U)
    plain = Finding(key, label, value, unit, None, item)
    return with_scatter(plain, scale * scatter_px, (count - 1) * found.freedom_part, others)


def _require_makers_level(arguments: argparse.Namespace, found: MeanMtf) -> None:
    """WrongUse where the maker's value has nothing to be compared with."""
    told = [f"{100 * level:g}" for n, level in enumerate(LEVELS) if found.state(n) == TOLD]
    percent = arguments.maker_level
    if arguments.maker and percent not in told:
        raise WrongUse(
            Text(
                f"MTF {percent} % 无法得出，不能与出厂指标比较",
                f"the frequency at {percent} % MTF can't be told and compared with the maker's",
            ),
            "--maker",
            Text("增加切片或改用其他水平", "Use more slices, or another --maker-level"),
        )


def _data(
    arguments: argparse.Namespace, found: MeanMtf, slices: tuple[int, int], pixel_mm: float
) -> dict[str, Any]:
    def per_mm(values: tuple[float, ...]) -> list[float | None]:
        return [None if math.isnan(one) else one / pixel_mm for one in values]

    every = max(len(found.mean.mtf) // 200, 1)
    return {
        "method": arguments.method,
        "slices": list(slices),
        "pixel_mm": pixel_mm,
        "nyquist_lp_per_mm": 0.5 / pixel_mm,
        "levels": list(LEVELS),
        "states": [found.state(place) for place in range(len(LEVELS))],
        "sd_lp_per_mm": per_mm(found.sd_px[: len(LEVELS)]),
        "per_slice": [{"f_lp_per_mm": per_mm(one.f_px)} for one in found.each],
        "mtf": {
            "lp_per_mm": (found.mean.frequency[::every] / pixel_mm).tolist(),
            "value": found.mean.mtf[::every].tolist(),
        },
    }
