"""Whatever stands in a file, a budget gives figures or one line: no traceback, no endless work."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosegauge.errors import DosegaugeError
from dosegauge.uncertainty import catalogue, files, simulated
from dosegauge.uncertainty.calculation import Coverage, calculate
from dosegauge.uncertainty.report import Rounding, as_data, as_text

NAMES = [*catalogue.models(), catalogue.FORMULA]
ODD = st.one_of(
    st.sampled_from(
        [
            None, True, [], {}, "", "x", "-1", "0", "1E99", "1E-99", "-1E99", "9" * 40, "1e5", "∞",
            [[]], [["1"]], ["1"], ["1", "2"], {"value": "1"}, {"value": "1", "u": "0"},
            {"value": "0", "u_pct": "5"}, {"value": "1", "U": "1", "level": "0.999999999999"},
            {"value": "1", "half_width": "1", "distribution": "trapezoid", "beta": "1"},
            {"value": "1", "u": "1", "freedom": "0.001"}, {"value": "1", "count": "3"},
            {"readings": ["1", "1"]}, {"readings": ["1"], "earlier": [["1", "2"]]},
            {"mean": "1", "s": "0", "n": "2"}, {"count": "0", "time_s": "1"},
            {"value": "1", "components": [{}]}, {"value": "1", "unit": "mm"},
        ]
    ),
    st.text(max_size=8),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
)  # fmt: skip


def _places(value, path=()):
    """Every place within a document that something else could stand at."""
    yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _places(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _places(member, (*path, index))


def _with(value, path, odd):
    if not path:
        return odd
    changed = copy.copy(value)
    changed[path[0]] = _with(value[path[0]], path[1:], odd)
    return changed


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=2000)
@given(data=st.data())
def test_one_odd_value_gives_figures_or_one_line(name, data):
    content = catalogue.example(name)
    path = data.draw(st.sampled_from([place for place in _places(content) if place]))
    changed = _with(content, path, data.draw(ODD))
    try:
        # As a file would be read, numbers as they are written.
        read = files.parse(json.dumps(changed).encode(), "input")
        calculation = calculate(name, read, Coverage())
        as_data(calculation, Rounding())
        assert as_text(calculation, Rounding(), "zh")
    except DosegaugeError as error:
        for language in ("zh", "en"):
            assert "\n" not in error.line(language)
            assert error.line(language).strip()


@pytest.mark.parametrize("name", simulated.NAMES)
@settings(max_examples=60, deadline=2000)
@given(data=st.data())
def test_one_odd_value_in_a_map_gives_figures_or_one_line(name, data):
    content = catalogue.example(name)
    path = data.draw(st.sampled_from([place for place in _places(content) if place]))
    changed = _with(content, path, data.draw(ODD))
    try:
        read = files.parse(json.dumps(changed).encode(), "input")
        simulated.find(name).run(read, 2, 1)
    except DosegaugeError as error:
        assert "\n" not in error.line("zh")
