"""Items of a document whose verdict is one: either of them is enough, or all are needed.

Source: the standards file's `combination`; for the Micro CT draft's 5.3 reference sheet 1.3, which
names the readings of its unclear criterion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dosegauge.imaging.findings import Judged
from dosegauge.standards.lookup import standard_named
from dosegauge.standards.model import ALL, ANY
from dosegauge.texts import LANGUAGES, Text
from dosegauge_core import texts
from dosegauge_core.reporting import FAIL, INCONCLUSIVE, PASS

# The names that the reference sheet gives to the readings.
CRITERIA = {"A": ANY, "B": ALL}
_LETTERS = {rule: letter for letter, rule in CRITERIA.items()}
_RULES = {
    ANY: Text("任一满足即可", "either one is enough"),
    ALL: Text("都须满足", "all are needed"),
}


@dataclass(frozen=True)
class Combined:
    """A group's outcome by a rule; `chosen` where that is the one to go by, and why it is: as the
    standards file or the options say."""

    group: str
    rule: str
    outcome: str
    chosen: bool
    by_option: bool

    def sentence(self) -> Text:
        """The outcome and the rule in words."""
        words = [texts.outcome(self.outcome, language, True) for language in LANGUAGES]
        rule, letter = _RULES[self.rule], _LETTERS[self.rule]
        why = Text("", "")
        if self.chosen:
            why = (
                Text("（所选）", " (the chosen one)")
                if self.by_option
                else Text("（默认，本程序的选择）", " (the default, own choice)")
            )
        return Text(
            f"判据 {letter}（{rule.zh}）{why.zh}：{words[0]}",
            f"criterion {letter} ({rule.en}){why.en}: {words[1]}",
        )

    def as_data(self) -> dict[str, Any]:
        """As in docs/json.md."""
        return {
            "group": self.group,
            "criterion": _LETTERS[self.rule],
            "rule": self.rule,
            "outcome": self.outcome,
            "chosen": self.chosen,
            "sentence": self.sentence()._asdict(),
        }


def combined(judged: Sequence[Judged], document: str, criterion: str | None) -> list[Combined]:
    """The outcomes of each group by every rule, the one to go by first; nothing for items without
    a verdict. criterion: "A" or "B", None for the standards file's rule."""
    items = {item.id: item for item in standard_named(document).items}
    groups: dict[str, list[str]] = {}
    rules: dict[str, str] = {}
    for one in judged:
        together = items[one.finding.item].combination if one.finding.item else None
        if together is not None and one.outcome is not None:
            groups.setdefault(together.group, []).append(one.outcome)
            rules[together.group] = CRITERIA[criterion] if criterion else together.rule
    return [
        Combined(group, rule, outcome_by(rule, outcomes), rule == rules[group], bool(criterion))
        for group, outcomes in groups.items()
        for rule in sorted(_RULES, key=lambda rule: rule != rules[group])
    ]


def outcome_by(rule: str, outcomes: Sequence[str]) -> str:
    """What outcomes make together."""
    decided, otherwise = (PASS, FAIL) if rule == ANY else (FAIL, PASS)
    if decided in outcomes:
        return decided
    return INCONCLUSIVE if INCONCLUSIVE in outcomes else otherwise
