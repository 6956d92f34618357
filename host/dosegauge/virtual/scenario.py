"""Scenarios: what stands in the laboratory and what the operator would find there.

A scenario is a TOML file in `scenarios/`, or any path. Lengths and entries are decimal strings.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from .instruments.digimatic_gauge import DigimaticGauge, DigimaticSettings
from .instruments.multidos import Multidos, MultidosSettings
from .instruments.multidos_text import Air
from .instruments.opto_gauge import NM_PER_MM, GaugeSettings, OptoGauge
from .instruments.probe import PulseProbe
from .instruments.quadrature_scale import QuadratureScale, ScaleSettings
from .instruments.tube import Tube, TubeSettings
from .world import World

SUFFIX = ".toml"


class ScenarioError(ValueError):
    """A scenario that is not there or cannot be used; one line."""


@dataclass
class Scenario:
    """A scenario as read: `gauge_nm` by step id, `entries` (texts) by step id, raw tables."""

    name: str
    tables: dict[str, Any]
    gauge_nm: dict[str, int] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)

    @property
    def unit_clock_ms(self) -> int | None:
        """What the unit's clock shows at the beginning; None: not set."""
        start = self.tables.get("start")
        return int(start.timestamp() * 1000) if isinstance(start, datetime) else None


def scenario_names() -> list[str]:
    """The scenarios that come with the program."""
    folder = files(__package__).joinpath("scenarios")
    return sorted(
        entry.name.removesuffix(SUFFIX)
        for entry in folder.iterdir()
        if entry.name.endswith(SUFFIX)
    )


def load_scenario(name: str) -> Scenario:
    """A scenario by name, or from a file when `name` ends in .toml."""
    if name.endswith(SUFFIX):
        try:
            text = Path(name).read_text(encoding="utf-8")
        except OSError as error:
            raise ScenarioError(f"scenario {name}: {error.strerror}; give another file") from None
    elif name in scenario_names():
        text = files(__package__).joinpath("scenarios", name + SUFFIX).read_text(encoding="utf-8")
    else:
        raise ScenarioError(f"no scenario {name!r}; there are {', '.join(scenario_names())}")
    try:
        tables = tomllib.loads(text)
        positions = tables.get("gauge", {}).get("positions_mm", {})
        gauge_nm = {step: nm_of(text) for step, text in positions.items()}
        entries = {step: str(text) for step, text in tables.get("entries", {}).items()}
    except (tomllib.TOMLDecodeError, ValueError, AttributeError) as error:
        raise ScenarioError(f"scenario {name}: {error}; correct the file") from None
    return Scenario(name, tables, gauge_nm, entries)


def nm_of(text: object) -> int:
    """A decimal string in mm as integer nm; at most six decimals."""
    if not isinstance(text, str):
        raise ValueError(f"position {text!r} is not a decimal string in mm")
    sign = -1 if text.startswith("-") else 1
    whole, _, fraction = text.lstrip("+-").partition(".")
    if not whole.isdigit() or not (fraction or "0").isdigit() or len(fraction) > 6:
        raise ValueError(f"position {text!r} is not a decimal number of mm with up to 6 decimals")
    return sign * (int(whole) * NM_PER_MM + int(fraction.ljust(6, "0")))


def build_world(scenario: Scenario, seed: int) -> World:
    """The laboratory of a scenario. ScenarioError names a table that does not fit."""
    world = World(seed)
    tables = scenario.tables
    try:
        if "tube" in tables:
            world.tube = Tube(world.timeline, world.rng("tube"), TubeSettings(**tables["tube"]))
        if "probe" in tables:
            world.probe = PulseProbe(world.rng("probe"), **tables["probe"])
        if "cabinet" in tables:
            _furnish_cabinet(world, dict(tables["cabinet"]))
        if "gauge" in tables:
            _place_gauge(world, dict(tables["gauge"]))
        if "multidos" in tables:
            _place_multidos(world, dict(tables["multidos"]))
    except (TypeError, ValueError) as error:
        raise ScenarioError(f"scenario {scenario.name}: {error}; correct the file") from None
    world.set_clock(scenario.unit_clock_ms)
    return world


def _furnish_cabinet(world: World, table: dict[str, Any]) -> None:
    cabinet = world.cabinet
    cabinet.leak_ugy_per_h = {
        place: float(rate) for place, rate in table.pop("leak_ugy_per_h", {}).items()
    }
    for name, value in table.items():
        if name not in ("background_ugy_per_h", "drift_ugy_per_h", "drift_period_s"):
            raise ValueError(f"[cabinet] has no {name!r}")
        setattr(cabinet, name, float(value))


def _place_gauge(world: World, table: dict[str, Any]) -> None:
    table.pop("positions_mm", None)
    kind = table.pop("kind", "opto")
    if kind == "digimatic":
        gauge = DigimaticGauge(world.timeline, world.rng("gauge"), DigimaticSettings(**table))
        world.gauge = world.spc.gauge = gauge
        return
    if kind == "scale":
        settings = ScaleSettings(**table)
        world.gauge = world.scale = QuadratureScale(world.timeline, world.rng("gauge"), settings)
        return
    if kind != "opto":
        raise ValueError(f"[gauge] kind {kind!r}: opto, digimatic or scale")
    port = world.port(table.pop("port", "A"))
    opto = OptoGauge(world.timeline, port, world.rng("gauge"), GaugeSettings(**table))
    world.gauge = opto
    port.attach(opto)


def _place_multidos(world: World, table: dict[str, Any]) -> None:
    port = world.port(table.pop("port", "B"))
    world.chamber_distance_mm = float(table.pop("distance_mm", 100.0))
    table["air"] = Air(**table.pop("air", {}))
    multidos = Multidos(
        world.timeline,
        port,
        world.rng("multidos"),
        world.chamber_gy_per_s,
        MultidosSettings(**table),
    )
    port.attach(multidos)
    world.place_multidos(multidos)
