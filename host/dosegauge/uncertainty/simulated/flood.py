"""Integral and differential uniformity: the flood is counted again, pixel by pixel (Poisson).

Input: {"counts": [[...], ...]} with the counts of a map that is binned and holds the field of
view; optional "ufov" and "cfov" of the same shape with 0 and 1. Source: reference sheet 2.2 and 5.
"""

from typing import Any

import numpy as np

from dosegauge.imaging import flood_uniformity
from dosegauge.texts import Text
from dosegauge.uncertainty.files import Refused, members, whole
from dosegauge.uncertainty.simulated.outcome import Figure, Outcome, Simulated, from_trials

_LARGEST_SIDE, _SMALLEST_SIDE = 256, 8
_BATCH = 64
_FEWEST_CENTRE_COUNTS = 10_000
_MOST_COUNTS = 10**9
_NAMES = {
    "ufov_integral": Text("积分均匀性 UFOV", "integral uniformity, UFOV"),
    "ufov_differential": Text("微分均匀性 UFOV", "differential uniformity, UFOV"),
    "cfov_integral": Text("积分均匀性 CFOV", "integral uniformity, CFOV"),
    "cfov_differential": Text("微分均匀性 CFOV", "differential uniformity, CFOV"),
}


def _run(content: dict[str, Any], trials: int, seed: int) -> Outcome:
    given = members("", content, ("counts", "ufov", "cfov"))
    counts = _map("counts", given.get("counts"))
    ufov = _mask("ufov", given.get("ufov"), counts, np.ones(counts.shape, dtype=bool))
    cfov = _mask("cfov", given.get("cfov"), counts, flood_uniformity.central_mask(ufov))
    if not (cfov & ufov).any():
        raise Refused("cfov", Text("没有像素", "no pixel"))
    analysed = flood_uniformity.analysed(counts, ufov, cfov)
    if not (analysed & cfov).any():
        raise Refused("counts", Text("没有可评价的像素", "no pixel is left to be evaluated"))
    values = _figures(counts, analysed, cfov)
    if any(np.isnan(value) for value in values.values()):
        raise Refused("counts", Text("图像太小", "too small: no five pixels in a row"))
    generator = np.random.Generator(np.random.PCG64(seed))
    found = _trials(counts, analysed, cfov, trials, generator)
    floor = _trials(
        np.full(counts.shape, counts[analysed].mean()), analysed, cfov, trials, generator
    )
    figures = [
        from_trials(key, _NAMES[key], "%", float(values[key]), found[key]) for key in _NAMES
    ]
    return Outcome(tuple(figures), trials, seed, _warnings(counts, figures, floor))


def _map(where: str, value: object) -> flood_uniformity.Counts:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise Refused(where, Text("应为行的列表", "a list of rows is needed"))
    sides = {len(row) for row in value}
    if len(sides) != 1:
        raise Refused(where, Text("各行长度不同", "the rows differ in length"))
    for side in (len(value), *sides):
        if not _SMALLEST_SIDE <= side <= _LARGEST_SIDE:
            allowed = f"{_SMALLEST_SIDE} … {_LARGEST_SIDE}"
            raise Refused(where, Text(f"边长应为 {allowed} 像素", f"sides of {allowed} pixels"))
    return np.array(
        [
            [_count(f"{where}[{i}][{j}]", cell) for j, cell in enumerate(row)]
            for i, row in enumerate(value)
        ],
        dtype=np.float64,
    )


def _count(where: str, value: object) -> int:
    count = whole(where, value)
    if count > _MOST_COUNTS:
        raise Refused(where, Text("计数太大", f"more than {_MOST_COUNTS} counts"))
    return count


def _mask(
    where: str, value: object, counts: flood_uniformity.Counts, default: flood_uniformity.Mask
) -> flood_uniformity.Mask:
    if value is None:
        return default
    mask = _map(where, value)
    if mask.shape != counts.shape or not np.isin(mask, (0, 1)).all():
        raise Refused(where, Text("应与 counts 同形，仅含 0 和 1", "0 and 1, shaped as counts"))
    ones: flood_uniformity.Mask = mask == 1
    return ones


def _figures(
    counts: flood_uniformity.Counts, analysed: flood_uniformity.Mask, cfov: flood_uniformity.Mask
) -> dict[str, Any]:
    """The four figures of one flood, or of each of many."""
    found = {}
    smooth = flood_uniformity.smoothed(counts, analysed)
    for field, mask in (("ufov", analysed), ("cfov", analysed & cfov)):
        inside = np.where(mask, smooth, np.nan)
        found[f"{field}_integral"] = flood_uniformity.integral_pct(inside)
        along_x, along_y = flood_uniformity.differential_pct(inside)
        found[f"{field}_differential"] = np.fmax(along_x, along_y)
    return found


def _trials(
    counts: flood_uniformity.Counts,
    analysed: flood_uniformity.Mask,
    cfov: flood_uniformity.Mask,
    trials: int,
    generator: np.random.Generator,
) -> dict[str, Any]:
    """The same pixels every time (own choice): noise hardly ever moves the edge's threshold."""
    parts: dict[str, list[Any]] = {key: [] for key in _NAMES}
    left = trials
    while left > 0:
        size = min(_BATCH, left)
        again = generator.poisson(counts, (size, *counts.shape)).astype(np.float64)
        for key, values in _figures(again, analysed, cfov).items():
            parts[key].append(values)
        left -= size
    return {key: np.concatenate(values) for key, values in parts.items()}


def _warnings(
    counts: flood_uniformity.Counts, figures: list[Figure], floor: dict[str, Any]
) -> tuple[Text, ...]:
    said = []
    for figure in figures:
        noise = float(floor[figure.key].mean())
        said.append(
            Text(
                f"{figure.label.zh}：同样计数的理想相机为 {noise:.2f} %（仅噪声，未扣除）",
                f"{figure.label.en}: a perfect camera at these counts shows {noise:.2f} % (noise "
                "alone, not subtracted)",
            )
        )
    centre = counts[counts.shape[0] // 2, counts.shape[1] // 2]
    if centre < _FEWEST_CENTRE_COUNTS:
        said.append(
            Text(
                f"中心像素只有 {centre:.0f} 计数，少于 10 000",
                f"the centre pixel has {centre:.0f} counts, fewer than 10 000",
            )
        )
    return tuple(said)


FLOOD = Simulated(
    "flood-uniformity",
    Text(
        "WS 523-2019讲稿、NEMA NU 1（像素选择、九点平滑、五像素微分）；泊松重抽样为本程序的选择",
        "WS 523-2019 slides, NEMA NU 1 (choice of pixels, nine-point filter, runs of five); "
        "Poisson resampling: own choice",
    ),
    _run,
)
