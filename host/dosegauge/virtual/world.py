"""The simulated laboratory around a unit: time, ports, pulses, keys, display, clock.

No input or output and no wall clock: `server` decides how far time may go and speaks with the
unit, `scenario` puts the instruments in. Everything is deterministic under the seed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from .instruments.digimatic_gauge import DigimaticGauge
from .instruments.multidos import Multidos
from .instruments.opto_gauge import OptoGauge
from .instruments.probe import PulseProbe
from .instruments.quadrature_scale import QuadratureScale
from .instruments.tube import Tube
from .ports import SerialPort, checked_format
from .spc import SpcPort
from .timeline import US_PER_MS, US_PER_S, Timeline
from .unit_hardware import UnitHardware

KEYS = ("ok", "back", "up", "down")
PORTS = ("A", "B")
# Where a whole Digimatic frame arrives.
SPC = "SPC"
LINES_ON_DISPLAY = 4
US_MODULUS = 1 << 32
DRIFT_STEP_US = 10 * US_PER_S


class Cabinet:
    """Dose rates around the cabinet at the places where the probe may be held (uGy/h)."""

    def __init__(self) -> None:
        self.background_ugy_per_h = 0.10
        self.drift_ugy_per_h = 0.02
        self.drift_period_s = 6 * 3600.0
        self.leak_ugy_per_h: dict[str, float] = {}

    def background_at(self, us: int) -> float:
        """Natural background with its slow swing."""
        phase = 2.0 * math.pi * us / US_PER_S / self.drift_period_s
        return self.background_ugy_per_h + self.drift_ugy_per_h * math.sin(phase)


class World:
    """One laboratory. Times in integer microseconds since it began."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self._entropy = self.rng("entropy")
        self.timeline = Timeline()
        self.ports = {name: SerialPort(self.timeline, name, self.wake) for name in PORTS}
        self.probe = PulseProbe(self.rng("probe"))
        self.tube = Tube(self.timeline, self.rng("tube"))
        self.cabinet = Cabinet()
        self.hardware = UnitHardware(lambda: self.now_us, self.rng("air"))
        self.spc = SpcPort(self.timeline, self.wake)
        self.scale: QuadratureScale | None = None
        self.gauge: OptoGauge | DigimaticGauge | QuadratureScale | None = None
        self.multidos: Multidos | None = None
        self.chamber_distance_mm = 100.0
        self.probe_at = ""
        self.keys: list[str] = []
        self.screen = ""
        self.display: tuple[str, ...] = ("",) * LINES_ON_DISPLAY
        self.screens: list[str] = []
        self.beeps: list[str] = []
        self.screen_listeners: list[Callable[[str], None]] = []
        self.busy_reasons: set[str] = set()
        self._clock_offset_ms: int | None = None
        self._pulses_at_reset = 0
        self._counted_us = 0
        self._woken = False

    def entropy(self) -> int:
        """Sixteen bits for the unit, other ones each time."""
        return self._entropy.getrandbits(16)

    def rng(self, name: str) -> random.Random:
        """A random source of its own for each part, so that they don't disturb each other."""
        return random.Random(f"{self.seed}:{name}")

    # time

    @property
    def now_us(self) -> int:
        """World time."""
        return self.timeline.now_us

    @property
    def now_ms(self) -> int:
        """World time as the unit's ticks."""
        return self.timeline.now_us // US_PER_MS

    def run_until(self, us: int) -> None:
        """Let time pass to `us`, or to the first event that concerns the unit."""
        self.timeline.run_until(us, lambda: self._woken)

    def wake(self) -> None:
        """Something has happened that the unit must see."""
        self._woken = True

    @property
    def unit_concerned(self) -> bool:
        """True when bytes or keys wait for the unit."""
        received = any(port.received for port in self.ports.values())
        return bool(self.keys or self.spc.received) or received

    @property
    def busy(self) -> bool:
        """True while somebody (operator, test) has something to do: fast pace may jump."""
        return bool(self.busy_reasons)

    # the clock on the wall of the unit

    @property
    def unix_ms(self) -> int | None:
        """The unit's calendar clock; None while it is not set."""
        offset_ms = self._clock_offset_ms
        return None if offset_ms is None else offset_ms + self.now_ms

    def set_clock(self, unix_ms: int | None) -> None:
        """Set the calendar clock, or lose it (None)."""
        self._clock_offset_ms = None if unix_ms is None else unix_ms - self.now_ms

    def unit_starts(self) -> None:
        """The unit's processor starts anew; the world goes on."""
        for port in self.ports.values():
            port.reset()
        self.set_probe_power(False)
        self.spc.give_up()
        self.spc.received.clear()
        if self.scale is not None:
            self.scale.power(False)
        self._pulses_at_reset = self.probe.pulses
        self.keys.clear()
        self._woken = False

    def take_events(self) -> tuple[dict[str, bytes], list[str]]:
        """Received bytes by port, and keys, since the last time."""
        received = {
            name: bytes(port.received) for name, port in self.ports.items() if port.received
        }
        if self.spc.received:
            received[SPC] = bytes(self.spc.received)
            self.spc.received.clear()
        for port in self.ports.values():
            port.received.clear()
        keys, self.keys = self.keys, []
        self._woken = False
        return received, keys

    def port(self, name: object) -> SerialPort:
        """The port of that name; ValueError if there is none."""
        if not isinstance(name, str) or name not in self.ports:
            raise ValueError(f"no port {name!r}; there are {', '.join(PORTS)}")
        return self.ports[name]

    def configure_port(self, name: object, *settings: object) -> None:
        """Settings of a port: baud, data bits, parity, stop bits."""
        if len(settings) != 4:
            raise ValueError("a port takes baud, bits, parity and stop")
        self.port(name).configure(checked_format(*settings))

    def count(self) -> tuple[int, int]:
        """Pulses since the unit started and the time they were read (us), both mod 2^32."""
        self._count_to_now()
        pulses = self.probe.pulses - self._pulses_at_reset
        return pulses % US_MODULUS, self.now_us % US_MODULUS

    def set_probe_power(self, on: bool) -> None:
        """Supply of the probe."""
        self._count_to_now()
        self.probe.powered = on

    def edges(self) -> tuple[int, int]:
        """What the unit has counted of the scale's edges, and when it was read (us mod 2^32)."""
        count = 0 if self.scale is None else self.scale.count()
        return count, self.now_us % US_MODULUS

    def show(self, screen: str, lines: list[str]) -> None:
        """The unit has drawn its display."""
        self.display = tuple(lines)
        self.screen = screen
        if not self.screens or self.screens[-1] != screen:
            self.screens.append(screen)
        for listener in self.screen_listeners:
            listener(screen)

    def beep(self, kind: str) -> None:
        """The unit's buzzer."""
        self.beeps.append(kind)

    # what people do

    def press(self, key: str) -> None:
        """Press a key of the unit."""
        if key not in KEYS:
            raise ValueError(f"no key {key!r}; there are {', '.join(KEYS)}")
        self.keys.append(key)
        self.wake()

    def set_beam(self, on: bool) -> None:
        """Switch the tube."""
        self._before_change()
        self.tube.switch(on)
        self._after_change()

    def hold_probe(self, place: str) -> None:
        """Hold the probe at a place; unknown places have background only."""
        self._before_change()
        self.probe_at = place

    def set_chamber_distance(self, mm: float) -> None:
        """Put the chamber at a distance from the focus."""
        self._before_change()
        self.chamber_distance_mm = mm
        self._after_change()

    def set_high_voltage(self, on: bool) -> None:
        """Lose or restore the probe's high voltage: without it there are no pulses."""
        self._count_to_now()
        self.probe.high_voltage = on

    def burst(self, cps: float, for_us: int) -> None:
        """Disturb the probe, as a relay does: false pulses for a while."""
        self._count_to_now()
        self.probe.burst_cps = cps
        self.timeline.after(for_us, self._end_burst)

    def place_multidos(self, multidos: Multidos) -> None:
        """Put a dosimeter into the laboratory."""
        self.multidos = multidos
        self._after_change()

    def chamber_gy_per_s(self) -> float:
        """Air kerma rate at the chamber."""
        return self.tube.kerma_rate_gy_per_s(self.chamber_distance_mm)

    def _end_burst(self) -> None:
        self._count_to_now()
        self.probe.burst_cps = 0.0

    def _before_change(self) -> None:
        self._count_to_now()
        if self.multidos is not None:
            self.multidos.settle()

    def _after_change(self) -> None:
        if self.multidos is not None:
            self.multidos.field_changed()

    def _count_to_now(self) -> None:
        """Draw the probe's pulses up to now, in steps short against the background's swing."""
        if not (self.probe.powered and self.probe.high_voltage):
            self._counted_us = self.now_us
        leak = self.cabinet.leak_ugy_per_h.get(self.probe_at, 0.0) * self.tube.relative_output
        while self._counted_us < self.now_us:
            end_us = min(self.now_us, (self._counted_us // DRIFT_STEP_US + 1) * DRIFT_STEP_US)
            rate = self.cabinet.background_at((self._counted_us + end_us) // 2) + leak
            self.probe.count(self._counted_us, end_us, rate)
            self._counted_us = end_us
