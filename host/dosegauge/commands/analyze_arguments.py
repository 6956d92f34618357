"""Arguments that several measurements of `dosegauge analyze` share, and bounded numbers.

Read at every start: nothing heavy is imported here.
"""

import argparse
from collections.abc import Callable

Say = Callable[[str, str], str]
Add = Callable[[str, str, str], argparse.ArgumentParser]


def positive(text: str) -> float:
    """A length, time or rate of a sensible size."""
    value = float(text)
    if not 1e-6 <= value <= 1e9:
        raise ValueError(text)
    return value


def not_negative(text: str) -> float:
    """As positive, or zero."""
    value = float(text)
    return value if value == 0 else positive(text)


def seen_hole(text: str) -> tuple[str, float]:
    """A contrast in % as typed, "" where none is said, and a diameter."""
    contrast, _, diameter = text.rpartition("=")
    if contrast:
        positive(contrast)
    return contrast, positive(diameter)


def angle(text: str) -> float:
    """Degrees."""
    value = float(text)
    if not -720 <= value <= 720:
        raise ValueError(text)
    return value


def whole(text: str) -> int:
    """A whole number that is not negative."""
    value = int(text)
    if not 0 <= value < 2**63:
        raise ValueError(text)
    return value


def add_reading(parser: argparse.ArgumentParser, say: Say, *, frame: bool = True) -> None:
    """How the image's file is read, and where the picture goes."""
    parser.add_argument(
        "--pixel-mm", metavar="P[xP]", help=say("像素尺寸（x 或 x×y）", "pixel size: x, or WxH")
    )
    if frame:
        parser.add_argument(
            "--frame", type=whole, metavar="N", help=say("第几帧，从 1 起", "which frame, from 1")
        )
    parser.add_argument(
        "--raw",
        metavar="TYPE",
        help=say("无文件头的像素类型，如 uint16", "type of bare pixels, as uint16"),
    )
    parser.add_argument(
        "--shape", metavar="[F,]R,C", help=say("其帧、行、列数", "their frames, rows, columns")
    )
    parser.add_argument(
        "--big-endian", action="store_true", help=say("高位字节在前", "high byte first")
    )
    parser.add_argument(
        "--offset", type=whole, default=0, metavar="BYTES", help=say("跳过的字节", "bytes to skip")
    )
    if not frame:
        parser.set_defaults(frame=None)
    parser.add_argument(
        "--overlay", metavar="FILE.png", help=say("标注图", "picture with the findings")
    )


def add_field(parser: argparse.ArgumentParser, say: Say) -> None:
    """The maker's field of view."""
    parser.add_argument(
        "--ufov",
        metavar="WxH|D",
        help=say("UFOV 宽×高或直径，mm", "UFOV in mm: WxH, or D of a circle"),
    )
    parser.add_argument(
        "--ufov-cut",
        type=not_negative,
        default=0.0,
        metavar="MM",
        help=say("切角边长，mm", "cut off each corner"),
    )
    parser.add_argument(
        "--ufov-centre",
        metavar="X,Y",
        help=say("UFOV 中心（像素，从 0 起）", "its centre in pixels from 0"),
    )


def add_verdict(parser: argparse.ArgumentParser, say: Say) -> None:
    """The stage whose limits hold."""
    parser.add_argument(
        "--stage",
        choices=("acceptance", "status", "constancy"),
        help=say("检测类别，用于判定", "stage whose limits hold"),
    )
    parser.add_argument(
        "--maker",
        action="append",
        default=[],
        metavar="ITEM[/REGION]=X",
        help=say("出厂指标", "the maker's value"),
    )


def add_saving(parser: argparse.ArgumentParser, say: Say) -> None:
    """Keeping the result."""
    parser.add_argument(
        "--save", action="store_true", help=say("保存到数据库", "keep the result in the store")
    )
    parser.add_argument(
        "--device",
        metavar="MAKER/MODEL/SERIAL",
        help=say("设备，否则取自图像", "the device, else as the image says"),
    )
    parser.add_argument("--who", default="", metavar="NAME", help=say("测量者", "who measured"))
    parser.add_argument(
        "--date", metavar="YYYY-MM-DD", help=say("测量日期", "date of the measurement")
    )
    parser.add_argument(
        "--supersedes",
        type=whole,
        metavar="N",
        help=say("更正哪一条", "the number that this corrects"),
    )
    parser.add_argument(
        "--why", default="", metavar="TEXT", help=say("更正原因", "why it is corrected")
    )


def add_conditions(parser: argparse.ArgumentParser, say: Say) -> None:
    """What is known of the acquisition, and keeping the result."""
    add_saving(parser, say)
    parser.add_argument("--peak-kev", type=positive, metavar="E", help=say("峰位", "energy peak"))
    parser.add_argument(
        "--background-per-min", type=not_negative, metavar="N", help=say("本底", "background")
    )
    parser.add_argument(
        "--count-rate", type=positive, metavar="N", help=say("计数率，s⁻¹", "count rate, 1/s")
    )
    parser.add_argument(
        "--source-distance-mm",
        type=positive,
        metavar="MM",
        help=say("源距", "distance of the source"),
    )
    parser.add_argument("--head", metavar="NO", help=say("探头号", "number of the head"))
    parser.add_argument(
        "--crystal-mm", metavar="MM", help=say("晶体厚度", "thickness of the crystal")
    )
    parser.add_argument("--collimator", metavar="NAME", help=say("准直器", "the collimator"))
