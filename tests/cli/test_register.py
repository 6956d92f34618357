"""`dosegauge register` as a shell sees it."""

import json
import sqlite3
from pathlib import Path

import pytest

from dosegauge.cli import main
from dosegauge.commands.register_options import REGISTERS
from dosegauge.registers.kinds import KINDS

GAUGE = "identity,kind,name,mpe,mpe unit,valid to,certificate\nHG-17,other,x,{},um,2027-02-28,C\n"


class Shell:
    """Runs commands on a store of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def run(self, *arguments: str, code: int = 0, lang: str = "en") -> str:
        store = str(self.folder / "s.sqlite")
        assert main(["register", *arguments, "--store", store, "--lang", lang]) == code
        said = self._capsys.readouterr()
        return said.out if code != 2 else said.err

    def table(self, content: str) -> str:
        path = self.folder / "table.csv"
        path.write_text(content, encoding="utf-8")
        return str(path)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_the_options_name_every_register() -> None:
    assert tuple(KINDS) == REGISTERS


def test_import_says_of_each_row_what_became_of_it(shell: Shell) -> None:
    file = shell.table(GAUGE.format("50"))
    options = ["import", file, "--kind", "instruments"]
    assert shell.run(*options).splitlines() == [
        "row 2 HG-17: added",
        f"{file}: 1 added, 0 unchanged, 0 changed, 0 refused",
    ]
    assert "row 2 HG-17: unchanged" in shell.run(*options)
    shell.table(GAUGE.format("20"))
    refused = shell.run(*options, code=1).splitlines()
    assert refused[0].startswith(f"{file}, row 2: refused, it changes an entry: say with --who")
    assert refused[1].endswith("1 refused; nothing was stored")
    assert "第 2 行 HG-17：更改" in shell.run(*options, "--who", "李", "--why", "更正", lang="zh")


def test_import_as_json(shell: Shell) -> None:
    file = shell.table(GAUGE.format("half"))
    said = json.loads(shell.run("import", file, "--kind", "instruments", "--json", code=1))
    assert said == {
        "file": file,
        "register": "instruments",
        "stored": False,
        "rows": [
            {
                "row": 2,
                "subject": ["HG-17"],
                "outcome": "refused",
                "faults": [
                    {
                        "column": "mpe",
                        "reason": [
                            "half 不是数字，请写成 1.250 这样",
                            "half is no number: write it like 1.250",
                        ],
                    }
                ],
            }
        ],
    }


def test_list_shows_what_speaks_against_an_instrument_on_a_day(shell: Shell) -> None:
    shell.run("import", shell.table(GAUGE.format("50")), "--kind", "instruments")
    listed = shell.run("list", "instruments", "--on", "2027-02-28").splitlines()
    assert listed[0].split() == ["identity", "kind", "name", "certificate", "valid_to", "flags"]
    assert listed[1].split() == ["HG-17", "other", "x", "C", "2027-02-28"]
    expired = shell.run("list", "instruments", "--on", "2027/3/1")
    assert "its certificate was valid to 2027-02-28, expired on 2027-03-01" in expired
    (entry,) = json.loads(shell.run("list", "instruments", "--on", "2027-03-01", "--json"))
    assert entry["values"]["mpe"] == "50"
    assert [flag["code"] for flag in entry["flags"]] == ["expired"]


def test_history_shows_who_changed_what_and_why(shell: Shell) -> None:
    shell.run("import", shell.table(GAUGE.format("50")), "--kind", "instruments")
    changed = shell.table(GAUGE.format("20"))
    shell.run("import", changed, "--kind", "instruments", "--who", "Li", "--why", "typo")
    old, new = json.loads(shell.run("list", "instruments", "--history", "--json"))
    assert (old["values"]["mpe"], new["values"]["mpe"]) == ("50", "20")
    assert (new["supersedes"], new["who"], new["why"]) == (old["row"], "Li", "typo")
    assert "Li" in shell.run("list", "instruments", "--history")
    (present,) = json.loads(shell.run("list", "instruments", "--json"))
    assert present == new


def test_devices_are_listed_with_their_nominals_registered_or_not(shell: Shell) -> None:
    golden = Path(__file__).parents[1] / "golden" / "v1" / "store.sql"
    with sqlite3.connect(shell.folder / "s.sqlite") as made:
        made.executescript(golden.read_text(encoding="utf-8"))
    (known,) = json.loads(shell.run("list", "devices", "--json"))
    nominal = known["nominals"]["air-kerma-rate"]
    assert (known["row"], nominal["value"], nominal["unit"]) == (None, "15.246", "mGy/min")
    heads = "maker,model,serial,client\n"
    file = shell.table(heads + "Demo Imaging,uCT-80,CT-0042,Hospital\nOther,x,1,\n")
    shell.run("import", file, "--kind", "devices")
    first, second = json.loads(shell.run("list", "devices", "--json"))
    assert (first["row"], first["values"]["client"]) == (1, "Hospital")
    assert (first["nominals"], second["nominals"]) == (known["nominals"], {})
    assert "air-kerma-rate 15.246 mGy/min" in shell.run("list", "devices", "--history")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_exported_comes_back_unchanged(shell: Shell, suffix: str, lang: str) -> None:
    shell.run("import", shell.table(GAUGE.format("50.00")), "--kind", "instruments")
    out = str(shell.folder / f"out.{suffix}")
    assert shell.run("export", "instruments", "--out", out, lang=lang).strip() == out
    assert "row 2 HG-17: unchanged" in shell.run("import", out, "--kind", "instruments")


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_of_every_register_is_written(shell: Shell, kind: str) -> None:
    out = str(shell.folder / "t.xlsx")
    said = json.loads(shell.run("template", kind, "--out", out, "--json"))
    assert said == {"file": out, "register": kind, "entries": 0}
    assert "0 added" in shell.run("import", out, "--kind", kind)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "instruments", "--on", "soon"], "--on: soon is no date"),
        (["list", "instruments", "--kv", "0"], "--kv: 0 must be above zero"),
        (["export", "instruments", "--out", "t.ods"], "t.ods: no such kind of file"),
        (["import", "none.csv", "--kind", "people"], "none.csv: can't be read"),
    ],
)
def test_wrong_use_is_one_line(shell: Shell, arguments: list[str], said: str) -> None:
    error = shell.run(*arguments, code=2)
    assert error.startswith(said)
    assert error.count("\n") == 1


def test_a_file_that_exists_is_not_replaced(shell: Shell) -> None:
    file = shell.table("mine")
    assert "exists and was not replaced" in shell.run("export", "people", "--out", file, code=2)
    assert Path(file).read_text() == "mine"
