"""A file is taken whole or not at all, and says of each row what became of it."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dosegauge.errors import WrongUse
from dosegauge.registers import tables
from dosegauge.registers.entries import Entry, read_rows, template_of
from dosegauge.registers.kinds import KINDS
from dosegauge.store import Store
from tests.registers.files import GAUGE, HEADS, csv_file, faults, outcomes, take

# Made once: a workbook notes the time at which it was written.
WHOLE = {
    ".csv": tables.csv_bytes([HEADS, GAUGE]),
    ".xlsx": tables.xlsx_bytes([HEADS, GAUGE], "t"),
}
DETECTOR_HEADS = ("identity", "name", "air_density", "t0_c", "p0_kpa")
CHAMBER = ("IC-3", "chamber", "vented", "20", "101.325")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "store.sqlite")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def entry(store: Store, kind: str = "instruments") -> Entry:
    (row,) = store.registers.current(kind)
    return Entry.stored(row.content)


def test_a_row_is_added_then_unchanged_then_changed(store: Store, file: Path) -> None:
    csv_file(file, HEADS, GAUGE)
    assert outcomes(take(store, file)) == ["added"]
    assert outcomes(take(store, file)) == ["unchanged"]
    csv_file(file, HEADS, (*GAUGE[:3], "CD-2", *GAUGE[4:]))
    assert outcomes(take(store, file, who="Li", why="recalibrated")) == ["changed"]
    old, new = store.registers.history("instruments")
    assert (new.supersedes, new.who, new.why) == (old.id, "Li", "recalibrated")
    assert (old.content["values"]["certificate"], new.content["values"]["certificate"]) == (
        "CD-1",
        "CD-2",
    )


def test_a_file_taken_twice_changes_nothing(store: Store, file: Path, tmp_path: Path) -> None:
    take(store, csv_file(file, HEADS, GAUGE))
    before = (tmp_path / "store.sqlite").read_bytes()
    take(store, file, who="Li", why="again")
    assert (tmp_path / "store.sqlite").read_bytes() == before


def test_one_refused_row_keeps_all_of_the_file_out(store: Store, file: Path) -> None:
    csv_file(file, HEADS, GAUGE, ("HG-18", "ruler", "x", "", "", ""))
    done = take(store, file)
    assert (outcomes(done), done.stored) == (["added", "refused"], False)
    assert store.registers.history("instruments") == []


def test_a_change_asks_who_and_why(store: Store, file: Path) -> None:
    take(store, csv_file(file, HEADS, GAUGE))
    csv_file(file, HEADS, (*GAUGE[:3], "CD-2", *GAUGE[4:]))
    for who, why, missing in (("", "", "--who --why"), ("Li", " ", "--why"), ("", "x", "--who")):
        ((row, column, reason),) = faults(take(store, file, who=who, why=why))
        assert (row, column) == (2, "")
        assert f"say with {missing} who" in reason
    assert len(store.registers.history("instruments")) == 1


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("identity", "", "required: fill it in"),
        ("name", "", "required: fill it in"),
        ("kind", "ruler", "there is no 'ruler': write one of height-gauge"),
        ("name", "x" * 401, "more than 400 characters"),
        ("name", "a\x00b", "unprintable character U+0000"),
        ("name", "a\x1bb", "unprintable character U+001B"),
        ("name", "a\uffffb", "unprintable character U+FFFF"),
        ("name", "a_x0041_b", "something like _x0000_"),
        ("valid_to", "soon", "soon is no date: write it like 2026-03-01"),
        ("valid_to", "2026-02-30", "is no date"),
        ("valid_to", "03/01/2026", "is no date"),
        ("valid_to", "2026-02-28", "before 2026-03-01: correct it"),
        ("mpe", "half", "half is no number: write it like 1.250"),
        ("mpe", "1e-3", "is no number"),
        ("mpe", "0,5", "is no number"),
        ("mpe", "０.５", "is no number"),
        ("mpe", "0.00", "must be above zero"),
        ("mpe", "-1", "must be above zero"),
        ("resolution", "1" * 31, "is no number"),
        ("stability_pct", "2 kV", "is no number"),
        ("value 1 u", "0.5 mm", "is no number"),
        ("value 1 k", "0", "must be above zero"),
    ],
)
def test_a_cell_that_can_not_be_taken(
    store: Store, file: Path, column: str, cell: str, said: str
) -> None:
    known = dict(zip(HEADS, GAUGE, strict=True)) | {
        "mpe_unit": "um",
        "resolution_unit": "um",
        "value 1 value": "1",
    }
    known[column] = cell
    ((row, named, reason),) = faults(
        take(store, csv_file(file, list(known), list(known.values())))
    )
    assert row == 2
    assert column in named
    assert said in reason


@pytest.mark.parametrize(
    ("heads", "cells", "column", "said"),
    [
        (("mpe",), ("0.5",), "mpe_unit", "missing"),
        (("resolution",), ("0.5",), "resolution_unit", "missing"),
        (("range_low", "range_unit"), ("0", "mm"), "range_high", "missing"),
        (("range_low", "range_high"), ("0", "50"), "range_unit", "missing"),
        (("range_low", "range_high", "range_unit"), ("9", "5", "mm"), "range_high", "below 9"),
        (("energy_low_kv",), ("50",), "energy_high_kv", "missing"),
        (("energy_low_kv", "energy_high_kv"), ("150", "50"), "energy_high_kv", "below 150"),
        (("value_1_u",), ("0.5",), "value_1_value", "missing"),
        (("value_2_value", "value 2 kv low"), ("1", "20"), "value_1_kv_high", "missing"),
    ],
)
def test_members_that_do_not_go_together(
    store: Store,
    file: Path,
    heads: tuple[str, ...],
    cells: tuple[str, ...],
    column: str,
    said: str,
) -> None:
    done = take(store, csv_file(file, (*HEADS, *heads), (*GAUGE, *cells)))
    ((_, named, reason),) = faults(done)
    assert named.startswith(column)
    assert said in reason


def test_a_vented_chamber_needs_the_reference_conditions_of_its_certificate(
    store: Store, file: Path
) -> None:
    done = take(store, csv_file(file, DETECTOR_HEADS, (*CHAMBER[:3], "", "")), "detectors")
    assert [column.split(" ")[0] for _, column, _ in faults(done)] == ["t0_c", "p0_kpa"]
    sealed = ("SD-1", "diode", "密封或半导体", "", "")
    assert take(store, csv_file(file, DETECTOR_HEADS, sealed), "detectors").stored
    assert entry(store, "detectors").values["air_density"] == "sealed"


def test_the_same_subject_twice_in_a_file(store: Store, file: Path) -> None:
    done = take(store, csv_file(file, HEADS, GAUGE, (), GAUGE))
    assert faults(done) == [(4, "", "the same one as in row 2: keep one of them")]


def test_a_cell_without_head(store: Store, file: Path) -> None:
    done = take(store, csv_file(file, HEADS, (*GAUGE, "stray")))
    assert faults(done) == [(2, "", "cell 7 has no head")]


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        (("identity", "kind", "colour"), "table.csv, colour: there is no such column"),
        (("identity", "设备编号"), "设备编号: this column stands twice"),
        (("identity", "value_1_u", "value 1 U"), "value 1 U: this column stands twice"),
        (("kind", "name"), "identity / 设备编号: this column is missing"),
        (("identity", "value 100 u"), "there is no such column"),
    ],
)
def test_heads_that_can_not_be_taken(
    store: Store, file: Path, heads: tuple[str, ...], said: str
) -> None:
    with pytest.raises(WrongUse, match="register template instruments") as fault:
        take(store, csv_file(file, heads, ["x"] * len(heads)))
    assert said in fault.value.line("en")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n,,\r\n", "the file is empty"),
        ("a.csv", b"identity\n\xff\xff\xff", "neither UTF-8 nor GBK"),
        ("a.csv", b'identity\n"x', "not a csv table"),
        ("a.xlsx", b"identity", "no valid xlsx workbook"),
        ("a.xlsx", b"PK\x05\x06" + bytes(18), "no valid xlsx workbook"),
        ("a.ods", b"identity", "no such kind of file"),
        ("a.csv", None, "No such file"),
    ],
)
def test_a_file_that_can_not_be_read_is_one_line(
    store: Store, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(WrongUse, match=said) as fault:
        take(store, tmp_path / name)
    assert name in fault.value.where
    assert "\n" not in fault.value.line("zh")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_chinese_files_of_every_encoding(store: Store, file: Path, encoding: str) -> None:
    lines = "设备编号,类别,名称\r\n高-17,高度计,数显高度计\r\n"
    file.write_bytes(lines.encode(encoding))
    take(store, file)
    assert entry(store).values == {
        "identity": "高-17",
        "kind": "height-gauge",
        "name": "数显高度计",
    }


@pytest.mark.parametrize(
    ("kind", "heads"),
    [
        ("instruments", ("Identity", "KIND", "Name", "certificate no.", "valid until", "MPE")),
        ("instruments", ("设备编号", "类别", "名称", "证书编号", "有效期至", "最大允许误差")),
        ("instruments", ("编号", "种类", "* name", "certificate_number", "有效日期", "mpe")),
    ],
)
def test_heads_in_both_languages(
    store: Store, file: Path, kind: str, heads: tuple[str, ...]
) -> None:
    row = ("HG-17", "caliper", "x", "CD-1", "2027/2/28", "±0.50")
    take(store, csv_file(file, (*heads, "最大允许误差单位"), (*row, "µm")), kind)
    assert entry(store).values == {
        "identity": "HG-17",
        "kind": "caliper",
        "name": "x",
        "certificate": "CD-1",
        "valid_to": "2027-02-28",
        "mpe": "0.50",
        "mpe_unit": "µm",
    }


def test_what_has_no_column_stays_and_an_empty_cell_clears(store: Store, file: Path) -> None:
    value = ("value_1_value", "1.0420")
    take(store, csv_file(file, (*HEADS, value[0]), (*GAUGE, value[1])))
    csv_file(file, ("identity", "name", "certificate"), ("HG-17", "new name", ""))
    take(store, file, who="Li", why="renamed")
    found = entry(store)
    assert found.values == {
        "identity": "HG-17",
        "kind": "height-gauge",
        "name": "new name",
        "valid_from": "2026-03-01",
        "valid_to": "2027-02-28",
    }
    assert found.parts == ({"value": "1.0420"},)


def test_several_qualities_keep_their_order_and_digits(store: Store, file: Path) -> None:
    heads = [f"quality {n} {name}" for n in (2, 1, 3) for name in ("name", "k_q", "u", "k")]
    cells = ("RQR 8", "0.9900", "0.8%", "2", "RQR 5", "1.0", "0.010", "2.0", "", "", "", "")
    take(store, csv_file(file, (*DETECTOR_HEADS, *heads), (*CHAMBER, *cells)), "detectors")
    assert entry(store, "detectors").parts == (
        {"name": "RQR 5", "k_q": "1.0", "u": "0.010", "k": "2.0"},
        {"name": "RQR 8", "k_q": "0.9900", "u": "0.8 %", "k": "2"},
    )


def test_people_of_one_name_are_told_apart_and_have_several_duties(
    store: Store, file: Path
) -> None:
    heads = ("姓名", "工号", "职责")
    csv_file(file, heads, ("王", "1", "校准员；核验员"), ("王", "2", "approver, operator"))
    assert outcomes(take(store, file, "people")) == ["added", "added"]
    roles = [row.content["values"]["role"] for row in store.registers.current("people")]
    assert roles == ["operator; checker", "approver; operator"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_template_is_no_entry_and_its_example_is_one_once_its_mark_is_removed(
    store: Store, tmp_path: Path, kind: str, language: str, suffix: str
) -> None:
    heads, helps, example = template_of(KINDS[kind], language)
    path = tmp_path / f"template{suffix}"
    for rows, expected in (
        ([heads, helps, example], []),
        ([heads, helps, [example[0].removeprefix("# "), *example[1:]]], ["added"]),
    ):
        write = tables.csv_bytes if suffix == ".csv" else lambda rows: tables.xlsx_bytes(rows, "t")
        path.write_bytes(write(rows))
        done = take(store, path, kind)
        assert (faults(done), outcomes(done)) == ([], expected)


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_columns_share_a_head(kind: str) -> None:
    for language in ("zh", "en"):
        heads = template_of(KINDS[kind], language)[0]
        assert len(set(heads)) == len(heads)
    names = [member.name for member in KINDS[kind].fields]
    assert set(KINDS[kind].listed) | set(KINDS[kind].subject) <= set(names)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_is_in_a_file_it_is_read_or_refused(
    tmp_path: Path, suffix: str, data: st.DataObject
) -> None:
    whole = WHOLE[suffix]
    begin = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(begin, min(len(whole), begin + 40)))
    path = tmp_path / f"damaged{suffix}"
    path.write_bytes(whole[:begin] + data.draw(st.binary(max_size=20)) + whole[end:])
    with contextlib.suppress(WrongUse):
        read_rows(KINDS["instruments"], tables.read(path), path)
