"""`dosegauge analyze flood`: integral and differential uniformity of a flood image."""

import argparse
import secrets
from dataclasses import asdict
from typing import Any

import numpy as np

from dosegauge.commands import analyze
from dosegauge.commands.analyze_field import field_centre, field_shape
from dosegauge.errors import WrongUse
from dosegauge.imaging import flood_noise
from dosegauge.imaging.findings import Finding
from dosegauge.imaging.flood import Flood, Uniformity, measure_flood
from dosegauge.imaging.image import Image
from dosegauge.imaging.requirements import flood_requirements
from dosegauge.texts import Text

MOST_TRIALS, FEWEST_TRIALS = 20_000, 100
_LABELS = {
    "integral": Text("固有积分均匀性", "intrinsic integral uniformity"),
    "differential": Text("固有微分均匀性", "intrinsic differential uniformity"),
}
_NO_TRIALS = Text("没有模拟，未给出不确定度", "no trials were asked for: no uncertainty")


def run(arguments: argparse.Namespace) -> int:
    """Measures one image."""
    image = analyze.read(arguments)
    shape = field_shape(arguments)
    flood = measure_flood(
        image,
        flood_requirements(),
        shape,
        arguments.bin,
        centre=field_centre(arguments),
    )
    seed = secrets.randbelow(2**32) if arguments.seed is None else arguments.seed
    scatter = _scatter(flood, arguments.trials, seed)
    findings = _findings(flood, scatter)
    side_mm = float(np.ptp(flood.field.outline, axis=0).max()) * flood.pixel_mm
    data = _data(flood, scatter, arguments.trials, seed)
    warnings = [*flood.warnings, *_noise_floor(scatter)]
    if arguments.compatible:
        from dosegauge.imaging.flood_nmqc import compatible_bin, compatible_figures

        compatible = compatible_figures(image)
        by = compatible_bin(image.known_pixel_mm().square_mm(image.source))
        data["compatible"] = {"program": "nmqc", "bin": by, **_figures(compatible)}
        warnings.append(_compatible_line(compatible, by))

    def draw() -> bytes:
        from dosegauge.imaging.overlays import flood_overlay

        return flood_overlay(flood, arguments.lang)

    return analyze.finish(
        arguments,
        _headline(image, flood),
        image.facts,
        findings,
        analyze.requirements(arguments, image, intrinsic=True, ufov_side_mm=side_mm),
        warnings,
        data,
        draw=draw,
    )


def _scatter(flood: Flood, trials: int, seed: int) -> flood_noise.Scatter | None:
    if trials == 0:
        return None
    if not FEWEST_TRIALS <= trials <= MOST_TRIALS or seed < 0:
        allowed = f"0, {FEWEST_TRIALS} … {MOST_TRIALS}"
        raise WrongUse(
            Text(f"应为 {allowed}", f"must be {allowed}"),
            "--trials",
            Text("改一个值", "Change it"),
        )
    generator = np.random.Generator(np.random.PCG64(seed))
    return flood_noise.scatter(flood.binned, flood.analysed, flood.field.cfov, trials, generator)


def _findings(flood: Flood, scatter: flood_noise.Scatter | None) -> list[Finding]:
    found = []
    for region, figures in (("UFOV", flood.ufov), ("CFOV", flood.cfov)):
        for kind in ("integral", "differential"):
            key = f"{region.lower()}_{kind}"
            label = _LABELS[kind]
            place = flood_noise.FIGURES.index(key)
            found.append(
                Finding(
                    key,
                    Text(f"{label.zh} {region}", f"{label.en}, {region}"),
                    getattr(figures, f"{kind}_pct"),
                    "%",
                    float(scatter.u[place]) if scatter else None,
                    f"{kind}-uniformity",
                    region,
                    None if scatter else _NO_TRIALS,
                    float(scatter.half_width_95[place]) if scatter else None,
                )
            )
    return found


def _headline(image: Image, flood: Flood) -> Text:
    pixel = f"{flood.bin} × {flood.bin}, {flood.pixel_mm:.3f} mm"
    return Text(
        f"{image.source}：合并像素 {pixel}，中心像素 {flood.centre_counts:.0f} 计数，"
        f"总计数 {flood.total_counts:.0f}",
        f"{image.source}: pixels summed {pixel}, {flood.centre_counts:.0f} counts in the centre "
        f"pixel, {flood.total_counts:.0f} in all",
    )


def _noise_floor(scatter: flood_noise.Scatter | None) -> list[Text]:
    if scatter is None:
        return []
    figures = ", ".join(
        f"{key.replace('_', ' ')} {value:.2f} %"
        for key, value in zip(flood_noise.FIGURES, scatter.perfect, strict=True)
    )
    return [
        Text(
            f"同样计数的理想相机为 {figures}（仅噪声，未扣除）",
            f"a perfect camera at these counts shows {figures} (noise alone, not subtracted)",
        )
    ]


def _compatible_line(figures: dict[str, Uniformity], by: int) -> Text:
    said = ", ".join(
        f"{name.upper()} {one.integral_pct:.2f} % / {one.differential_pct:.2f} %"
        for name, one in figures.items()
    )
    return Text(
        f"公共程序 NMQC/pylinac 的算法（{by} × {by}，非 NEMA 顺序）：{said}",
        f"as the public programs NMQC and pylinac have it ({by} x {by}, not in NEMA's order): "
        f"{said}",
    )


def _figures(found: dict[str, Uniformity]) -> dict[str, dict[str, float]]:
    return {name: asdict(one) for name, one in found.items()}


def _data(
    flood: Flood, scatter: flood_noise.Scatter | None, trials: int, seed: int
) -> dict[str, Any]:
    found: dict[str, Any] = {
        **_figures({"ufov": flood.ufov, "cfov": flood.cfov}),
        "bin": flood.bin,
        "pixel_mm": flood.pixel_mm,
        "centre_counts": flood.centre_counts,
        "total_counts": flood.total_counts,
        "field_estimated": flood.field.estimated,
    }
    if scatter is not None:
        found["noise_pct"] = {
            key: float(value)
            for key, value in zip(flood_noise.FIGURES, scatter.perfect, strict=True)
        }
        found["monte_carlo"] = {"trials": trials, "seed": seed, "level": "0.95"}
    return found
