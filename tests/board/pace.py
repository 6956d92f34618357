"""Keeps the emulator's PIO in time while its CPU sleeps.

The emulator lets each state machine execute one instruction for each CPU instruction, or for each
jump of the clock to the next alarm while the CPU sleeps. So that characters and frames keep their
timing then, an alarm is set to the moment when the next instruction is due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.board.emulator import EmulatedPico

NS_PER_CYCLE = 8
LOOK_AGAIN_NS = 1_000_000
# count_edges samples all the time: it only needs every cycle while edges come (`edges_until_us`).
ALWAYS_BUSY = (0, 1)


class PioPace:
    """Two alarms in turn: one ends the CPU's sleep where an instruction is due, the other looks,
    one cycle later, when the next one is. `hurry` after a level has changed."""

    def __init__(self, pico: EmulatedPico) -> None:
        self._pico = pico
        self._pios = pico.mcu.pio
        self._look_alarm = pico.clock.create_alarm(self._look)
        self._due_alarm = pico.clock.create_alarm(self.hurry)
        self.edges_until_us = 0

    def start(self) -> None:
        """From now on."""
        self.hurry()

    def hurry(self) -> None:
        """A machine that waited may go on at once; what is due now is done before the look."""
        self._look_alarm.cancel()
        self._look_alarm.schedule(NS_PER_CYCLE)

    def _look(self) -> None:
        self._due_alarm.cancel()
        self._due_alarm.schedule(self._next_due_ns())

    def _next_due_ns(self) -> float:
        edges = self._pico.now_us < self.edges_until_us
        due_ns = float(LOOK_AGAIN_NS)
        for block, pio in enumerate(self._pios):
            for number, machine in enumerate(pio.machines):
                if not machine.enabled or machine.waiting:
                    continue
                if (block, number) == ALWAYS_BUSY and not edges:
                    continue
                # The cycle of this very look is not counted yet.
                cycles = max(1, -(-(machine.next_due_fp - pio.cycle_fp) // 256) - 1)
                due_ns = min(due_ns, cycles * NS_PER_CYCLE)
        return due_ns
