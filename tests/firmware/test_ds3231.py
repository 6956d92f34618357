"""The clock's driver against a clock that keeps its time in Python's datetime."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge.virtual.instruments.ds3231 import ADDRESS, Ds3231
from dosegauge.virtual.instruments.i2c_bus import I2cBus

SATURDAY = datetime(2026, 2, 28, 23, 59, 58, tzinfo=UTC)
ANY_TIME = st.datetimes(
    datetime(2000, 1, 1), datetime(2199, 12, 31, 23, 59, 59), timezones=st.just(UTC)
)

# Just beyond what each register can hold, so that about half of them are times.
NEARLY_A_TIME = st.tuples(
    *(st.integers(0, last) for last in (0x60, 0x60, 0x74, 8, 0x32, 0x13, 0x9A))
).map(bytes)


def ms(time: datetime) -> int:
    return int((time - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


class Bench:
    """A clock on a bus and a time that the test lets pass."""

    def __init__(self, start: datetime | None = SATURDAY, ppm: float = 0.0) -> None:
        from drivers.ds3231 import Ds3231 as Driver

        self.now_us = 0
        self.celsius = 25.25
        self.part = Ds3231(lambda: self.now_us, lambda: self.celsius, start, ppm)
        self.bus = I2cBus(self.part)
        self.driver = Driver(self.bus)


@pytest.fixture(scope="module")
def drivers(firmware_path: None) -> Any:
    import drivers

    return drivers


def test_it_tells_the_time_and_goes_on(drivers: Any) -> None:
    bench = Bench()
    assert bench.driver.unix_ms() == ms(SATURDAY)
    bench.now_us += 2_000_000
    assert bench.driver.unix_ms() == ms(datetime(2026, 3, 1, tzinfo=UTC))


@given(time=ANY_TIME)
def test_every_time_comes_back(drivers: Any, time: datetime) -> None:
    from drivers.ds3231 import registers_of, unix_ms

    whole = time.replace(microsecond=0)
    assert unix_ms(registers_of(ms(time))) == ms(whole)
    assert registers_of(ms(time))[3] == whole.isoweekday()


@given(time=ANY_TIME)
def test_the_clock_takes_what_it_is_set_to(drivers: Any, time: datetime) -> None:
    bench = Bench(start=None)
    bench.driver.set_unix_ms(ms(time))
    assert bench.part.time() == time.replace(microsecond=0)
    assert bench.driver.unix_ms() == ms(time.replace(microsecond=0))


@given(registers=NEARLY_A_TIME | st.binary(min_size=7, max_size=7))
def test_any_seven_bytes_are_a_time_only_when_they_read_as_one(
    drivers: Any, registers: bytes
) -> None:
    """Against a reference that reads the registers' digits as text."""
    from drivers.ds3231 import unix_ms

    assert (time_by_its_digits(registers) is None) == is_refused(unix_ms, registers)


def time_by_its_digits(registers: bytes) -> datetime | None:
    second, minute, hour, weekday, day, month, year = registers
    if (second | minute | hour) & 0x80 or weekday not in range(1, 8):
        return None
    if day & 0xC0 or month & 0x60:
        return None
    half_day = hour & 0x40
    afternoon = bool(half_day and hour & 0x20)
    clock_hour = f"{hour & (0x1F if half_day else 0x3F):02x}"
    text = f"{month & 0x1F:02x}{day:02x} {minute:02x}{second:02x} {clock_hour}"
    if not all(character in "0123456789 " for character in text + f"{year:02x}"):
        return None
    whole_year = (2100 if month & 0x80 else 2000) + int(f"{year:02x}")
    layout = "%Y%m%d %M%S %I %p" if half_day else "%Y%m%d %M%S %H"
    try:
        noon = (" PM" if afternoon else " AM") if half_day else ""
        return datetime.strptime(f"{whole_year}{text}{noon}", layout)
    except ValueError:
        return None


def is_refused(unix_ms: Any, registers: bytes) -> bool:
    try:
        unix_ms(registers)
    except ValueError:
        return True
    return False


def test_a_clock_that_has_stopped_is_not_set(drivers: Any) -> None:
    bench = Bench()
    bench.part.lose_power()
    assert bench.driver.unix_ms() is None
    bench.driver.set_unix_ms(ms(SATURDAY) + 999)
    assert bench.driver.unix_ms() == ms(SATURDAY)


def test_a_new_clock_is_not_set(drivers: Any) -> None:
    assert Bench(start=None).driver.unix_ms() is None


def test_setting_starts_a_second(drivers: Any) -> None:
    bench = Bench()
    bench.now_us += 700_000
    bench.driver.set_unix_ms(ms(SATURDAY))
    bench.now_us += 999_999
    assert bench.driver.unix_ms() == ms(SATURDAY)
    bench.now_us += 1
    assert bench.driver.unix_ms() == ms(SATURDAY) + 1000


def test_time_is_set_in_one_burst_before_it_is_declared_good(drivers: Any) -> None:
    bench = Bench(start=None)
    bench.driver.set_unix_ms(ms(SATURDAY))
    sent = [data.hex() for address, data in bench.bus.transactions if address == ADDRESS]
    assert sent == ["00" + "58592306280226", "0f" + "08"]


def test_twelve_hour_mode_of_another_program_is_understood(drivers: Any) -> None:
    bench = Bench(datetime(2026, 2, 28, 0, 30, tzinfo=UTC))
    bench.bus.writeto_mem(ADDRESS, 2, bytes([0x40 | 0x12]))  # 12 AM
    assert bench.driver.unix_ms() == ms(datetime(2026, 2, 28, 0, 30, tzinfo=UTC))
    bench.now_us += 13 * 3_600_000_000
    assert bench.driver.unix_ms() == ms(datetime(2026, 2, 28, 13, 30, tzinfo=UTC))
    assert bench.bus.readfrom_mem(ADDRESS, 2, 1) == bytes([0x61])


def test_a_century_goes_by(drivers: Any) -> None:
    bench = Bench(datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC))
    bench.now_us += 1_000_000
    assert bench.driver.unix_ms() == ms(datetime(2100, 1, 1, tzinfo=UTC))


def test_it_runs_as_fast_as_its_crystal(drivers: Any) -> None:
    bench = Bench(SATURDAY, ppm=-2.0)
    bench.now_us += 10**12  # 11.6 days
    assert bench.part.time() == SATURDAY + timedelta(seconds=10**6 - 2)


@pytest.mark.parametrize(("celsius", "expected"), [(25.25, 2525), (-25.25, -2525), (-0.25, -25)])
def test_temperature(drivers: Any, celsius: float, expected: int) -> None:
    bench = Bench()
    bench.celsius = celsius
    assert bench.driver.temperature_cc() == expected


@pytest.mark.parametrize("byte", [0x00, 0x0A, 0x55, 0x7F])
def test_garbage_is_no_time(drivers: Any, byte: int) -> None:
    bench = Bench()
    bench.part.garbage = lambda: byte
    with pytest.raises(drivers.InstrumentError) as raised:
        bench.driver.unix_ms()
    assert (raised.value.code, raised.value.raw) == ("garbage", bytes([byte] * 7))


def test_only_ones_is_a_clock_not_set(drivers: Any) -> None:
    bench = Bench()
    bench.part.garbage = lambda: 0xFF
    assert bench.driver.unix_ms() is None
    with pytest.raises(drivers.InstrumentError) as raised:
        bench.driver.set_unix_ms(ms(SATURDAY))
    assert raised.value.code == "state"


def test_an_absent_clock_is_said_to_be_absent(drivers: Any) -> None:
    bench = Bench()
    bench.part.absent = True
    with pytest.raises(drivers.InstrumentError) as raised:
        bench.driver.unix_ms()
    assert raised.value.code == "absent"


def test_nine_clocks_free_the_bus(drivers: Any) -> None:
    bench = Bench()
    bench.part.hold_sda()
    assert bench.driver.unix_ms() == ms(SATURDAY)


def test_a_bus_that_stays_held_is_said_to_be_held(drivers: Any) -> None:
    bench = Bench()
    bench.part.hold_sda(1000)
    with pytest.raises(drivers.InstrumentError) as raised:
        bench.driver.unix_ms()
    assert raised.value.code == "bus"


@pytest.mark.parametrize("year", [1999, 2200])
def test_a_time_that_the_clock_cannot_hold_is_refused(drivers: Any, year: int) -> None:
    with pytest.raises(ValueError, match="2000 to 2199"):
        Bench().driver.set_unix_ms(ms(datetime(year, 6, 1, tzinfo=UTC)))
