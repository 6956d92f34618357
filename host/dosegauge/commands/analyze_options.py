"""The options of `dosegauge analyze`: one parser a measurement, with what they share."""

import argparse
from typing import TypeVar

from dosegauge.commands.analyze_arguments import (
    Add,
    Say,
    add_conditions,
    add_field,
    add_reading,
    add_verdict,
    angle,
    not_negative,
    positive,
    whole,
)
from dosegauge.commands.analyze_ct_options import RUN as _RUN_CT
from dosegauge.commands.analyze_ct_options import add_micro_ct
from dosegauge.texts import Text, in_language

_Parser = TypeVar("_Parser", bound=argparse.ArgumentParser)


RUN = {
    "analyze flood": "dosegauge.commands.analyze_flood:run",
    "analyze slit": "dosegauge.commands.analyze_slit:run",
    "analyze bars": "dosegauge.commands.analyze_bars:run",
    "analyze line-source": "dosegauge.commands.analyze_lines:run_line_source",
    "analyze whole-body": "dosegauge.commands.analyze_lines:run_whole_body",
    "analyze tomographic": "dosegauge.commands.analyze_tomographic:run",
    "analyze record": "dosegauge.commands.analyze_record:run",
    "analyze reported": "dosegauge.commands.analyze_reported:run",
    **_RUN_CT,
    "trend": "dosegauge.commands.trend:run",
    "analyze sensitivity": "dosegauge.commands.analyze_rates:run_sensitivity",
    "analyze count-rate": "dosegauge.commands.analyze_rates:run_count_rate",
}


def add_analyze_commands(
    commands: "argparse._SubParsersAction[_Parser]",
    common: _Parser,
    parser_class: type[_Parser],
    language: str,
) -> None:
    """Adds the command and its measurements."""

    def say(zh: str, en: str) -> str:
        return in_language(Text(zh, en), language)

    text = say("由图像测量（伽玛照相机、Micro CT）", "measure on images (gamma camera, Micro CT)")
    analyze = commands.add_parser("analyze", help=text, description=text)
    actions = analyze.add_subparsers(
        metavar="MEASUREMENT", required=True, parser_class=parser_class
    )

    def add(name: str, zh: str, en: str) -> argparse.ArgumentParser:
        made = actions.add_parser(
            name, help=say(zh, en), description=say(zh, en), parents=[common]
        )
        made.set_defaults(command=f"analyze {name}")
        return made

    _add_flood(add, say)
    _add_slit(add, say)
    _add_bars(add, say)
    _add_line_source(add, say)
    _add_whole_body(add, say)
    _add_tomographic(add, say)
    _add_sensitivity(add, say)
    _add_count_rate(add, say)
    _add_reported(add, say)
    _add_record(add, say)
    add_micro_ct(add, say)
    _add_trend(commands, common, say)


def _add_flood(add: Add, say: Say) -> None:
    flood = add("flood", "固有均匀性（泛源图像）", "intrinsic uniformity of a flood image")
    flood.add_argument("image", metavar="IMAGE")
    add_reading(flood, say)
    add_field(flood, say)
    add_verdict(flood, say)
    add_conditions(flood, say)
    flood.add_argument(
        "--bin", type=whole, metavar="N", help=say("合并 N × N 像素", "sum N x N pixels")
    )
    flood.add_argument(
        "--trials",
        type=whole,
        default=300,
        metavar="N",
        help=say("求 U 的模拟次数，0 为不求", "for U; 0: no U"),
    )
    flood.add_argument(
        "--seed", type=whole, metavar="N", help=say("模拟的种子", "seed of the trials")
    )
    flood.add_argument(
        "--compatible",
        choices=("nmqc",),
        help=say("另按公共程序的算法", "also as public programs do"),
    )


def _add_slit(add: Add, say: Say) -> None:
    slit = add("slit", "固有空间分辨力和线性（狭缝图像）", "intrinsic resolution and linearity")
    slit.add_argument(
        "images", nargs="+", metavar="IMAGE", help=say("X、Y 各一幅", "one of X, one of Y")
    )
    add_reading(slit, say)
    add_field(slit, say)
    add_verdict(slit, say)
    add_conditions(slit, say)
    slit.add_argument(
        "--direction",
        choices=("x", "y"),
        help=say("测量方向（垂直于狭缝）", "measure along x or y, across the slits"),
    )
    slit.add_argument(
        "--pitch-mm",
        type=positive,
        default=30.0,
        metavar="MM",
        help=say("狭缝间距，30", "distance of the slits, 30"),
    )
    slit.add_argument(
        "--pitch-u-mm",
        type=not_negative,
        default=0.03,
        metavar="MM",
        help=say("间距的标准不确定度，0.03", "its standard uncertainty, 0.03"),
    )
    slit.add_argument(
        "--seed", type=whole, metavar="N", help=say("模拟的种子", "seed of the trials")
    )


def _add_bars(add: Add, say: Say) -> None:
    bars = add("bars", "四象限铅栅（操作者读数）", "four-quadrant bars as read")
    bars.add_argument(
        "image",
        nargs="?",
        metavar="IMAGE",
        help=say("其中一幅图像，用于调制度", "one image, for its modulation"),
    )
    bars.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="X,Y,straight|bent",
        help=say("每幅图像可分辨的最小线宽", "smallest width resolved in an image"),
    )
    bars.add_argument(
        "--widths",
        default="2,3,3.5,4",
        metavar="W,...",
        help=say("铅栅线宽", "widths of the bars"),
    )
    bars.add_argument(
        "--roi",
        action="append",
        default=[],
        metavar="X,Y,R,W",
        help=say("一个象限的圆形区域和线宽", "a disc in a quadrant and its width"),
    )
    add_reading(bars, say)
    add_verdict(bars, say)
    add_conditions(bars, say)


def _add_line_source(add: Add, say: Say) -> None:
    made = add("line-source", "系统空间分辨力（两根线源）", "system resolution, two line sources")
    made.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help=say("X、Y 各一幅，或同一幅", "one of X, one of Y, or one with both"),
    )
    made.add_argument(
        "--direction", choices=("x", "y"), help=say("只测一个方向", "measure along one alone")
    )
    _add_lines(made, say)


def _add_whole_body(add: Add, say: Say) -> None:
    made = add("whole-body", "全身成像系统空间分辨力", "whole-body system resolution")
    made.add_argument(
        "--parallel",
        required=True,
        metavar="IMAGE",
        help=say("线源平行于运动方向", "lines parallel to the motion"),
    )
    made.add_argument(
        "--perpendicular",
        required=True,
        metavar="IMAGE",
        help=say("线源垂直于运动方向", "lines perpendicular to it"),
    )
    made.add_argument(
        "--motion",
        choices=("x", "y"),
        default="y",
        help=say("运动方向，y", "the motion's direction, y"),
    )
    _add_lines(made, say)


def _add_lines(parser: argparse.ArgumentParser, say: Say) -> None:
    parser.add_argument(
        "--separation-mm",
        type=positive,
        default=100.0,
        metavar="MM",
        help=say("线源间距，100", "distance of the lines, 100"),
    )
    parser.add_argument(
        "--separation-u-mm",
        type=not_negative,
        default=0.3,
        metavar="MM",
        help=say("其标准不确定度，0.3", "its standard uncertainty, 0.3"),
    )
    parser.add_argument(
        "--box", metavar="L,T,R,B", help=say("区域（像素）", "part of the image, in pixels")
    )
    add_reading(parser, say)
    add_verdict(parser, say)
    add_conditions(parser, say)


def _add_tomographic(add: Add, say: Say) -> None:
    made = add("tomographic", "断层空间分辨力（三个点源）", "tomographic resolution, three points")
    made.add_argument(
        "image", metavar="IMAGE", help=say("横断面，或投影", "transaxial slices, or projections")
    )
    made.add_argument(
        "--projections",
        action="store_true",
        help=say("是投影：先重建", "they are projections: reconstruct first"),
    )
    made.add_argument(
        "--slice-mm", type=positive, metavar="MM", help=say("层间距", "distance of the slices")
    )
    made.add_argument("--start-deg", type=angle, metavar="D", help=say("起始角", "first angle"))
    made.add_argument(
        "--step-deg", type=angle, metavar="D", help=say("角步长", "step of the angle")
    )
    made.add_argument(
        "--rotation", choices=("cw", "cc"), help=say("旋转方向", "sense of the rotation")
    )
    made.add_argument(
        "--point",
        action="append",
        default=[],
        metavar="X,Y,Z",
        help=say("点源位置（像素、层）", "where a point lies, in pixels and slices"),
    )
    made.add_argument(
        "--trials",
        type=whole,
        default=20,
        metavar="N",
        help=say("求 U 的重复次数，0 为不求", "for U; 0: no U"),
    )
    made.add_argument(
        "--seed", type=whole, metavar="N", help=say("模拟的种子", "seed of the trials")
    )
    add_reading(made, say, frame=False)
    add_verdict(made, say)
    add_conditions(made, say)


def _add_sensitivity(add: Add, say: Say) -> None:
    made = add("sensitivity", "系统平面灵敏度", "system planar sensitivity")
    made.add_argument("image", metavar="IMAGE")
    made.add_argument("--activity-mbq", required=True, metavar="A", help=say("活度", "activity"))
    made.add_argument(
        "--activity-u-pct",
        default="5",
        metavar="U",
        help=say("其相对 U (k=2)，5", "its U, k = 2, in %, 5"),
    )
    made.add_argument(
        "--delay-s",
        required=True,
        metavar="S",
        help=say("采集开始减活度测量时刻", "start of acquisition less time of activity"),
    )
    made.add_argument(
        "--delay-half-width-s",
        default="60",
        metavar="S",
        help=say("其半宽，60", "its half width, 60"),
    )
    made.add_argument(
        "--duration-s", metavar="S", help=say("采集时间", "duration of the acquisition")
    )
    made.add_argument("--background-per-s", metavar="N", help=say("本底计数率", "background rate"))
    made.add_argument(
        "--residual-mbq", metavar="A", help=say("注射器残留", "residual of the syringe")
    )
    made.add_argument(
        "--residual-delay-s",
        default="0",
        metavar="S",
        help=say("残留测量与活度测量的时间差", "its time less that of the activity"),
    )
    made.add_argument(
        "--half-life-h",
        default="6.0067",
        metavar="H",
        help=say("半衰期，6.0067 (DDEP)", "half-life, 6.0067 (DDEP)"),
    )
    made.add_argument(
        "--half-life-u-h",
        default="0.0010",
        metavar="H",
        help=say("其标准不确定度", "its standard uncertainty"),
    )
    add_reading(made, say)
    add_verdict(made, say)
    add_conditions(made, say)


def _add_count_rate(add: Add, say: Say) -> None:
    made = add("count-rate", "固有最大计数率", "maximum count rate of a series")
    made.add_argument(
        "series", metavar="FILE", help=say(".csv 或多帧图像", "a .csv, or an image of many frames")
    )
    made.add_argument(
        "--frame-s", type=positive, metavar="S", help=say("每帧时间", "duration of a frame")
    )
    made.add_argument(
        "--frame-time-error-pct",
        default="0.1",
        metavar="P",
        help=say("帧时间的误差限，0.1", "limit of the frame time's error, 0.1"),
    )
    add_reading(made, say, frame=False)
    add_verdict(made, say)
    add_conditions(made, say)


def _add_reported(add: Add, say: Say) -> None:
    made = add(
        "reported", "相机自带程序给出的结果", "a result that the camera's own program reports"
    )
    made.add_argument(
        "item",
        metavar="ITEM[/REGION]",
        help=say("项目，见 dosegauge standards show", "the item, see standards show"),
    )
    made.add_argument(
        "value", metavar="VALUE", help=say("结果，单位同规范", "the result in the document's unit")
    )
    made.add_argument("--program", required=True, metavar="NAME", help=say("程序", "the program"))
    made.add_argument(
        "--program-version", required=True, metavar="V", help=say("程序版本", "its version")
    )
    made.add_argument(
        "--expanded-u", metavar="U", help=say("其给出的 U (k=2)", "its U, k = 2, if it gives one")
    )
    add_verdict(made, say)
    add_conditions(made, say)


def _add_record(add: Add, say: Say) -> None:
    made = add("record", "已保存测量的原始记录", "the record of kept measurements")
    made.add_argument("device", metavar="SERIAL|MAKER/MODEL/SERIAL")
    made.add_argument(
        "--number",
        action="append",
        type=whole,
        default=[],
        metavar="N",
        help=say("哪些测量，默认全部", "which measurements, all unless said"),
    )
    made.add_argument("--out", required=True, metavar="FILE.xlsx", help=say("文件", "the file"))
    made.add_argument("--language", choices=("zh", "en", "zh-en"), default="zh-en")


def _add_trend(commands: "argparse._SubParsersAction[_Parser]", common: _Parser, say: Say) -> None:
    text = say("设备的稳定性趋势和到期日", "a device's results over time, and when it is due")
    trend = commands.add_parser("trend", help=text, description=text, parents=[common])
    trend.set_defaults(command="trend")
    trend.add_argument("device", metavar="SERIAL|MAKER/MODEL/SERIAL")
    trend.add_argument("--item", metavar="ITEM", help=say("只看一个项目", "one item alone"))
    trend.add_argument(
        "--stage",
        choices=("acceptance", "status", "constancy"),
        default="constancy",
        help=say("限值所属类别，constancy", "stage whose limits are drawn, constancy"),
    )
    trend.add_argument("--plot", metavar="FILE.png", help=say("趋势图", "plot of the results"))
