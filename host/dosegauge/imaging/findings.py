"""A figure measured on images: value, uncertainty, the document's item and its verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dosegauge.imaging.requirements import GAMMA_CAMERAS
from dosegauge.standards.lookup import item_named, limit_for, standard_named
from dosegauge.standards.model import NONE, Item
from dosegauge.texts import LANGUAGES, Text
from dosegauge.uncertainty import item_limits
from dosegauge.uncertainty.decision import Asked, decide_measured, sentences
from dosegauge.uncertainty.files import Refused
from dosegauge_core import conformity, texts
from dosegauge_core.distributions import t_two_sided
from dosegauge_core.exact import Ratio
from dosegauge_core.fixed import ONE
from dosegauge_core.reporting import FAIL, PASS
from dosegauge_core.rounding import decimals_for_root, to_text

COVERAGE_K = 2
_INFORMATION = Text("仅供参考，不评定不确定度", "information, without an uncertainty of its own")
_NO_SCATTER = Text("重复计算没有离散，U 为零", "trials do not scatter at all: U would be zero")
_LEVEL_95 = ONE * 19 // 20
_DIGITS_OF_U = 2
_PLACES_WITHOUT_U, _MOST_PLACES, _FOUR_DIGITS, _ROUNDING = 3, 12, 1000, 10**9


def _places_without_u(value: Ratio) -> int:
    """Three decimals, and more where they hold less than four digits; not of rounding errors."""
    places = _PLACES_WITHOUT_U
    if abs(value) * _ROUNDING < 1:
        return places
    while places < _MOST_PLACES and value and abs(value) * 10**places < _FOUR_DIGITS:
        places += 1
    return places


@dataclass(frozen=True)
class Finding:
    """One result. `item` and `region` name its place in the document's table, "" and None where it
    is information only; `u` is the standard uncertainty, None with the reason in `no_u`; `nu` its
    effective degrees of freedom, None where k = 2 is chosen; `half_95` half of the 95 % interval
    where that isn't k u."""

    key: str
    label: Text
    value: float | Ratio
    unit: str
    u: float | None
    item: str = ""
    region: str | None = None
    no_u: Text | None = None
    half_95: float | None = None
    nu: float | None = None

    @property
    def why_no_u(self) -> Text | None:
        """The reason why there is no uncertainty, None where there is one."""
        if self.expanded:
            return None
        if self.u is not None:
            return _NO_SCATTER
        return self.no_u or _INFORMATION

    @property
    def exact(self) -> Ratio:
        """The value as an exact number."""
        if isinstance(self.value, Ratio):
            return self.value
        return Ratio(*self.value.as_integer_ratio())

    @property
    def k(self) -> float:
        """The coverage factor: 2, or that of 95 % with nu cut down to a whole number."""
        if self.nu is None:
            return COVERAGE_K
        return t_two_sided(_LEVEL_95, max(int(self.nu), 1)) / ONE

    @property
    def expanded(self) -> float | None:
        """U, for about 95 %."""
        if self.half_95 is not None:
            return self.half_95
        return None if self.u is None else self.k * self.u

    def printed(self) -> tuple[str, str]:
        """Value and U to U's two digits, each rounded once from its exact value."""
        value = self.exact
        if not self.expanded:
            return to_text(value, _places_without_u(value)), ""
        wide = Ratio(*self.expanded.as_integer_ratio())
        places = max(decimals_for_root(wide * wide, _DIGITS_OF_U), 0)
        return to_text(value, places), to_text(wide, places)


def with_scatter(
    plain: Finding, scatter: float, freedom: float, others: Sequence[float]
) -> Finding:
    """The finding with the standard uncertainty from its scatter, of so many degrees of freedom,
    and from parts that are well known; nu by Welch and Satterthwaite."""
    u = math.hypot(scatter, *others)
    nu = freedom * (u / scatter) ** 4 if scatter > 0 else None
    return replace(plain, u=u, nu=nu)


@dataclass(frozen=True)
class Judged:
    """A finding with what was decided on it: nothing where the document sets no limit at this
    stage."""

    finding: Finding
    outcome: str | None = None
    sentences: tuple[Text, ...] = ()


def judge(
    findings: Sequence[Finding],
    stage: str | None,
    makers: Mapping[str, str],
    document: str = GAMMA_CAMERAS,
) -> list[Judged]:
    """Each finding against the document's limit at a stage (None: no verdicts).

    makers: the maker's values by "ITEM/REGION" or "ITEM". Refused where one is needed and not
    given, or given for what isn't measured.
    """
    standard = standard_named(document)
    used: set[str] = set()
    judged = []
    for finding in findings:
        judgement = Judged(finding)
        if stage is not None and finding.item:
            item = item_named(standard, finding.item)
            name, maker = _makers_value(finding, makers)
            limit = limit_for(standard, item.id, stage, finding.region)
            if limit.operator != NONE:
                if limit.needs_makers_value:
                    used.add(name)
                judgement = _judged(
                    finding, item, document, stage, maker if limit.needs_makers_value else None
                )
        judged.append(judgement)
    unused = sorted(set(makers) - used)
    if unused:
        raise Refused(
            "--maker",
            Text(f"没有用到：{unused[0]}", f"nothing here needs a maker's value of {unused[0]}"),
        )
    return judged


def _makers_value(finding: Finding, makers: Mapping[str, str]) -> tuple[str, str | None]:
    for name in (f"{finding.item}/{finding.region}", finding.item):
        if name in makers:
            return name, makers[name]
    return finding.item, None


def _judged(finding: Finding, item: Item, document: str, stage: str, maker: str | None) -> Judged:
    asked = "/".join(
        part for part in (document, item.id, stage, finding.region) if part is not None
    )
    limits = item_limits.limits_of(asked, finding.unit, {}, maker, None)
    value = finding.exact
    if not finding.expanded:
        return _without_u(finding, value, limits)
    u = Ratio(*(finding.u or finding.expanded / COVERAGE_K).as_integer_ratio())
    k = Ratio(*finding.expanded.as_integer_ratio()) / u
    decided = decide_measured(
        item.id,
        conformity.Measured(value, u * u, k, None),
        finding.unit,
        Asked(limits.lower, limits.upper, limits.rule, None, limits.source, limits.for_reference),
    )
    return Judged(finding, decided.decision.outcome, tuple(sentences(decided)))


def _without_u(finding: Finding, value: Ratio, limits: item_limits.ItemLimits) -> Judged:
    """Simple acceptance needs no U; that it is missing is said."""
    within = (limits.lower is None or value >= limits.lower) and (
        limits.upper is None or value <= limits.upper
    )
    outcome = PASS if within else FAIL
    bounds = " … ".join(
        to_text(bound, _PLACES_WITHOUT_U)
        for bound in (limits.lower, limits.upper)
        if bound is not None
    )
    words = Text(*(texts.outcome(outcome, language) for language in LANGUAGES))
    sign = "≥" if limits.upper is None else "≤"
    return Judged(
        finding,
        outcome,
        (
            Text(
                f"{words.zh}：要求 {sign} {bounds} {finding.unit}，简单接受，无不确定度",
                f"{words.en}: {sign} {bounds} {finding.unit} is asked for, simple acceptance, "
                "without an uncertainty",
            ),
            limits.source,
        ),
    )


def as_data(judged: Judged) -> dict[str, Any]:
    """As in docs/json.md: numbers as measured, and as printed."""
    finding = judged.finding
    value, expanded = finding.printed()
    return {
        "key": finding.key,
        "label": finding.label._asdict(),
        "item": finding.item or None,
        "region": finding.region,
        "value": value,
        "unit": finding.unit,
        "u": finding.u,
        "U": expanded or None,
        "k": round(finding.k, 3) if finding.half_95 is None and finding.u is not None else None,
        "nu_eff": finding.nu,
        "level": "0.95" if finding.half_95 is not None or finding.nu is not None else None,
        "no_u": finding.why_no_u._asdict() if finding.why_no_u else None,
        "outcome": judged.outcome,
        "verdict": [one._asdict() for one in judged.sentences],
    }
