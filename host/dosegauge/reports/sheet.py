"""Writing one worksheet: texts that stay texts, numbers from decimal strings, live formulas."""

import re
from typing import TYPE_CHECKING, Any

from dosegauge.reports import forms
from dosegauge.reports.language import inline
from dosegauge.texts import Text

if TYPE_CHECKING:
    from dosegauge_core.reporting import Figure

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_000
# What a spreadsheet may take for a formula when such a text is edited or exported.
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")

CALCULATION_COLUMNS = (
    Text("量", "Quantity"),
    Text("公式计算值", "Live formula"),
    Text("单位", "Unit"),
    Text("修约后", "Rounded"),
    Text("证书值", "Certified"),
    Text("一致", "Agrees"),
)
AGREES, DIFFERS = "✓", "≠"


class SheetWriter:
    """Fills a worksheet from top to bottom. `row` is the row written next, from 1."""

    def __init__(self, sheet: Any, language: str, widths: tuple[int, ...]) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self.sheet = sheet
        self.language = language
        self.row = 1
        # Styles are made once and tables of readings do without: a survey has ten thousand cells.
        self._plain = Alignment(vertical="top")
        self._wrapped = Alignment(vertical="top", wrap_text=True)
        self._bold = Font(bold=True)
        self._title = Font(bold=True, size=14)
        self._struck = Font(color="808080", strike=True)
        self._to_fill = PatternFill("solid", fgColor="FFF8DC")
        self._head = PatternFill("solid", fgColor="E8EDF2")
        side = Side(style="thin", color="B0B0B0")
        self._box = Border(left=side, right=side, top=side, bottom=side)
        for column, width in enumerate(widths, 1):
            sheet.column_dimensions[column_letter(column)].width = width
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddFooter.center.text = "&P / &N"

    def say(self, text: Text | str) -> str:
        """A text in the record's language, on one line."""
        return inline(text, self.language)

    def title(self, text: Text | str) -> None:
        """The sheet's title."""
        self.text(1, self.say(text), font=self._title)
        self.row += 2

    def heading(self, text: Text | str) -> None:
        """The title of a block."""
        self.row += 1
        self.text(1, self.say(text), font=self._bold)
        self.row += 1

    def header(self, columns: tuple[Text | str, ...]) -> None:
        """The head of a table."""
        for column, text in enumerate(columns, 1):
            cell = self.text(column, self.say(text), boxed=True, wrapped=True)
            cell.fill = self._head
        self.row += 1

    def text(
        self,
        column: int,
        value: str,
        *,
        font: Any = None,
        boxed: bool = False,
        wrapped: bool = False,
    ) -> Any:
        """A text, whatever it looks like: it never becomes a formula, an error or a number."""
        cell = self.sheet.cell(self.row, column)
        shown = _NOT_IN_XML.sub("\ufffd", value)[:_LONGEST_CELL]
        cell.value = shown
        cell.data_type = "s"
        cell.number_format = "@"
        if shown.startswith(_LIKE_A_FORMULA):
            cell.quotePrefix = True
        if wrapped or boxed:
            cell.alignment = self._wrapped if wrapped else self._plain
        if font is not None:
            cell.font = font
        if boxed:
            cell.border = self._box
        return cell

    def number(self, column: int, digits: str, *, boxed: bool = True) -> str:
        """A number from its decimal digits, shown with as many; its address."""
        cell = self.sheet.cell(self.row, column)
        cell.value = float(digits)
        cell.number_format = number_format(decimals_of(digits))
        if boxed:
            cell.border = self._box
        return self.address(column)

    def formula(self, column: int, formula: str, decimals: int | None = None) -> str:
        """A live formula of this program's own; its address."""
        cell = self.sheet.cell(self.row, column)
        cell.value = "=" + formula
        cell.border = self._box
        if decimals is not None:
            cell.number_format = number_format(decimals)
        return self.address(column)

    def field(self, label: Text | str, value: str) -> None:
        """A field of a form: label and value, marked to be filled in when there is none."""
        self.text(1, self.say(label), boxed=True, wrapped=True)
        cell = self.text(2, value, boxed=True, wrapped=True)
        if not value:
            cell.fill = self._to_fill
        self.row += 1

    def paragraph(self, text: str) -> None:
        """A longer text across the sheet."""
        self.text(1, text, wrapped=True)
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=6)
        lines = text.count("\n") + 1 + len(text) // 90
        self.sheet.row_dimensions[self.row].height = 15 * lines
        self.row += 1

    def strike(self, columns: int) -> None:
        """Marks the present row as superseded."""
        for column in range(1, columns + 1):
            self.sheet.cell(self.row, column).font = self._struck

    def address(self, column: int) -> str:
        """Column letter and row number of a cell in the present row."""
        return f"{column_letter(column)}{self.row}"


class Calculation:
    """A table of formulas, each beside the figure that the core printed."""

    def __init__(self, writer: SheetWriter, figures: "dict[str, Figure]") -> None:
        self._writer = writer
        self._figures = figures
        writer.header(CALCULATION_COLUMNS)

    def given(self, label: Text | str, digits: str, unit: str = "") -> str:
        """An input; the address of its value."""
        writer = self._writer
        writer.text(1, writer.say(label), boxed=True, wrapped=True)
        address = writer.number(2, digits)
        writer.text(3, forms.unit_symbol(unit), boxed=True)
        writer.row += 1
        return address

    def computed(
        self,
        label: Text | str,
        formula: str,
        unit: str = "",
        key: str = "",
        *,
        directed: bool = False,
    ) -> str:
        """A formula, beside the figure of this key if there is one; the address of its value.

        `directed`: the figure is not rounded to nearest, so that it may lie a whole unit away.
        """
        writer = self._writer
        writer.text(1, writer.say(label), boxed=True, wrapped=True)
        address = writer.formula(2, formula)
        writer.text(3, forms.unit_symbol(unit), boxed=True)
        figure = self._figures.get(key)
        if figure is not None:
            self._beside(address, figure.text, directed)
        writer.row += 1
        return address

    def _beside(self, address: str, digits: str, directed: bool) -> None:
        writer = self._writer
        writer.text(5, digits, boxed=True)
        if _DECIMAL.fullmatch(digits):
            decimals = decimals_of(digits)
            writer.formula(4, f"ROUND({address},{decimals})", decimals)
        else:
            writer.formula(4, address)
        writer.formula(6, agreement(address, digits, directed=directed))


def agreement(address: str, digits: str, *, directed: bool = False) -> str:
    """A formula that compares a cell with printed digits. The digits stand in it as a constant:
    VALUE() of a text would depend on the reader's decimal sign."""
    if not _DECIMAL.fullmatch(digits):
        return f'IF({address}="{digits}","{AGREES}","{DIFFERS}")'
    within = (1 if directed else 0.5) * 10.0 ** -decimals_of(digits)
    return f'IF(ABS({address}-({digits}))<={within * (1 + 1e-6):.12g},"{AGREES}","{DIFFERS}")'


def column_letter(column: int) -> str:
    """The letters of a column, from 1."""
    first, last = divmod(column - 1, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + last)


def decimals_of(digits: str) -> int:
    """How many decimals a decimal string has."""
    return len(digits.partition(".")[2])


def number_format(decimals: int) -> str:
    """A spreadsheet's format for so many decimals."""
    return "0." + "0" * decimals if decimals else "0"
