"""The slope of a slice-thickness wedge against its nominal angle.

Source: MRI phantom draft, 7.5 (x_2 is the adjacent leg; the draft names both legs opposite).
"""

from ..uncertainty.model import Field, Model, Term, Together
from .depth import GAUGE_ERROR, GAUGE_ERROR_FIELD, MPE, RANGE_TABLE, RESOLUTION, repeated

WEDGE_SLOPE = Model(
    "wedge-slope",
    "delta_theta",
    "%",
    "",
    {"": "100 * (x_1 / x_2 / tan(theta * pi / 180) - 1)"},
    (
        Field("opposite", "readings", "mm", "mm", "range", None),
        Field("adjacent", "readings", "mm", "mm", "range", None),
        Field("angle", "number", "deg", "deg", "acute", None),
        MPE,
        RESOLUTION,
        RANGE_TABLE,
        GAUGE_ERROR_FIELD,
    ),
    (
        Term("x_1", "mm", "mean", "opposite", repeated("opposite")),
        Term("x_2", "mm", "mean", "adjacent", repeated("adjacent")),
        Term("theta", "deg", "number", "angle", ()),
    ),
    (Together(("x_1", "mpe"), ("x_2", "mpe"), GAUGE_ERROR),),
    "MRI phantom draft 7.5; signed deviation: own choice",
)
