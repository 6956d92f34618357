"""Tables in files: csv as spreadsheet programs write it, and xlsx workbooks."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dosegauge.errors import WrongUse
from dosegauge.registers.cells import shown
from dosegauge.registers.fields import Unfit
from dosegauge.texts import Text

SUFFIXES = (".csv", ".xlsx")
_LARGEST_FILE = 20_000_000
_LARGEST_UNPACKED = 200_000_000
_MOST_ROWS = 20_000
_MOST_COLUMNS = 1_000
# Byte order mark for spreadsheet programs; the other is what a Chinese Excel writes.
_ENCODINGS = ("utf-8-sig", "gb18030")

Cell = str | Unfit


@dataclass(frozen=True)
class Row:
    """A row with its number as spreadsheet programs count, the heads being in the first one."""

    number: int
    cells: tuple[Cell, ...]


def require_suffix(path: Path) -> str:
    """The file's kind by its name; WrongUse for another than SUFFIXES."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise WrongUse(
            Text("不支持这种文件", "no such kind of file"),
            str(path),
            Text("请用 .csv 或 .xlsx", "Use .csv or .xlsx"),
        )
    return suffix


def read(path: Path) -> list[Row]:
    """The rows of a file, without those that are empty; WrongUse when it can't be read."""
    suffix = require_suffix(path)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise _unreadable(path, Text("文件过大", "the file is too large"))
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, Text(str(error.strerror), str(error.strerror))) from error
    rows = _numbered(_csv_rows(path, data) if suffix == ".csv" else _xlsx_rows(path, data), path)
    return [row for row in rows if any(cell != "" for cell in row.cells)]


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """A csv file that spreadsheet programs open with the right characters."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Iterable[Sequence[str]], title: str) -> bytes:
    """A workbook with one sheet in which every cell is text."""
    import openpyxl
    from openpyxl.styles import Alignment, Font

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if value:
                cell.value = value
                cell.data_type = "s"
            # Also where it is empty: what is typed there later stays as typed.
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for letter in [
        sheet.cell(1, column).column_letter for column in range(1, sheet.max_column + 1)
    ]:
        sheet.column_dimensions[letter].width = 18
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _csv_rows(path: Path, data: bytes) -> list[list[Cell]]:
    for encoding in _ENCODINGS:
        try:
            content = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return [list(row) for row in csv.reader(io.StringIO(content, newline=""), strict=True)]
        except csv.Error as error:
            raise _unreadable(
                path, Text(f"csv 格式有误（{error}）", f"not a csv table ({error})")
            ) from error
    raise _unreadable(
        path,
        Text("既不是 UTF-8 也不是 GBK 编码", "neither UTF-8 nor GBK"),
        Text("请另存为“CSV UTF-8”", "Save it as CSV UTF-8"),
    )


def _xlsx_rows(path: Path, data: bytes) -> list[list[Cell]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST_UNPACKED:
                raise _unreadable(path, Text("文件过大", "the file is too large"))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        sheet = book.worksheets[0]
        # What a program noted as the sheet's size may be wrong.
        sheet.reset_dimensions()
        rows: list[list[Cell]] = []
        for row in sheet.iter_rows(max_col=_MOST_COLUMNS, max_row=_MOST_ROWS + 2):
            rows.append([_xlsx_cell(cell) for cell in row])
        return rows
    except WrongUse:
        raise
    except Exception as error:
        # Whatever a reader of foreign files stumbles over, the file is at fault.
        raise _unreadable(
            path,
            Text("不是有效的 xlsx 文件", "no valid xlsx workbook"),
            Text("请重新保存", "Save it again"),
        ) from error


def _xlsx_cell(cell: object) -> Cell:
    try:
        return shown(
            getattr(cell, "value", None),
            str(getattr(cell, "number_format", "General")),
            formula=getattr(cell, "data_type", "") in ("f", "e"),
        )
    except Unfit as unfit:
        return unfit


def _numbered(rows: Iterable[Sequence[Cell]], path: Path) -> list[Row]:
    found = [Row(number, tuple(_tidy(cell) for cell in row)) for number, row in enumerate(rows, 1)]
    if len(found) > _MOST_ROWS or any(len(row.cells) > _MOST_COLUMNS for row in found):
        raise _unreadable(path, Text("行或列过多", "too many rows or columns"))
    return found


def _tidy(cell: Cell) -> Cell:
    return (
        cell.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(cell, str) else cell
    )


def _unreadable(path: Path, reason: Text, todo: Text | str = "") -> WrongUse:
    return WrongUse(
        Text(f"无法读取（{reason.zh}）", f"can't be read ({reason.en})"), str(path), todo
    )
