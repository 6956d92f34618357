"""Lengths of an MRI phantom: line width, pitch, hole diameter, hole distance, grid length.

Source: MRI phantom draft, 7.2, 7.3.1, 7.4 and Annex C. The optional component of temperature is
this program's choice (the draft calls it negligible; reference sheet, S2-12).
"""

from ..plan_rules import NOT_NEGATIVE, POSITIVE
from ..uncertainty.model import Field, Model, Part, Term
from .depth import MPE, RANGE_TABLE, RESOLUTION, repeated

_SOURCE = "MRI phantom draft {}; temperature component: own choice"
_NOMINAL = Field("nominal", "number", "mm", "mm", POSITIVE, None)
_SHARED = (
    MPE,
    RESOLUTION,
    RANGE_TABLE,
    Field("expansion", "number", "1/K", "per_k", NOT_NEGATIVE, "0"),
    Field("temperature_difference", "number", "K", "k", NOT_NEGATIVE, "0"),
)
_WARMTH = (
    Term("alpha", "1/K", "number", "expansion", ()),
    Term("dT", "K", "zero", "", (Part("temperature", "uniform", "temperature_difference", ""),)),
)


def _readings(name: "str") -> "Field":
    return Field(name, "readings", "mm", "mm", "range", None)


def _length(symbol: "str", field: "str") -> "Term":
    return Term(symbol, "mm", "mean", field, repeated(field))


def _nominal(symbol: "str") -> "Term":
    return Term(symbol, "mm", "number", "nominal", ())


def _relative_deviation(name: "str", symbol: "str", clause: "str") -> "Model":
    """(w (1 + alpha dT) - w_n) / w_n in %, signed: the draft's magnitude loses the direction."""
    return Model(
        name,
        symbol,
        "%",
        "",
        {"": "100 * (w * (1 + alpha * dT) - w_n) / w_n"},
        (_readings("width"), _NOMINAL) + _SHARED,
        (_length("w", "width"), _nominal("w_n")) + _WARMTH,
        (),
        _SOURCE.format(clause),
    )


LINE_WIDTH = _relative_deviation("line-width", "delta_H1", "7.2.2, Annex C")
PITCH = _relative_deviation("pitch", "delta_H2", "7.2.3, Annex C")

HOLE_DIAMETER = Model(
    "hole-diameter",
    "D",
    "mm",
    "",
    {"": "d * (1 + alpha * dT)"},
    (_readings("diameter"),) + _SHARED,
    (_length("d", "diameter"),) + _WARMTH,
    (),
    _SOURCE.format("7.3.1"),
)


def _only_repeated(symbol: "str", field: "str") -> "Term":
    """Without the instrument's error: that of the scale is the same in all three lengths."""
    part = Part("repeatability", "type-a", field, "resolution")
    return Term(symbol, "mm", "mean", field, (part,))


HOLE_DISTANCE = Model(
    "hole-distance",
    "dl",
    "mm",
    "",
    {"": "((D_a + D_b) / 2 + d_2 + e) * (1 + alpha * dT) - l_n"},
    (
        _readings("first_diameter"),
        _readings("second_diameter"),
        _readings("inside_distance"),
        _NOMINAL,
    )
    + _SHARED,
    (
        _only_repeated("D_a", "first_diameter"),
        _only_repeated("D_b", "second_diameter"),
        _only_repeated("d_2", "inside_distance"),
        Term("e", "mm", "zero", "", (Part("mpe", "uniform", "mpe", ""),)),
        _nominal("l_n"),
    )
    + _WARMTH,
    (),
    _SOURCE.format("7.4.1") + "; MPE once on the distance: own choice",
)

GRID_LENGTH = Model(
    "grid-length",
    "dm",
    "mm",
    "",
    {"": "m * (1 + alpha * dT) - m_n"},
    (_readings("length"), _NOMINAL) + _SHARED,
    (_length("m", "length"), _nominal("m_n")) + _WARMTH,
    (),
    _SOURCE.format("7.4.2"),
)
