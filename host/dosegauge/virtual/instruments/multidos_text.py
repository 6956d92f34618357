"""How a MULTIDOS writes numbers, and the air in its chamber."""

from __future__ import annotations

import math
from typing import NamedTuple

LONGEST_TIME_HALVES = 2 * 64_800
US_PER_HALF_S = 500_000


class Air(NamedTuple):
    """Air in the chamber, and the conditions its calibration holds for."""

    celsius: float = 20.0
    kilopascal: float = 101.325
    reference_celsius: float = 20.0
    reference_kilopascal: float = 101.325

    @property
    def k_tp(self) -> float:
        """Air density correction of a vented chamber."""
        return (
            (273.15 + self.celsius)
            / (273.15 + self.reference_celsius)
            * self.reference_kilopascal
            / self.kilopascal
        )


def mantissa_exponent(value: float) -> str:
    """Four digits with a floating point and an exponent in steps of three: ` 41.70E-12`."""
    if value == 0.0:
        return " 0.000E+00"
    exponent = 3 * math.floor(math.log10(abs(value)) / 3)
    scaled = abs(value) / 10.0**exponent
    decimals = 3 if scaled < 9.9995 else 2 if scaled < 99.995 else 1
    if scaled >= 999.95:
        scaled, exponent, decimals = scaled / 1000.0, exponent + 3, 3
    sign = "-" if value < 0 else " "
    return f"{sign}{scaled:.{decimals}f}E{exponent:+03d}"


def block_check(telegram: str) -> str:
    """Five digits: the sum of all characters mod 65536 (the maker's rule is not published)."""
    return f"{sum(telegram.encode('latin-1')) % 65536:05d}"


def time_text(us: int) -> str:
    """Measuring time in half seconds, 7 characters and the unit; `OL` above 64800 s."""
    halves = us // US_PER_HALF_S
    if halves > LONGEST_TIME_HALVES:
        return "OL     s"
    return f"{halves // 2:5d}.{5 * (halves % 2)}s"
