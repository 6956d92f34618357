"""A standards file is read strictly: each refusal names the file, the place and the member."""

from pathlib import Path

import pytest

from dosegauge import standards
from dosegauge.errors import WrongUse

WHOLE = (Path(__file__).parent / "example.toml").read_text(encoding="utf-8")


def read(text: str) -> standards.Standard:
    return standards.read("example.toml", text.encode())


def test_the_example_is_whole() -> None:
    standard = read(WHOLE)
    assert [item.id for item in standard.items] == ["width"]
    assert standard.procedures[0].steps[0]["limit_nm"] == 1000


LIMIT = 'operator = "at_most", value = "5.0"'
CONDITION = '{ quantity = "f", unit = "lp/cm", at_most = "5", from = "own choice" }'
TWO_LIMITS = (
    'limits = [{ stage = "status", region = "left", operator = "at_most", value = "4",'
    ' from = "own choice" },'
)

# What is replaced by what, and what the refusal must say.
CASES = [
    # A misspelt member anywhere.
    (LIMIT, LIMIT + ', vlaue = "4"', "items width, limits 1: unknown member 'vlaue'"),
    ('value = "5.0"', 'vlaue = "5.0"', "items width, limits 1: unknown member 'vlaue'"),
    ('kind = "quantity"', 'kind = "quantity"\nperod = 1', "items width: unknown member 'perod'"),
    ('symbol = "w",', 'symbol = "w", sort = "x",', "items width, quantity: unknown member 'sort'"),
    ('names = ["left"],', 'names = ["left"], a = 1,', "items width, regions: unknown member 'a'"),
    ('en = "note",', 'en = "note", fr = "note",', "items width, notes 1: unknown member 'fr'"),
    ("rows = 3,", "rows = 3, row = 3,", "items width, record: unknown member 'row'"),
    ('lowest = "18"', 'lowst = "18"', "environment 1: unknown member 'lowst'"),
    ('mpe_um = "50"', 'mpe = "50"', "instruments 1: unknown member 'mpe'"),
    ('period = "P1Y"', 'periods = "P1Y"', "stages status: unknown member 'periods'"),
    ('code = "X 1"', 'code = "X 1"\nyear = 1', "document: unknown member 'year'"),
    ('fields = ["client"]\nclause', 'fields = ["client"]\nfield = 1\nclause', "forms, record 1: "),
    ('tag = "E-1"', 'tag = "E-1"\nbad = 1', "known_errors 1: unknown member 'bad'"),
    ("limit_nm = 1000", "limit_mm = 1000", "procedures p, steps zero: unknown member 'limit_mm'"),
    ('port = "A"', 'pot = "A"', "procedures p, channels 1: unknown member 'pot'"),
    ("standard = 1", "standard = 1\nitem = 1", "unknown member 'item'"),
    # Numbers: decimal strings, so that no digit is lost.
    ('value = "5.0"', "value = 5.0", "limits 1: member 'value' must be a decimal string, not 5.0"),
    ('value = "5.0"', 'value = "5,0"', "limits 1: member 'value' must be a decimal string"),
    ('value = "5.0"', 'value = "-5.0"', "limits 1: value '-5.0' is negative"),
    ('lowest = "18"', 'lowest = "warm"', "environment 1: member 'lowest' must be a decimal"),
    ('mpe_um = "50"', "mpe_um = 50", "instruments 1: member 'mpe_um' must be a decimal string"),
    ("rows = 3,", "rows = true,", "record: member 'rows' must be a whole number"),
    ('value = "0.6"', "value = 0.6", "procedures p, limits 1: member 'value' must be a decimal"),
    # Provenance.
    (
        'clause = "5.1"\nfrom = "source"\nregions',
        'from = "source"\nregions',
        "items width: from the",
    ),
    ('value = "5.0", clause = "5.1"', 'value = "5.0"', "limits 1: from the source, but without"),
    ('budget = { name = "line-width", from = "own choice" }', 'budget = { name = "x" }', "'from'"),
    ('limit_from = "own choice"', 'limit_from = "me"', "steps zero: provenance 'me' of a limit"),
    ('clause = "3"\nfrom = "source"', 'from = "guess"', "stages status: from 'guess' can be"),
    (
        'reason = { zh = "因为", en = "because" }',
        "",
        "certificate 1: fields that the document lacks",
    ),
    # Texts.
    ('{ zh = "宽度", en = "width" }', '{ zh = "宽度" }', "items width: member 'title' must have"),
    (
        '{ zh = "宽度", en = "width" }',
        '"width"',
        "items width: member 'title' must have the texts",
    ),
    ('zh = "误"', 'zh = ""', "known_errors 1: member 'zh' is empty"),
    # What does not fit together.
    ('stage = "status", region', 'stage = "statsu", region', "there is no stage 'statsu'"),
    ('region = "left"', 'region = "right"', "a limit's region 'right' is none of the item's"),
    ('region = "left", ', "", "items width: a limit's region None is none of the item's"),
    ('names = ["left"]', 'names = ["left", "top"]', "there is no limit for status, top"),
    ('names = ["left"]', 'names = ["left", "left"]', "member 'names' has a name twice"),
    ("limits = [{", TWO_LIMITS + "{", "two limits for status, left can hold at once"),
    (LIMIT, 'operator = "below", value = "5.0"', "operator 'below' can be at_most"),
    (LIMIT, 'operator = "at_most"', "limits 1: a limit 'at_most' must have a value"),
    (LIMIT, 'operator = "none", value = "5.0"', "limits 1: a limit 'none' can't have a value"),
    (LIMIT, 'operator = "met"', "limits 1: a limit 'met' must have a statement"),
    (LIMIT, 'operator = "none", conditions = [' + CONDITION + "]", "'none' has no conditions"),
    (
        LIMIT,
        LIMIT + ", conditions = [" + CONDITION.replace('at_most = "5", ', "") + "]",
        "limits 1, conditions 1: there is neither a lower nor an upper bound",
    ),
    (
        LIMIT,
        LIMIT + ", conditions = [" + CONDITION.replace("at_most", 'below = "4", at_most') + "]",
        "limits 1, conditions 1: a side is bounded twice",
    ),
    (
        LIMIT,
        LIMIT + ", conditions = [" + CONDITION.replace("at_most", 'above = "5", at_most') + "]",
        "limits 1, conditions 1: the lower bound is above the upper",
    ),
    ('name = "simple"', 'name = "easy"', "there is no decision rule 'easy'; there are simple"),
    ('kind = "quantity"', 'kind = "check"', "items width: a check can't have a budget"),
    ('budget = { name = "line-width", from = "own choice" }\n', "", "must have a budget"),
    ('stages = ["status"]', 'stages = ["now"]', "methods 1: there is no stage 'now'"),
    ('known_errors = ["E-1"]', 'known_errors = ["E-2"]', "there is no known error 'E-2'"),
    ('lowest = "18"\n', "", "environment 1: nothing is asked of 'temperature'"),
    ('mpe_um = "50"', 'resolution = "1"', "resolution and resolution_unit must be given together"),
    ('mpe_um = "50"', 'energy_low_kv = "50"', "energy_low_kv and energy_high_kv must be given"),
    ('mpe_um = "50"', 'range_high = "50"', "a range and range_unit must be given together"),
    ('period = "P1Y"', 'period = "a year"', "stages status: period 'a year' must be such as P1W"),
    ('fields = ["client"]\nclause', "fields = []\nclause", "forms, record 1: there are no fields"),
    ("for_reference = false", 'for_reference = "no"', "'for_reference' must be true or false"),
    ("[[items]]", "[[item]]", "unknown member 'item'"),
    ("[procedures.p]", '[[items]]\nid = "width"\n[procedures.p]', "items width: member 'title'"),
]


@pytest.mark.parametrize(("old", "new", "says"), CASES, ids=[case[2][:60] for case in CASES])
def test_a_file_that_contradicts_itself_is_refused(old: str, new: str, says: str) -> None:
    assert WHOLE.count(old) >= 1
    with pytest.raises(WrongUse) as refused:
        read(WHOLE.replace(old, new, 1))
    line = refused.value.line("en")
    assert says in line
    assert line.startswith("example.toml: ")
    assert "\n" not in line


def with_ranges(*ranges: str) -> str:
    """The example with a limit for each range of f."""
    limit = '{ stage = "status", region = "left", operator = "at_most", value = "4", conditions ='
    condition = '[{ quantity = "f", unit = "lp/cm", from = "own choice",'
    limits = [f'{limit} {condition} {one} }}], from = "own choice" }}' for one in ranges]
    begin = WHOLE.index("limits = [")
    end = WHOLE.index("\n", begin)
    return f"{WHOLE[:begin]}limits = [{', '.join(limits)}]{WHOLE[end:]}"


@pytest.mark.parametrize(
    "ranges",
    [
        ('at_most = "5"', 'above = "5"'),
        ('below = "5"', 'at_least = "5.0"'),
        ('below = "5"', 'above = "5"'),
        ('above = "8"', 'at_least = "1", at_most = "5"', 'above = "5", at_most = "8"'),
    ],
)
def test_limits_for_ranges_that_exclude_each_other(ranges: tuple[str, ...]) -> None:
    assert len(read(with_ranges(*ranges)).items[0].limits) == len(ranges)


@pytest.mark.parametrize(
    "ranges",
    [
        ('at_most = "5"', 'at_least = "5"'),
        ('at_most = "5"', 'below = "4"'),
        ('above = "1"', 'above = "5"'),
        ('at_least = "1", at_most = "9"', 'above = "5", at_most = "8"'),
    ],
)
def test_limits_for_ranges_that_overlap_are_refused(ranges: tuple[str, ...]) -> None:
    with pytest.raises(WrongUse, match="two limits for status, left can hold at once"):
        read(with_ranges(*ranges))


def test_a_document_has_items() -> None:
    begin, end = WHOLE.index("[[items]]"), WHOLE.index("[[forms.record]]")
    with pytest.raises(WrongUse, match="there is no item"):
        read(WHOLE[:begin] + WHOLE[end:])


def test_an_item_stands_in_a_file_once() -> None:
    begin, end = WHOLE.index("[[items]]"), WHOLE.index("[[forms.record]]")
    twice = WHOLE[:end] + WHOLE[begin:end] + WHOLE[end:]
    with pytest.raises(WrongUse, match="there are two items 'width'"):
        read(twice)
