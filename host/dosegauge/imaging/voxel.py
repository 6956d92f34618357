"""The voxel's size by a length in the phantom that is known: it enters every length one to one.

Source: reference sheet 1.4 (the voxel's size in the uncertainty); the check is an own choice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dosegauge.imaging.findings import Finding
from dosegauge.texts import Text

_DIGITS = 5


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
        """Its standard uncertainty."""
        relative = math.hypot(self.u_mm / self.diameter_mm, self.u_px / self.measured_px)
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


def voxel_sentence(known: KnownDiameter, used_mm: float, expanded_mm: float) -> Text:
    """Whether the voxel's size that is used agrees with the known diameter within U."""
    off_pct = 100 * (used_mm / known.voxel_mm - 1)
    agrees = abs(used_mm - known.voxel_mm) <= expanded_mm
    return Text(
        f"所用体素 {used_mm:.{_DIGITS}g} mm 与已知直径 {known.diameter_mm:g} mm 相差 "
        f"{off_pct:+.2f} %，" + ("在 U 之内" if agrees else "超出 U：所有长度随之偏差"),
        f"the voxel of {used_mm:.{_DIGITS}g} mm that is used is off by {off_pct:+.2f} % against "
        f"the known diameter of {known.diameter_mm:g} mm, "
        + ("within U" if agrees else "more than U: so are all lengths"),
    )
