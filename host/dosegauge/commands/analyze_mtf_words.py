"""What `dosegauge analyze mtf` says beside its figures."""

import argparse
import math

from dosegauge.imaging.edge_mtf import LEVELS
from dosegauge.imaging.mtf_slices import BEYOND_NYQUIST, IN_NOISE, OWN_SIZE, MeanMtf
from dosegauge.imaging.slice_noise import SliceNoise
from dosegauge.texts import Text

_ENOUGH = 10


def notes(arguments: argparse.Namespace, found: MeanMtf, scale: float, unit: str) -> list[Text]:
    """What U holds, the scatter of slices or beads, and whether noise put a window on."""
    said = []
    if len(found.each) > 1:
        said += [
            Text(
                f"U 含离散、体素 {arguments.voxel_u_pct:g} % 和计算 ±0.2 %（本程序的选择）；"
                "不含边缘或细丝本身的质量",
                f"U holds the scatter, {arguments.voxel_u_pct:g} % for the voxel and +-0.2 % for "
                "the evaluation (own choices); not how good the edge or wire itself is",
            ),
            _scatter_words(found, scale, unit),
        ]
    if found.mean.windowed:
        said.append(
            Text(
                f"噪声为对比度的 {100 * found.mean.noise:.1f} %：线扩展函数已加窗（Tukey）",
                f"noise is {100 * found.mean.noise:.1f} % of the contrast: the line spread was "
                "windowed (Tukey)",
            )
        )
    return said


def warnings(found: MeanMtf, scale: float, unit: str) -> list[Text]:
    """Levels that can't be told, and too few slices."""
    said = []
    for place, level in enumerate(LEVELS):
        percent, state = f"{100 * level:g}", found.state(place)
        if state == BEYOND_NYQUIST:
            said.append(
                Text(
                    f"MTF {percent} % 不低于奈奎斯特频率 {scale / 2:.4g} {unit}",
                    f"{percent} % MTF lies at Nyquist's {scale / 2:.4g} {unit} or above",
                )
            )
        if state == OWN_SIZE:
            said.append(
                Text(
                    f"MTF {percent} %：该频率处物体自身的传递不足一半",
                    f"{percent} % MTF lies where the object's own size takes more than half",
                )
            )
        if state == IN_NOISE:
            said.append(
                Text(
                    f"MTF {percent} % 被噪声淹没：请用更多切片",
                    f"{percent} % MTF is lost in the noise: use more slices",
                )
            )
    if len(found.each) < _ENOUGH:
        said.append(
            Text(
                f"只用了 {len(found.each)} 个（层或小球），建议不少于 {_ENOUGH} 个",
                f"slices or beads: {len(found.each)}; ten or more are recommended",
            )
        )
    return said


def correlation_words(noise: SliceNoise) -> list[Text]:
    """Whether U was widened because slices hang together."""
    if noise.correlation <= 0 or math.isinf(noise.factor):
        return []
    return [
        Text(
            f"各层噪声相关（r = {noise.correlation:.2f}）：U 的离散部分已乘以 {noise.factor:.2f}",
            f"the slices' noise hangs together (r = {noise.correlation:.2f}): the scatter's part "
            f"of U was multiplied by {noise.factor:.2f}",
        )
    ]


def discrimination_words(discrimination: dict[int, float], pixel_mm: float) -> Text:
    """Contrast discrimination by the tiles' side in mm."""
    told = ", ".join(
        f"{side * pixel_mm:.3g} mm {pct:.2g} %" for side, pct in discrimination.items()
    )
    return Text(
        f"对比度分辨（按ASTM E1695，方块均值的3倍标准差，相对于高出空气的均值）：{told}",
        "contrast discrimination (in the manner of ASTM E1695: three standard deviations of "
        f"tiles' means, of the mean above air): {told}",
    )


def _scatter_words(found: MeanMtf, scale: float, unit: str) -> Text:
    told = ", ".join(
        f"f{100 * level:g} ± {scale * sd:.2g}"
        for level, sd in zip(LEVELS, found.sd_px, strict=False)
        if not math.isnan(sd)
    )
    return Text(
        f"{len(found.each)} 个的 ± 1 SD（{unit}）：{told}",
        f"+-1 SD of the {len(found.each)} in {unit}: {told}",
    )
