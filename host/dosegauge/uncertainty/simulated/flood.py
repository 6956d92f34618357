"""Integral and differential uniformity: the flood is counted again, pixel by pixel (Poisson).

Input: {"counts": [[...], ...]} with the counts of a map that is binned and holds the field of
view; optional "ufov" and "cfov" of the same shape with 0 and 1. Source: reference sheet 2.2 and 5.
"""

from typing import Any

import numpy as np

from dosegauge.imaging import flood_noise, flood_uniformity
from dosegauge.imaging.field import Mask, field_of_mask
from dosegauge.imaging.image import Pixels
from dosegauge.texts import Text
from dosegauge.uncertainty.files import Refused, members, whole
from dosegauge.uncertainty.simulated.outcome import Figure, Outcome, Simulated

_LARGEST_SIDE, _SMALLEST_SIDE = 256, 8
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
    cfov = _mask("cfov", given.get("cfov"), counts, field_of_mask(ufov).cfov)
    if not (cfov & ufov).any():
        raise Refused("cfov", Text("没有像素", "no pixel"))
    if not counts.any():
        raise Refused("counts", Text("没有计数", "no counts at all"))
    analysed = flood_uniformity.analysed(counts, ufov, cfov)
    if not (analysed & cfov).any():
        raise Refused("counts", Text("没有可评价的像素", "no pixel is left to be evaluated"))
    if np.isnan(flood_noise.figures(counts, analysed, cfov)).any():
        raise Refused("counts", Text("图像太小", "too small: no five pixels in a row"))
    generator = np.random.Generator(np.random.PCG64(seed))
    found = flood_noise.scatter(counts, analysed, cfov, trials, generator)
    if found is None:
        raise AssertionError("nobody cancels here")
    figures = [
        Figure(
            key,
            _NAMES[key],
            "%",
            float(value),
            float(u),
            float(bias),
            float(value - half),
            float(value + half),
        )
        for key, value, u, bias, half in zip(
            flood_noise.FIGURES,
            found.measured,
            found.u,
            found.bias,
            found.half_width_95,
            strict=True,
        )
    ]
    floor = dict(zip(flood_noise.FIGURES, found.perfect, strict=True))
    return Outcome(tuple(figures), trials, seed, _warnings(counts, figures, floor))


def _map(where: str, value: object) -> Pixels:
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


def _mask(where: str, value: object, counts: Pixels, default: Mask) -> Mask:
    if value is None:
        return default
    mask = _map(where, value)
    if mask.shape != counts.shape or not np.isin(mask, (0, 1)).all():
        raise Refused(where, Text("应与 counts 同形，仅含 0 和 1", "0 and 1, shaped as counts"))
    ones: Mask = mask == 1
    return ones


def _warnings(counts: Pixels, figures: list[Figure], floor: dict[str, float]) -> tuple[Text, ...]:
    said = []
    for figure in figures:
        noise = floor[figure.key]
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
