"""The depth of a hole, t = t_1 - t_2. Source: MRI phantom draft, 7.3.2 and Annex D."""

from ..plan_rules import NOT_NEGATIVE, POSITIVE
from ..uncertainty.model import Field, Model, Part, Term, Together

GAUGE_ERROR = "gauge_error_correlation"
GAUGE_ERROR_FIELD = Field(GAUGE_ERROR, "number", "1", "", "correlation", "0")
RANGE_TABLE = Field("range_table", "word", "", "", ("1.69", "1.64"), "1.69")
MPE = Field("mpe", "number", "mm", "um", POSITIVE, None)
RESOLUTION = Field("resolution", "number", "mm", "um", NOT_NEGATIVE, "0")


def repeated(field: "str") -> "tuple[Part, ...]":
    """The components of a length that is read several times on one instrument."""
    return (
        Part("repeatability", "type-a", field, "resolution"),
        Part("mpe", "uniform", "mpe", ""),
    )


HOLE_DEPTH = Model(
    "hole-depth",
    "t",
    "mm",
    "",
    {"": "t_1 - t_2"},
    (
        Field("outside", "readings", "mm", "mm", "range", None),
        Field("inside", "readings", "mm", "mm", "range", None),
        MPE,
        RESOLUTION,
        RANGE_TABLE,
        GAUGE_ERROR_FIELD,
    ),
    (
        Term("t_1", "mm", "mean", "outside", repeated("outside")),
        Term("t_2", "mm", "mean", "inside", repeated("inside")),
    ),
    (Together(("t_1", "mpe"), ("t_2", "mpe"), GAUGE_ERROR),),
    "MRI phantom draft 7.3.2, Annex D; errors of the gauge uncorrelated as there (it states so)",
)
