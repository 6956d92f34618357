"""A height gauge with an Opto-RS232 output (Sylvac, Trimos, IBR), on a duplex or simplex cable.

Interface reference, sections 2, 13 and 14: 4800 7E2, terminator CR, commands in any case with
spaces ignored, ERR0 (moving), ERR1 (command), ERR2 (parity), ERR3 (range). The cable feeds the
gauge from the control lines; with the wrong levels it is dead.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from ..faults import Fault
from ..ports import LineFormat, SerialPort
from ..timeline import US_PER_MS, US_PER_S, Event, Timeline
from .serial_instrument import SerialInstrument

NM_PER_MM = 1_000_000
NM_PER_INCH_1E5 = 254
REQUEST_LOW_US = 110 * US_PER_MS
SETTLE_US = 400 * US_PER_MS
CONTINUOUS_US = 125 * US_PER_MS
DECIMALS = {100: 4, 1_000: 3, 10_000: 2}


def round_half_even(value: int, unit: int) -> int:
    """`value / unit`, rounded half to even, as an integer count of `unit`."""
    quotient, rest = divmod(value, unit)
    return quotient + (2 * rest > unit or (2 * rest == unit and quotient % 2 == 1))


def value_text(count: int, decimals: int, style: str) -> str:
    """A reading as the gauge prints it, `count` in units of the last decimal.

    Styles: "sylvac" `+12.345`; "ibr" always 9 characters `+0123.456`; "trimos" 8 characters with
    leading zeros and plus as spaces and the minus before the first digit.
    """
    digits = str(abs(count))
    digits = "0" * (decimals + 1 - len(digits)) + digits
    body = f"{digits[:-decimals]}.{digits[-decimals:]}"
    if style == "ibr":
        return ("-" if count < 0 else "+") + body.rjust(8, "0")
    if style == "trimos":
        return (("-" if count < 0 else "") + body).rjust(8)
    return ("-" if count < 0 else "+") + body


@dataclass(frozen=True)
class GaugeSettings:
    """What kind of gauge and cable it is. ValueError for what cannot be.

    `min_gap_ms`: requests that follow each other faster are not seen.
    """

    style: str = "sylvac"
    resolution_nm: int = 1_000
    noise_nm: float = 500.0
    drift_nm_per_h: float = 0.0
    cable: str = "duplex"
    echo: bool = False
    min_gap_ms: int = 110
    range_nm: int = 350 * NM_PER_MM
    identity: str = "SY276"

    def __post_init__(self) -> None:
        if self.style not in ("sylvac", "ibr", "trimos"):
            raise ValueError(f"gauge style {self.style!r}: sylvac, ibr or trimos are possible")
        if self.resolution_nm not in DECIMALS:
            raise ValueError(f"gauge resolution {self.resolution_nm} nm: 100, 1000 or 10000")
        if self.cable not in ("duplex", "simplex"):
            raise ValueError(f"gauge cable {self.cable!r}: duplex or simplex are possible")


class OptoGauge(SerialInstrument):
    """The gauge; `move()` is where the phantom puts its spindle (nm from its datum)."""

    line = LineFormat(4800, 7, "E", 2)
    terminator = b"\r"
    latency_ms = (30.0, 100.0)
    driver_timeout_ms = 500

    def __init__(
        self,
        timeline: Timeline,
        port: SerialPort,
        rng: random.Random,
        settings: GaugeSettings | None = None,
    ) -> None:
        super().__init__(timeline, port, rng)
        self.settings = settings or GaugeSettings()
        self.resolution_nm = self.settings.resolution_nm
        self.noise_nm = self.settings.noise_nm
        self.echo = self.settings.echo
        self.min_gap_us = self.settings.min_gap_ms * US_PER_MS
        self.battery_low = False
        self.unit = "MM"
        self.datum_nm = 0
        self.preset_nm = 0
        self._spindle_nm = 0
        self._moving_until_us = 0
        self._held_nm: int | None = None
        self._stream: Event | None = None
        self._asked_us = -self.min_gap_us
        self._request: Event | None = None
        self._rts = False
        self._dtr = False

    # the world's side

    def move(self, position_nm: int) -> None:
        """Put the spindle on a surface; the gauge answers ERR0 until it has come to rest."""
        self._spindle_nm = position_nm
        self._moving_until_us = self.timeline.now_us + SETTLE_US

    def power(self) -> bool:
        """Duplex: DTR positive and RTS negative; simplex: RTS positive."""
        if self.settings.cable == "duplex":
            return self._dtr and not self._rts
        return self._rts

    def on_lines(self, rts: bool, dtr: bool) -> None:
        """Supply, and on a simplex cable the request: DTR low for 110 ms."""
        had_power, dtr_before = self.power(), self._dtr
        self._rts, self._dtr = rts, dtr
        if had_power and not self.power():
            self.forget_input()
            self._stop_stream()
        if self.settings.cable != "simplex":
            return
        if dtr and self._request is not None:
            self._request.cancel()
        if dtr_before and not dtr and self.power():
            self._request = self.timeline.after(REQUEST_LOW_US, self._simplex_request)

    def on_pattern(self, pattern: int, stop_ok: bool) -> None:
        """On a simplex cable TXD is the negative supply: commands are not seen."""
        if self.settings.cable == "duplex":
            super().on_pattern(pattern, stop_ok)

    # the unit's side

    def command(self, text: str, fault: Fault | None) -> None:
        """Answer a command as a UniCal, Z_CAL or V+ does."""
        command = text.replace(" ", "").replace("\n", "").upper()
        now_us = self.timeline.now_us
        if now_us - self._asked_us < self.min_gap_us:
            return
        self._asked_us = now_us
        if self.echo:
            self.reply(command, None, delay_us=2 * US_PER_MS)
        answer = self._answer(command, fault)
        if answer:
            self.reply(answer, fault)

    def bad_parity(self) -> None:
        """ERR2: the gauge saw wrong parity."""
        self.reply("ERR2", self.faults.strike())

    def restart(self) -> str:
        """Power-up: millimetres, no hold, no stream; the gauge names itself."""
        self.unit = "MM"
        self._held_nm = None
        self._stop_stream()
        return self.settings.identity

    def _answer(self, command: str, fault: Fault | None) -> str:
        if command in ("?", "PRI", "1"):
            return self._value(fault)
        queries = {
            "ID?": self.settings.identity,
            "SET?": f"{self.unit} RES{self._res()} REF1 KEY1 B{int(not self.battery_low)}",
            "UNI?": self.unit,
            "MOD?": "NOR",
            "BAT?": f"BAT{int(not self.battery_low)}",
            "VER?": "V1.0",
            "I": "C200 V1.0",
            "PRE?": "PRE"
            + value_text(self.preset_nm // self.resolution_nm, self._decimals(), "sylvac"),
        }
        if command in queries:
            return queries[command]
        return "" if self._set(command) else "ERR1"

    def _set(self, command: str) -> bool:
        """Carry out a setting; False if there is none of that name."""
        if command in ("MM", "IN"):
            self.unit = command
        elif command in ("RES2", "RES3"):
            self.resolution_nm = {"RES2": 1_000, "RES3": 10_000}[command]
        elif command == "OUT1":
            self._stop_stream()
            self._stream = self.timeline.after(CONTINUOUS_US, self._send_stream)
        elif command == "OUT0":
            self._stop_stream()
        elif command in ("STO1", "STO0"):
            self._held_nm = self._measure_nm() if command == "STO1" else None
        elif command == "Z":
            self.datum_nm = self._spindle_nm
        elif command == "PRE":
            self.datum_nm = self._spindle_nm - self.preset_nm
        elif command.startswith(("PRE+", "PRE-")):
            return self._set_preset(command[3:])
        elif command == "RST":
            self.restart()
        elif command not in ("REF1", "REF2", "CHA+", "CHA-", "KEY0", "KEY1", "ON", "OFF"):
            return False
        return True

    def _set_preset(self, text: str) -> bool:
        whole, _, fraction = text[1:].partition(".")
        if not whole.isdigit() or (fraction and not fraction.isdigit()) or len(fraction) > 6:
            return False
        preset_nm = int(whole) * NM_PER_MM + int(fraction.ljust(6, "0"))
        self.preset_nm = -preset_nm if text[0] == "-" else preset_nm
        return True

    def _value(self, fault: Fault | None) -> str:
        if self.timeline.now_us < self._moving_until_us:
            return "ERR0"
        reading_nm = self._held_nm if self._held_nm is not None else self._measure_nm()
        fault_name = fault.name if fault is not None else ""
        if fault_name == "over-range" or abs(reading_nm) > self.settings.range_nm:
            return "ERR3"
        if fault_name == "wrong-unit":
            self.unit = "IN"
        if self.unit == "IN":
            return value_text(round_half_even(reading_nm, NM_PER_INCH_1E5), 5, self.settings.style)
        count = round_half_even(reading_nm, self.resolution_nm)
        return value_text(count, self._decimals(), self.settings.style)

    def _measure_nm(self) -> int:
        noise_nm = self.rng.gauss(0.0, self.noise_nm) if self.noise_nm else 0.0
        drift_nm = self.settings.drift_nm_per_h * self.timeline.now_us / (3600 * US_PER_S)
        return self._spindle_nm - self.datum_nm + round(noise_nm + drift_nm)

    def _decimals(self) -> int:
        return DECIMALS[self.resolution_nm]

    def _res(self) -> int:
        return {100: 1, 1_000: 2, 10_000: 3}[self.resolution_nm]

    def _simplex_request(self) -> None:
        if self.power() and not self._dtr:
            self.ask("?")

    def _send_stream(self) -> None:
        fault = self.faults.strike()
        self.reply(self._value(fault), fault, delay_us=0)
        self._stream = self.timeline.after(CONTINUOUS_US, self._send_stream)

    def _stop_stream(self) -> None:
        if self._stream is not None:
            self._stream.cancel()
            self._stream = None
