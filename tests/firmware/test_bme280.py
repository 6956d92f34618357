"""The air sensor's driver against a sensor that computes with the data sheet's other formulas."""

import asyncio
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosegauge.virtual.instruments.bme280 import Bme280, SensorSettings, Surroundings
from dosegauge.virtual.instruments.i2c_bus import I2cBus

QUIET = {"noise_k": 0.0, "noise_pa": 0.0, "noise_percent": 0.0, "drift_pa_per_h": 0.0}
ROOM = Surroundings(20.0, 101325.0, 45.0)


@pytest.fixture(scope="module")
def drivers(firmware_path: None) -> Iterator[Any]:
    import drivers
    from drivers import bme280

    async def sleep_ms(delay_ms: int) -> None:
        LaboratoryClock.now_us += delay_ms * 1000

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bme280, "sleep_ms", sleep_ms)
        yield drivers


class LaboratoryClock:
    """Time that passes only while the driver sleeps."""

    now_us = 0

    @classmethod
    def now(cls) -> int:
        return cls.now_us


def sensor(air: Surroundings = ROOM, **settings: Any) -> Bme280:
    chosen = SensorSettings(**{**QUIET, **settings})
    return Bme280(LaboratoryClock.now, lambda: air, random.Random(1), chosen)


def read(drivers: Any, part: Bme280) -> Any:
    return asyncio.run(drivers.bme280.Bme280(I2cBus(part)).read())[0]


# The BME280 measures -40 to 85 Cel; the published calibration reaches 300 to 1100 hPa within
# -10 to 60 Cel.
@given(celsius=st.floats(-10, 60), hectopascal=st.floats(310, 1090), percent=st.floats(5, 90))
def test_integers_agree_with_the_float_formulas(
    drivers: Any, celsius: float, hectopascal: float, percent: float
) -> None:
    air = Surroundings(celsius, hectopascal * 100, percent)
    got = read(drivers, sensor(air))
    # Raw steps: 0.005 K, 0.3 Pa at most; humidity by table 1 of the data sheet 0.008 %, to which
    # the integers' own rounding comes.
    assert got.temperature_cc / 100 == pytest.approx(celsius, abs=0.012)
    assert got.pressure_pa256 / 256 == pytest.approx(hectopascal * 100, abs=1.0)
    assert got.humidity_1024 / 1024 == pytest.approx(percent, abs=0.05)


def test_the_noise_is_that_of_one_measurement(drivers: Any) -> None:
    part = sensor(noise_k=0.0, noise_pa=1.3, noise_percent=0.0)
    driver = drivers.bme280.Bme280(I2cBus(part))

    async def series() -> list[float]:
        return [(await driver.read())[0].pressure_pa256 / 256 for _ in range(400)]

    values = asyncio.run(series())
    mean = sum(values) / len(values)
    deviation = (sum((value - mean) ** 2 for value in values) / (len(values) - 1)) ** 0.5
    # 400 readings: the deviation is known to 3.5 % (1 sigma); five of these.
    assert deviation == pytest.approx(1.3, rel=0.18)
    assert mean == pytest.approx(101325.0, abs=0.5)


def test_a_bmp280_has_no_humidity(drivers: Any) -> None:
    driver = drivers.bme280.Bme280(I2cBus(sensor(humidity=False)))
    air, raw = asyncio.run(driver.read())
    assert air.humidity_1024 is None
    assert (driver.identity, driver.has_humidity(), len(raw)) == ("BMP280", False, 6)


def test_registers_are_named_with_the_reading(drivers: Any) -> None:
    driver = drivers.bme280.Bme280(I2cBus(sensor()))
    air, raw = asyncio.run(driver.read())
    from dosegauge.virtual.instruments import bme280 as simulated
    from drivers.bme280_formulas import calibration, compensate

    own = calibration(simulated.CALIBRATION_LOW, simulated.CALIBRATION_HIGH)
    assert compensate(own, raw) == air
    assert driver.identity == "BME280"


def unplug(part: Bme280) -> None:
    part.absent = True


def skip(channel: str) -> Callable[[Bme280], None]:
    def leave_out(part: Bme280) -> None:
        part.skip = channel

    return leave_out


def answer(byte: int) -> Callable[[Bme280], None]:
    def answer_garbage(part: Bme280) -> None:
        part.garbage = lambda: byte

    return answer_garbage


@pytest.mark.parametrize(
    ("break_it", "code"),
    [
        (unplug, "absent"),
        (skip("t"), "skipped"),
        (skip("p"), "skipped"),
        (skip("h"), "skipped"),
        (answer(0xFF), "identity"),
        (answer(0x00), "identity"),
        (answer(0x60), "garbage"),  # every byte looks like the chip's id
        (lambda part: part.hold_sda(9 * 9), "bus"),
    ],
    ids=["absent", "skip t", "skip p", "skip h", "ones", "zeros", "always 60", "bus"],
)
def test_a_fault_gives_no_reading(
    drivers: Any, break_it: Callable[[Bme280], None], code: str
) -> None:
    part = sensor()
    driver = drivers.bme280.Bme280(I2cBus(part))
    asyncio.run(driver.read())
    driver._calibration = None
    break_it(part)
    with pytest.raises(drivers.InstrumentError) as raised:
        asyncio.run(driver.read())
    assert raised.value.code == code


def test_an_unplugged_sensor_is_identified_anew(drivers: Any) -> None:
    part = sensor()
    driver = drivers.bme280.Bme280(I2cBus(part))
    asyncio.run(driver.read())
    part.absent = True
    with pytest.raises(drivers.InstrumentError):
        asyncio.run(driver.read())
    part.absent = False
    part.power_cycle()
    assert asyncio.run(driver.read())[0].temperature_cc == pytest.approx(2000, abs=1)


def test_a_reset_in_between_is_no_reading_of_reset_values(drivers: Any) -> None:
    part = sensor()
    driver = drivers.bme280.Bme280(I2cBus(part))
    asyncio.run(driver.read())
    part.power_cycle()
    assert asyncio.run(driver.read())[0].temperature_cc == pytest.approx(2000, abs=1)


def test_a_held_bus_is_free_for_the_next_try(drivers: Any) -> None:
    part = sensor()
    part.hold_sda()
    assert read(drivers, part).temperature_cc == pytest.approx(2000, abs=1)


def test_a_measurement_that_never_ends_is_given_up(drivers: Any) -> None:
    part = Bme280(lambda: 0, lambda: ROOM, random.Random(1))
    with pytest.raises(drivers.InstrumentError) as raised:
        read(drivers, part)
    assert raised.value.code == "state"


def test_too_hot_is_refused(drivers: Any) -> None:
    with pytest.raises(drivers.InstrumentError) as raised:
        read(drivers, sensor(Surroundings(86.0, 101325.0, 45.0)))
    assert raised.value.code == "range"
