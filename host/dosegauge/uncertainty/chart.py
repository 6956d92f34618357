"""The contributions of a budget as a bar chart (SVG): |c|u of each component and u_c."""

from html import escape

from dosegauge.texts import Text, in_language
from dosegauge.uncertainty import labels
from dosegauge.uncertainty.calculation import Calculation
from dosegauge.uncertainty.printing import significant_root
from dosegauge_core.elementary import sqrt
from dosegauge_core.rounding import to_text

_WIDTH, _LEFT, _ROW, _TOP = 900, 380, 26, 44
_BAR_WIDTH = 380
_FONT = "Noto Sans CJK SC, Noto Sans SC, Microsoft YaHei, sans-serif"
_CONTRIBUTION_COLOUR, _COMBINED_COLOUR = "#4a7ebb", "#333333"


def svg(calculation: Calculation, language: str) -> str:
    """The chart as an SVG document; the largest contribution stands first."""
    budget = calculation.budget
    contributions = sorted(budget.contributions, key=lambda one: one.variance, reverse=True)
    bars = [
        (_name(calculation, one.quantity, one.component.name, language), one.variance)
        for one in contributions
    ]
    longest = max([budget.variance, *[variance for _, variance in bars]])
    combined = in_language(Text("合成 u_c", "combined u_c"), language)
    lines = []
    for position, (name, variance) in enumerate([*bars, (combined, budget.variance)]):
        colour = _COMBINED_COLOUR if position == len(bars) else _CONTRIBUTION_COLOUR
        part = sqrt(variance / longest) if longest > 0 else longest
        shown = f"{significant_root(variance, 3)} {calculation.unit}"
        lines += _bar(position, name, to_text(part * _BAR_WIDTH, 1), shown, colour)
    height = _TOP + _ROW * (len(bars) + 1) + 12
    title = in_language(labels.TITLES[calculation.name], language)
    head = f"{title}, |c|u ({calculation.unit})"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
            f'viewBox="0 0 {_WIDTH} {height}" font-family="{_FONT}" font-size="14">',
            f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
            f'<text x="12" y="26" font-size="16">{escape(head)}</text>',
            *lines,
            "</svg>",
            "",
        ]
    )


def _name(calculation: Calculation, quantity: str, component: str, language: str) -> str:
    said = in_language(labels.quantity(calculation.name, quantity), language)
    of = in_language(labels.component(component), language)
    return f"{quantity}: {of}" if said == quantity else f"{quantity} {said}: {of}"


def _bar(position: int, name: str, width: str, shown: str, colour: str) -> list[str]:
    top = _TOP + position * _ROW
    middle = top + 15
    return [
        f'<text x="{_LEFT - 8}" y="{middle}" text-anchor="end">{escape(name)}</text>',
        f'<rect x="{_LEFT}" y="{top}" width="{width}" height="{_ROW - 8}" fill="{colour}"/>',
        f'<text x="{_LEFT + float(width) + 6:.1f}" y="{middle}">{escape(shown)}</text>',
    ]
