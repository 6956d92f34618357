"""Keys at odd moments: there is always a way back, and nothing stops a measurement by accident."""

from itertools import pairwise

from dosegauge.virtual.operator import Operator
from dosegauge.virtual.world import World
from tests.system.conftest import Bench

SECOND_US = 1_000_000


def test_a_number_can_be_left_and_the_session_cancelled(fresh_bench: Bench) -> None:
    """The air kerma plan begins with entries: back out of the first one cancels the session."""
    unit = fresh_bench.unit

    def back_out(operator: Operator) -> None:
        operator.press("back", 0.5)

    def hold_first_number(world: World) -> None:
        world.screen_listeners.insert(0, remember)  # before the operator looks

    seen: list[str] = []

    def remember(screen: str) -> None:
        seen.append(screen)
        if screen.startswith("number:") or screen.startswith("ask:"):
            unit.operator.at(screen, back_out)
        if screen.startswith("leave:"):
            unit.operator.at(screen, lambda operator: operator.press("ok", 0.5))

    unit.change(hold_first_number)
    unit.begin(["micro-ct-air-kerma"])
    unit.wait_for(lambda world: any(s.startswith("saved:") for s in seen), 30)
    evaluated = fresh_bench.newest()
    assert evaluated.status == "cancelled"
    assert any(screen.startswith("leave:") for screen in seen)
    fresh_bench.require_no_trace()


def test_other_keys_do_not_stop_the_counting(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    presses = 0

    def nervous(world: World) -> None:
        def press(screen: str) -> None:
            nonlocal presses
            if screen == "busy:background-before" and presses < 200:
                presses += 1
                for moment in range(3):
                    world.timeline.at(
                        world.now_us + moment * 300_000 + 1, lambda: world.press("up")
                    )

        world.screen_listeners.append(press)

    unit.change(nervous)
    unit.measure(["micro-ct-leakage"])
    assert presses > 100
    readings = [
        row for row in fresh_bench.newest().rows.readings if row.step_id == "background-before"
    ]
    times = [int.from_bytes(row.raw[4:8], "little") for row in readings]
    gaps = [(later - earlier) % (1 << 32) for earlier, later in pairwise(times)]
    assert len(readings) == 121
    assert max(gaps) < 1.2 * SECOND_US
