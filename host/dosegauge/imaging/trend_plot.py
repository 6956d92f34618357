"""A device's results over time with their limits, as a picture."""

from __future__ import annotations

from collections.abc import Sequence

from dosegauge.constancy import Followed
from dosegauge.imaging.pictures import MARK_COLOUR, Picture
from dosegauge.store.devices import Device
from dosegauge.texts import Text

_PER_ROW = 2
_HEIGHT_INCH = 3.6


def trend_plot(device: Device, found: Sequence[Followed], language: str) -> bytes:
    """One panel a series: results with U, and the limit."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    rows = -(-len(found) // _PER_ROW)
    columns = min(len(found), _PER_ROW)
    picture = Picture(language, columns, _HEIGHT_INCH * rows, rows)
    for axes, one in zip(picture.axes, found, strict=False):
        results = one.series.results
        head = f" ({one.series.head})" if one.series.head else ""
        picture.title(axes, Text(f"{one.title.zh}{head}", f"{one.title.en}{head}"))
        axes.errorbar(
            date2num([result.measured_on for result in results]),
            [float(result.value) for result in results],
            yerr=[float(result.expanded or 0) for result in results],
            fmt=".-",
            linewidth=1,
            capsize=3,
        )
        if one.limit is not None:
            axes.axhline(float(one.limit), color=MARK_COLOUR, linestyle="--")
        axes.grid(alpha=0.3)
        locator = AutoDateLocator()
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        picture.labels(axes, Text("日期", "date"), Text(one.series.unit, one.series.unit))
    for axes in picture.axes[len(found) :]:
        axes.set_visible(False)
    picture.heading(f"{device.maker} {device.model} {device.serial}")
    return picture.png()
