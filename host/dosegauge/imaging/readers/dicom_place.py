"""Where a DICOM slice lies in the patient's coordinates, and which way its x and y run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

# Parts of directions that differ by less are the same: 0.06 degrees.
_SAME = 1e-3
# An axial slice, and the letters of the patient's sides along x, y, z.
_AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
_SIDES, _OBLIQUE = (("L", "R"), ("P", "A"), ("H", "F")), 0.1


def cosines_of(header: Any) -> tuple[float, ...] | None:
    """The directions of the slice's rows and columns, each of length 1; None where the header has
    none."""
    found = [float(one) for one in header.get("ImageOrientationPatient") or ()]
    lengths = [math.hypot(*found[:3]), math.hypot(*found[3:])]
    if len(found) != len(_AXIAL) or not all(0 < length < math.inf for length in lengths):
        return None
    return tuple(one / lengths[place // 3] for place, one in enumerate(found))


def z_mm(cosines: Sequence[float] | None, position_mm: Sequence[float]) -> float:
    """The slice's place along its normal; without directions it is axial."""
    ax, ay, az, dx, dy, dz = cosines or _AXIAL
    x, y, z = position_mm
    return (ay * dz - az * dy) * x + (az * dx - ax * dz) * y + (ax * dy - ay * dx) * z


def said(cosines: Sequence[float]) -> str:
    """The directions as a fact's text."""
    return " ".join(f"{one:.6g}" for one in cosines)


def same_directions(one: str | None, other: str | None) -> bool:
    """Whether such texts mean the same, to a part of a degree; None is an axial slice."""
    both = [[float(part) for part in text.split()] if text else _AXIAL for text in (one, other)]
    return all(abs(a - b) <= _SAME for a, b in zip(*both, strict=True))


def sides(cosines: Sequence[float]) -> str:
    """Which sides of the patient the slice's x and y run to."""
    return f"x→{_side(cosines[:3])}, y→{_side(cosines[3:])}"


def _side(direction: Sequence[float]) -> str:
    """The side of the patient, or sides, that a direction runs to: its largest part first."""
    largest = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    return "".join(
        _SIDES[axis][direction[axis] < 0] for axis in largest if abs(direction[axis]) > _OBLIQUE
    )
