"""Whether the environment was what the documents ask for."""

import re
from collections.abc import Sequence
from decimal import Decimal

from dosegauge.reports import forms
from dosegauge.reports.details import Job
from dosegauge.reports.measured import Measured
from dosegauge.standards import Limits, Standard
from dosegauge.texts import Text

# Name of a quantity of the environment and of its field in a job, which is also a step's id.
_QUANTITIES = {
    "temperature": (forms.TEMPERATURE, "temperature_c"),
    "humidity": (forms.HUMIDITY, "humidity_pct"),
    "pressure": (forms.PRESSURE, "pressure_kpa"),
}
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def deviations(job: Job, found: Sequence[Measured]) -> list[Text]:
    """One sentence for each quantity of the environment that left a document's range.

    A quantity may have been noted several times ("20.1; 20.6"): every number counts.
    """
    sentences = []
    for measured in found:
        standard = measured.standard
        for limits in standard.environment if standard else ():
            if limits.quantity not in _QUANTITIES:
                continue
            name, field = _QUANTITIES[limits.quantity]
            # What was noted for the whole job, else in this very session.
            text = getattr(job, field) or measured.entered(field)
            outside = [value for value in _NUMBER.findall(text) if not _within(value, limits)]
            if outside and standard:
                sentences.append(_sentence(name, ", ".join(outside), limits, _name(standard)))
    return list(dict.fromkeys(sentences))


def _within(value: str, limits: Limits) -> bool:
    number = Decimal(value)
    too_low = limits.lowest is not None and number < Decimal(limits.lowest)
    return not too_low and not (limits.highest is not None and number > Decimal(limits.highest))


def _name(standard: Standard) -> Text:
    """The document's code; its title while it has none."""
    return Text(standard.code, standard.code) if standard.code else standard.title


def _sentence(name: Text, value: str, limits: Limits, document: Text) -> Text:
    unit = forms.unit_symbol(limits.unit)
    lowest = "" if limits.lowest is None else f"≥ {limits.lowest} {unit} "
    highest = "" if limits.highest is None else f"≤ {limits.highest} {unit}"
    asked = f"{lowest}{highest}".strip()
    return Text(
        f"偏离：{name.zh} {value} {unit}，{document.zh} 第{limits.clause}条要求 {asked}。",
        f"Deviation: {name.en.lower()} {value} {unit}; {document.en}, clause {limits.clause},"
        f" asks {asked}.",
    )
