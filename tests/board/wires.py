"""The simulated laboratory on the emulated Pico's pins: levels instead of bytes and counts.

Everything here runs in the emulator's thread, on emulated time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from random import Random

from dosegauge.virtual.instruments.digimatic_gauge import DigimaticGauge, Edge
from dosegauge.virtual.ports import LineFormat
from dosegauge.virtual.timeline import US_PER_S
from dosegauge.virtual.world import World
from tests.board.emulator import EmulatedPico

WORLD_STEP_US = 1000
TX = {"A": 0, "B": 26}
RX = {"A": 1, "B": 27}
RTS, DTR = 5, 6
SPC_DATA, SPC_CLOCK, SPC_REQUEST = 10, 11, 12
PULSES, PULSES_POWER = 8, 9
PULSE_US = 60


class Laboratory:
    """A world whose time is the Pico's, with its serial ports and its probe on pins."""

    def __init__(self, pico: EmulatedPico, world: World, formats: dict[str, LineFormat]) -> None:
        self.pico = pico
        self.world = world
        self.probe = PulseWire(pico, world)
        self.spc = SpcWire(pico, world)
        self.wires = {name: SerialWire(pico, world, name, line) for name, line in formats.items()}
        self._alarm = pico.clock.create_alarm(self._step)
        self._start_us = 0

    def start(self) -> None:
        """Let the world's time begin."""
        self._start_us = self.pico.now_us - self.world.now_us
        self._step()

    def stop(self) -> None:
        """The world's time stands still, and nothing drives the pins any more."""
        self._alarm.cancel()
        self.probe.stop()

    def _step(self) -> None:
        target_us = self.pico.now_us - self._start_us
        while self.world.now_us < target_us:
            self.world.run_until(target_us)
            received, keys = self.world.take_events()
            for wire in self.wires.values():
                wire.to_unit(received.get(wire.name, b""))
            for key in keys:
                self.pico.press(key)
        self.probe.refresh()
        self._alarm.schedule(WORLD_STEP_US * 1000)


class SerialWire:
    """One serial port: characters of the world as levels at the receiving pin, and the other
    way round."""

    def __init__(self, pico: EmulatedPico, world: World, name: str, line: LineFormat) -> None:
        self.name = name
        self._pico = pico
        self._port = world.port(name)
        self._port.configure(line)
        self._line = line
        self._bit_us = 1e6 / line.baud
        self._queue: deque[int] = deque()
        self._sending = False
        self._receiving = False
        # Both ways, as an 8-bit receiver sees it.
        self.sent: list[int] = []
        self.driven = bytearray()
        pico.mcu.gpio[TX[name]].add_listener(self._level_changed)
        if name == "A":
            for gpio in (RTS, DTR):
                pico.mcu.gpio[gpio].add_listener(self._lines_changed)

    def to_unit(self, data: bytes) -> None:
        """Characters to drive, as an 8-bit receiver sees them."""
        self._queue.extend(data)
        if not self._sending and self._queue:
            self._sending = True
            self._send_next()

    def _send_next(self) -> None:
        if not self._queue:
            self._sending = False
            return
        character = self._queue.popleft()
        self.driven.append(character)
        bits = character | 0x100 | 0x200
        self._drive_bit(bits << 1, 1 + 8 + self._line.stop)

    def _drive_bit(self, bits: int, left: int) -> None:
        if left == 0:
            self._send_next()
            return
        self._pico.drive(RX[self.name], bool(bits & 1))
        self._pico.after(self._bit_us, lambda: self._drive_bit(bits >> 1, left - 1))

    def _level_changed(self, *_: object) -> None:
        self._pico.pace.hurry()
        if not self._receiving and self._is_driven() and not self._level():
            self._receiving = True
            self._pico.after(1.5 * self._bit_us, lambda: self._sample(0, 0))

    def _is_driven(self) -> bool:
        return bool(self._pico.mcu.gpio[TX[self.name]].output_enable)

    def _level(self) -> bool:
        return bool(self._pico.mcu.gpio[TX[self.name]].output_value)

    def _sample(self, character: int, place: int) -> None:
        if place == 8:
            self._receiving = False
            self.sent.append(character)
            self._port.write(bytes([character]))
            return
        character |= self._level() << place
        self._pico.after(self._bit_us, lambda: self._sample(character, place + 1))

    def _lines_changed(self, *_: object) -> None:
        # The transceiver inverts: a low pin is an asserted line.
        gpio = self._pico.mcu.gpio
        asserted = [
            bool(gpio[pin].output_enable) and not gpio[pin].output_value for pin in (RTS, DTR)
        ]
        self._port.set_lines(*asserted)


class SpcWire:
    """The Digimatic port: the gauge's edges on its pins whenever the request is asserted."""

    def __init__(self, pico: EmulatedPico, world: World) -> None:
        self._pico = pico
        self._gauge = world.gauge if isinstance(world.gauge, DigimaticGauge) else None
        self._asserted = False
        self._edges: Iterator[Edge] = iter(())
        pico.mcu.gpio[SPC_REQUEST].add_listener(self._request_changed)

    def _request_changed(self, *_: object) -> None:
        self._pico.pace.hurry()
        pin = self._pico.mcu.gpio[SPC_REQUEST]
        asserted = bool(pin.output_enable) and bool(pin.output_value)
        if asserted and not self._asserted and self._gauge is not None:
            self._edges = self._gauge.requested()
            self._next()
        self._asserted = asserted

    def _next(self) -> None:
        edge = next(self._edges, None)
        if edge is not None:
            self._pico.after(edge.after_us, lambda: self._arrive(edge))

    def _arrive(self, edge: Edge) -> None:
        self._pico.drive(SPC_DATA, edge.data)
        self._pico.drive(SPC_CLOCK, edge.clock)
        self._next()


class PulseWire:
    """The survey probe as pulses at its pin; `risen_us` holds when each of them came."""

    def __init__(self, pico: EmulatedPico, world: World) -> None:
        self._pico = pico
        self._world = world
        self._rng = Random(world.seed)
        self._alarm = pico.clock.create_alarm(self._rise)
        self._rate_per_s = 0.0
        self.risen_us: list[int] = []

    def refresh(self) -> None:
        """Follow the field at the probe; a change of rate draws the next pulse anew."""
        world, probe = self._world, self._world.probe
        powered = bool(self._pico.mcu.gpio[PULSES_POWER].output_value)
        leak = world.cabinet.leak_ugy_per_h.get(world.probe_at, 0.0) * world.tube.relative_output
        rate = 0.0
        if powered and probe.high_voltage:
            field = world.cabinet.background_at(world.now_us) + leak
            rate = field * probe.cps_per_ugy_per_h + probe.own_cps + probe.burst_cps
        if abs(rate - self._rate_per_s) > 1e-3 * rate or (rate == 0.0) != (
            self._rate_per_s == 0.0
        ):
            self._rate_per_s = rate
            self._alarm.cancel()
            self._plan(0.0)

    def stop(self) -> None:
        """No more pulses."""
        self._alarm.cancel()

    def _plan(self, dead_us: float) -> None:
        if self._rate_per_s > 0.0:
            wait_us = dead_us + self._rng.expovariate(self._rate_per_s) * US_PER_S
            self._alarm.schedule(wait_us * 1000)

    def _rise(self) -> None:
        self._pico.drive(PULSES, True)
        self.risen_us.append(self._pico.now_us)
        self._pico.after(PULSE_US, lambda: self._pico.drive(PULSES, False))
        self._plan(max(190.0, PULSE_US * 2))
