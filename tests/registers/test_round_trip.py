"""What is exported and taken again is the same to the last digit and character."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dosegauge.registers import tables
from dosegauge.registers.checks import faults_of
from dosegauge.registers.entries import Entry, read_rows, table_of
from dosegauge.registers.equipment import DETECTORS, INSTRUMENTS
from dosegauge.registers.fields import Unfit, text
from dosegauge.registers.kinds import KINDS
from dosegauge.store import Store
from dosegauge.store.registers import NewEntry
from tests.registers.files import outcomes, take

ODD = st.text(
    st.sampled_from("=+-@'\"#,;\n\t 　%_x0041中文é😀\u2028０1２.-")
    | st.characters(exclude_categories=("Cs", "Cc")),
    max_size=12,
)


def is_kept(value: str) -> bool:
    """Whether the register takes this text as it is."""
    try:
        return bool(value) and text(value) == value == value.strip()
    except Unfit:
        return False


TEXTS = st.one_of(
    ODD.map(str.strip).filter(is_kept),
    st.sampled_from(["=1+1", "@x", "-a", "+86", "'=x", "''", "#7", "0042", "1.10", '"a","b"']),
)
DIGITS = st.from_regex(r"[1-9][0-9]{0,8}(\.[0-9]{1,12})?", fullmatch=True)
INSTRUMENT = st.builds(
    Entry,
    st.fixed_dictionaries(
        {"identity": TEXTS, "kind": st.sampled_from(["caliper", "other"]), "name": TEXTS},
        optional={"remark": TEXTS, "serial": TEXTS, "stability_pct": DIGITS},
    ),
    st.lists(
        st.fixed_dictionaries(
            {"value": DIGITS | DIGITS.map("-{}".format)},
            optional={"what": TEXTS, "u": DIGITS | DIGITS.map("{} %".format), "unit": TEXTS},
        ),
        max_size=3,
    ).map(tuple),
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=st.lists(INSTRUMENT, min_size=1, max_size=4))
@example(entries=[Entry({"identity": "# 1", "kind": "other", "name": "a\nb"}, ({"value": "1"},))])
def test_any_instruments(tmp_path: Path, entries: list[Entry], suffix: str, language: str) -> None:
    assert all(faults_of(INSTRUMENTS, entry) == [] for entry in entries)
    rows = table_of(INSTRUMENTS, entries, language)
    path = tmp_path / f"exported{suffix}"
    path.write_bytes(
        tables.csv_bytes(rows) if suffix == ".csv" else tables.xlsx_bytes(rows, "exported")
    )
    taken = read_rows(INSTRUMENTS, tables.read(path), path)
    assert [row.faults for row in taken] == [[] for _ in entries]
    assert [row.completed(None) for row in taken] == entries


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_taken_again_changes_nothing(tmp_path: Path, suffix: str) -> None:
    entry = Entry(
        {
            "identity": "007",
            "name": "=cmd|'/c calc'!A0",
            "air_density": "vented",
            "t0_c": "20.0",
            "p0_kpa": "101.30",
            "n_k": "1.0420",
            "n_k_u": "1.80 %",
        },
        ({"name": "RQR 5", "k_q": "1.00"}, {"k_q": "0.990"}),
    )
    store = Store.open(tmp_path / "store.sqlite")
    store.registers.add("detectors", [NewEntry(("007",), entry.content)], "", "")
    path = tmp_path / f"exported{suffix}"
    rows = table_of(DETECTORS, [entry], "zh")
    path.write_bytes(
        tables.csv_bytes(rows) if suffix == ".csv" else tables.xlsx_bytes(rows, "exported")
    )
    assert outcomes(take(store, path, "detectors")) == ["unchanged"]
    other = Store.open(tmp_path / "other.sqlite")
    assert outcomes(take(other, path, "detectors")) == ["added"]
    (copied,) = other.registers.current("detectors")
    assert copied.content == entry.content


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_every_register_goes_out_and_in(tmp_path: Path, kind: str) -> None:
    described = KINDS[kind]
    values = {member.name: f"text {number}" for number, member in enumerate(described.fields)}
    parts = ()
    if described.part is not None:
        parts = tuple({m.name: f"{n}" for m in described.part.fields} for n in (1, 2))
    rows = table_of(described, [Entry(values, parts)], "zh")
    english = table_of(described, [Entry(values, parts)], "en")
    assert rows[1] == english[1] == [*values.values(), *(v for p in parts for v in p.values())]
