"""Gamma camera and SPECT: planar sensitivity, largest count rate, FWHM.

Source: WS 523-2019 by its slides (methods of NEMA NU 1); reference sheet 2.3, 2.5, 2.6. The
document has no rule for uncertainties: every component is this program's choice.
"""

from dosegauge_core.plan_rules import DECIMAL, NOT_NEGATIVE, POSITIVE
from dosegauge_core.uncertainty.model import Field, Model, Part, Term, measured, uncertain_one

_COUNTED = (Part("counting", "counted", "counts", ""),)
_DECAY = "ln(2) / T_half"

PLANAR_SENSITIVITY = Model(
    "planar-sensitivity",
    "S",
    "1/s/MBq",
    "",
    {
        "": f"(N - b * T) * {_DECAY} * exp(dt * {_DECAY}) / (-expm1(-T * {_DECAY}))"
        f" / (A - A_r * exp(-dt_r * {_DECAY}))"
    },
    (
        Field("counts", "counts", "1", "", POSITIVE, None),
        Field("background_rate", "measured", "1/s", "per_s", NOT_NEGATIVE, "0"),
        Field("activity", "measured", "MBq", "mbq", POSITIVE, None),
        Field("residual", "measured", "MBq", "mbq", NOT_NEGATIVE, "0"),
        Field("residual_delay", "measured", "s", "s", DECIMAL, "0"),
        Field("delay", "measured", "s", "s", DECIMAL, None),
        Field("half_life", "measured", "s", "h", POSITIVE, None),
    ),
    (
        Term("N", "1", "count", "counts", _COUNTED),
        Term("T", "s", "time", "counts", ()),
        measured("b", "1/s", "background_rate"),
        measured("A", "MBq", "activity"),
        measured("A_r", "MBq", "residual"),
        measured("dt_r", "s", "residual_delay"),
        measured("dt", "s", "delay"),
        measured("T_half", "s", "half_life"),
    ),
    (),
    "WS 523-2019 slides, planar sensitivity (formula recovered, reference sheet 2.5); background, "
    "residual and components: own choice",
)

COUNT_RATE = Model(
    "count-rate",
    "R",
    "1/s",
    "",
    {"": "N / T * k_t"},
    (
        Field("counts", "counts", "1", "", POSITIVE, None),
        Field("frame_time_error", "number", "1", "pct", NOT_NEGATIVE, "0"),
    ),
    (
        Term("N", "1", "count", "counts", _COUNTED),
        Term("T", "s", "time", "counts", ()),
        uncertain_one("k_t", "frame time", "frame_time_error"),
    ),
    (),
    "WS 523-2019 slides, largest count rate (frame with most counts); components: own choice",
)

FWHM = Model(
    "fwhm",
    "W",
    "mm",
    "",
    {"": "w * p / p_m"},
    (
        Field("width", "readings", "mm", "mm", "bessel", None),
        Field("pitch", "measured", "mm", "mm", POSITIVE, None),
        Field("measured_pitch", "measured", "mm", "mm", POSITIVE, None),
    ),
    (
        Term("w", "mm", "mean", "width", (Part("repeatability", "type-a", "width", ""),)),
        measured("p", "mm", "pitch"),
        measured("p_m", "mm", "measured_pitch"),
    ),
    (),
    "WS 523-2019 slides (NEMA NU 1: mean FWHM of all line spread functions, pixel size from the "
    "mask's pitch); components: own choice",
)
