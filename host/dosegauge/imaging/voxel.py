"""The voxel's size by a length in the phantom that is known: it enters every length one to one.

Source: reference sheet 1.4 (the voxel's size in the uncertainty); the check is an own choice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dosegauge.imaging.findings import Finding
from dosegauge.texts import Text

_DIGITS = 5
# An edge's middle value lies within 0.05 pixel of the edge (own choice: its curvature, beam
# hardening): uniform, at both ends of a diameter in the same direction.
_EDGES_PX = 2 * 0.05 / math.sqrt(3)


@dataclass(frozen=True)
class KnownDiameter:
    """A diameter of the phantom and its standard uncertainty in mm; how many pixels it takes up in
    the image, with the standard uncertainty of that and its degrees of freedom (None: many)."""

    diameter_mm: float
    u_mm: float
    measured_px: float
    u_px: float
    nu: float | None = None

    @property
    def voxel_mm(self) -> float:
        """The voxel's size by it."""
        return self.diameter_mm / self.measured_px

    @property
    def u_voxel_mm(self) -> float:
        """Its standard uncertainty, with where an edge's middle value lies."""
        relative = math.hypot(
            self.u_mm / self.diameter_mm,
            self.u_px / self.measured_px,
            _EDGES_PX / self.measured_px,
        )
        return self.voxel_mm * relative


def voxel_finding(known: KnownDiameter) -> Finding:
    """The voxel by the known diameter, as a result of its own."""
    nu = None
    if known.nu is not None and known.u_px > 0:
        by_pixels = known.voxel_mm * known.u_px / known.measured_px
        nu = known.nu * (known.u_voxel_mm / by_pixels) ** 4
    return Finding(
        "voxel",
        Text("按已知直径的体素", "voxel by the known diameter"),
        known.voxel_mm,
        "mm",
        known.u_voxel_mm,
        nu=nu,
    )


def voxel_agrees(known: KnownDiameter, used_mm: float) -> bool:
    """Whether the voxel's size that is used agrees with the known diameter within U."""
    return abs(used_mm - known.voxel_mm) <= (voxel_finding(known).expanded or 0.0)


def voxel_sentence(known: KnownDiameter, used_mm: float) -> Text:
    """How far the voxel's size that is used is off, and whether that is within U."""
    off_pct = 100 * (used_mm / known.voxel_mm - 1)
    agrees = voxel_agrees(known, used_mm)
    return Text(
        f"所用体素 {used_mm:.{_DIGITS}g} mm 与已知直径 {known.diameter_mm:g} mm 相差 "
        f"{off_pct:+.2f} %，" + ("在 U 之内" if agrees else "超出 U：所有长度随之偏差"),
        f"the voxel of {used_mm:.{_DIGITS}g} mm that is used is off by {off_pct:+.2f} % against "
        f"the known diameter of {known.diameter_mm:g} mm, "
        + ("within U" if agrees else "more than U: so are all lengths"),
    )
