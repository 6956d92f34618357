"""The unit's display as it is: four lines of sixteen cells in a frame."""

from rich.cells import set_cell_size
from rich.text import Text
from textual.widgets import Static

from dosegauge.output import printable

LINES, CELLS = 4, 16


class DisplayBox(Static):
    """A Chinese character takes two cells, here as on the unit."""

    def __init__(self) -> None:
        super().__init__(id="display", markup=False)
        self.show(())

    def show(self, lines: tuple[str, ...]) -> None:
        """Shows these lines; a blank display for none."""
        padded = (*lines, *("",) * LINES)[:LINES]
        shown = [set_cell_size(printable(line), CELLS) for line in padded]
        self.update(Text("\n".join(shown), no_wrap=True))
