"""Leakage at a point: from counts of a probe, or from readings of a dose rate meter.

Source: Micro CT draft, 5.6 (limit) and 7.6 (refers to JJF 1596-2016, 7.5); formulas: ISO 11929-1
and this program's choice (reference sheet 1.6).
"""

from ..plan_rules import NOT_NEGATIVE, POSITIVE
from ..uncertainty.model import Field, Model, Part, Term, measured, uncertain_one

_RATE, _RATE_SHOWN = "uGy/h", "ugy_per_h"
_FACTOR = "uGy*s/h"
# Half-widths relative to the result: what the probe's calibration doesn't cover.
_RESPONSES = (
    Field("energy_response", "number", "1", "pct", NOT_NEGATIVE, "0"),
    Field("angular_response", "number", "1", "pct", NOT_NEGATIVE, "0"),
    Field("distance_effect", "number", "1", "pct", NOT_NEGATIVE, "0"),
)
_RESPONSE_TERMS = (
    uncertain_one("k_E", "energy response", "energy_response"),
    uncertain_one("k_a", "angular response", "angular_response"),
    uncertain_one("k_d", "distance", "distance_effect"),
)


def _counted(symbol: "str", field: "str") -> "Term":
    return Term(symbol, "1/s", "rate", field, (Part("counting", "counted", field, "dead_time"),))


LEAKAGE_COUNTS = Model(
    "leakage-counts",
    "H",
    _RATE,
    "",
    {"": "w * k_E * k_a * k_d * (m_g / (1 - m_g * tau) - m_0 / (1 - m_0 * tau))"},
    (
        Field("gross", "counts", "1/s", "", NOT_NEGATIVE, None),
        Field("background", "counts", "1/s", "", NOT_NEGATIVE, None),
        Field("factor", "measured", _FACTOR, "ugy_per_h_per_cps", POSITIVE, None),
        Field("dead_time", "measured", "s", "us", NOT_NEGATIVE, "0"),
    )
    + _RESPONSES,
    (
        measured("w", _FACTOR, "factor"),
        _counted("m_g", "gross"),
        _counted("m_0", "background"),
        measured("tau", "s", "dead_time"),
    )
    + _RESPONSE_TERMS,
    (),
    "ISO 11929-1; dead time as reference sheet 4; limit: Micro CT draft 5.6",
)

LEAKAGE = Model(
    "leakage",
    "H",
    _RATE,
    "",
    {"": "(g - b) * N * k_E * k_a * k_TP * k_d"},
    (
        Field("gross", "readings", _RATE, _RATE_SHOWN, "bessel", None),
        Field("background", "readings", _RATE, _RATE_SHOWN, "bessel", None),
        Field("resolution", "number", _RATE, _RATE_SHOWN, NOT_NEGATIVE, "0"),
        Field("background_drift", "number", _RATE, _RATE_SHOWN, NOT_NEGATIVE, "0"),
        Field("n", "measured", "1", "", POSITIVE, None),
        Field("k_tp", "measured", "1", "", POSITIVE, "1"),
    )
    + _RESPONSES,
    (
        Term(
            "g",
            _RATE,
            "mean",
            "gross",
            (
                Part("repeatability", "type-a", "gross", ""),
                Part("resolution", "resolution", "resolution", ""),
            ),
        ),
        Term(
            "b",
            _RATE,
            "mean",
            "background",
            (
                Part("repeatability", "type-a", "background", ""),
                Part("resolution", "resolution", "resolution", ""),
                Part("drift", "uniform", "background_drift", ""),
            ),
        ),
        measured("N", "1", "n"),
        measured("k_TP", "1", "k_tp"),
    )
    + _RESPONSE_TERMS,
    (),
    "formula and components, repeatability and resolution both counted: own choice (reference "
    "sheet 1.6); limit: Micro CT draft 5.6",
)
