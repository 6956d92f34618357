"""Hole depth of an MRI phantom's density module: t = t1 - t2 and its uncertainty.

Source: the MRI phantom draft, 7.3.2, equation (3) and Annex D, with the corrections stated in the
remarks. t1 is the mean of the readings around the hole (0, 90, 180, 270 degrees), t2 of those
inside. Repeatability comes from the range method, the instrument's error from its MPE (uniform).

Plan: steps of kind "zero" (optional) and "gauge"; a gauge step's id begins with "outside" or
"inside", and "outside-0", "outside-90", "outside-180", "outside-270" lie at these angles. The
gauge's MPE mpe_um (required) is entered in a step of that id or a parameter. Further parameters:
resolution_um (counts when it is coarser than the gauge's last place), range_table ("1.69" or
"1.64"), rounding ("half-even", "up", "third"); limits depth_max_mm and gauge_mpe_um (what the
draft's 6.2 asks of the gauge), both optional. A channel's settings hold the gauge's `decimals`
and, optional, `agreement_nm`: how far the telegrams of one reading may differ.
"""

from .depth_budget import NM_PER_MM, NM_PER_UM, Inputs, compute
from .depth_digits import draft_differences, figures, remarks, verdicts
from .exact import Ratio
from .ledger import StepLedger
from .plan_rules import (
    POSITIVE,
    check_entries,
    check_members,
    members,
    require_given,
)
from .rounding import (
    MODES,
)
from .telegrams.heights import GAUGES, height_nm, last_place_nm
from .type_a import (
    FEWEST_READINGS,
    MOST_READINGS,
    RANGE_TABLES,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .records import Reading

__all__ = (
    "PROCEDURE",
    "Inputs",
    "Ledger",
    "check_plan",
    "compute",
    "draft_differences",
    "figures",
    "remarks",
    "verdicts",
)

PROCEDURE = "hole-depth"
_ANGLES = ("outside-0", "outside-90", "outside-180", "outside-270")
_PARAMETERS: "dict[str, str | tuple[str, ...]]" = {
    "mpe_um": POSITIVE,
    "resolution_um": POSITIVE,
    "range_table": RANGE_TABLES,
    "rounding": MODES,
}
_LIMITS: "dict[str, str | tuple[str, ...]]" = {"depth_max_mm": POSITIVE, "gauge_mpe_um": POSITIVE}


def check_plan(plan: "dict[str, object]") -> None:
    """Whether parameters, limits and entries are known and allowed; ValueError that names one."""
    check_members(members(plan, "parameters"), _PARAMETERS, "parameter")
    check_members(members(plan, "limits"), _LIMITS, "limit")
    check_entries(plan, ("mpe_um",))
    require_given(plan, ("mpe_um",))
    ledger = Ledger(plan)
    for index, channel in enumerate(ledger.channels):
        if channel.get("driver") in GAUGES and ledger.setting(index, "agreement_nm", 0) < 0:
            raise ValueError("the setting agreement_nm can't be negative")
        if channel.get("driver") == "scale" and ledger.setting(index, "resolution_nm", 0) < 1:
            raise ValueError("the setting resolution_nm must be positive")
    ledger.require_readings()


class Ledger(StepLedger):
    """Readings of a session: zero, outside, inside, one gauge reading for each step."""

    def __init__(self, plan: "dict[str, object]") -> None:
        super().__init__(plan)
        self._heights_nm: "dict[int, int]" = {}
        self._last_place_nm = Ratio(0)

    def take(self, index: "int", reading: "Reading") -> None:
        """One gauge reading; its value in nm must be what the telegram says."""
        if not self._role(index):
            raise ValueError("the step {} takes no gauge reading".format(self.step_id(index)))
        if index in self._heights_nm:
            raise ValueError("a second reading of {}".format(self.step_id(index)))
        driver = self.channels[reading.channel].get("driver")

        def setting(name: "str", default: "int") -> "int":
            return self.setting(reading.channel, name, default)

        found_nm = height_nm(driver, reading.raw, setting)
        if found_nm != reading.value:
            raise ValueError(
                "the reading of {} says {} nm, its raw bytes {} nm".format(
                    self.step_id(index), reading.value, found_nm
                )
            )
        self._heights_nm[index] = found_nm
        self._last_place_nm = Ratio(last_place_nm(driver, setting))

    def forget(self, index: "int") -> None:
        """Drop the reading of a step that is begun again."""
        self._heights_nm.pop(index, None)

    def inputs(self) -> "Inputs":
        """Everything the computation needs; ValueError that names what is missing."""
        self.require_complete()
        zero = self._readings("zero")
        required_um = self.limit("gauge_mpe_um")
        limit_mm = self.limit("depth_max_mm")
        return Inputs(
            self._readings("outside"),
            self._readings("inside"),
            zero[0] if zero else None,
            self._angles(),
            self.required("mpe_um") * NM_PER_UM,
            self._resolution_nm(),
            self.choice("range_table", RANGE_TABLES),
            self.choice("rounding", MODES),
            None if limit_mm is None else limit_mm * NM_PER_MM,
            None if required_um is None else required_um * NM_PER_UM,
            self.repeated,
        )

    def require_readings(self) -> None:
        """ValueError unless the plan's steps give each mean the readings that it needs."""
        for role in ("outside", "inside"):
            count = len([1 for index in range(len(self.steps)) if self._role(index) == role])
            if not FEWEST_READINGS <= count <= MOST_READINGS:
                raise ValueError(
                    "the plan has {} readings {}; 2 to 9 are needed".format(count, role)
                )

    def _resolution_nm(self) -> "Ratio":
        resolution_um = self.number("resolution_um")
        if resolution_um is None:
            return self._last_place_nm
        # Nothing makes a gauge finer than what it shows.
        coarser: "Ratio" = max(resolution_um * NM_PER_UM, self._last_place_nm)
        return coarser

    def _angles(self) -> "tuple[int, ...] | None":
        by_id = {self.step_id(index): self._heights_nm[index] for index in self._heights_nm}
        if any([angle not in by_id for angle in _ANGLES]):
            return None
        return tuple([by_id[angle] for angle in _ANGLES])

    def _role(self, index: "int") -> "str":
        kind = self.steps[index].get("kind")
        if kind == "zero":
            return "zero"
        for role in ("outside", "inside"):
            if kind == "gauge" and self.step_id(index).startswith(role):
                return role
        return ""

    def _readings(self, role: "str") -> "tuple[int, ...]":
        return tuple(
            [
                self._heights_nm[index]
                for index in range(len(self.steps))
                if index in self._heights_nm and self._role(index) == role
            ]
        )
