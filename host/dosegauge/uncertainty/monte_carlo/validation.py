"""The GUM's result validated or refuted by Monte Carlo.

Source: JCGM 101:2008 clause 8 (JJF 1059.2-2012).
"""

import math
from dataclasses import dataclass

from dosegauge.errors import WrongUse
from dosegauge.texts import Text
from dosegauge.uncertainty.monte_carlo.simulation import MonteCarlo
from dosegauge.uncertainty.monte_carlo.statistics import Interval
from dosegauge.uncertainty.monte_carlo.tolerance import exact, numerical_tolerance
from dosegauge_core import elementary
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import rounded, to_text
from dosegauge_core.uncertainty.combination import Budget, Expanded

# Standard errors of an end that make a comparison sure, and bars that show a density.
_SURE = 2
_FEWEST_BARS = 10


@dataclass(frozen=True)
class Validation:
    """How far the ends of the GUM's interval y - U_p to y + U_p are from Monte Carlo's.

    All in the result's unit and exact; `validated` when both differences are within `delta`, half
    a unit of the last of `digits` significant digits of u_c. `shortest` tells which of Monte
    Carlo's intervals was compared. `end_error` is the larger standard error of Monte Carlo's two
    ends, None where the trials don't show it.
    """

    low: Ratio
    high: Ratio
    d_low: Ratio
    d_high: Ratio
    delta: Ratio
    digits: int
    shortest: bool
    end_error: Ratio | None

    @property
    def decided(self) -> bool:
        """Whether another seed would say the same, to two standard errors (own choice)."""
        if self.end_error is None:
            return True
        margin = abs(max(self.d_low, self.d_high) - self.delta)
        return bool(margin > _SURE * self.end_error)

    @property
    def validated(self) -> bool:
        """JCGM 101 8.2."""
        return bool(self.d_low <= self.delta and self.d_high <= self.delta)


def validate(
    budget: Budget,
    expanded: Expanded,
    result: MonteCarlo,
    *,
    digits: int = 2,
    shortest: bool = False,
) -> Validation:
    """Compares the two intervals.

    WrongUse unless `expanded` is for the level of confidence of the simulation: an interval with
    a chosen k has no level to compare at.
    """
    if expanded.level is None or expanded.level != result.level:
        raise WrongUse(
            Text(
                "GUM 区间与蒙特卡洛区间的包含概率不同",
                "the GUM's interval has another level of confidence than Monte Carlo's",
            ),
            "JCGM 101 8",
            Text("请按相同的包含概率扩展预算", "expand the budget for the same level"),
        )
    half_width = elementary.sqrt(expanded.variance)
    compared: Interval = result.shortest if shortest else result.symmetric
    low, high = budget.value - half_width, budget.value + half_width
    return Validation(
        low=low,
        high=high,
        d_low=abs(low - exact(compared.low)),
        d_high=abs(high - exact(compared.high)),
        delta=numerical_tolerance(budget.variance, digits),
        digits=digits,
        shortest=shortest,
        end_error=_end_error(result, compared),
    )


def _end_error(result: MonteCarlo, interval: Interval) -> Ratio | None:
    """sqrt(p (1 - p) / M) over the density at an end, which the histogram's bar there gives.

    Source: the asymptotic variance of a sample quantile; p is taken as half of what the interval
    leaves out.
    """
    bars = result.histogram
    width = (bars.high - bars.low) / len(bars.counts)
    if len(bars.counts) < _FEWEST_BARS or width <= 0:
        return None
    counted = []
    for end in (interval.low, interval.high):
        position = min(max(int((end - bars.low) // width), 0), len(bars.counts) - 1)
        counted.append(max(bars.counts[position], 1))
    outside = float((1 - result.level).num) / float((1 - result.level).den) / 2
    spread = math.sqrt(outside * (1 - outside) * result.trials)
    return exact(spread * width / min(counted))


def statement(validation: Validation) -> Text:
    """One line for a report: what was compared and whether it agrees."""
    decimals = _decimals_of(validation.delta)
    figures = {
        "d_low": to_text(validation.d_low, decimals),
        "d_high": to_text(validation.d_high, decimals),
        "delta": to_text(validation.delta, decimals),
    }
    if not validation.decided:
        return Text(
            "蒙特卡洛尚不能判定 GUM 结果：d_low = {d_low}，d_high = {d_high}，δ = {delta}，"
            "区间端点的标准误差与其差相当；请增加试验次数",
            "Monte Carlo can't tell yet whether the GUM result holds: d_low = {d_low}, d_high = "
            "{d_high}, delta = {delta}, and the ends' standard error is as large as what is "
            "between them; take more trials",
        ).filled(**figures)
    if validation.validated:
        return Text(
            "GUM 结果经蒙特卡洛验证：d_low = {d_low}，d_high = {d_high}，均不超过 δ = {delta}",
            "GUM result validated by Monte Carlo: d_low = {d_low}, d_high = {d_high}, "
            "both within delta = {delta}",
        ).filled(**figures)
    return Text(
        "GUM 结果未通过蒙特卡洛验证：d_low = {d_low}，d_high = {d_high}，δ = {delta}",
        "GUM result refuted by Monte Carlo: d_low = {d_low}, d_high = {d_high}, delta = {delta}",
    ).filled(**figures)


def _decimals_of(delta: Ratio) -> int:
    """One more than delta, which is 5 * 10^-n, has itself."""
    decimals = 0
    while delta * 10**decimals < 1:
        decimals += 1
    return decimals + 1 if rounded(delta, decimals) else decimals
