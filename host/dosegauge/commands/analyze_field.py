"""The field of view as the options of `dosegauge analyze` give it."""

import argparse

from dosegauge.commands import analyze
from dosegauge.errors import WrongUse
from dosegauge.imaging.field import FieldShape
from dosegauge.texts import Text

_FARTHEST_PX = 1e5


def field_shape(arguments: argparse.Namespace) -> FieldShape | None:
    """The maker's UFOV as the options give it."""
    if arguments.ufov is None:
        for option in ("ufov_cut", "ufov_centre"):
            if getattr(arguments, option):
                raise WrongUse(
                    Text("没有 UFOV 尺寸", "means nothing without a field"),
                    f"--{option.replace('_', '-')}",
                    Text("请同时给出 --ufov", "Give --ufov, too"),
                )
        return None
    sides = analyze.lengths("--ufov", arguments.ufov)
    circle = len(sides) == 1
    cut = arguments.ufov_cut
    if not 0 <= cut < min(sides) / 2 or (circle and cut):
        raise WrongUse(
            Text("切角不合理", "corners can't be cut so"),
            "--ufov-cut",
            Text("应小于边长的一半", "Less than half of a side, and none of a circle"),
        )
    return FieldShape(sides[0], sides[-1], cut, circle)


def field_centre(arguments: argparse.Namespace) -> tuple[float, float] | None:
    """The centre (y, x) that the options give."""
    if arguments.ufov_centre is None:
        return None
    try:
        x, y = (float(part) for part in arguments.ufov_centre.split(","))
        if not (abs(x) < _FARTHEST_PX and abs(y) < _FARTHEST_PX):
            raise ValueError(arguments.ufov_centre)
    except ValueError:
        raise WrongUse(
            Text("应为 X,Y", "must be X,Y"), "--ufov-centre", Text("以像素计", "In pixels")
        ) from None
    return y, x
