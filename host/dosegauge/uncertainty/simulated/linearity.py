"""Absolute and differential linearity from the positions of slits, measured again with noise.

Input: {"x": {"positions_mm": [[...], ...], "u_mm": "0.01"}, "y": {...}, "pitch_mm": "30"}; a row
for each strip, a column for each slit, y optional. Source: WS 523-2019 slides, NEMA NU 1;
reference sheet 2.3 step 6.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dosegauge.imaging.linearity import Lattice
from dosegauge.texts import Text
from dosegauge.uncertainty.files import Refused, decimal, decimals, members
from dosegauge.uncertainty.simulated.outcome import Outcome, Simulated, from_trials

Array = npt.NDArray[np.float64]
_FEWEST = 2
_MOST_POSITIONS = 4000
_BATCH = 256
_NAMES = {
    "absolute": Text("绝对线性", "absolute linearity"),
    "differential_ws523": Text(
        "微分线性（全部残差的标准差）", "differential linearity, all residuals"
    ),
    "differential_slit": Text("微分线性（各缝自身直线）", "differential linearity, slit by slit"),
}


@dataclass(frozen=True)
class _Direction:
    """Positions in mm, row by row, their standard uncertainty, and the lines that they lie on."""

    positions: Array
    u_mm: float
    lattice: Lattice


def _run(content: dict[str, Any], trials: int, seed: int) -> Outcome:
    given = members("", content, ("x", "y", "pitch_mm"))
    pitch = float(_positive("pitch_mm", given.get("pitch_mm", "30")))
    if "x" not in given:
        raise Refused("x", Text("缺少", "is missing"))
    directions = [_direction(name, given[name]) for name in ("x", "y") if name in given]
    measured = _figures(
        [direction.positions[np.newaxis] for direction in directions], directions, pitch
    )
    generator = np.random.Generator(np.random.PCG64(seed))
    parts: dict[str, list[Array]] = {key: [] for key in _NAMES}
    left = trials
    while left > 0:
        size = min(_BATCH, left)
        again = [
            direction.positions
            + direction.u_mm * generator.standard_normal((size, direction.positions.size))
            for direction in directions
        ]
        for key, values in _figures(again, directions, pitch).items():
            parts[key].append(values)
        left -= size
    figures = [
        from_trials(
            key, _NAMES[key], "mm", float(measured[key][0]), list(np.concatenate(parts[key]))
        )
        for key in _NAMES
    ]
    return Outcome(tuple(figures), trials, seed, ())


def _positive(where: str, value: object) -> float:
    number = decimal(where, value)
    if number <= 0:
        raise Refused(where, Text("必须大于 0", "must be greater than 0"))
    return number.num / number.den


def _direction(name: str, value: object) -> _Direction:
    given = members(name, value, ("positions_mm", "u_mm"))
    for member in ("positions_mm", "u_mm"):
        if member not in given:
            raise Refused(f"{name}.{member}", Text("缺少", "is missing"))
    where = f"{name}.positions_mm"
    rows = given["positions_mm"]
    if not isinstance(rows, list) or len(rows) < _FEWEST + 1:
        raise Refused(where, Text("至少三行（条带）", "three or more rows (strips) are needed"))
    read = [decimals(f"{where}[{index}]", row) for index, row in enumerate(rows)]
    if len({len(row) for row in read}) != 1 or len(read[0]) < _FEWEST:
        raise Refused(
            where, Text("各行应有同样多的缝（至少2条）", "as many slits in each row, 2 at least")
        )
    if len(read) * len(read[0]) > _MOST_POSITIONS:
        raise Refused(where, Text("位置太多", f"more than {_MOST_POSITIONS} positions"))
    positions = np.array([[number.num / number.den for number in row] for row in read])
    strip, slit = np.indices(positions.shape).reshape(2, -1)
    return _Direction(
        positions.ravel(),
        _positive(f"{name}.u_mm", given["u_mm"]),
        Lattice(slit, strip.astype(np.float64)),
    )


def _figures(sets: list[Array], directions: list[_Direction], pitch: float) -> dict[str, Array]:
    """The three figures of each trial; sets: for each direction (trials, positions)."""
    found = [
        direction.lattice.deviations(positions, pitch)
        for positions, direction in zip(sets, directions, strict=True)
    ]
    return {
        "absolute": np.max([one.absolute for one in found], axis=0),
        "differential_ws523": np.mean([one.differential_ws523 for one in found], axis=0),
        "differential_slit": np.mean([one.differential_slit for one in found], axis=0),
    }


LINEARITY = Simulated(
    "linearity",
    Text(
        "WS 523-2019讲稿、NEMA NU 1（等距平行线拟合）；重新测量的模拟为本程序的选择",
        "WS 523-2019 slides, NEMA NU 1 (fit of equally spaced parallel lines); simulation of "
        "repeated positions: own choice",
    ),
    _run,
)
