"""Maxim DS3231 clock. It runs on UTC; what it holds becomes a time only when every bit of it can.

Source: data sheet 19-5170, "Timekeeping registers". Years are 2000 to 2199: bit 7 of the month is
taken as the century's (own choice; the chip toggles it when the year goes from 99 to 00).
"""

from drivers import InstrumentError
from drivers.i2c_part import I2cPart

ADDRESS = 0x68
TIME, CONTROL, STATUS, TEMPERATURE = 0x00, 0x0E, 0x0F, 0x11
STOPPED = 0x80
STOP_ON_BATTERY = 0x80
SECONDS_PER_DAY = 86400
DAYS_1970_TO_2000 = 10957
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Bits that are always zero in seconds, minutes, hours, weekday, date, month, year.
_UNUSED = (0x80, 0x80, 0x80, 0xF8, 0xC0, 0x60, 0x00)


def unix_ms(registers: "bytes") -> "int":
    """The time in ms of UTC that the registers 00 to 06 hold.

    ValueError names what no clock could hold: a bit that is always zero, a digit above 9, a day
    that the month doesn't have. The weekday may be any of 1 to 7, as its meaning is the user's.
    """
    if len(registers) != 7:
        raise ValueError("not seven registers")
    for register, unused in zip(registers, _UNUSED):
        if register & unused:
            raise ValueError("a bit that is always zero is set")
    second, minute = _decoded(registers[0]), _decoded(registers[1])
    hour = _hour(registers[2])
    date, month = _decoded(registers[4]), _decoded(registers[5] & 0x1F)
    year = 2000 + _decoded(registers[6]) + (100 if registers[5] & 0x80 else 0)
    if second > 59 or minute > 59 or hour > 23 or not 1 <= registers[3] <= 7:
        raise ValueError("no such time of day")
    if not 1 <= month <= 12 or not 1 <= date <= _days_in(year, month):
        raise ValueError("no such date")
    days = DAYS_1970_TO_2000 + _days_since_2000(year, month) + date - 1
    return (days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second) * 1000


def registers_of(unix_ms: "int") -> "bytes":
    """The registers 00 to 06 for a time; what is less than a second is dropped, weekday 1 is
    Monday. ValueError before 2000 and after 2199."""
    days, second_of_day = divmod(unix_ms // 1000, SECONDS_PER_DAY)
    rest = days - DAYS_1970_TO_2000
    year = 2000
    while rest >= (366 if _is_leap(year) else 365):
        rest -= 366 if _is_leap(year) else 365
        year += 1
    if rest < 0 or year > 2199:
        raise ValueError("the clock can only be set from 2000 to 2199")
    month = 1
    while rest >= _days_in(year, month):
        rest -= _days_in(year, month)
        month += 1
    return bytes(
        [
            _encoded(second_of_day % 60),
            _encoded(second_of_day // 60 % 60),
            _encoded(second_of_day // 3600),
            (days + 3) % 7 + 1,  # 1970-01-01 was a Thursday
            _encoded(rest + 1),
            _encoded(month) | (0x80 if year >= 2100 else 0),
            _encoded(year % 100),
        ]
    )


def temperature_cc(registers: "bytes") -> "int":
    """The chip's temperature in 0.01 Cel from the registers 11 and 12; it steps by 25."""
    quarters = (registers[0] << 8 | registers[1]) >> 6
    return 25 * (quarters - 1024 if quarters & 0x200 else quarters)


class Ds3231:
    """The clock on the board's I2C bus."""

    def __init__(self, bus: "object", address: "int" = ADDRESS) -> "None":
        self._part = I2cPart(bus, address, "the clock")

    def unix_ms(self) -> "int | None":
        """The time of day in ms of UTC, whole seconds; None while the clock isn't set (its
        oscillator has stopped since). InstrumentError: absent, bus, garbage."""
        if self._part.read(STATUS, 1)[0] & STOPPED:
            return None
        registers = self._part.read(TIME, 7)
        try:
            return unix_ms(registers)
        except ValueError as error:
            raise InstrumentError("garbage", "clock: " + str(error), registers)

    def set_unix_ms(self, unix_ms: "int") -> "None":
        """Set the clock to the second that unix_ms lies in, and start that second now.

        ValueError outside of 2000 to 2199. InstrumentError: absent, bus, and state when the clock
        doesn't hold what was written.
        """
        written = registers_of(unix_ms)
        control = self._part.read(CONTROL, 1)[0]
        if control & STOP_ON_BATTERY:
            self._part.write(CONTROL, bytes([control & ~STOP_ON_BATTERY & 0xFF]))
        self._part.write(TIME, written)
        # Only now is the time worth anything; the flag of an alarm that nobody uses stays.
        status = self._part.read(STATUS, 1)[0]
        self._part.write(STATUS, bytes([status & ~STOPPED & 0xFF]))
        self._require_held(unix_ms // 1000 * 1000)

    def temperature_cc(self) -> "int":
        """The chip's own temperature in 0.01 Cel. InstrumentError: absent, bus."""
        return temperature_cc(self._part.read(TEMPERATURE, 2))

    def _require_held(self, expected_ms: "int") -> "None":
        held = self.unix_ms()
        # Its second may just have turned.
        if held is None or held - expected_ms not in (0, 1000):
            raise InstrumentError("state", "the clock does not keep what it is set to")


def _hour(register: "int") -> "int":
    if not register & 0x40:
        return _decoded(register)
    hour = _decoded(register & 0x1F)
    if not 1 <= hour <= 12:
        raise ValueError("no such time of day")
    return hour % 12 + (12 if register & 0x20 else 0)


def _decoded(bcd: "int") -> "int":
    if bcd & 0x0F > 9 or bcd >> 4 > 9:
        raise ValueError("a digit above nine")
    return (bcd >> 4) * 10 + (bcd & 0x0F)


def _encoded(number: "int") -> "int":
    return number // 10 << 4 | number % 10


def _is_leap(year: "int") -> "bool":
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(year: "int", month: "int") -> "int":
    return 29 if month == 2 and _is_leap(year) else _MONTH_DAYS[month - 1]


def _days_since_2000(year: "int", month: "int") -> "int":
    """Days from 2000-01-01 to the first of the month."""
    past = year - 2000
    days = past * 365 + (past + 3) // 4 - (1 if year > 2100 else 0)
    for earlier in range(1, month):
        days += _days_in(year, earlier)
    return days
