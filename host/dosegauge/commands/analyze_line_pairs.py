"""`dosegauge analyze line-pairs`: modulation of groups of bars, beside what readers resolve."""

import argparse
import math
from typing import Any

from dosegauge.commands import analyze
from dosegauge.commands.analyze_volume import MICRO_CT, mean_of_slices, opened_volume, slice_range
from dosegauge.errors import WrongUse
from dosegauge.imaging.bar_modulation import (
    ALSO,
    RESOLVED,
    Area,
    Group,
    Modulation,
    limiting_frequency,
    measure_groups,
)
from dosegauge.imaging.findings import Finding
from dosegauge.texts import Text

_USUAL_WIDTH_PX = 9.0
_LARGEST = 1e5
_NO_U = Text(
    "由一幅平均切片得出：重复扫描后比较", "from one averaged slice: compare repeated scans"
)


def run(arguments: argparse.Namespace) -> int:
    """Averages the slices and measures each group; the limit is interpolated between them."""
    groups = [_group(text) for text in arguments.group]
    if len(groups) < 2:
        raise _wrong("--group", Text("至少需要两组", "two groups are needed at least"))
    areas = [_area(f"--{name}", getattr(arguments, name)) for name in ("bright", "dark")]
    volume = opened_volume(arguments)
    pixel_mm = volume.known_pixel_mm().square_mm(volume.name)
    first, last = slice_range(arguments, volume)
    mean, _ = mean_of_slices(arguments, volume, first, last)
    found = measure_groups(mean, groups, areas[0], areas[1], pixel_mm, volume.name)

    def draw() -> bytes:
        from dosegauge.imaging.ct_overlays import bars_overlay

        return bars_overlay(mean, found, arguments.lang)

    return analyze.finish(
        arguments,
        Text(
            f"{volume.name}：切片 {first}–{last}，{len(found)} 组线对",
            f"{volume.name}: slices {first} to {last}, {len(found)} groups of bars",
        ),
        volume.facts,
        _findings(found, arguments.seen),
        [],
        [*volume.warnings, *_warnings(found, arguments.seen, pixel_mm)],
        {
            "slices": [first, last],
            "groups": [_described(one) for one in found],
            "seen_lp_per_mm": arguments.seen,
        },
        MICRO_CT,
        draw=draw,
    )


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


def _findings(found: list[Modulation], seen: list[float]) -> list[Finding]:
    measured = [(one.group.lp_per_mm, one.contrast) for one in found]
    findings = []
    for level, item in ((RESOLVED, "spatial-resolution"), (ALSO, "")):
        frequency = limiting_frequency(measured, level)
        if not math.isnan(frequency):
            percent = f"{100 * level:g}"
            findings.append(
                Finding(
                    f"limit_{percent}",
                    Text(f"调制度 {percent} % 的频率", f"frequency at {percent} % modulation"),
                    frequency,
                    "lp/mm",
                    None,
                    item,
                    no_u=_NO_U,
                )
            )
    for one in found:
        frequency = one.group.lp_per_mm
        findings.append(
            Finding(
                f"modulation_{frequency:g}",
                Text(f"{frequency:g} lp/mm 调制度", f"modulation of {frequency:g} lp/mm"),
                100 * one.contrast,
                "%",
                None,
                no_u=_NO_U,
            )
        )
    if seen:
        findings.append(
            Finding(
                "seen",
                Text("读片者均可分辨的最高组", "highest group that all readers resolve"),
                min(seen),
                "lp/mm",
                None,
                no_u=Text("读片者读数", "readers' readings"),
            )
        )
    return findings


def _warnings(found: list[Modulation], seen: list[float], pixel_mm: float) -> list[Text]:
    said = []
    if math.isnan(limiting_frequency([(o.group.lp_per_mm, o.contrast) for o in found], RESOLVED)):
        said.append(
            Text(
                "调制度未在各组之间降到 10 %：没有极限频率",
                "the modulation does not fall to 10 % between the groups: there is no limit",
            )
        )
    nyquist = 0.5 / pixel_mm
    beyond = [one.group.lp_per_mm for one in found if one.group.lp_per_mm >= nyquist]
    if beyond:
        said.append(
            Text(
                f"{beyond[0]:g} lp/mm 不低于奈奎斯特频率 {nyquist:.4g}",
                f"{beyond[0]:g} lp/mm lies at Nyquist's {nyquist:.4g} or above",
            )
        )
    if len(seen) < 2:
        said.append(Text("应由两名读片者判读", "two readers should say which group they resolve"))
    return said


def _described(one: Modulation) -> dict[str, Any]:
    return {
        "lp_per_mm": one.group.lp_per_mm,
        "modulation": one.contrast,
        "mtf": one.mtf,
        "resolved": one.contrast >= RESOLVED,
    }


def _wrong(option: str, what: Text) -> WrongUse:
    return WrongUse(what, option, Text("用 --help 查看", "See --help"))
