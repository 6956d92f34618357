"""Whether a frame's numbers can be counts at all."""

from __future__ import annotations

import numpy as np

from dosegauge.errors import WrongUse
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.readers.opened import Frame
from dosegauge.texts import Text

# More than any camera counts in a pixel; beyond it whole numbers are no longer exact in a sum.
_MOST_COUNTS = 1e12
# So many of a slice's pixels may be hot.
_MOST_SATURATED = 1e-3


def values(frame: Frame, where: str) -> Pixels:
    """Grey values as float64, as reconstructed slices have them; WrongUse for colour, complex
    numbers or NaN."""
    if frame.ndim != 2:
        raise _no_image(where, Text("不是灰度图像", "not a grey image of rows and columns"))
    whole = np.issubdtype(frame.dtype, np.integer)
    if not (whole or np.issubdtype(frame.dtype, np.floating)):
        raise _no_image(where, Text(f"像素类型为 {frame.dtype}", f"pixels of type {frame.dtype}"))
    pixels = frame.astype(np.float64)
    if not whole and not np.isfinite(pixels).all():
        raise _no_image(where, Text("含有 NaN 或无穷大", "it has pixels that are no numbers, NaN"))
    return pixels


def few_saturated(frame: Frame, where: str, stored_limit: float | None) -> None:
    """WrongUse for a slice of which more than some hot pixels are at the largest value that its
    file can hold: it was clipped when it was written."""
    if stored_limit is None or float(frame.max()) < stored_limit:
        return
    full = int(np.greater_equal(frame, stored_limit).sum())
    if full > _MOST_SATURATED * frame.size:
        raise WrongUse(
            Text(
                f"{full} 个像素饱和（{stored_limit:g}）",
                f"{full} pixels are saturated at {stored_limit:g}",
            ),
            where,
            Text("请以更大的数值范围重新导出", "Export it with a larger range of values"),
        )


def counts(
    frame: Frame, where: str, stored_limit: float | None = None
) -> tuple[Pixels, tuple[Text, ...]]:
    """The frame as float64 with warnings; WrongUse for colour, NaN, negative or saturated pixels,
    or an empty image."""
    pixels = values(frame, where)
    lowest, highest = float(pixels.min()), float(pixels.max())
    if lowest < 0:
        raise _refused(where, Text(f"有负计数 {lowest:g}", f"it has negative counts ({lowest:g})"))
    if highest > _MOST_COUNTS:
        raise _refused(where, Text("计数不可能这么大", f"counts of {highest:g} are impossible"))
    if highest == 0:
        raise _refused(where, Text("没有计数", "it has no counts at all"))
    if stored_limit is not None and highest >= stored_limit:
        full = int((pixels >= stored_limit).sum())
        raise _refused(
            where,
            Text(
                f"{full} 个像素饱和（{stored_limit:g}）",
                f"{full} pixels are saturated at {stored_limit:g}",
            ),
        )
    return pixels, _not_whole(pixels)


def _not_whole(pixels: Pixels) -> tuple[Text, ...]:
    if np.array_equal(pixels, np.rint(pixels)):
        return ()
    return (
        Text(
            "像素不是整数计数：可能已处理过，泊松不确定度不成立",
            "the pixels are no whole counts: processed before? Poisson uncertainties do not hold",
        ),
    )


def _no_image(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请重新导出图像", "Export the image again"))


def _refused(where: str, what: Text) -> WrongUse:
    return WrongUse(what, where, Text("请采集或导出原始计数图像", "Use an image of plain counts"))
