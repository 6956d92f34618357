"""`dosegauge analyze sensitivity` and `count-rate`: counts and times through their budgets."""

import argparse
import math
from typing import Any

from dosegauge.commands import analyze
from dosegauge.errors import WrongUse
from dosegauge.imaging.count_rates import Frame, LargestRate, largest_rate, read_series
from dosegauge.imaging.findings import Finding
from dosegauge.imaging.image import Image
from dosegauge.imaging.readers import checks, open_images
from dosegauge.texts import Text
from dosegauge.uncertainty.calculation import Calculation, Coverage, calculate
from dosegauge.uncertainty.report import Rounding
from dosegauge.uncertainty.report import as_data as budget_data

# Above this part of the rate a background counts (own choice).
_BACKGROUND_PART = 0.001
_LONGEST_DELAY_S = 6 * 3600


def run_sensitivity(arguments: argparse.Namespace) -> int:
    """S from an image's counts, an activity and two times."""
    image = analyze.read(arguments)
    duration_s = _duration(arguments, image)
    content = _sensitivity_input(arguments, image, duration_s)
    found = calculate("planar-sensitivity", content, Coverage())
    if found.budget.value <= 0:
        raise WrongUse(
            Text("本底或残留大于测得值", "background or residual exceed what was measured"),
            image.source,
            Text("请检查输入", "Check what was given"),
        )
    finding = _finding(
        found, Text("系统平面灵敏度", "system planar sensitivity"), "planar-sensitivity"
    )
    total = float(image.pixels.sum())

    def draw() -> bytes:
        from dosegauge.imaging.overlays import image_overlay

        title = Text(f"{total:.0f} 计数，{duration_s} s", f"{total:.0f} counts in {duration_s} s")
        return image_overlay(image, (), title, arguments.lang)

    return analyze.finish(
        arguments,
        Text(
            f"{image.source}：{total:.0f} 计数，{duration_s} s",
            f"{image.source}: {total:.0f} counts in {duration_s} s",
        ),
        image.facts,
        [finding],
        analyze.requirements(arguments, image),
        [*image.warnings, *_sensitivity_warnings(arguments, total / float(duration_s))],
        {"budget": budget_data(found, Rounding())},
        draw=draw,
    )


def _duration(arguments: argparse.Namespace, image: Image) -> str:
    if arguments.duration_s is not None:
        return str(arguments.duration_s)
    if "duration_ms" in image.facts:
        return f"{int(image.facts['duration_ms']) / 1000:g}"
    raise WrongUse(
        Text("采集时间未知", "the acquisition's duration is not known"),
        image.source,
        Text("请用 --duration-s 给出", "Give it by --duration-s"),
    )


def _sensitivity_input(
    arguments: argparse.Namespace, image: Image, duration_s: str
) -> dict[str, Any]:
    content: dict[str, Any] = {
        "counts": {"count": str(round(float(image.pixels.sum()))), "time_s": duration_s},
        "activity_mbq": {
            "value": arguments.activity_mbq,
            "U_pct": arguments.activity_u_pct,
            "k": "2",
        },
        "delay_s": {"value": arguments.delay_s, "half_width": arguments.delay_half_width_s},
        "half_life_h": {"value": arguments.half_life_h, "u": arguments.half_life_u_h},
    }
    if arguments.background_per_s is not None:
        content["background_rate_per_s"] = {"value": arguments.background_per_s, "u": "0"}
    if arguments.residual_mbq is not None:
        content["residual_mbq"] = {
            "value": arguments.residual_mbq,
            "U_pct": arguments.activity_u_pct,
            "k": "2",
        }
        content["residual_delay_s"] = {"value": arguments.residual_delay_s, "u": "0"}
    return content


def _sensitivity_warnings(arguments: argparse.Namespace, rate_per_s: float) -> list[Text]:
    said = []
    background = float(arguments.background_per_s or 0)
    if arguments.background_per_s is None:
        said.append(Text("未减本底（未给出）", "no background was given and none subtracted"))
    elif background <= _BACKGROUND_PART * rate_per_s:
        said.append(Text("本底不到计数率的 0.1 %", "the background is below 0.1 % of the rate"))
    if abs(float(arguments.delay_s)) > _LONGEST_DELAY_S:
        said.append(
            Text("活度测量与采集相隔超过 6 小时", "activity and acquisition lie over 6 h apart")
        )
    if arguments.residual_mbq is None:
        said.append(Text("未扣除注射器残留", "no residual activity of the syringe was given"))
    return said


def _finding(found: Calculation, label: Text, item: str) -> Finding:
    variance = found.budget.variance
    freedom = found.budget.freedom
    return Finding(
        item.replace("-", "_"),
        label,
        found.budget.value,
        found.unit,
        math.sqrt(variance.num / variance.den),
        item,
        nu=None if freedom is None else freedom.num / freedom.den,
    )


def run_count_rate(arguments: argparse.Namespace) -> int:
    """The largest rate of a CSV series or of an image's frames."""
    if arguments.series.lower().endswith(".csv"):
        frames = read_series(arguments.series)
        facts: dict[str, str] = {}
    else:
        frames, facts = _frames(arguments)
    found = largest_rate(frames)
    frame = found.frame
    content = {
        "counts": {"count": str(frame.counts), "time_s": f"{frame.frame_s:g}"},
        "frame_time_error_pct": arguments.frame_time_error_pct,
    }
    budget = calculate("count-rate", content, Coverage())
    finding = _finding(
        budget,
        Text("固有最大计数率", "maximum count rate"),
        # A peak that isn't passed is no result.
        "maximum-count-rate" if found.passed else "",
    )

    def draw() -> bytes:
        from dosegauge.imaging.overlays import count_rate_plot

        return count_rate_plot(found, arguments.lang)

    code = analyze.finish(
        arguments,
        Text(
            f"{arguments.series}：{len(frames)} 帧，峰在第 {found.number} 帧",
            f"{arguments.series}: {len(frames)} frames, the peak in frame {found.number}",
        ),
        facts,
        [finding],
        [],
        _peak_warnings(found),
        {
            "frames": len(frames),
            "frame": found.number,
            "peak_passed": found.passed,
            "later_frames_below": found.later_below,
            "budget": budget_data(budget, Rounding()),
        },
        draw=draw,
    )
    return code if found.passed else 1


def _frames(arguments: argparse.Namespace) -> tuple[list[Frame], dict[str, str]]:
    opened = open_images(arguments.series, analyze.raw_format(arguments))
    frame_s = arguments.frame_s
    if frame_s is None:
        if "duration_ms" not in opened.facts:
            raise WrongUse(
                Text("每帧时间未知", "the frames' duration is not known"),
                arguments.series,
                Text("请用 --frame-s 给出", "Give it by --frame-s"),
            )
        frame_s = float(opened.facts["duration_ms"]) / 1000
    if not (math.isfinite(frame_s) and frame_s > 0):
        raise WrongUse(
            Text("应为正数", "must be positive"), "--frame-s", Text("单位 s", "In seconds")
        )
    frames = []
    for number, pixels in enumerate(opened.each()):
        where = f"{arguments.series}, frame {number + 1}"
        counted, _ = checks.counts(pixels, where, opened.stored_limit)
        frames.append(Frame(number * frame_s, round(float(counted.sum())), frame_s))
    return frames, dict(opened.facts)


def _peak_warnings(found: LargestRate) -> list[Text]:
    if found.passed:
        return []
    return [
        Text(
            f"峰未通过：之后低于 98 % 的帧只有 {found.later_below} 个，不能作为结果",
            f"the peak is not passed: only {found.later_below} later frames lie below 98 % of it, "
            "so that it is no result",
        )
    ]
