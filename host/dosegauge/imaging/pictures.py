"""Pictures for a report as PNG: one place for fonts, sizes and how figures are drawn.

matplotlib's own state is left alone: figures are made without pyplot.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dosegauge.texts import Text, in_language

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    from dosegauge.imaging.field import Outline
    from dosegauge.imaging.image import Pixels

DOTS_PER_INCH = 130
UFOV_COLOUR, CFOV_COLOUR, MARK_COLOUR = "#ffcc00", "#33ccff", "#ff5533"
TEXT_COLOUR = "#aa2200"


@cache
def _font() -> FontProperties:
    """The certificate's font, so that Chinese labels look the same on every machine."""
    import noto_cjk_sans_otc
    from matplotlib.font_manager import FontProperties

    file = Path(noto_cjk_sans_otc.__file__).with_name("NotoSansCJK-Regular.ttc")
    return FontProperties(fname=str(file), size=9)


class Picture:
    """A figure with axes row by row, texts in one language."""

    def __init__(
        self, language: str, columns: int = 1, height_inch: float = 5.0, rows: int = 1
    ) -> None:
        from matplotlib.figure import Figure

        self.language = language
        self.figure: Figure = Figure(
            figsize=(6.4 * columns, height_inch), dpi=DOTS_PER_INCH, layout="constrained"
        )
        made = self.figure.subplots(rows, columns, squeeze=False)
        self.axes: list[Axes] = [axes for row in made for axes in row]

    def heading(self, text: str) -> None:
        """A title above all axes."""
        self.figure.suptitle(text, fontproperties=_font(), fontsize=11)

    def title(self, axes: Axes, text: Text) -> None:
        """The title of axes."""
        axes.set_title(in_language(text, self.language), fontproperties=_font(), fontsize=10)

    def labels(self, axes: Axes, x: Text, y: Text) -> None:
        """The names and units of both axes."""
        axes.set_xlabel(in_language(x, self.language), fontproperties=_font())
        axes.set_ylabel(in_language(y, self.language), fontproperties=_font())

    def legend(self, axes: Axes) -> None:
        """The legend of what was drawn with a label."""
        entries = len(axes.get_legend_handles_labels()[1])
        axes.legend(
            prop=_font(),
            loc="upper center",
            bbox_to_anchor=(0.5, -0.14),
            ncols=min(entries, 4 if len(self.axes) == 1 else 3),
            fontsize=8,
            columnspacing=1.2,
        )

    def say(self, text: Text) -> str:
        """A text in the picture's language."""
        return in_language(text, self.language)

    def image(self, axes: Axes, pixels: Pixels, unit: Text) -> None:
        """An image in grey with its scale; axes count pixels."""
        shown = axes.imshow(pixels, cmap="gray", interpolation="nearest")
        bar = self.figure.colorbar(shown, ax=axes, shrink=0.85)
        bar.set_label(self.say(unit), fontproperties=_font())
        self.labels(axes, Text("x（像素）", "x (pixels)"), Text("y（像素）", "y (pixels)"))

    def write(self, axes: Axes, x: float, y: float, text: str) -> None:
        """A short text in the image, centred, to be read on any noise."""
        axes.text(
            x,
            y,
            text,
            fontproperties=_font(),
            fontsize=8,
            color=TEXT_COLOUR,
            ha="center",
            va="center",
            bbox={"facecolor": "white", "alpha": 0.7, "pad": 1, "edgecolor": "none"},
        )

    def outline(self, axes: Axes, outline: Outline, colour: str, label: str) -> None:
        """A closed line around a region."""
        y = [*outline[:, 0], outline[0, 0]]
        x = [*outline[:, 1], outline[0, 1]]
        axes.plot(x, y, color=colour, linewidth=1.2, label=label)

    def png(self) -> bytes:
        """The picture as a PNG file's content."""
        target = io.BytesIO()
        self.figure.savefig(target, format="png")
        return target.getvalue()
