"""What a reader of a budget must know beside its figures."""

from collections.abc import Mapping

from dosegauge.texts import Text
from dosegauge.uncertainty.calculation import Calculation
from dosegauge.uncertainty.printing import significant_root
from dosegauge_core.distributions import t_cdf
from dosegauge_core.exact import Ratio
from dosegauge_core.fixed import ONE
from dosegauge_core.rounding import to_text
from dosegauge_core.uncertainty.readings import Readings

_MISPRINTED_TABLE = "1.64"


def warnings(calculation: Calculation) -> list[Text]:
    """Sentences in both languages; empty when there is nothing to say."""
    return [
        *_coverage(calculation),
        *_first_order(calculation),
        *_range_table(calculation.given),
    ]


def _coverage(calculation: Calculation) -> list[Text]:
    expanded, budget = calculation.expanded, calculation.budget
    if expanded.level is not None or expanded.covers:
        return []
    k = to_text(expanded.k, 2)
    if not budget.freedom_known:
        return [
            Text(
                f"相关分量的自由度有限，有效自由度未知：k = {k} 的包含概率未知",
                "nu_eff is not known, since components with few degrees of freedom are "
                f"correlated: what k = {k} covers is not known",
            )
        ]
    freedom = expanded.freedom
    scaled_k = (expanded.k * ONE).floor()
    covered = to_text(Ratio(2 * t_cdf(scaled_k, freedom) - ONE, ONE) * 100, 1)
    return [
        Text(
            f"有效自由度 {freedom}：k = {k} 的包含概率只有 {covered} %",
            f"nu_eff = {freedom}: k = {k} covers only {covered} %",
        )
    ]


def _first_order(calculation: Calculation) -> list[Text]:
    """Quantities that vanish only because the formula's slope is 0 there."""
    names = {
        one.quantity: None
        for one in calculation.budget.contributions
        if one.sensitivity == 0 and one.component.variance != 0
    }
    if not names:
        return []
    listed = ", ".join(names)
    return [
        Text(
            f"{listed}：灵敏系数为 0，一阶近似不计其影响，请用蒙特卡洛法（--trials）核对",
            f"{listed}: the sensitivity is 0 here, so that to first order nothing is contributed; "
            "check with Monte Carlo (--trials)",
        )
    ]


def _range_table(given: Mapping[str, object]) -> list[Text]:
    if given.get("range_table") != _MISPRINTED_TABLE:
        return []
    return [
        Text(
            "极差法使用 C(3) = 1.64（JJF 1059-1999 的误印），仅用于复现旧证书",
            "range method with C(3) = 1.64, a misprint of JJF 1059-1999: only to reproduce old "
            "certificates",
        )
    ]


def cross_checks(calculation: Calculation) -> list[Text]:
    """s of one reading by the other method, for every set of readings that has one."""
    found = []
    for name, value in calculation.given.items():
        if isinstance(value, Readings) and value.other is not None:
            used, other = value.spread, value.other
            s, s_other = significant_root(used.variance, 3), significant_root(other.variance, 3)
            found.append(
                Text(
                    f"{name}：s = {s}（{_METHODS[used.method].zh}，n = {used.readings}）；"
                    f"{_METHODS[other.method].zh} s = {s_other}",
                    f"{name}: s = {s} ({_METHODS[used.method].en}, n = {used.readings}); "
                    f"{_METHODS[other.method].en} s = {s_other}",
                )
            )
    return found


_METHODS = {
    "bessel": Text("贝塞尔法", "Bessel"),
    "range": Text("极差法", "range"),
    "pooled": Text("合并样本标准差", "pooled"),
}
