"""A PTW MULTIDOS in its dual-channel form, with a vented chamber on channel 1.

Interface reference, sections 3, 13 and 14: 38400 8N1, CR LF, strict ping-pong. The meter shows
what its chamber collects, without air density correction unless it was told to correct (KP, KT):
true rate = shown * k_TP * N_K.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from ..faults import Fault
from ..ports import LineFormat, SerialPort
from ..timeline import US_PER_S, Timeline
from .multidos_text import Air, block_check, mantissa_exponent, time_text
from .serial_instrument import SerialInstrument

ZEROING_US = 28 * US_PER_S
APPLICATION_CHANGE_US = 5 * US_PER_S
ZEROING_LIMIT_GY_PER_S = 1e-7
SHORTEST_INTERVAL_S = 6
STANDARD_AIR = Air()
REFERENCE_C = {"KTR0": 20.0, "KTR1": 22.0}
CORRECTION_LIMITS = {"KP": (500.0, 1300.0), "KT": (10.0, 40.0)}
UNITS = {"S": ("Gy/s", 1.0), "M": ("Gy/min", 60.0), "H": ("Gy/h", 3600.0), "A": ("A", 1.055e-6)}


@dataclass(frozen=True)
class MultidosSettings:
    """Kind and state of the meter.

    air            in its vented chamber
    n_k            calibration factor: true = shown * k_TP * n_k
    noise          relative standard deviation of a reading; `digit_noise` adds -1, 0 or 1 digit
    tau_s          time in which a rate settles
    zero_gy_per_s  offset before the first zeroing
    mode           0 dose, 1 dose rate; `rate_unit` S, M, H or A: what it shows at power-up
    """

    air: Air = STANDARD_AIR
    n_k: float = 1.0
    noise: float = 0.002
    digit_noise: bool = True
    tau_s: float = 1.5
    zero_gy_per_s: float = 2e-9
    overload_gy_per_s: float = 0.02
    mode: int = 1
    rate_unit: str = "M"
    firmware: str = "1.20"


class Multidos(SerialInstrument):
    """The meter. `field()` gives the air kerma rate at the chamber in Gy/s."""

    line = LineFormat(38400, 8, "N", 1)
    terminator = b"\r\n"
    latency_ms = (20.0, 60.0)
    driver_timeout_ms = 3000

    def __init__(
        self,
        timeline: Timeline,
        port: SerialPort,
        rng: random.Random,
        field: Callable[[], float],
        settings: MultidosSettings | None = None,
    ) -> None:
        super().__init__(timeline, port, rng)
        self._field = field
        self.settings = settings or MultidosSettings()
        self.zero_gy_per_s = self.settings.zero_gy_per_s
        self.menu_open = False
        self.high_voltage_error = False
        self._settled_us = 0
        self._shown_gy_per_s = 0.0
        self._chamber_gy_per_s = 0.0
        self._dose_gy = 0.0
        self._time_us = 0
        self._busy_until_us = 0
        self._run = 0
        self._overloaded_since_start = False
        self._default_settings()

    def _default_settings(self) -> None:
        self.mode, self.rate_unit = self.settings.mode, self.settings.rate_unit
        self.interval_s = 60
        self.state = "RUN" if self.mode == 1 else "RES"
        self.range = "M"
        self.pressure_hpa: float | None = None
        self.temperature_c: float | None = None
        self.reference_c = 20.0
        self._run += 1

    # the world's side

    def settle(self) -> None:
        """Let chamber current, filter and integral follow to now.

        Called before anything that changes the field, and before anything that looks.
        """
        now_us = self.timeline.now_us
        dt_us, self._settled_us = now_us - self._settled_us, now_us
        current = self._chamber_gy_per_s
        decay = math.exp(-dt_us / (self.settings.tau_s * US_PER_S))
        self._shown_gy_per_s = current + (self._shown_gy_per_s - current) * decay
        if self.state in ("STA", "INT"):
            self._dose_gy += current * dt_us / US_PER_S
            self._time_us += dt_us

    def field_changed(self) -> None:
        """The field at the chamber is another from now on; `settle()` came before."""
        corrections = self.settings.air.k_tp * self.settings.n_k
        self._chamber_gy_per_s = self._field() / corrections + self.zero_gy_per_s
        if self._overload():
            self._overloaded_since_start = True

    def press_reset(self) -> None:
        """Somebody presses RES at the meter: dose and remembered overload are cleared."""
        self.settle()
        self._key("RES")

    @property
    def air_density_factor(self) -> float:
        """KD: what the meter itself multiplies by; 1 until KP or KT was set."""
        if self.pressure_hpa is None and self.temperature_c is None:
            return 1.0
        kelvin, reference_kelvin = 273.15 + self._temperature(), 273.15 + self.reference_c
        return kelvin / reference_kelvin * 1013.25 / self._pressure()

    # the unit's side

    def command(self, text: str, fault: Fault | None) -> None:
        """Answer one telegram; silent while it zeroes or changes its application."""
        if self.timeline.now_us < self._busy_until_us:
            return
        self.settle()
        if self.menu_open and text != "PTW":
            self.reply("E03", fault)
        elif text == "NUL":
            self._zero(fault)
        elif text == "D":
            self.reply(self._telegram(fault), fault)
        else:
            if fault is not None and fault.name == "wrong-unit":
                self.rate_unit = "H" if self.rate_unit != "H" else "S"
            self.reply(self._answer(text), fault)

    def restart(self) -> str:
        """Power-up: settings as delivered; the meter names itself."""
        self._default_settings()
        return f"MULTIDOS {self.settings.firmware}G"

    def _answer(self, text: str) -> str:
        answers = {
            "PTW": f"MULTIDOS {self.settings.firmware}G",
            "SER": "SER001234",
            "S": "S" + self.state,
            "M": f"M{self.mode}",
            "I": f"I{self.interval_s:04d}",
            "DU": "DU" + self._unit_text(),
            "SC": "SC1",
            "SD": "SD00004",
            "SE": "SE00000",
            "KD": f"KD{self.air_density_factor:.3f}",
            "KTR": f"KTR{int(self.reference_c == REFERENCE_C['KTR1'])}",
            "KP": f"KP{self._pressure():06.1f}",
            "KT": f"KT{self._temperature():.1f}",
        }
        if text in answers:
            return answers[text]
        if text in ("STA", "HLD", "RES", "INT"):
            return self._key(text)
        if text.startswith("K"):
            return self._correction(text)
        return self._set(text) or "E01"

    def _unit_text(self) -> str:
        if self.rate_unit == "A":
            return "A" if self.mode == 1 else "C"
        return UNITS[self.rate_unit][0] if self.mode == 1 else "Gy"

    def _key(self, text: str) -> str:
        if self.mode == 1 and text in ("STA", "INT"):
            return "E02"
        self._run += 1
        if text in ("RES", "STA", "INT"):
            self._dose_gy, self._time_us = 0.0, 0
            self._overloaded_since_start = self._overload()
        if self.mode == 0:
            self.state = text
        if text == "INT":
            run = self._run
            self.timeline.after(self.interval_s * US_PER_S, lambda: self._interval_over(run))
        return text

    def _interval_over(self, run: int) -> None:
        if run == self._run and self.state == "INT":
            self.settle()
            self.state = "HLD"

    def _set(self, text: str) -> str:
        """Carry out a setting: its echo, an error, or "" if there is none of that form."""
        name, value = text[:1], text[1:]
        if text in ("M0", "M1"):
            self._set_mode(int(value))
        elif name == "I" and len(value) == 4 and value.isdigit():
            if int(value) < SHORTEST_INTERVAL_S:
                return "E10"
            self.interval_s = int(value)
        elif name == "U" and value in UNITS:
            self.rate_unit = value
        elif name == "R" and len(value) == 2 and value[0] in "12" and value[1] in "LMH-":
            self.range = value[1]
        elif text in ("AD", "Aquit"):
            self._busy_until_us = self.timeline.now_us + APPLICATION_CHANGE_US
        elif text not in ("SET1", "SET2", "SET3", "SET4", "SET5"):
            return ""
        return text

    def _set_mode(self, mode: int) -> None:
        if self.mode != mode:
            self.mode = mode
            self._run += 1
            self.state = "RUN" if mode == 1 else "RES"

    def _pressure(self) -> float:
        return 1013.25 if self.pressure_hpa is None else self.pressure_hpa

    def _temperature(self) -> float:
        return self.reference_c if self.temperature_c is None else self.temperature_c

    def _correction(self, text: str) -> str:
        """KP, KT and KTR with a value: the meter corrects its readings from then on."""
        if text in REFERENCE_C:
            self.reference_c = REFERENCE_C[text]
            return text
        name, value = text[:2], text[2:]
        if name not in CORRECTION_LIMITS or not value.replace(".", "", 1).isdigit():
            return "E01"
        low, high = CORRECTION_LIMITS[name]
        if not low <= float(value) <= high:
            return "E10"
        if name == "KP":
            self.pressure_hpa = float(value)
            return f"KP{self._pressure():06.1f}"
        self.temperature_c = float(value)
        return f"KT{self._temperature():.1f}"

    def _zero(self, fault: Fault | None) -> None:
        """Zeroing takes 28 s; with radiation on the chamber it fails."""
        state, self.state = self.state, "NUL"
        self._busy_until_us = self.timeline.now_us + ZEROING_US

        def finish() -> None:
            self.settle()
            self.state = state
            if abs(self._chamber_gy_per_s - self.zero_gy_per_s) > ZEROING_LIMIT_GY_PER_S:
                self.reply("E06", fault)
                return
            self.zero_gy_per_s = self.rng.gauss(0.0, 1e-11)
            self.field_changed()
            self._shown_gy_per_s = self._chamber_gy_per_s
            self.reply("NUL", fault)

        self.timeline.after(ZEROING_US, finish)

    def _overload(self) -> bool:
        return abs(self._chamber_gy_per_s) > self.settings.overload_gy_per_s

    def _telegram(self, fault: Fault | None) -> str:
        """The dual-channel D answer; channel 2 has no chamber."""
        overload = self._overload() or (fault is not None and fault.name == "over-range")
        if fault is not None and fault.name == "wrong-unit":
            self.rate_unit = "H" if self.rate_unit != "H" else "S"
        if overload:
            self._overloaded_since_start = True
        flags = overload * 1 | self._overloaded_since_start * 16
        flags |= 40 if self.high_voltage_error else 0
        latched = self.mode == 0 and self._overloaded_since_start
        first = "+0L   E+00" if overload or latched else mantissa_exponent(self._value())
        second = mantissa_exponent(0.0)
        ratio = " ----.-" if overload or latched else self._ratio()
        head = (
            f"D{self.mode};{time_text(self._time_us)};{self.state};{flags:02d};{int(overload)};"
            f"{int(self._overloaded_since_start)};0;{first};0;{second};0;{ratio};"
        )
        return head + block_check(head)

    def _ratio(self) -> str:
        return f"{0.0:7.1f}" if self._value_without_noise() > 0.0 else " ####.#"

    def _value_without_noise(self) -> float:
        factor = self.air_density_factor
        if self.mode == 1:
            return self._shown_gy_per_s * UNITS[self.rate_unit][1] * factor
        return self._dose_gy * (UNITS["A"][1] if self.rate_unit == "A" else 1.0) * factor

    def _value(self) -> float:
        value = self._value_without_noise()
        if self.mode == 0 and self.state in ("RES", "HLD"):
            return value
        value *= self.rng.gauss(1.0, self.settings.noise)
        if self.settings.digit_noise and value:
            value += self.rng.choice((-1, 0, 1)) * 10.0 ** (math.floor(math.log10(abs(value))) - 3)
        return value
