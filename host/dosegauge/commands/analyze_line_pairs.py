"""`dosegauge analyze line-pairs`: modulation of groups of bars, beside what readers resolve."""

import argparse
import math
from typing import Any

from dosegauge.commands import analyze
from dosegauge.commands.analyze_mtf_words import correlation_words
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
from dosegauge.imaging.bar_modulation import ALSO, RESOLVED, BarResult, Modulation, measure_bars
from dosegauge.imaging.bar_profiles import Area, Group, SliceProfiles, slice_profiles
from dosegauge.imaging.findings import Finding, with_scatter
from dosegauge.imaging.requirements import MICRO_CT
from dosegauge.imaging.volumes import Volume
from dosegauge.texts import Text

_USUAL_WIDTH_PX = 9.0
_LARGEST = 1e5
# What noise may add to a modulation of 100 %.
_IMPOSSIBLE = 1.05
_NO_U = Text("只有一层，没有重复", "a single slice: nothing was repeated to tell scatter")
_AT_ITS_END = Text(
    "去掉任一层后不再落在两组之间", "without one of the slices it lies between no two groups"
)


def run(arguments: argparse.Namespace) -> int:
    """Measures each group on the mean of the slices; the limit is interpolated between them."""
    maker_in_lp_per_mm(arguments, "lp/mm")
    groups = [_group(text) for text in arguments.group]
    if len(groups) < 2:
        raise _wrong("--group", Text("至少需要两组", "two groups are needed at least"))
    if len({one.lp_per_mm for one in groups}) < len(groups):
        raise _wrong("--group", Text("有重复的频率", "two groups have the same frequency"))
    areas = [_area(f"--{name}", getattr(arguments, name)) for name in ("bright", "dark")]
    volume = opened_volume(arguments)
    pixel_mm = volume.known_pixel_mm().square_mm(volume.name)
    first, last = slice_range(arguments, volume)
    slices = _profiles(arguments, volume, (first, last), groups, areas)
    found = measure_bars(slices, pixel_mm, volume.name)

    def draw() -> bytes:
        from dosegauge.imaging.bars_overlay import bars_overlay

        return bars_overlay(volume.read(first - 1), found, pixel_mm, arguments.lang)

    about = headline(volume, first, last)
    return analyze.finish(
        arguments,
        Text(
            f"{about.zh}，{len(groups)} 组线对",
            f"{about.en}, {len(groups)} groups of bars",
        ),
        volume.facts,
        _findings(arguments, found),
        [],
        [*volume.warnings, *clipping(volume, first), *_warnings(arguments, found, pixel_mm)],
        {
            "slices": [first, last],
            "scale": found.scale,
            "groups": [_described(one) for one in found.groups],
            "seen_lp_per_mm": arguments.seen,
        },
        MICRO_CT,
        draw=draw,
        notes=[_note(arguments, found), *correlation_words(found.noise), _COLTMAN],
    )


def _profiles(
    arguments: argparse.Namespace,
    volume: Volume,
    slices: tuple[int, int],
    groups: list[Group],
    areas: list[Area],
) -> list[SliceProfiles]:
    with slice_progress(arguments) as show:
        return [
            slice_profiles(pixels, groups, areas[0], areas[1], f"{volume.name}, slice {number}")
            for number, pixels in enumerate(volume.each(*slices, show), slices[0])
        ]


def _group(text: str) -> Group:
    numbers = _numbers("--group", text, (5, 6))
    frequency, x_1, y_1, x_2, y_2 = numbers[:5]
    width = numbers[5] if len(numbers) == 6 else _USUAL_WIDTH_PX
    if not (0 < frequency < _LARGEST and 1 <= width <= 1000):
        raise _wrong("--group", Text(f"超出范围：{text}", f"out of range: {text}"))
    return Group(frequency, (y_1, x_1), (y_2, x_2), width)


def _area(option: str, text: str | None) -> Area:
    if text is None:
        raise _wrong(option, Text("需要大面积区域", "the large areas are needed"))
    x, y, radius = _numbers(option, text, (3,))
    return Area(y, x, radius)


def _numbers(option: str, text: str, counts: tuple[int, ...]) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) not in counts or not all(abs(one) < _LARGEST for one in found):
        raise _wrong(option, Text(f"无法理解 {text}", f"can't be read: {text}"))
    return found


def _findings(arguments: argparse.Namespace, found: BarResult) -> list[Finding]:
    findings = []
    freedom = (found.slices - 1) * found.noise.freedom_part
    for (frequency, u), level, item in zip(
        found.limits, (RESOLVED, ALSO), (RESOLUTION, ""), strict=True
    ):
        if not math.isnan(frequency):
            percent = f"{100 * level:g}"
            label = Text(f"调制度 {percent} % 的频率", f"frequency at {percent} % modulation")
            parts = (EVALUATION_U * frequency, frequency * arguments.chart_u_pct / 100)
            why = _NO_U if found.slices == 1 else _AT_ITS_END
            plain = Finding(f"limit_{percent}", label, frequency, "lp/mm", None, item, no_u=why)
            findings.append(plain if u is None else with_scatter(plain, u, freedom, parts))
    for one in found.groups:
        f = one.group.lp_per_mm
        label = Text(f"{f:g} lp/mm 调制度", f"modulation of {f:g} lp/mm")
        name, percent_of_one = f"modulation_{f:g}", 100 * one.contrast
        plain = Finding(name, label, percent_of_one, "%", None, no_u=_NO_U)
        u = one.u_contrast
        findings.append(
            plain if u is None else with_scatter(plain, 100 * u, freedom, (100 * EVALUATION_U,))
        )
        label = Text(f"{f:g} lp/mm 的 MTF（Coltman）", f"MTF at {f:g} lp/mm (Coltman)")
        findings.append(Finding(f"mtf_{f:g}", label, 100 * one.mtf, "%", None))
    if arguments.seen:
        findings.append(
            Finding(
                "seen",
                Text("读片者均可分辨的最高组", "highest group that all readers resolve"),
                min(arguments.seen),
                "lp/mm",
                None,
                no_u=Text("读片者读数", "readers' readings"),
            )
        )
    return findings


_COLTMAN = Text(
    "Coltman级数略去没有测量的谐波：低频组的MTF因此偏低，最多为调制度的π/4",
    "Coltman's series leaves out harmonics that no group measures: the MTF of coarse groups is "
    "then too low, pi/4 of the modulation at worst",
)


def _note(arguments: argparse.Namespace, found: BarResult) -> Text:
    off_pct = 100 * (1 / found.scale - 1)
    return Text(
        f"线对图像的大小与标称相差 {off_pct:+.2f} %；U 含各层的离散、计算 ±0.2 % 和线对卡 "
        f"{arguments.chart_u_pct:g} %",
        f"the bars' image is off its nominal size by {off_pct:+.2f} %; U holds the slices' "
        f"scatter, +-0.2 % for the evaluation and {arguments.chart_u_pct:g} % for the chart",
    )


def _warnings(arguments: argparse.Namespace, found: BarResult, pixel_mm: float) -> list[Text]:
    said = []
    if math.isnan(found.limits[0][0]):
        said.append(
            Text(
                "调制度未在各组之间降到 10 %：没有极限频率",
                "the modulation does not fall to 10 % between the groups: there is no limit",
            )
        )
    above = [one.group.lp_per_mm for one in found.groups if one.contrast > _IMPOSSIBLE]
    if above:
        said.append(
            Text(
                f"{above[0]:g} lp/mm 的调制度大于 100 %：请检查 --bright 和 --dark",
                f"the modulation at {above[0]:g} lp/mm is above 100 %: check --bright and --dark",
            )
        )
    nyquist = 0.5 / pixel_mm
    beyond = [one.group.lp_per_mm for one in found.groups if one.group.lp_per_mm >= nyquist]
    if beyond:
        said.append(
            Text(
                f"{beyond[0]:g} lp/mm 不低于奈奎斯特频率 {nyquist:.4g}",
                f"{beyond[0]:g} lp/mm lies at Nyquist's {nyquist:.4g} or above",
            )
        )
    if len(arguments.seen) < 2:
        said.append(Text("应由两名读片者判读", "two readers should say which group they resolve"))
    return said


def _described(one: Modulation) -> dict[str, Any]:
    return {
        "lp_per_mm": one.group.lp_per_mm,
        "modulation": one.contrast,
        "u_modulation": one.u_contrast,
        "mtf": one.mtf,
        "resolved": one.contrast >= RESOLVED,
    }


def _wrong(option: str, what: Text) -> WrongUse:
    return WrongUse(what, option, Text("用 --help 查看", "See --help"))
