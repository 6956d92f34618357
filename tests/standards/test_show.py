"""`dosegauge standards show` as its users call it."""

import json

import pytest

from dosegauge.cli import main
from dosegauge.standards import FILES, load


@pytest.fixture
def show(capsys):
    """Runs the command; gives exit code, stdout and stderr."""

    def run(*arguments: str, language: str = "en") -> tuple[int, str, str]:
        code = main(["--lang", language, "standards", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_has_every_item_and_limit(show, file: str, language: str) -> None:
    code, out, err = show("show", file, language=language)
    assert (code, err) == (0, "")
    standard = load(file)
    title = getattr(standard.title, language)
    assert out.startswith(f"{title}  {file}  {standard.sha256[:12]}\n")
    for item in standard.items:
        assert item.id in out
        assert getattr(item.title, language) in out
    lines = out.splitlines()
    heads = 2 + standard.for_reference
    assert len(lines) == heads + sum(len(item.limits) for item in standard.items)


def cells(out: str, item: str) -> list[list[str]]:
    """The item's lines, split where two blanks stand."""
    lines = out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(item + " "))
    rest = [line for line in lines[first + 1 :] if line.startswith(" ")]
    return [[cell.strip() for cell in line.split("  ") if cell] for line in (lines[first], *rest)]


# S1's table, row 5; S2 5.1.2; S0 5.1.
@pytest.mark.parametrize(
    ("document", "item", "language", "shown"),
    [
        ("WS 523-2019", "maximum-count-rate", "en", "≥ the maker's value s⁻¹"),
        ("WS 523-2019", "maximum-count-rate", "zh", "≥ 出厂指标 s⁻¹"),
        ("ws523-2019", "maximum-count-rate", "zh", "≥ 67000 s⁻¹"),
        ("mri-phantom-draft", "line-width", "en", "± 5 %, 1 ≤ f ≤ 5 lp/cm"),
        ("JJF XXXX-XXXX", "line-width", "en", "± 10 %, 5 < f ≤ 8 lp/cm"),
        ("micro-ct-draft", "air-kerma-rate", "en", "≥ 80 % of the nominal"),
        ("micro-ct-draft", "air-kerma-rate", "zh", "标称值的 ≥ 80 %"),
        ("ws-523-2019", "tomographic-resolution", "en", "none"),
        ("ws-523-2019", "integral-uniformity", "zh", "1周"),
        ("ws-523-2019", "integral-uniformity", "en", "1 week"),
        ("ws-523-2019", "planar-sensitivity", "en", "6 months"),
    ],
)
def test_a_limit_as_it_is_shown(show, document: str, item: str, language: str, shown: str) -> None:
    code, out, _ = show("show", document, "--item", item, language=language)
    assert code == 0
    assert shown in [cell for line in cells(out, item) for cell in line]


def test_one_item_with_all_that_is_known_of_it(show) -> None:
    code, out, _ = show("show", "micro-ct-draft", "--item", "uniformity-spread")
    assert code == 0
    for line in (
        "decision rule: jjf1094 (own choice)",
        "budget: uniformity (own choice)",
        "decided together: uniformity: any (own choice)",
        "(7.3.2, source)",
        "known error S0-1 (5.3): ",
    ):
        assert line in out
    assert "S0-4" not in out


def test_a_check_shows_what_is_to_be_met(show) -> None:
    _, out, _ = show("show", "mri-phantom-draft", "--item", "visual-check")
    assert "to be met: maker, model and serial number are marked" in out


def test_json_is_the_whole_document_or_the_item(show) -> None:
    code, out, _ = show("show", "ws-523-2019", "--json")
    document = json.loads(out)
    assert code == 0
    assert [item["id"] for item in document["items"]] == [
        item.id for item in load("ws-523-2019.toml").items
    ]
    _, out, _ = show("show", "ws-523-2019", "--item", "absolute-linearity", "--json")
    item = json.loads(out)
    assert item in document["items"]
    values = [(limit["stage"], limit["region"], limit["value"]) for limit in item["limits"]]
    assert ("acceptance", "UFOV", "maker") in values
    assert ("constancy", "CFOV", "0.60") in values


def test_the_list_names_documents_without_plans_too(show) -> None:
    code, out, _ = show()
    assert code == 0
    for file in FILES:
        assert file in out
    _, out, _ = show("--json")
    assert [one["file"] for one in json.loads(out)] == list(FILES)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "nothing"), "nothing: there is no such document. There are mri-phantom-draft"),
        # The Micro CT draft has no code: an empty one must not find it.
        (("show", ""), "there is no such document"),
        (("show", "ws-523-2019", "--item", "x"), "ws-523-2019.toml: x: there is no such item"),
        (("show",), "the following arguments are required: FILE_OR_CODE"),
    ],
)
def test_a_wrong_name_is_one_line(show, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = show(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
