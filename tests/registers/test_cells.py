"""Cells of spreadsheets: nothing runs, and numbers are what they show."""

import io
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from dosegauge.registers import tables
from dosegauge.registers.cells import guarded, shown, unguarded
from dosegauge.registers.fields import Unfit


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86 10", "'+86 10"),
        ("-cmd|x!A0", "'-cmd|x!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("# 3", "'# 3"),
        ("'quoted", "''quoted"),
        ("'", "''"),
        ("-0.50", "-0.50"),
        ("+12", "+12"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_would_run_is_quoted_and_comes_back(value: str, cell: str) -> None:
    assert guarded(value) == cell
    assert unguarded(cell) == value


def test_an_apostrophe_of_a_persons_own_is_no_quote() -> None:
    assert unguarded("'s-Gravenhage") == "'s-Gravenhage"
    assert unguarded(guarded("'s-Gravenhage")) == "'s-Gravenhage"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.1, "General", "0.1"),
        (2, "General", "2"),
        (0.1, "0.000", "0.100"),
        (7, "0000", "0007"),
        (-1.5, "0.00", "-1.50"),
        (0.018, "0.0%", "1.8%"),
        (101.325, "@", "101.325"),
        (1e-05, "General", "0.00001"),
        (100000.0, "0", "100000"),
        (datetime(2026, 3, 1), "yyyy/m/d", "2026-03-01"),
        (date(2026, 3, 1), "General", "2026-03-01"),
        ("1.20", "0.0", "1.20"),
        (None, "General", ""),
    ],
)
def test_a_cell_is_taken_as_it_is_shown(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "said"),
    [
        (0.125, "0.00", "more digits than it shows"),
        (0.1 + 0.2, "General", "more digits than it shows"),
        (12345678901, "General", "more digits than it shows"),
        (1234.5, "#,##0.0", "'#,##0.0' can't be read as shown"),
        (1.0, "0.00E+00", "can't be read as shown"),
        (True, "General", "make this cell a text"),
        (time(1, 2), "h:mm", "make this cell a text"),
        (datetime(2026, 3, 1, 8), "yyyy/m/d", "a date with a time"),
        (float("inf"), "General", "make this cell a text"),
    ],
)
def test_a_cell_that_holds_other_than_it_shows(
    value: object, number_format: str, said: str
) -> None:
    with pytest.raises(Unfit, match=said):
        shown(value, number_format)


def test_a_workbook_is_text_in_every_cell_and_holds_no_formula() -> None:
    data = tables.xlsx_bytes([["identity", "name"], ["007", "=1+1"], ["1.20", "@x"]], "t")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert [cell.value for cell in cells][2:] == ["007", "=1+1", "1.20", "@x"]


def test_a_workbook_that_a_person_filled_in(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["identity", "mpe", "valid_to", "serial", "sum"])
    sheet.append(["HG-17", 0.5, date(2027, 2, 28), 42, "=1+1"])
    sheet["B2"].number_format = "0.00"
    sheet["D2"].number_format = "0000"
    book.save(tmp_path / "t.xlsx")
    _, row = tables.read(tmp_path / "t.xlsx")
    assert row.number == 2
    assert row.cells[:4] == ("HG-17", "0.50", "2027-02-28", "0042")
    assert isinstance(row.cells[4], Unfit)
    assert "a formula" in row.cells[4].reason.en
