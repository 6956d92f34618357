"""Uniformity of a flood and linearity: the figures by slow plain loops, and their simulation."""

import json
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge.cli import main
from dosegauge.imaging import flood_uniformity as flood
from dosegauge.imaging.field import field_of_mask
from dosegauge.uncertainty import catalogue, simulated

KERNEL = ((1, 2, 1), (2, 4, 2), (1, 2, 1))


def _slow(counts, ufov, cfov):
    """Reference sheet 2.2, steps 4 to 8, one pixel after the other."""
    rows, columns = len(counts), len(counts[0])

    def at(mask, y, x):
        return 0 <= y < rows and 0 <= x < columns and mask[y][x]

    def neighbours(mask, y, x):
        return [at(mask, y + dy, x + dx) for dy, dx in ((1, 0), (-1, 0), (0, 1), (0, -1))]

    cells = [(y, x) for y in range(rows) for x in range(columns)]
    central = [counts[y][x] for y, x in cells if cfov[y][x]]
    threshold = 0.75 * sum(central) / len(central)
    kept = [[False] * columns for _ in range(rows)]
    for y, x in cells:
        is_edge = not all(neighbours(ufov, y, x))
        low = is_edge and counts[y][x] < threshold
        kept[y][x] = bool(ufov[y][x]) and not low
    final = [
        [kept[y][x] and all(neighbours(kept, y, x)) for x in range(columns)] for y in range(rows)
    ]
    smooth = {}
    for y, x in cells:
        if final[y][x]:
            top = bottom = 0
            for dy in (-1, 0, 1):
                for dx in (-1, 0, 1):
                    if at(final, y + dy, x + dx):
                        weight = KERNEL[dy + 1][dx + 1]
                        top += weight * counts[y + dy][x + dx]
                        bottom += weight
            smooth[y, x] = top / bottom

    def figures(inside):
        values = [smooth[cell] for cell in inside]
        integral = 100 * (max(values) - min(values)) / (max(values) + min(values))
        runs = []
        for y, x in inside:
            for dy, dx in ((1, 0), (0, 1)):
                run = [(y + n * dy, x + n * dx) for n in range(5)]
                if all(cell in inside for cell in run):
                    of_run = [smooth[cell] for cell in run]
                    runs.append(100 * (max(of_run) - min(of_run)) / (max(of_run) + min(of_run)))
        return integral, max(runs, default=math.nan)

    return final, figures(set(smooth))


maps = st.integers(8, 12).flatmap(
    lambda rows: st.integers(8, 12).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(600, 1100), min_size=columns, max_size=columns),
            min_size=rows,
            max_size=rows,
        )
    )
)


@given(maps, st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=6))
def test_the_arrays_agree_with_plain_loops(counts, dark):
    """Also with dead pixels within, and dim ones at the edge."""
    for y, x in dark:
        if y < len(counts) and x < len(counts[0]):
            counts[y][x] = 0
    array = np.array(counts, dtype=float)
    ufov = np.ones(array.shape, dtype=bool)
    cfov = field_of_mask(ufov).cfov
    final, (integral, differential) = _slow(counts, ufov.tolist(), cfov.tolist())
    analysed = flood.analysed(array, ufov, cfov)
    assert analysed.tolist() == final
    smooth = flood.smoothed(array, analysed)
    assert flood.integral_pct(smooth) == pytest.approx(integral, rel=1e-12)
    along = flood.differential_pct(smooth).larger_pct
    assert along == pytest.approx(differential, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("pixels", "first", "end"), [(16, 2, 14), (12, 1, 11), (8, 1, 7), (10, 1, 9)]
)
def test_the_central_field_is_the_middle_three_quarters(pixels, first, end):
    """12.5 % are left out at each side; a pixel counts when half of its width is inside."""
    columns = np.nonzero(field_of_mask(np.ones((pixels, pixels), dtype=bool)).cfov[pixels // 2])[0]
    inside = [
        x for x in range(pixels) if min(x + 1, pixels * 0.875) - max(x, pixels * 0.125) >= 0.5
    ]
    assert columns.tolist() == inside
    assert (first, end) == (inside[0], inside[-1] + 1)


def test_a_flat_map_shows_nothing_and_its_trials_show_the_noise():
    """Reference sheet 2.2: 10 000 counts, 60 x 45 pixels: IU 1.29(9) %, DU 1.04(9) %."""
    content = {"counts": [["10000"] * 60] * 45}
    outcome = simulated.find("flood-uniformity").run(content, 200, 1)
    figures = {figure.key: figure for figure in outcome.figures}
    assert figures["ufov_integral"].value == 0
    # The trials' mean is the bias here; 0.1 % is 16 standard errors of 200 trials.
    assert figures["ufov_integral"].bias == pytest.approx(1.29, abs=0.1)
    assert figures["ufov_differential"].bias == pytest.approx(1.04, abs=0.1)
    assert figures["ufov_integral"].u == pytest.approx(0.09, abs=0.03)


def _linear(**changed):
    return catalogue.example("linearity") | changed


def test_linearity_as_plain_least_squares_have_it():
    content = _linear()
    rows = [[float(cell) for cell in row] for row in content["x"]["positions_mm"]]
    points = [(1.0, float(j), float(i)) for i in range(len(rows)) for j in range(len(rows[0]))]
    flat = [cell for row in rows for cell in row]
    solution, *_ = np.linalg.lstsq(np.array(points), np.array(flat), rcond=None)
    residuals = [
        (x - sum(s * p for s, p in zip(solution, point, strict=True))) * 30 / solution[1]
        for x, point in zip(flat, points, strict=True)
    ]
    outcome = simulated.find("linearity").run({"x": content["x"], "pitch_mm": "30"}, 100, 1)
    figures = {figure.key: figure.value for figure in outcome.figures}
    assert figures["absolute"] == pytest.approx(max(map(abs, residuals)), rel=1e-9)
    mean = sum(residuals) / len(residuals)
    spread = math.sqrt(sum((r - mean) ** 2 for r in residuals) / (len(residuals) - 1))
    assert figures["differential_ws523"] == pytest.approx(spread, rel=1e-9)


def _line_residuals(x):
    """About the least squares line through (0, x_0), (1, x_1), ..."""
    centre, mean = (len(x) - 1) / 2, sum(x) / len(x)
    rise = sum((i - centre) * value for i, value in enumerate(x))
    slope = rise / sum((i - centre) ** 2 for i in range(len(x)))
    return [value - mean - slope * (i - centre) for i, value in enumerate(x)]


def _slow_linearity(rows, pitch):
    """Reference sheet 2.3 step 6: on a complete lattice b and c are those of the means."""
    strips, slits = len(rows), len(rows[0])
    columns = [[row[j] for row in rows] for j in range(slits)]
    of_slits = [sum(column) / strips for column in columns]
    centre = (slits - 1) / 2
    b = sum((j - centre) * value for j, value in enumerate(of_slits)) / sum(
        (j - centre) ** 2 for j in range(slits)
    )
    about_lines = _line_residuals([sum(row) / slits for row in rows])
    about_pitch = _line_residuals(of_slits)
    mean = sum(of_slits) / slits
    of_strips = [sum(row) / slits - mean for row in rows]
    residuals = [
        # what is left of x_ij when a + c i (of the strips' means) and b j are taken off
        (rows[i][j] - of_strips[i] - of_slits[j] + about_lines[i] + about_pitch[j]) * pitch / b
        for i in range(strips)
        for j in range(slits)
    ]

    def deviation(values):
        middle = sum(values) / len(values)
        return math.sqrt(sum((v - middle) ** 2 for v in values) / (len(values) - 1))

    own = [
        deviation([value * pitch / b for value in _line_residuals(column)]) for column in columns
    ]
    return max(map(abs, residuals)), deviation(residuals), sum(own) / slits


def test_both_directions_as_plain_loops_have_them():
    """The largest of both; the spreads' mean; slit by slit with each slit's own line."""
    content = _linear()
    slow = [
        _slow_linearity(
            [[float(cell) for cell in row] for row in content[name]["positions_mm"]], 30
        )
        for name in ("x", "y")
    ]
    outcome = simulated.find("linearity").run(content, 100, 1)
    figures = {figure.key: figure.value for figure in outcome.figures}
    (al_x, ws_x, slit_x), (al_y, ws_y, slit_y) = slow
    assert figures["absolute"] == pytest.approx(max(al_x, al_y), rel=1e-9)
    assert figures["differential_ws523"] == pytest.approx((ws_x + ws_y) / 2, rel=1e-9)
    assert figures["differential_slit"] == pytest.approx((slit_x + slit_y) / 2, rel=1e-9)


def test_a_perfect_lattice_is_linear_and_noise_shows_as_bias():
    generator = random.Random(1)
    rows = [[str(30 * j + 0.05 * i) for j in range(6)] for i in range(8)]
    content = {"x": {"positions_mm": rows, "u_mm": "0.02"}, "pitch_mm": "30"}
    outcome = simulated.find("linearity").run(content, 2000, generator.randrange(10**6))
    figures = {figure.key: figure for figure in outcome.figures}
    assert figures["absolute"].value == pytest.approx(0, abs=1e-9)
    # 48 residuals with 45 degrees of freedom: sd 0.02 sqrt(45/47) mm, to 1 %.
    expected = 0.02 * math.sqrt(45 / 47)
    assert figures["differential_ws523"].bias == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("name", simulated.NAMES)
def test_one_seed_gives_the_same_figures_and_another_does_not(name):
    content = catalogue.example(name)
    runs = [simulated.find(name).run(content, 100, seed) for seed in (7, 7, 8)]
    assert runs[0] == runs[1]
    assert runs[0].figures != runs[2].figures


@pytest.mark.parametrize("name", simulated.NAMES)
def test_the_command_prints_figures_seed_and_source(name, tmp_path, capsys):
    file = tmp_path / "input.json"
    file.write_text(json.dumps(catalogue.example(name)))
    options = ["budget", name, "--input", str(file), "--trials", "200", "--seed", "5"]
    assert main(["--lang", "en", *options, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["nu_eff"], data["components"]) == (None, [])
    assert data["monte_carlo"] == {"trials": 200, "seed": 5, "level": "0.95"}
    assert main(["--lang", "zh", *options]) == 0
    out = capsys.readouterr().out
    assert data["figures"][0]["value"] in out
    assert "种子 5" in out


FLOOD = catalogue.example("flood-uniformity")
REFUSED = [
    ("flood-uniformity", {"counts": "1"}, (), "counts: a list of rows"),
    ("flood-uniformity", {"counts": [["1"] * 8] * 7}, (), "sides of 8"),
    ("flood-uniformity", {"counts": [["1"] * 8] * 7 + [["1"]]}, (), "rows differ in length"),
    ("flood-uniformity", {"counts": [["1.5"] * 8] * 8}, (), "counts[0][0]: a whole number"),
    ("flood-uniformity", {"counts": [["0"] * 8] * 8}, (), "no counts"),
    ("flood-uniformity", FLOOD | {"ufov": [["1"] * 8] * 8}, (), "ufov: 0 and 1"),
    ("flood-uniformity", FLOOD, ("--trials", "10"), "--trials: must be within"),
    ("flood-uniformity", FLOOD, ("--trials", "many"), "--trials: must be a whole number"),
    ("flood-uniformity", FLOOD, ("--seed", "-1"), "--seed: must be a whole number"),
    ("flood-uniformity", FLOOD, ("--level", "0.95"), "--level: this quantity has no formula"),
    ("linearity", {}, (), "x: is missing"),
    ("linearity", _linear(pitch_mm="0"), (), "pitch_mm: must be greater than 0"),
    ("linearity", _linear(x={"u_mm": "1"}), (), "x.positions_mm: is missing"),
    (
        "linearity",
        _linear(x={"positions_mm": [["1", "2"]], "u_mm": "1"}),
        (),
        "three or more rows",
    ),
    (
        "linearity",
        _linear(x={"positions_mm": [["1"], ["1"], ["1"]], "u_mm": "1"}),
        (),
        "as many slits",
    ),
]


@pytest.mark.parametrize(("name", "content", "options", "reason"), REFUSED)
def test_bad_input_is_one_line(name, content, options, reason, tmp_path, capsys):
    file = tmp_path / "input.json"
    file.write_text(json.dumps(content))
    assert main(["--lang", "en", "budget", name, "--input", str(file), *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert reason in said.err
    assert said.err.count("\n") == 1
