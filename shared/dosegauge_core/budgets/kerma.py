"""The air kerma rate of a Micro CT's beam at 100 mm.

Source: Micro CT draft, 5.1, 7.1; the draft has no formula: this is standard dosimetry (reference
sheet 1.1), and every component but the readings' is as the laboratory gives it.
"""

from ..plan_rules import DECIMAL, NOT_NEGATIVE, POSITIVE
from ..uncertainty.model import CELSIUS, Field, Model, Part, Term, measured, uncertain_one

DENSITIES = ("vented", "sealed", "instrument")
_SEALED = "(M - M_0) * N_K * k_Q * ((d + f) / d_0)**2 * k_E * k_s * k_f"
_VENTED = _SEALED + " * (T_z + T) / (T_z + T_0) * P_0 / P"
_RATE = "mGy/min"
_RATE_SHOWN = "mgy_per_min"

AIR_KERMA_RATE = Model(
    "air-kerma-rate",
    "K",
    _RATE,
    "detector_density",
    {"vented": _VENTED, "sealed": _SEALED, "instrument": _SEALED},
    (
        Field("readings", "readings", _RATE, _RATE_SHOWN, "bessel", None),
        Field("background", "measured", _RATE, _RATE_SHOWN, NOT_NEGATIVE, "0"),
        Field("resolution", "number", _RATE, _RATE_SHOWN, NOT_NEGATIVE, "0"),
        Field("n_k", "measured", "1", "", POSITIVE, None),
        Field("k_q", "measured", "1", "", POSITIVE, None),
        Field("distance", "measured", "mm", "mm", POSITIVE, None),
        Field("focus", "measured", "mm", "mm", DECIMAL, "0"),
        Field("detector_density", "word", "", "", DENSITIES, None),
        Field("temperature", "measured", "Cel", "c", CELSIUS, None),
        Field("pressure", "measured", "kPa", "kpa", POSITIVE, None),
        Field("t0", "number", "Cel", "c", CELSIUS, None),
        Field("p0", "number", "kPa", "kpa", POSITIVE, None),
        Field("energy_response", "number", "1", "pct", NOT_NEGATIVE, "0"),
        Field("stability", "number", "1", "pct", NOT_NEGATIVE, "0"),
        Field("field_nonuniformity", "number", "1", "pct", NOT_NEGATIVE, "0"),
    ),
    (
        Term(
            "M",
            _RATE,
            "mean",
            "readings",
            (Part("repeatability", "type-a", "readings", "resolution"),),
        ),
        measured("M_0", _RATE, "background"),
        measured("N_K", "1", "n_k"),
        measured("k_Q", "1", "k_q"),
        measured("d", "mm", "distance"),
        measured("f", "mm", "focus"),
        Term("d_0", "mm", "constant", "100", ()),
        uncertain_one("k_E", "energy response", "energy_response"),
        uncertain_one("k_s", "stability", "stability"),
        uncertain_one("k_f", "field non-uniformity", "field_nonuniformity"),
        Term("T_z", "Cel", "constant", "273.15", ()),
        measured("T", "Cel", "temperature"),
        Term("T_0", "Cel", "number", "t0", ()),
        measured("P", "kPa", "pressure"),
        Term("P_0", "kPa", "number", "p0", ()),
    ),
    (),
    "Micro CT draft 5.1, 7.1 (distance 100 mm, ten exposures); formula and components: own choice",
)
