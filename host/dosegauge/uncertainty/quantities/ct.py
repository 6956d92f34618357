"""Micro CT: repeatability, uniformity, spatial resolution, low contrast.

Source: Micro CT draft, 5.2 to 5.5 and 7.2 to 7.5. The draft has no formulas for these: they follow
reference sheet 1.2 to 1.5 and are this program's choice where the sheet says so.
"""

from dosegauge_core.plan_rules import DECIMAL, NOT_NEGATIVE, POSITIVE
from dosegauge_core.uncertainty.model import Field, Model, Part, Term, measured, uncertain_one

REPEATABILITY = Model(
    "repeatability",
    "s_r",
    "%",
    "",
    {"": "100 * s / M"},
    (Field("readings", "readings", "mGy/min", "mgy_per_min", "bessel", None),),
    (
        Term("s", "mGy/min", "spread", "readings", (Part("spread", "spread", "readings", ""),)),
        Term(
            "M",
            "mGy/min",
            "mean",
            "readings",
            (Part("repeatability", "type-a", "readings", ""),),
        ),
    ),
    (),
    "Micro CT draft 5.2, 7.2; u(s) = s / sqrt(2 (n - 1)): GUM E.4.3",
)

_REGIONS = ("c", "up", "down", "left", "right")
_OUTER = ", ".join(f"abs(m_{place} - m_c)" for place in _REGIONS[1:])
_ALL = ", ".join(f"m_{place}" for place in _REGIONS)
_FIELDS = {"c": "centre"} | {place: place for place in _REGIONS[1:]}

UNIFORMITY = Model(
    "uniformity",
    "D",
    "%",
    "figure",
    {
        "difference": f"100 * max({_OUTER}) / m_ref",
        "spread": f"100 * stdev({_ALL}) / (mean({_ALL}) - m_air)",
    },
    (
        Field("figure", "word", "", "", ("difference", "spread"), None),
        *(Field(name, "measured", "HU", "hu", DECIMAL, None) for name in _FIELDS.values()),
        Field("reference", "measured", "HU", "hu", POSITIVE, None),
        Field("air", "measured", "HU", "hu", DECIMAL, None),
        Field("placement", "number", "HU", "hu", NOT_NEGATIVE, "0"),
    ),
    (
        *(
            Term(
                f"m_{place}",
                "HU",
                "measured",
                field,
                (Part("", "own", field, ""), Part("placement", "uniform", "placement", "")),
            )
            for place, field in _FIELDS.items()
        ),
        measured("m_ref", "HU", "reference"),
        measured("m_air", "HU", "air"),
    ),
    (),
    "Micro CT draft 5.3, 7.3 (five regions, difference or spread); what they are divided by, and "
    "the components: own choice (reference sheet 1.3)",
)

MTF = Model(
    "mtf",
    "f",
    "lp/mm",
    "",
    {"": "f_m / k_v * k_c"},
    (
        Field("frequency", "readings", "lp/mm", "lp_per_mm", "bessel", None),
        Field("voxel_factor", "measured", "1", "", POSITIVE, "1"),
        # Binning and derivative: plus and minus 0.2 % (reference sheet 1.4, own choice).
        Field("derivative", "number", "1", "pct", NOT_NEGATIVE, "0.002"),
        # Not in the formula: for the Nyquist limit beside the result, where it is given.
        Field("voxel", "number", "mm", "mm", POSITIVE, None),
    ),
    (
        Term(
            "f_m",
            "lp/mm",
            "mean",
            "frequency",
            (Part("repeatability", "type-a", "frequency", ""),),
        ),
        measured("k_v", "1", "voxel_factor"),
        uncertain_one("k_c", "derivative", "derivative"),
    ),
    (),
    "Micro CT draft 5.4, 7.4 (refers to JJG 961, 7.3.6); formula and components: own choice",
)

LOW_CONTRAST = Model(
    "low-contrast",
    "C",
    "%",
    "figure",
    {"threshold": "100 * k * s_mu / m_ref", "contrast": "100 * (m_insert - m_water) / m_ref"},
    (
        Field("figure", "word", "", "", ("threshold", "contrast"), None),
        Field("region_means", "readings", "HU", "hu", "bessel", None),
        Field("insert", "measured", "HU", "hu", DECIMAL, None),
        Field("water", "measured", "HU", "hu", DECIMAL, None),
        Field("reference", "measured", "HU", "hu", POSITIVE, None),
    ),
    (
        # 2 * 1.645: 95 % sure to be seen, 95 % sure to be there.
        Term("k", "1", "constant", "3.29", ()),
        Term(
            "s_mu", "HU", "spread", "region_means", (Part("spread", "spread", "region_means", ""),)
        ),
        measured("m_insert", "HU", "insert"),
        measured("m_water", "HU", "water"),
        measured("m_ref", "HU", "reference"),
    ),
    (),
    "Micro CT draft 5.5, 7.5 (refers to JJG 961, 7.3.7); statistical threshold and components: "
    "own choice (reference sheet 1.5)",
)
