"""From a BME280's registers to temperature, pressure and humidity, in integers only.

Source: Bosch BST-BME280-DS001, 4.2.3 (the 64 bit form for pressure). Integers give the same result
with MicroPython's single precision floats, its small ints of 31 bits and on CPython.
"""

from collections import namedtuple

CALIBRATION_LOW_BYTES = 26
CALIBRATION_HIGH_BYTES = 7
SKIPPED_20 = 0x80000
SKIPPED_16 = 0x8000

Calibration = namedtuple("Calibration", ("t", "p", "h"))
# temperature_cc: 0.01 Cel; pressure_pa256: Pa/256; humidity_1024: %/1024, None of a BMP280.
Air = namedtuple("Air", ("temperature_cc", "pressure_pa256", "humidity_1024"))


def calibration(low: "bytes", high: "bytes") -> "Calibration":
    """The chip's own coefficients: registers 88 to A1, and E1 to E7 (b"" of a BMP280).

    ValueError when the lengths are wrong or no chip can hold such bytes.
    """
    if len(low) != CALIBRATION_LOW_BYTES or len(high) not in (0, CALIBRATION_HIGH_BYTES):
        raise ValueError("calibration of the wrong length")
    words = [low[i] | low[i + 1] << 8 for i in range(0, 24, 2)]
    # Where nothing answers properly every byte reads alike.
    if len(set(low)) == 1:
        raise ValueError("calibration is blank")
    signed = [_signed(word, 16) for word in words]  # all but T1 and P1
    h = None
    if high:
        h = (
            low[25],
            _signed(high[0] | high[1] << 8, 16),
            high[2],
            _signed(high[3] << 4 | high[4] & 0x0F, 12),
            _signed(high[5] << 4 | high[4] >> 4, 12),
            _signed(high[6], 8),
        )
    return Calibration([words[0]] + signed[1:3], [words[3]] + signed[4:12], h)


def compensate(coefficients: "Calibration", burst: "bytes") -> "Air":
    """What the registers F7 to FE (to FC of a BMP280) mean.

    ValueError: a channel was not measured, or lies outside of what the chip can measure
    (-40 to 85 Cel, 300 to 1100 hPa).
    """
    raw_p = burst[0] << 12 | burst[1] << 4 | burst[2] >> 4
    raw_t = burst[3] << 12 | burst[4] << 4 | burst[5] >> 4
    if SKIPPED_20 in (raw_p, raw_t):
        raise ValueError("not measured")
    t_fine = fine_temperature(coefficients.t, raw_t)
    centi_c = (t_fine * 5 + 128) >> 8
    if not -4000 <= centi_c <= 8500:
        raise ValueError("temperature out of range")
    pa256 = pressure_pa256(coefficients.p, t_fine, raw_p)
    if not 30000 * 256 <= pa256 <= 110000 * 256:
        raise ValueError("pressure out of range")
    if coefficients.h is None:
        return Air(centi_c, pa256, None)
    raw_h = burst[6] << 8 | burst[7]
    if raw_h == SKIPPED_16:
        raise ValueError("not measured")
    return Air(centi_c, pa256, humidity_1024(coefficients.h, t_fine, raw_h))


def fine_temperature(t: "list[int]", raw: "int") -> "int":
    """The temperature in 1/5120 Cel, as the other two formulas need it."""
    straight = (((raw >> 3) - (t[0] << 1)) * t[1]) >> 11
    offset = (raw >> 4) - t[0]
    return straight + ((((offset * offset) >> 12) * t[2]) >> 14)


def pressure_pa256(p: "list[int]", t_fine: "int", raw: "int") -> "int":
    """The pressure in Pa/256; 0 where the formula would divide by zero."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = p
    warm = t_fine - 128000
    offset = warm * warm * p6 + ((warm * p5) << 17) + (p4 << 35)
    gain = ((warm * warm * p3) >> 8) + ((warm * p2) << 12)
    gain = (((1 << 47) + gain) * p1) >> 33
    if gain == 0:
        return 0
    first = ((((1048576 - raw) << 31) - offset) * 3125) // gain
    square = (p9 * (first >> 13) * (first >> 13)) >> 25
    linear = (p8 * first) >> 19
    return ((first + square + linear) >> 8) + (p7 << 4)


def humidity_1024(h: "tuple", t_fine: "int", raw: "int") -> "int":
    """The relative humidity in %/1024, held within 0 and 100 %."""
    h1, h2, h3, h4, h5, h6 = h
    warm = t_fine - 76800
    signal = ((raw << 14) - (h4 << 20) - h5 * warm + 16384) >> 15
    slope = (((warm * h6) >> 10) * (((warm * h3) >> 11) + 32768)) >> 10
    slope = ((slope + 2097152) * h2 + 8192) >> 14
    value = signal * slope
    value -= (((value >> 15) * (value >> 15) >> 7) * h1) >> 4
    return max(0, min(value, 419430400)) >> 12


def _signed(value: "int", bits: "int") -> "int":
    return value - (1 << bits) if value >> (bits - 1) else value
