"""The automatic operator reads screens and acts in world time, without any unit."""

from __future__ import annotations

import pytest

from dosegauge.virtual.operator import PATIENCE_S, Operator, number_key
from dosegauge.virtual.scenario import build_world, load_scenario
from dosegauge.virtual.world import World
from tests.virtual.laboratory import pass_s

MENU = ["mri-hole-depth", "micro-ct-air-kerma", "micro-ct-leakage"]


class Room:
    """A world with an operator, and a display that the test draws on."""

    def __init__(self, scenario: str = "demo") -> None:
        loaded = load_scenario(scenario)
        self.world: World = build_world(loaded, 1)
        self.operator = Operator(self.world, loaded)

    def keys_at(self, screen: str, seconds: float = 20.0) -> list[str]:
        """The keys pressed in some seconds after a screen appeared."""
        self.world.show(screen, ["", "", "", ""])
        end_us = self.world.now_us + round(seconds * 1e6)
        keys = []
        while self.world.now_us < end_us:
            self.world.run_until(end_us)
            keys += self.world.take_events()[1]
        return keys


def edited(start: str, target: str) -> str:
    """The number that the operator's keys give in an editor as the unit's."""
    text, cursor = start, 1
    for _ in range(200):
        key = number_key(text, target, cursor)
        if key in ("up", "down"):
            turned = (int(text[cursor]) + (1 if key == "up" else -1)) % 10
            text = text[:cursor] + str(turned) + text[cursor + 1 :]
        elif key == "ok" and cursor == len(text) - 1:
            return text
        else:
            cursor += 1 if key == "ok" else -1
            if text[cursor] == ".":
                cursor += 1 if key == "ok" else -1
    raise AssertionError(f"{start} never became {target}")


@pytest.mark.parametrize(
    ("start", "target"),
    [
        ("+20.0", "+22.4"),
        ("+101.325", "+100.800"),
        ("+50", "+45"),
        ("+99.9", "+00.0"),
    ],
)
def test_numbers_are_typed_digit_by_digit(start: str, target: str) -> None:
    assert edited(start, target) == target


def test_a_wrong_digit_behind_the_cursor_is_gone_back_to() -> None:
    assert number_key("+12.4", "+22.4", 4) == "back"


def test_without_plans_it_presses_nothing() -> None:
    room = Room()
    assert room.keys_at("menu:mri-hole-depth") == []
    assert not room.world.busy


def test_it_walks_the_menu_to_its_plan() -> None:
    room = Room()
    room.operator.measure(["micro-ct-leakage"])
    assert room.world.busy
    assert room.keys_at("menu:mri-hole-depth", 3.5)[:1] == ["down"]
    assert room.keys_at("menu:micro-ct-leakage", 4) == ["ok"]


def test_a_plan_that_is_not_there_is_given_up() -> None:
    room = Room()
    room.operator.measure(["no-such-plan"])
    for _ in range(10):
        room.keys_at("menu:mri-hole-depth", 5)
    assert room.operator.failed == "plan no-such-plan is not in the unit's menu"
    assert not room.world.busy


def started(scenario: str = "demo", plan: str = "mri-hole-depth") -> Room:
    room = Room(scenario)
    room.operator.measure([plan])
    assert room.keys_at(f"menu:{plan}", 5) == ["ok"]
    return room


def test_a_gauge_step_moves_the_spindle_and_lets_it_come_to_rest() -> None:
    room = started()
    assert room.keys_at("ask:outside-180") == ["ok"]
    assert room.world.gauge is not None
    assert room.world.gauge._spindle_nm == 7_100


def test_an_exposure_is_a_new_one_each_time() -> None:
    room = started("micro-ct", "micro-ct-air-kerma")
    assert room.keys_at("ask:background") == ["ok"]
    assert not room.world.tube.on
    for number in (1, 2, 3):
        assert room.keys_at(f"ask:exposure-{number}", 30) == ["ok"]
        assert room.world.tube.on
        assert room.world.tube.exposures == number
    room.keys_at("result:1", 0.5)
    assert not room.world.tube.on


def test_the_probe_is_carried_around_with_the_beam_on_but_for_backgrounds() -> None:
    room = started("leaky", "micro-ct-leakage")
    for step, beam in [
        ("background-before", False),
        ("left", True),
        ("cable-port", True),
        ("background-after", False),
    ]:
        assert room.keys_at(f"ask:{step}", 30) == ["ok"]
        assert (room.world.probe_at, room.world.tube.on) == (step, beam)


def test_entries_come_from_the_scenario_in_the_editors_form() -> None:
    room = started("micro-ct", "micro-ct-air-kerma")
    assert room.keys_at("number:temperature_c:+20.0:1", 1) == ["ok"]
    assert room.keys_at("number:temperature_c:+20.0:2", 1) == ["up"]
    assert room.keys_at("number:pressure_kpa:+101.325:3", 1) == ["down"]
    assert room.keys_at("number:unknown:+12.3:4", 1) == ["ok"]


def test_results_are_read_to_the_end_then_saved() -> None:
    room = started()
    assert room.keys_at("result:1", 4)[:1] == ["down"]
    assert room.keys_at("result:2", 4)[:1] == ["down"]
    assert room.keys_at("result:1", 4) == ["ok"]
    assert room.keys_at("saved:VU-1-000001", 4) == ["ok"]
    assert room.operator.saved == ["VU-1-000001"]
    assert not room.operator.done
    room.keys_at("menu:mri-hole-depth", 1)
    assert room.operator.done


def test_a_single_result_page_is_saved_too() -> None:
    assert started().keys_at("result:1", 10) == ["down", "ok"]


def test_trouble_is_tried_again_but_not_for_ever() -> None:
    room = started()
    for _ in range(5):
        assert room.keys_at("trouble:zero:absent", 5) == ["ok"]
        room.keys_at("busy:zero", 1)
    assert room.keys_at("trouble:zero:absent", 5) == []
    assert room.operator.failed == "trouble zero:absent does not go away"


def test_a_test_can_replace_what_is_done_at_a_screen_once() -> None:
    room = started()
    room.operator.at("ask:outside-90", lambda operator: operator.press("back", after_s=1))
    assert room.keys_at("ask:outside-90", 5) == ["back"]
    room.keys_at("ask:outside-0", 0.1)
    assert room.keys_at("ask:outside-90", 5) == ["ok"]


def test_it_can_be_held_at_a_screen() -> None:
    room = started()
    room.operator.hold_at("ask:inside-2")
    assert room.keys_at("ask:inside-2", 10) == []
    assert room.operator.held and not room.world.busy
    room.operator.resume()
    assert room.world.busy
    assert room.keys_at("ask:inside-2", 10) == ["ok"]


def test_the_same_screen_drawn_again_is_not_answered_twice() -> None:
    room = started()
    room.world.show("ask:zero", ["", "", "", ""])
    for _ in range(3):
        pass_s(room.world, 0.05)
        room.world.show("ask:zero", ["again", "", "", ""])
    assert room.keys_at("ask:zero", 10) == ["ok"]


def test_when_nothing_ever_happens_it_loses_patience() -> None:
    room = started()
    room.keys_at("busy:zero", PATIENCE_S + 1)
    assert room.operator.failed == "nothing happens at screen busy:zero"
