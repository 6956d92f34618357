"""The options of `dosegauge analyze` for Micro CT volumes."""

import argparse

from dosegauge.commands.analyze_arguments import (
    Add,
    Say,
    add_reading,
    add_saving,
    not_negative,
    positive,
    seen_hole,
)

RUN = {
    "analyze ct-uniformity": "dosegauge.commands.analyze_ct:run",
    "analyze mtf": "dosegauge.commands.analyze_mtf:run",
    "analyze line-pairs": "dosegauge.commands.analyze_line_pairs:run",
    "analyze low-contrast": "dosegauge.commands.analyze_low_contrast:run",
}


def add_micro_ct(add: Add, say: Say) -> None:
    """Adds the measurements."""
    uniformity = add("ct-uniformity", "Micro CT 均匀性", "uniformity of a Micro CT phantom")
    _add_volume(uniformity, say)
    _add_normaliser(uniformity, say)
    _add_known_diameter(uniformity, say)
    uniformity.add_argument(
        "--repeat",
        action="append",
        default=[],
        metavar="VOLUME",
        help=say("重复扫描，可多次给出", "a repeated scan; may be given several times"),
    )
    uniformity.add_argument(
        "--criterion",
        choices=("A", "B"),
        help=say("A 任一满足，B 都须满足", "A: either is enough, B: both are needed"),
    )
    uniformity.add_argument(
        "--edge",
        choices=("edge", "centre"),
        default="edge",
        help=say("2 mm 量到区域边缘或中心", "2 mm to a region's edge or its centre"),
    )
    mtf = add("mtf", "Micro CT 空间分辨力（MTF）", "spatial resolution of a Micro CT, MTF")
    _add_volume(mtf, say)
    mtf.add_argument(
        "--method",
        choices=("disk", "edge", "wire", "bead"),
        default="disk",
        help=say("圆盘边缘、斜边、细丝或小球", "a disk's edge, a slanted one, a wire or a bead"),
    )
    mtf.add_argument(
        "--object-mm",
        type=positive,
        metavar="MM",
        help=say("细丝或小球的直径", "diameter of the wire or bead"),
    )
    mtf.add_argument(
        "--roi",
        action="append",
        default=[],
        metavar="L,T,R,B",
        help=say("区域（像素）；小球可多个", "part of the slice; several for beads"),
    )
    mtf.add_argument(
        "--maker-level",
        choices=("50", "10", "2"),
        default="10",
        help=say("出厂指标所指的 MTF 水平（%）", "level of the MTF that the maker names, in %"),
    )
    _add_known_diameter(mtf, say)
    mtf.add_argument(
        "--voxel-u-pct",
        type=not_negative,
        default=0.1,
        metavar="P",
        help=say("体素尺寸的标准不确定度，0.1 %", "standard uncertainty of the voxel, 0.1 %"),
    )
    mtf.add_argument("--per-cm", action="store_true", help=say("以 lp/cm 表示", "in lp/cm"))
    _add_line_pairs(add, say)
    _add_low_contrast(add, say)


def _add_known_diameter(made: argparse.ArgumentParser, say: Say) -> None:
    made.add_argument(
        "--diameter-mm",
        type=positive,
        metavar="MM",
        help=say("模体的已知直径，用于核对体素", "the phantom's known diameter checks the voxel"),
    )
    made.add_argument(
        "--diameter-u-mm",
        type=not_negative,
        default=0.0,
        metavar="MM",
        help=say("其标准不确定度", "its standard uncertainty"),
    )


def _add_line_pairs(add: Add, say: Say) -> None:
    made = add("line-pairs", "Micro CT 线对调制度", "modulation of bars of a Micro CT")
    _add_volume(made, say)
    made.add_argument(
        "--group",
        action="append",
        default=[],
        metavar="F,X1,Y1,X2,Y2[,W]",
        help=say(
            "lp/mm，横穿线条的线段（像素），平均宽度", "lp/mm, a line across its bars, and width"
        ),
    )
    for name, zh, en in (("bright", "亮区", "bright"), ("dark", "暗区", "dark")):
        made.add_argument(
            f"--{name}",
            metavar="X,Y,R",
            help=say(f"大面积{zh}（像素）", f"a large {en} area, in pixels"),
        )
    made.add_argument(
        "--chart-u-pct",
        type=not_negative,
        default=0.0,
        metavar="P",
        help=say("线对卡频率的标准不确定度", "standard uncertainty of the chart's frequencies"),
    )
    made.add_argument(
        "--seen",
        action="append",
        type=positive,
        default=[],
        metavar="F",
        help=say("读片者可分辨的最高组", "highest group that a reader resolves"),
    )


def _add_low_contrast(add: Add, say: Say) -> None:
    made = add("low-contrast", "Micro CT 低对比度", "low contrast of a Micro CT")
    _add_volume(made, say)
    _add_normaliser(made, say)
    made.add_argument(
        "--hole",
        action="append",
        default=[],
        metavar="X,Y,MM",
        help=say("孔的位置（像素）和直径", "a hole's place in pixels and its diameter"),
    )
    made.add_argument(
        "--seen",
        action="append",
        type=seen_hole,
        default=[],
        metavar="[PCT=]MM",
        help=say(
            "读片者可见的最小孔，如 0.3=5 为 0.3 % 对比度",
            "smallest hole that a reader sees, as 0.3=5 at a contrast of 0.3 %",
        ),
    )
    made.add_argument(
        "--maker-contrast",
        default="",
        metavar="PCT",
        help=say("出厂指标所指的对比度", "contrast that the maker's value is of"),
    )
    made.add_argument("--dose-mgy", type=positive, metavar="D", help=say("剂量", "the dose"))


def _add_normaliser(made: argparse.ArgumentParser, say: Say) -> None:
    made.add_argument(
        "--roi",
        metavar="X,Y,MM",
        help=say("模体的中心（像素）和直径", "the phantom's middle in pixels and its diameter"),
    )
    made.add_argument(
        "--normaliser",
        choices=("air_water_span", "grey"),
        help=say("归一化，默认按单位", "what percentages refer to, by the unit unless given"),
    )


def _add_volume(made: argparse.ArgumentParser, say: Say) -> None:
    made.add_argument(
        "volume",
        metavar="VOLUME",
        help=say("切片文件夹或体数据文件", "a folder of slices, or a file"),
    )
    made.add_argument(
        "--slices", metavar="FIRST-LAST", help=say("切片范围，从 1 起", "slices to use, from 1")
    )
    made.add_argument(
        "--thickness-mm",
        type=positive,
        metavar="MM",
        help=say("按此厚度取中间各层", "so many middle slices as make this"),
    )
    made.add_argument(
        "--slice-mm", type=positive, metavar="MM", help=say("层间距", "distance of the slices")
    )
    made.add_argument(
        "--orientation",
        default="z,y,x",
        metavar="S,R,C",
        help=say(
            "层、行、列所用的存储轴，负号反向", "stored axes of slices, rows, columns; - turns one"
        ),
    )
    made.add_argument(
        "--reference-verdict",
        dest="stage",
        action="store_const",
        const="calibration",
        help=say("给出仅供参考的判定", "verdicts, for reference only"),
    )
    made.add_argument(
        "--maker",
        action="append",
        default=[],
        metavar="ITEM=X",
        help=say("出厂指标", "maker's value"),
    )
    add_reading(made, say, frame=False)
    add_saving(made, say)
