"""hardware/ is one thing with itself and with the firmware: pins, drawings, parts, currents."""

from __future__ import annotations

import ast
import csv
import hashlib
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import FIRMWARE, ROOT

HARDWARE = ROOT / "hardware"
WIRING = sorted((HARDWARE / "wiring").glob("*.yml"))
# The Pico's own pins by its data sheet, and what it uses on the board itself.
SUPPLY_PINS = {36: "3V3", 39: "VSYS", 40: "VBUS"}
GROUND_PINS = {3, 8, 13, 18, 23, 28, 38}
USED_ON_BOARD = {23, 24, 25}
GPIO_PINS = dict(
    zip(
        (*range(0, 23), 26, 27, 28),
        (
            *(1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21, 22, 24, 25, 26),
            *(27, 29, 31, 32, 34),
        ),
        strict=True,
    )
)
REFERENCE = re.compile(r"\b(?:BZ|DS|BT|JP|SW|[UJXKRCDFQ])\d+\b")


@pytest.fixture(scope="module")
def pins() -> list[dict[str, Any]]:
    return list(tomllib.loads((HARDWARE / "pinmap.toml").read_text("utf-8"))["pins"])


def drawing(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text("utf-8")))


def firmware_pins() -> dict[str, int]:
    """The names of pico_pins.py with their numbers."""
    found = {}
    for node in ast.parse((FIRMWARE / "boards" / "pico_pins.py").read_text()).body:
        if isinstance(node, ast.Assign):
            (target,) = node.targets
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            value = ast.literal_eval(node.value)
            numbers = value if isinstance(value, tuple) else (value,)
            for name, number in zip(names, numbers, strict=True):
                assert isinstance(name, ast.Name)
                found[name.id] = number
    return found


def test_the_firmware_uses_just_these_pins(pins: list[dict[str, Any]]) -> None:
    assert firmware_pins() == {pin["name"]: pin["gpio"] for pin in pins}


def test_no_pin_is_given_twice_or_taken_from_the_board(pins: list[dict[str, Any]]) -> None:
    numbers = [pin["gpio"] for pin in pins]
    assert len(set(numbers)) == len(numbers)
    assert not USED_ON_BOARD & set(numbers)
    for pin in pins:
        assert pin.get("pin") == GPIO_PINS.get(pin["gpio"]), pin


@pytest.mark.parametrize("pair", [("SCALE_A", "SCALE_B"), ("SPC_DATA", "SPC_CLOCK")])
def test_pio_reads_these_side_by_side(pair: tuple[str, str]) -> None:
    found = firmware_pins()
    assert found[pair[1]] == found[pair[0]] + 1


def test_the_drawings_show_every_pin_where_it_is(pins: list[dict[str, Any]]) -> None:
    wanted = {pin["name"]: pin["pin"] for pin in pins if "pin" in pin}
    drawn = {}
    for path in WIRING:
        pico = drawing(path)["connectors"].get("PICO")
        if pico is None:
            continue
        for label, number in zip(pico["pinlabels"], pico["pins"], strict=True):
            if label == "GND":
                assert number in GROUND_PINS, path.name
            elif label in SUPPLY_PINS.values():
                assert SUPPLY_PINS[number] == label, path.name
            else:
                assert label not in drawn, path.name
                drawn[label] = number
    assert drawn == wanted


@pytest.mark.parametrize("path", WIRING, ids=lambda path: path.stem)
def test_every_drawing_is_of_its_text(path: Path) -> None:
    svg = path.with_suffix(".svg").read_text("utf-8")
    assert f"{path.name} SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}" in svg


@pytest.mark.parametrize("path", WIRING, ids=lambda path: path.stem)
def test_no_wire_joins_a_supply_to_anything_else(path: Path) -> None:
    """Both ends of a wire without a part in it have names that go together."""
    told = drawing(path)
    for chain in told["connections"]:
        for left, wire, right in zip(chain[0::2], chain[1::2], chain[2::2], strict=False):
            (from_name, from_pins), (to_name, to_pins) = *left.items(), *right.items()
            ((wire_name, wires),) = wire.items()
            assert len(from_pins) == len(wires) == len(to_pins), wire_name
            for first, second in zip(from_pins, to_pins, strict=True):
                ends = {label_of(told, from_name, first), label_of(told, to_name, second)}
                assert not ({"GND", "0V"} & ends and {"3V3", "VBUS", "+5V", "VCC"} & ends), ends


def label_of(told: dict[str, Any], connector: str, pin: int) -> str:
    part = told["connectors"][connector]
    return str(part["pinlabels"][part["pins"].index(pin)])


def test_the_parts_of_the_drawings_are_the_parts_of_the_list() -> None:
    with (HARDWARE / "bom.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listed: Counter[str] = Counter()
    for row in rows:
        references = row["reference"].split()
        assert len(references) == int(row["quantity"]), row
        assert row["maker"] and row["part_number"] and row["value"], row
        listed.update(references)
    assert [name for name, times in listed.items() if times > 1] == []
    drawn = set()
    for path in WIRING:
        told = drawing(path)
        drawn |= {name for name in told["connectors"] if name not in ("SW", "PULLUPS")}
        drawn |= {name for name in told["cables"] if name.startswith("K")}
        for part in (*told["connectors"].values(), *told["cables"].values()):
            told_of = (part.get(key, "") for key in ("notes", "pinlabels", "wirelabels"))
            drawn |= set(REFERENCE.findall(" ".join(str(text) for text in told_of)))
    assert drawn == set(listed)


def test_the_currents_stay_below_the_limits() -> None:
    told = tomllib.loads((HARDWARE / "power.toml").read_text("utf-8"))

    def total(rail: str, which: str) -> float:
        return sum(load[which] for load in told["loads"] if load["rail"] == rail)

    at_3v3 = total("3V3", "most_ma")
    assert at_3v3 < told["pico_3v3_limit_ma"]
    # A procedure has one instrument with a supply of its own.
    instruments = [load["most_ma"] for load in told["loads"] if load.get("instrument")]
    others = total("5V", "most_ma") - sum(instruments)
    most_ma = others + max(instruments) + at_3v3 * 3.3 / 5 / told["efficiency"]
    assert most_ma < told["usb_limit_ma"]


def test_the_readme_says_that_nobody_has_built_it() -> None:
    assert "Not built yet" in (HARDWARE / "README.md").read_text("utf-8")
    for path in WIRING:
        assert "built yet" in path.read_text("utf-8"), path.name
