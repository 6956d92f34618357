"""Conformity of a budget's result with limits, by one of the rules of reference sheet 0.6."""

from dataclasses import dataclass
from typing import Any

from dosegauge.texts import LANGUAGES, Text
from dosegauge.uncertainty.calculation import Calculation
from dosegauge.uncertainty.files import Refused, because
from dosegauge_core import conformity, conformity_digits, texts
from dosegauge_core.exact import Ratio
from dosegauge_core.reporting import Verdict

RULES: tuple[str, ...] = conformity.RULES
_HALF = Ratio(1, 2)


@dataclass(frozen=True)
class Asked:
    """Limits in the result's unit, a rule, and the probability that "probability" asks for.

    `source` says where limits from a document come from; `for_reference`: they are not for
    pass/fail.
    """

    lower: Ratio | None
    upper: Ratio | None
    rule: str
    required: Ratio | None
    source: Text | None = None
    for_reference: bool = False


@dataclass(frozen=True)
class Decided:
    """A decision and its verdict with everything that it rests on."""

    decision: conformity.Decision
    verdict: Verdict
    source: Text | None


def decide(calculation: Calculation, asked: Asked) -> Decided:
    """The decision on a result. Refused names what is missing or can't be."""
    measured = conformity.Measured(
        calculation.budget.value,
        calculation.budget.variance,
        calculation.expanded.k,
        _whole_freedom(calculation),
    )
    return decide_measured(calculation.name, measured, calculation.unit, asked)


def decide_measured(name: str, measured: conformity.Measured, unit: str, asked: Asked) -> Decided:
    """The decision on a value with its uncertainty. Refused names what is missing or can't be."""
    try:
        limits = conformity.absolute_limits(asked.lower, asked.upper)
        decision = _by_rule(measured, limits, asked)
    except ValueError as error:
        raise Refused("--rule", because("无法判定", error)) from error
    verdict = conformity_digits.verdict(name, decision, measured, unit, asked.for_reference)
    return Decided(decision, verdict, asked.source)


def _whole_freedom(calculation: Calculation) -> int | None:
    freedom = calculation.budget.freedom
    return None if freedom is None else max(freedom.floor(), 1)


def _by_rule(
    measured: conformity.Measured, limits: conformity.Limits, asked: Asked
) -> conformity.Decision:
    if asked.rule == conformity.PROBABILITY:
        if asked.required is None:
            raise ValueError("the rule probability needs --required")
        return conformity.probability(measured, limits, asked.required)
    if asked.rule == conformity.JJF_1094:
        return conformity.jjf1094(measured, limits)
    if asked.rule == conformity.GUARD:
        return conformity.guard(measured, limits)
    return conformity.simple(measured, limits)


def sentences(decided: Decided) -> list[Text]:
    """The outcome, the rule with its limits, and the risk, in both languages."""
    verdict = decided.verdict
    said = []
    outcome = Text(*(texts.outcome(verdict.outcome, language) for language in LANGUAGES))
    rule = _rendered(verdict.code, verdict.values)
    said.append(Text(f"{outcome.zh}：{rule.zh}", f"{outcome.en}: {rule.en}"))
    for remark in conformity_digits.remarks(decided.decision):
        said.append(_rendered(remark.code, remark.values))
    if decided.source is not None:
        said.append(decided.source)
    if verdict.reference_only:
        said.append(
            Text(
                "该规范不作合格判定，以上仅供参考",
                "the document is not for pass/fail: for reference only",
            )
        )
    return said


def _rendered(code: str, values: dict[str, str]) -> Text:
    return Text(*(texts.render(code, values, language) for language in LANGUAGES))


def as_data(decided: Decided) -> dict[str, Any]:
    """The decision as described in docs/json.md; probabilities in per cent."""
    decision = decided.decision
    risk = {"consumer": decision.consumer_risk, "producer": decision.producer_risk}
    return {
        "rule": decision.rule,
        "outcome": decision.outcome,
        **decided.verdict.values,
        "U_within_third": decision.U_within_third,
        "for_reference": decided.verdict.reference_only,
        "risk_pct": {
            name: None if chance is None else conformity_digits.percent_text(chance)
            for name, chance in risk.items()
        },
        "sentences": [sentence._asdict() for sentence in sentences(decided)],
    }
