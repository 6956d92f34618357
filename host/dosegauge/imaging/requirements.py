"""What the standards file asks of an acquisition, and what is said where it isn't so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dosegauge.standards.lookup import standard_named
from dosegauge.standards.model import SOURCE, Limits, Standard
from dosegauge.texts import Text

GAMMA_CAMERAS = "ws-523-2019"
MICRO_CT = "micro-ct-draft"


@dataclass(frozen=True)
class Requirement:
    """One condition: what was found, its range, whether it holds (None: not known)."""

    quantity: str
    value: float | None
    unit: str
    lowest: float | None
    highest: float | None
    clause: str
    provenance: str

    @property
    def holds(self) -> bool | None:
        """Whether the value lies within the range."""
        if self.value is None:
            return None
        low = self.lowest is None or self.value >= self.lowest
        return low and (self.highest is None or self.value <= self.highest)

    def sentence(self) -> Text:
        """What was found and what is asked for."""
        label = _LABELS.get(self.quantity, Text(self.quantity, self.quantity))
        asked = _range(self.lowest, self.highest)
        unit = f" {self.unit}" if self.unit else ""
        origin = (
            Text(self.clause, self.clause)
            if self.provenance == SOURCE
            else Text("本程序的选择", "own choice")
        )
        if self.value is None:
            return Text(
                f"{label.zh}未给出，应为 {asked}{unit}（{origin.zh}）",
                f"{label.en} not given; {asked}{unit} is asked for ({origin.en})",
            )
        return Text(
            f"{label.zh} {self.value:.6g}{unit}，应为 {asked}{unit}（{origin.zh}）",
            f"{label.en} {self.value:.6g}{unit}; {asked}{unit} is asked for ({origin.en})",
        )


_LABELS = {
    "peak_energy": Text("峰位", "energy peak"),
    "window_low": Text("能窗下限", "lower end of the window"),
    "window_high": Text("能窗上限", "upper end of the window"),
    "background": Text("本底", "background"),
    "count_rate": Text("计数率", "count rate"),
    "flood_pixel": Text("泛源图像像素", "pixel of the flood"),
    "flood_centre_counts": Text("中心像素计数", "counts in the centre pixel"),
    "source_distance": Text("源距（UFOV 倍数）", "distance of the source in UFOVs"),
    "slit_peak_counts": Text("狭缝峰计数", "counts in a slit's peak"),
    "line_peak_counts": Text("线源峰计数", "counts in a line's peak"),
    "bar_total_counts": Text("铅栅图像总计数", "counts of a bar image"),
    "projection_counts": Text("每幅投影计数", "counts of a projection"),
    "tomographic_pixel": Text("断层像素", "pixel of the projections"),
}


def _range(lowest: float | None, highest: float | None) -> str:
    if lowest is not None and lowest == highest:
        return f"= {lowest:g}"
    if lowest is not None and highest is not None:
        return f"{lowest:g} … {highest:g}"
    return f"≥ {lowest:g}" if lowest is not None else f"≤ {highest:g}"


def check(standard: Standard, quantity: str, value: float | None) -> Requirement:
    """The document's condition on a quantity, with what was found."""
    limits = limits_on(standard, quantity)
    return Requirement(
        quantity,
        value,
        limits.unit,
        None if limits.lowest is None else float(Decimal(limits.lowest)),
        None if limits.highest is None else float(Decimal(limits.highest)),
        limits.clause,
        limits.provenance,
    )


def limits_on(standard: Standard, quantity: str) -> Limits:
    """The entry of the document's environment of that name; KeyError when there is none."""
    for limits in standard.environment:
        if limits.quantity == quantity:
            return limits
    raise KeyError(f"{standard.file} has no environment entry {quantity!r}")


@dataclass(frozen=True)
class FloodRequirements:
    """Of a flood image: the range of the binned pixel in mm and the centre pixel's counts."""

    standard: Standard

    def usual_bin(self, pixel_mm: float) -> int:
        """The bin that comes nearest to the middle of the allowed range."""
        pixel = check(self.standard, "flood_pixel", None)
        middle_mm = ((pixel.lowest or 0.0) + (pixel.highest or 0.0)) / 2
        return max(1, int(middle_mm / pixel_mm + 0.5))

    def warnings(self, pixel_mm: float, centre_counts: float) -> tuple[Text, ...]:
        """What isn't as it should be."""
        found = (
            check(self.standard, "flood_pixel", pixel_mm),
            check(self.standard, "flood_centre_counts", centre_counts),
        )
        return tuple(one.sentence() for one in found if not one.holds)


def flood_requirements() -> FloodRequirements:
    """Of the document for gamma cameras."""
    return FloodRequirements(standard_named(GAMMA_CAMERAS))
