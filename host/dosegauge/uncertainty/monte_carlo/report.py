"""What a simulation found as data for programs and as lines for people; both hold the same
strings, each rounded once from the exact value of its float."""

from typing import Any

from dosegauge.texts import Text
from dosegauge.uncertainty.monte_carlo.simulation import MonteCarlo
from dosegauge.uncertainty.monte_carlo.statistics import Interval
from dosegauge.uncertainty.monte_carlo.tolerance import exact
from dosegauge.uncertainty.monte_carlo.validation import Validation, statement
from dosegauge.uncertainty.printing import significant
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import decimals_for_root, to_text

_HISTOGRAM_DIGITS = 6


def as_data(found: MonteCarlo, validation: Validation | None, digits: int = 2) -> dict[str, Any]:
    """All figures to the last of `digits` significant digits of u(y).

    `validation` is None where the GUM has no interval of that level to compare.
    """
    decimals = _decimals(found, digits)
    return {
        "value": _text(found.mean, decimals),
        "u": _text(found.standard_uncertainty, decimals),
        "median": _text(found.median, decimals),
        "level": to_text(found.level, 4),
        "symmetric": _interval(found.symmetric, decimals),
        "shortest": _interval(found.shortest, decimals),
        "trials": found.trials,
        "seed": found.seed,
        "generator": f"numpy {found.numpy_version} PCG64",
        "adaptive": None
        if found.stabilised is None
        else {"digits": found.digits, "stabilised": found.stabilised},
        "validation": None if validation is None else _validation(validation),
        "histogram": {
            "low": significant(exact(found.histogram.low), _HISTOGRAM_DIGITS),
            "high": significant(exact(found.histogram.high), _HISTOGRAM_DIGITS),
            "counts": list(found.histogram.counts),
            "below": found.histogram.below,
            "above": found.histogram.above,
        },
    }


def as_lines(
    found: MonteCarlo, validation: Validation | None, symbol: str, unit: str, digits: int = 2
) -> list[Text]:
    """The lines of a report, seed included."""
    data = as_data(found, validation, digits)
    lines = [_moments(data, symbol, unit)]
    percent = significant(found.level * 100, 4).rstrip("0").rstrip(".")
    lines.append(
        Text(
            "{percent} % 对称区间 {symmetric} {unit}，最短区间 {shortest} {unit}",
            "{percent} % interval {symmetric} {unit}, shortest {shortest} {unit}",
        ).filled(
            percent=percent,
            symmetric=_bracketed(data["symmetric"]),
            shortest=_bracketed(data["shortest"]),
            unit=unit,
        )
    )
    lines.append(
        Text(
            "试验次数 {trials}，种子 {seed}（{generator}）",
            "{trials} trials, seed {seed} ({generator})",
        ).filled(trials=found.trials, seed=found.seed, generator=data["generator"])
    )
    if found.stabilised is False:
        lines.append(
            Text(
                "自适应过程未稳定到 u 的 {digits} 位有效数字",
                "the adaptive procedure did not stabilise to {digits} digits of u",
            ).filled(digits=found.digits)
        )
    if validation is None:
        lines.append(
            Text("GUM 没有可比较的区间", "the GUM has no interval of this level to compare")
        )
    else:
        lines.append(statement(validation))
    return lines


def _moments(data: dict[str, Any], symbol: str, unit: str) -> Text:
    if data["u"] is None:
        return Text(
            "蒙特卡洛：{symbol} 的中位数 = {median} {unit}；自由度不大于 2，标准不确定度不存在",
            "Monte Carlo: median of {symbol} = {median} {unit}; no standard uncertainty exists "
            "with 2 or fewer degrees of freedom",
        ).filled(symbol=symbol, median=data["median"], unit=unit)
    return Text(
        "蒙特卡洛：{symbol} = {value} {unit}，u({symbol}) = {u} {unit}",
        "Monte Carlo: {symbol} = {value} {unit}, u({symbol}) = {u} {unit}",
    ).filled(symbol=symbol, value=data["value"], u=data["u"], unit=unit)


def _decimals(found: MonteCarlo, digits: int) -> int:
    """Those of u; where there is none, of a quarter of the interval."""
    u = found.standard_uncertainty
    if u is None:
        u = found.symmetric.length / 4
    return max(decimals_for_root(exact(u) * exact(u), digits), 0)


def _text(value: float | None, decimals: int) -> str | None:
    return None if value is None else to_text(exact(value), decimals)


def _interval(interval: Interval, decimals: int) -> list[str]:
    return [to_text(exact(end), decimals) for end in (interval.low, interval.high)]


def _bracketed(ends: list[str]) -> str:
    return f"[{ends[0]}, {ends[1]}]"


def _validation(validation: Validation) -> dict[str, Any]:
    return {
        "validated": validation.validated,
        "decided": validation.decided,
        "d_low": _difference(validation.d_low),
        "d_high": _difference(validation.d_high),
        "delta": _difference(validation.delta),
        "digits": validation.digits,
        "interval": "shortest" if validation.shortest else "symmetric",
        "statement": statement(validation)._asdict(),
    }


def _difference(value: Ratio) -> str:
    return significant(value, 2)
