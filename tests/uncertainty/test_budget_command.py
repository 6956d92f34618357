"""`dosegauge budget` as its users call it: examples, annexes, what-if, refusals."""

import json
from xml.etree import ElementTree

import pytest

from dosegauge.cli import main
from dosegauge.uncertainty import catalogue, labels, simulated

NAMES = [*catalogue.models(), catalogue.FORMULA]


@pytest.fixture
def budget(tmp_path, capsys):
    """Runs a budget on content; gives exit code, stdout and stderr."""

    def run(name, content, *options):
        file = tmp_path / "input.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        code = main(["--lang", "en", "budget", name, "--input", str(file), *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def _data(ran):
    code, out, err = ran
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_can_be_carried_out(name, budget, capsys):
    assert main(["budget", name, "--example"]) == 0
    example = capsys.readouterr().out
    data = _data(budget(name, example, "--json"))
    assert data["name"] == name
    assert data["components"]
    code, out, _ = budget(name, example)
    assert code == 0
    assert data["U"] in out


def test_the_list_names_every_budget(capsys):
    assert main(["budget", "--list", "--json"]) == 0
    listed = [entry["name"] for entry in json.loads(capsys.readouterr().out)]
    assert listed == [*catalogue.models(), *simulated.NAMES, catalogue.FORMULA]
    assert main(["budget", "--list"]) == 0
    table = capsys.readouterr().out
    assert all(name in table for name in listed)


ANNEX_C = {"width_mm": ["4.923", "4.921", "4.924"], "nominal_mm": "5", "mpe_um": "2"}


def test_annex_c_line_width(budget):
    """Reference sheet 3.7: u_c 0.0309 %, U 0.062 %, nu_eff 9, U95 0.070 %."""
    data = _data(budget("line-width", ANNEX_C, "--json"))
    assert (data["value"], data["u_c"], data["U"], data["nu_eff"]) == (
        "-1.547",
        "0.0309",
        "0.062",
        9,
    )
    assert data["at_95"]["U"] == "0.070"
    assert [row["u"] for row in data["components"]] == ["0.00102", "0.00115"]
    assert "k = 2.00 covers only" in data["warnings"][0]["en"]


def test_annex_c_with_the_mpe_of_6_2_as_a_what_if(budget):
    data = _data(budget("line-width", ANNEX_C, "--set", "mpe_um=5", "--json"))
    assert data["U"] == "0.12"
    assert data["what_if"]["base"]["U"] == "0.062"
    _, out, _ = budget("line-width", ANNEX_C, "--set", "mpe_um=5")
    assert "0.062" in out and "0.12" in out


ANNEX_D = {
    "outside_mm": ["0.0000", "-0.0036", "0.0071", "0.0024"],
    "inside_mm": ["-0.1026", "-0.1033", "-0.1014", "-0.1024"],
    "mpe_um": "0.5",
}


@pytest.mark.parametrize(
    ("options", "expected"),
    # Reference sheet 3.4 and 3.7.
    [
        ((), {"value": "0.1039", "u_c": "0.00267", "U": "0.0053", "nu_eff": 3}),
        (("--rounding", "up"), {"U": "0.0054"}),
        (("--level", "0.95"), {"U": "0.0085", "k": "3.18"}),
        (("--set", "mpe_um=5"), {"u_c": "0.00486", "U": "0.0097"}),
        (("--set", "gauge_error_correlation=1"), {"u_c": "0.00264"}),
        (("--digits", "1"), {"U": "0.005"}),
    ],
)
def test_annex_d_hole_depth(options, expected, budget):
    data = _data(budget("hole-depth", ANNEX_D, "--json", *options))
    assert {name: data[name] for name in expected} == expected


def test_numbers_may_be_json_numbers_and_keep_their_digits(budget):
    as_numbers = json.dumps(ANNEX_D).replace('"0.', "0.").replace('"-0.', "-0.")
    for digit in "0123456789":
        as_numbers = as_numbers.replace(digit + '"', digit)
    assert _data(budget("hole-depth", as_numbers, "--json"))["value"] == "0.1039"


def test_another_unit_of_the_same_quantity_is_converted_exactly(budget):
    in_um = {"width_um": ["4923", "4921", "4924"], "nominal_mm": "5", "mpe_mm": "0.002"}
    assert _data(budget("line-width", in_um, "--json")) == _data(
        budget("line-width", ANNEX_C, "--json")
    )


def test_notes_name_each_figure_that_annex_c_prints_otherwise(budget):
    """Reference sheet 6: S2-1 to S2-4, S2-8, S2-13."""
    notes = [note["en"] for note in _data(budget("line-width", ANNEX_C, "--json"))["notes"]]
    for printed, ours in (
        ("2.4", "1.8"), ("1.4", "1.0"), ("1.16", "1.15"), ("1.81", "1.54"), ("0.036", "0.031"),
        ("0.07", "0.062"),
    ):  # fmt: skip
        assert any(f"= {printed} " in note and f"give {ours} " in note for note in notes), printed
    assert any("6.2.1" in note for note in notes)
    assert any("1.55 %" in note for note in notes)
    assert len(notes) == 8


def test_notes_name_each_figure_that_annex_d_prints_otherwise(budget):
    """Reference sheet 6: S2-5 to S2-9."""
    notes = [note["en"] for note in _data(budget("hole-depth", ANNEX_D, "--json"))["notes"]]
    for printed, ours in (("2.62", "2.61"), ("2.68", "2.67"), ("5.4", "5.3")):
        assert any(f"= {printed} " in note and f"give {ours} " in note for note in notes), printed
    assert any("U95 = 8.5" in note for note in notes)
    assert any("6.2.2" in note for note in notes)
    assert len(notes) == 6


def test_other_readings_have_no_notes_on_the_annexes(budget):
    other = ANNEX_C | {"width_mm": ["4.923", "4.921", "4.925"]}
    assert _data(budget("line-width", other, "--json"))["notes"] == []


def test_wedge_slope(budget):
    """Reference sheet 3.6: delta +0.2105 %, u 0.323 %, U 0.65 %."""
    content = {
        "opposite_mm": ["10.02", "10.00", "10.04"],
        "adjacent_mm": ["100.05", "99.95", "100.00"],
        "angle_deg": "5.71",
        "mpe_um": "50",
    }
    data = _data(budget("wedge-slope", content, "--json"))
    assert data["unrounded"]["value"].startswith("0.21047")
    assert (data["u_c"], data["U"]) == ("0.323", "0.65")


def test_leakage(budget):
    """Reference sheet 1.6: y 0.810, u 0.0796, U 0.16 uGy/h."""
    data = _data(budget("leakage", catalogue.example("leakage"), "--json"))
    assert (data["value"], data["u_c"], data["U"]) == ("0.81", "0.0796", "0.16")


def test_hole_distance(budget):
    """Reference sheet 3.5: 5.012, 4.998, 19.995 give 25.000 mm."""
    content = {
        "first_diameter_mm": ["5.012"] * 3,
        "second_diameter_mm": ["4.998"] * 3,
        "inside_distance_mm": ["19.995"] * 3,
        "nominal_mm": "24.5",
        "mpe_um": "5",
    }
    data = _data(budget("hole-distance", content, "--json"))
    assert data["unrounded"]["value"] == "0.500000000000"
    # The error of the scale is taken once: 5 / sqrt(3) um.
    assert data["u_c"] == "0.00289"


CASES = [
    # name, changes of the example, unrounded value and u_c to a few digits, source
    ("repeatability", {}, "0.571", "0.13", "reference sheet 1.2: s_r 0.572 %"),
    ("uniformity", {}, "1.5", "", "reference sheet 1.3: 1.50 %"),
    ("uniformity", {"figure": "spread"}, "1.0388", "", "reference sheet 1.3: V 1.039 %"),
    ("planar-sensitivity", {}, "88.70806", "", "reference sheet 2.5: 88.7081"),
    (
        "planar-sensitivity",
        {"counts": {"count": "901835", "time_s": "300"}},
        "80.0000",
        "",
        "reference sheet 2.5: N = 901 834.6 for S = 80",
    ),
]


@pytest.mark.parametrize(("name", "changes", "value", "u", "source"), CASES)
def test_cases_of_the_reference_sheet(name, changes, value, u, source, budget):
    data = _data(budget(name, catalogue.example(name) | changes, "--json"))
    assert data["unrounded"]["value"].startswith(value), source
    assert data["unrounded"]["u_c"].startswith(u), source


def test_low_contrast_threshold(budget):
    """Reference sheet 1.5: sigma_mu = 2.0 HU gives 6.58 HU, here in % of 1000 HU."""
    content = {
        "figure": "threshold",
        "region_means_hu": {"mean": "0", "s": "2.0", "n": "50"},
        "reference_hu": "1000",
    }
    data = _data(budget("low-contrast", content, "--json"))
    assert data["unrounded"]["value"].startswith("0.658")
    # u / value = 1 / sqrt(2 * 49)
    assert data["unrounded"]["u_c"].startswith("0.0664")


GUM_H3 = {
    "formula": "y_1 + y_2 * (t - t_0)",
    "unit": "Cel",
    "lines": [
        {
            "name": "thermometer",
            "intercept": "y_1",
            "slope": "y_2",
            "units": {"y_1": "Cel"},
            "reference": "20",
            "x": [
                "21.521",
                "22.012",
                "22.512",
                "23.003",
                "23.507",
                "23.999",
                "24.513",
                "25.002",
                "25.503",
                "26.010",
                "26.511",
            ],
            "y": [
                "-0.171",
                "-0.169",
                "-0.166",
                "-0.159",
                "-0.164",
                "-0.165",
                "-0.156",
                "-0.157",
                "-0.159",
                "-0.161",
                "-0.160",
            ],
        }
    ],
    "inputs": {"t": {"value": "30", "unit": "Cel"}, "t_0": {"value": "20", "unit": "Cel"}},
}


def test_gum_h3_calibration_of_a_thermometer(budget):
    """GUM H.3: y_1 -0.1712 (0.0029), y_2 0.00218 (0.00067), b(30) -0.1494, u 0.0041, nu 9."""
    data = _data(budget("formula", GUM_H3, "--json"))
    assert data["value"] == "-0.1494"
    assert (data["u_c"], data["nu_eff"]) == ("0.00414", 9)
    intercept, slope = data["components"]
    assert (intercept["estimate"][:7], intercept["u"]) == ("-0.1712", "0.00288")
    assert (slope["estimate"][:7], slope["u"]) == ("0.00218", "0.000668")


def test_a_line_needs_three_points_of_different_x(budget):
    line = GUM_H3["lines"][0]
    for x, y, reason in (
        (["1", "2"], ["1", "2"], "degrees of freedom must be greater than 0"),
        (["1", "1", "1"], ["1", "2", "3"], "all x are equal"),
        (["1", "2", "3"], ["1", "2"], "x and y differ in number"),
    ):
        code, _, err = budget("formula", GUM_H3 | {"lines": [line | {"x": x, "y": y}]})
        assert code == 2
        assert reason in err


@pytest.mark.parametrize(
    ("options", "outcome", "said"),
    # y = 0.1039 mm, u = 0.00267 mm, U = 0.0053 mm, nu_eff = 3.
    [
        (("--upper", "0.6", "--rule", "simple"), "pass", "consumer's risk"),
        (("--upper", "0.1", "--rule", "simple"), "fail", "producer's risk"),
        (("--upper", "0.105", "--rule", "guard"), "inconclusive", "ILAC-G8"),
        (("--lower", "0.0", "--upper", "0.6", "--rule", "jjf1094"), "pass", "JJF 1094"),
        (("--upper", "0.6", "--rule", "probability", "--required", "0.95"), "pass", "JCGM 106"),
    ],
)
def test_a_result_is_judged_by_the_rule_that_is_named(options, outcome, said, budget):
    data = _data(budget("hole-depth", ANNEX_D, "--json", *options))
    assert data["decision"]["outcome"] == outcome
    assert said in " ".join(sentence["en"] for sentence in data["decision"]["sentences"])
    _, out, _ = budget("hole-depth", ANNEX_D, *options)
    assert said in out


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--upper", "1"), "no decision rule is named"),
        (("--rule", "simple"), "without a limit"),
        (("--upper", "1", "--rule", "probability"), "needs --required"),
        (("--lower", "2", "--upper", "1", "--rule", "simple"), "--rule: "),
        (("--upper", "x", "--rule", "simple"), "--upper: a decimal number"),
    ],
)
def test_a_decision_that_can_not_be_made_is_one_line(options, reason, budget):
    code, out, err = budget("hole-depth", ANNEX_D, *options)
    assert (code, out) == (2, "")
    assert reason in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "options", "limits", "outcome", "said"),
    # Limits of the documents as the reference sheet has them: 5.1.2, 5.2.1, 5.6, 5.1; Table A.1.
    [
        ("line-width", ("mri-phantom-draft/line-width", "--at", "f=1"), "-5 … 5", "pass", "5.1.2"),
        ("line-width", ("mri-phantom-draft/line-width", "--at", "f=6"), "-10 … 10", "pass", ""),
        ("hole-depth", ("mri-phantom-draft/hole-depth",), "≤ 0.6", "pass", "for reference only"),
        ("leakage", ("micro-ct-draft/leakage",), "≤ 2.5", "pass", "5.6"),
        (
            "air-kerma-rate",
            ("micro-ct-draft/air-kerma-rate", "--nominal", "2.5"),
            "≥ 2",
            "fail",
            "5.1",
        ),
        (
            "planar-sensitivity",
            ("ws-523-2019/planar-sensitivity/status",),
            "≥ 60",
            "pass",
            "WS 523-2019",
        ),
        (
            "planar-sensitivity",
            ("ws-523-2019/planar-sensitivity/acceptance", "--maker", "100"),
            "≥ 100",
            "fail",
            "",
        ),
        ("fwhm", ("ws-523-2019/intrinsic-resolution/status/UFOV",), "≤ 5.4", "pass", ""),
    ],
)
def test_limits_come_from_the_document(name, options, limits, outcome, said, budget):
    data = _data(budget(name, catalogue.example(name), "--json", "--item", *options))
    assert (data["decision"]["limits"], data["decision"]["outcome"]) == (limits, outcome)
    assert said in " ".join(sentence["en"] for sentence in data["decision"]["sentences"])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("leakage",), "must be DOCUMENT/ITEM"),
        (("no-such/leakage",), "there is no such document"),
        (("micro-ct-draft/no-such",), "there is no such item"),
        (("ws-523-2019/planar-sensitivity",), "a stage must be named"),
        (("ws-523-2019/planar-sensitivity/acceptance",), "--maker"),
        (("ws-523-2019/tomographic-resolution/constancy",), "sets no figure"),
        (("micro-ct-draft/air-kerma-rate",), "--nominal"),
        (("micro-ct-draft/leakage",), "can't be converted"),
        (("mri-phantom-draft/line-width",), "depends on f"),
        (("mri-phantom-draft/hole-depth", "--upper", "1"), "not together"),
        (("mri-phantom-draft/hole-depth", "--at", "f"), "--at: must be NAME=VALUE"),
    ],
)
def test_an_item_that_can_not_be_used_is_one_line(options, reason, budget):
    code, out, err = budget("hole-depth", ANNEX_D, "--item", *options)
    assert (code, out) == (2, "")
    assert reason in err
    assert err.count("\n") == 1


def test_the_chart_holds_every_component_and_replaces_no_file(budget, tmp_path):
    file = tmp_path / "chart.svg"
    data = _data(budget("hole-depth", ANNEX_D, "--json", "--chart", str(file)))
    root = ElementTree.parse(file).getroot()
    said = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    for row in data["components"]:
        assert any(f"{row['contribution']} mm" == text for text in said)
    assert f"{data['u_c']} mm" in said
    code, _, err = budget("hole-depth", ANNEX_D, "--chart", str(file))
    assert code == 2
    assert "the file exists" in err


def _without(content, name):
    return {key: value for key, value in content.items() if key != name}


KERMA = catalogue.example("air-kerma-rate")
SUM = {"formula": "a + b", "unit": "mm", "inputs": {"a": {"value": "1", "unit": "mm", "u": "0.1"}}}


def _sum(**changed):
    b = {"value": "1", "unit": "mm", "u": "0.1"} | changed
    return SUM | {"inputs": SUM["inputs"] | {"b": b}}


def _correlated(first="a", second="b", r="0.5"):
    ends = [[first, "standard uncertainty"], [second, "standard uncertainty"]]
    return _sum() | {"correlations": [{"first": ends[0], "second": ends[1], "r": r}]}


REFUSED = [
    # name, content, what the line says
    ("air-kerma-rate", _without(KERMA, "n_k"), "n_k: is missing"),
    ("air-kerma-rate", _without(KERMA, "detector_density"), "detector_density: is missing"),
    ("air-kerma-rate", _without(KERMA, "pressure_kpa"), "pressure_kpa: is missing"),
    ("air-kerma-rate", KERMA | {"detector_density": "open"}, "detector_density: vented"),
    ("air-kerma-rate", KERMA | {"pressure_kpa": "0"}, "pressure_kpa: must be greater than 0"),
    ("air-kerma-rate", KERMA | {"n_k": {"value": "1", "U": "0.1"}}, "n_k: U needs either k or"),
    ("air-kerma-rate", KERMA | {"n_k": {"value": "1", "k": "2"}}, "n_k.k: without a u, U"),
    ("air-kerma-rate", KERMA | {"n_k": {"U": "1", "k": "2"}}, "n_k.value: is missing"),
    ("air-kerma-rate", KERMA | {"distance_kpa": "1"}, "distance_kpa: kPa can't be converted"),
    ("line-width", _without(ANNEX_C, "nominal_mm"), "nominal_mm: is missing"),
    ("line-width", ANNEX_C | {"width_mm": ["4.9"]}, "one reading has no type A"),
    ("line-width", ANNEX_C | {"width_mm": []}, "width_mm: a list of readings is needed"),
    ("line-width", ANNEX_C | {"width_mm": ["4.9", "x"]}, "width_mm[1]: a decimal number"),
    ("line-width", ANNEX_C | {"width_mm": ["4.9", True]}, "width_mm[1]: a decimal number"),
    ("line-width", ANNEX_C | {"mpe_um": "-2"}, "mpe_um: must be greater than 0"),
    ("line-width", ANNEX_C | {"mpe_mm": "0.002"}, "mpe is given twice"),
    ("line-width", ANNEX_C | {"mpe": "2"}, "mpe: without its unit: mpe_um"),
    ("line-width", ANNEX_C | {"mpe_kpa": "2"}, "mpe_kpa: kPa can't be converted to mm"),
    ("line-width", ANNEX_C | {"colour": "red"}, "colour: no such input; there are width_mm"),
    ("line-width", ANNEX_C | {"range_table": "1.7"}, "range_table: 1.69, 1.64, not '1.7'"),
    ("line-width", ANNEX_C | {"nominal_mm": "0"}, "nominal_mm: must be greater than 0"),
    ("hole-depth", ANNEX_D | {"gauge_error_correlation": "2"}, "between -1 and 1"),
    ("wedge-slope", catalogue.example("wedge-slope") | {"angle_deg": "90"}, "0 and 89 degrees"),
    (
        "leakage-counts",
        catalogue.example("leakage-counts") | {"gross": {"count": "1.5", "time_s": "1"}},
        "gross.count: a whole number",
    ),
    (
        "leakage-counts",
        catalogue.example("leakage-counts") | {"gross": {"count": "1", "time_s": "0"}},
        "gross.time_s: must be greater",
    ),
    (
        "leakage-counts",
        catalogue.example("leakage-counts") | {"gross": {"count": "1"}},
        "gross.time_s: is missing",
    ),
    # A unit beside the name's own would be a second one; Kelvin and slopes are no degrees.
    (
        "air-kerma-rate",
        KERMA | {"distance_mm": {"value": "10", "unit": "cm"}},
        "stands in the name",
    ),
    (
        "air-kerma-rate",
        _without(KERMA, "temperature_c") | {"temperature_k": "297.15"},
        "temperature_k: K can't be converted",
    ),
    ("air-kerma-rate", KERMA | {"temperature_c": "-300"}, "below absolute zero"),
    ("air-kerma-rate", KERMA | {"stability_deg": "2"}, "stability_deg: deg can't be converted"),
    (
        "wedge-slope",
        _without(catalogue.example("wedge-slope"), "angle_deg") | {"angle_pct": "9.99"},
        "angle_pct: % can't be converted",
    ),
    # Nothing is passed over.
    (
        "air-kerma-rate",
        KERMA | {"n_k": {"value": "1", "u": "0.1", "k": "2"}},
        "n_k.k: has no meaning",
    ),
    (
        "air-kerma-rate",
        KERMA | {"n_k": {"value": "1", "half_width": "0.1", "beta": "1"}},
        "n_k.beta: has no meaning",
    ),
    (
        "line-width",
        ANNEX_C | {"width_mm": {"readings": ["1", "2"], "mean": "1", "s": "1", "n": "2"}},
        "width_mm.mean: has no meaning",
    ),
    (
        "line-width",
        ANNEX_C
        | {"width_mm": {"readings": ["1", "2"], "method": "range", "earlier": [["1", "2"]]}},
        "only pooled readings have earlier groups",
    ),
    (
        "leakage-counts",
        catalogue.example("leakage-counts") | {"background": {"count": "0", "time_s": "60"}},
        "background.count: nothing was counted",
    ),
    (
        "leakage-counts",
        catalogue.example("leakage-counts") | {"gross": {"count": "1100000", "time_s": "300"}},
        "dead for more than 0.3",
    ),
    ("formula", SUM, "the input b is missing"),
    ("formula", SUM | {"formula": "a +"}, "formula: the formula ends too early"),
    ("formula", SUM | {"formula": "a", "inputs": {"sqrt": "1"}}, "inputs.sqrt: can't name"),
    ("formula", SUM | {"formula": "a", "unit": "kPa"}, "unit: the formula doesn't give kPa"),
    ("formula", _without(SUM, "unit"), "unit: is missing"),
    ("formula", SUM | {"colour": "red"}, "colour: unknown"),
    ("formula", _sum(unit="um"), "different units"),
    ("formula", _sum(unit="furlong"), "inputs.b.unit: there is no unit 'furlong'"),
    ("formula", _sum(u="-0.1"), "standard uncertainty is negative"),
    ("formula", _sum(freedom="0"), "degrees of freedom must be greater than 0"),
    ("formula", _sum(U="0.1"), "inputs.b: just one of u,"),
    ("formula", _sum(u_cm="1"), "inputs.b.u_cm: unknown"),
    ("formula", _correlated(r="1.5"), "is not within -1 and 1"),
    ("formula", _correlated(first="c"), "names c, standard uncertainty: there is none"),
    ("formula", _correlated(second="a"), "given twice or with itself"),
    ("formula", "{", "the input can't be read"),
    ("formula", "[]", "no JSON object"),
    ("formula", '{"unit": "mm", "unit": "mm"}', "unit is given twice"),
    ("formula", '{"unit": NaN}', "NaN is no number"),
    ("formula", "[" * 100000, "can't be read"),
    ("no-such", {}, "no-such: there is no such budget"),
]


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED, ids=[r for _, _, r in REFUSED])
def test_bad_input_is_one_line_that_names_the_thing(name, content, reason, budget):
    code, out, err = budget(name, content)
    assert (code, out) == (2, "")
    assert reason in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("line-width", ANNEX_C | {"width_mm": ["4.9"]}, "一个读数没有A类不确定度"),
        ("line-width", ANNEX_C | {"mpe_kpa": "2"}, "kPa 不能换算为 mm"),
        ("formula", SUM, "缺少输入量 b"),
        ("formula", _sum(u="-0.1"), "标准不确定度为负"),
        ("formula", _sum(freedom="0"), "自由度必须大于 0"),
        ("formula", _correlated(r="1.5"), "相关系数不在 -1 与 1 之间"),
        ("formula", _sum(unit="um"), "单位不同"),
    ],
)
def test_the_reasons_are_said_in_chinese_too(name, content, said, tmp_path, capsys):
    file = tmp_path / "input.json"
    file.write_text(json.dumps(content))
    assert main(["--lang", "zh", "budget", name, "--input", str(file)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--k", "0"), "--k: must be greater than 0"),
        (("--k", "two"), "--k: a decimal number"),
        (("--level", "95"), "--level: must be between 0 and 1"),
        (("--k", "2", "--level", "0.95"), "--k: not together with --level"),
        (("--set", "mpe_um"), "mpe_um: must be NAME=VALUE"),
        (("--set", "a.b.c.d.e.f.g=1"), "too many levels"),
        (("--set", "mpe_um.x=1"), "mpe_um.x: there is no such object"),
        (("--set", "width_mm=[1"), "can't be read"),
        (("--set", "colour=red"), "colour: no such input"),
    ],
)
def test_bad_options_are_one_line(options, reason, budget):
    code, out, err = budget("line-width", ANNEX_C, *options)
    assert (code, out) == (2, "")
    assert reason in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["budget"], "no budget is named"),
        (["budget", "line-width"], "there is no input"),
        (["budget", "line-width", "--input", "/nowhere/x.json"], "the input can't be read"),
        (["budget", "no-such", "--example"], "there is no such budget"),
    ],
)
def test_a_missing_name_or_file_is_told(arguments, reason, capsys):
    assert main(["--lang", "en", *arguments]) == 2
    assert reason in capsys.readouterr().err


def test_readings_may_say_how_they_are_evaluated(budget):
    """Pooled over earlier groups, a mean of m readings, mean with s and n."""
    pooled = ANNEX_C | {
        "width_mm": {
            "readings": ["4.923"],
            "earlier": [["4.923", "4.921", "4.924"], ["4.920", "4.922"]],
        }
    }
    row = _data(budget("line-width", pooled, "--json"))["components"][0]
    # s_p^2 = (2 * 2.3333 + 1 * 2) / 3 um^2 = 2.2222 um^2, nu = 3, one reading.
    assert (row["u"], row["nu"]) == ("0.00149", "3")
    summed = ANNEX_C | {"width_mm": {"mean": "4.923", "s": "0.004", "n": "4"}}
    row = _data(budget("line-width", summed, "--json"))["components"][0]
    assert (row["u"], row["nu"]) == ("0.00200", "3")


def test_the_misprinted_range_table_reproduces_old_certificates_and_says_so(budget):
    data = _data(budget("line-width", ANNEX_C | {"range_table": "1.64"}, "--json"))
    assert data["components"][0]["u"] == "0.00106"
    assert any("misprint" in warning["en"] for warning in data["warnings"])


def test_of_repeatability_and_resolution_the_larger_stands_in_the_table(budget):
    rows = _data(budget("line-width", ANNEX_C | {"resolution_um": "10"}, "--json"))["components"]
    assert [row["component"] for row in rows] == ["resolution", "mpe"]


@pytest.mark.parametrize("name", list(catalogue.models()))
def test_everything_has_a_name_in_both_languages(name):
    model = catalogue.find(name)
    assert name in labels.TITLES
    assert name in labels.SOURCES_ZH
    for term in model.terms:
        assert term.name in labels.QUANTITIES[name], term.name
        for part in term.parts:
            assert part.kind == "own" or part.name in labels.COMPONENTS, part.name


def test_what_vanishes_only_to_first_order_is_told_in_one_sentence(budget):
    found = _data(budget("uniformity", catalogue.example("uniformity"), "--json"))["warnings"]
    (told,) = [warning["en"] for warning in found if "first order" in warning["en"]]
    assert told.startswith("m_down, m_left, m_right: ")


@pytest.mark.parametrize(
    ("name", "has_one"), [("grid-length", False), ("line-width", False), ("hole-depth", True)]
)
def test_a_deviation_has_no_relative_uncertainty(name, has_one, budget):
    data = _data(budget(name, catalogue.example(name), "--json"))
    assert (data["U_rel_pct"] is not None) is has_one


def test_chinese_output_names_quantities_and_warnings(tmp_path, capsys):
    file = tmp_path / "c.json"
    file.write_text(json.dumps(ANNEX_C))
    assert main(["--lang", "zh", "budget", "line-width", "--input", str(file)]) == 0
    out = capsys.readouterr().out
    for said in ("线条宽度相对偏差", "最大允许误差", "均匀", "包含概率只有 92.3 %", "极差法"):
        assert said in out
