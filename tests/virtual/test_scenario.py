"""Scenario files: what comes with the program fits, and a bad one gives one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosegauge.virtual.scenario import (
    ScenarioError,
    build_world,
    load_scenario,
    nm_of,
    scenario_names,
)


def test_the_scenarios_of_the_program() -> None:
    assert scenario_names() == [
        "annex-d",
        "annex-d-digimatic",
        "annex-d-scale",
        "demo",
        "leaky",
        "micro-ct",
    ]
    for name in scenario_names():
        build_world(load_scenario(name), 1)


def test_demo_has_everything() -> None:
    world = build_world(load_scenario("demo"), 1)
    assert world.gauge is not None and world.multidos is not None
    assert world.cabinet.leak_ugy_per_h == {"door-seam-left": 0.3}
    assert world.multidos.settings.air.celsius == 22.4
    assert world.unix_ms == 1_772_411_400_000  # 2026-03-02 08:30 at UTC+8


@pytest.mark.parametrize(
    ("text", "nm"),
    [
        ("0.0000", 0),
        ("-0.0036", -3600),
        ("+1", 1_000_000),
        ("12.345678", 12_345_678),
    ],
)
def test_positions_are_decimal_strings(text: str, nm: int) -> None:
    assert nm_of(text) == nm


@pytest.mark.parametrize(
    "content",
    [
        "[gauge",
        "[gauge]\ncolour = 1",
        "[gauge]\nport = 'Z'",
        "[gauge.positions_mm]\nzero = '0,1'",
        "[gauge.positions_mm]\nzero = 0.1",
        "[cabinet]\nheight = 3",
        "[tube]\nkv = 3",
        "[multidos.air]\nhumidity = 1",
        "[gauge]\nstyle = 'mahr'",
        "gauge = 3",
    ],
)
def test_a_bad_file_gives_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content)
    with pytest.raises(ScenarioError) as caught:
        build_world(load_scenario(str(path)), 1)
    assert str(caught.value).startswith(f"scenario {path}: ")
    assert "\n" not in str(caught.value)


def test_names_that_are_not_there() -> None:
    with pytest.raises(ScenarioError, match="no scenario 'x'; there are annex-d, "):
        load_scenario("x")
    with pytest.raises(ScenarioError, match="give another file"):
        load_scenario("/nowhere/x.toml")
