"""What a plan may hold: names and values of parameters and limits, units of what is entered.

Each computation module's `check_plan` states its names with these rules. The host applies them
when it compiles a plan and the unit when it takes one, so that a misspelt name or an odd value is
told before anything is measured. ValueError with one line that names what is wrong.
"""

from .exact import parse_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .exact import Ratio

# A rule is one of these, or a tuple of the words that are allowed.
DECIMAL, POSITIVE, NOT_NEGATIVE = "a decimal number", "greater than 0", "0 or more"
WHOLE_SECONDS = "whole seconds"

# What an entry step's id means fixes its unit: nothing is ever converted.
ENTRY_UNITS = {
    "mpe_um": "um",
    "temperature_c": "Cel",
    "pressure_kpa": "kPa",
    "humidity_pct": "%",
    "d_mm": "mm",
    "n_k": "",
    "k_q": "",
}


def members(plan: "dict[str, object]", name: "str") -> "dict[str, object]":
    """An object in the plan, empty when the plan has none of that name."""
    found = plan.get(name, {})
    if not isinstance(found, dict):
        raise ValueError("{} in the plan is no object".format(name))
    return found


def objects(plan: "dict[str, object]", name: "str") -> "list[dict[str, object]]":
    """A list of objects in the plan, empty when the plan has none of that name."""
    found = plan.get(name, [])
    if not isinstance(found, list):
        raise ValueError("{} in the plan is no list".format(name))
    for entry in found:
        if not isinstance(entry, dict):
            raise ValueError("{} in the plan holds {!r}".format(name, entry))
    return found


def check_members(
    given: "dict[str, object]", rules: "dict[str, str | tuple[str, ...]]", what: "str"
) -> None:
    """Every name must be known and its value allowed. what: "parameter" or "limit"."""
    for name in sorted(given):
        if name not in rules:
            raise ValueError(
                "there is no {} {}; there are {}".format(what, name, ", ".join(sorted(rules)))
            )
        _check_value("{} {}".format(what, name), given[name], rules[name])


def _check_value(where: "str", value: "object", rule: "str | tuple[str, ...]") -> None:
    if rule == WHOLE_SECONDS:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError("the {} must be whole seconds, not {!r}".format(where, value))
        return
    if isinstance(rule, tuple):
        if value not in rule:
            raise ValueError("the {} can be {}, not {!r}".format(where, ", ".join(rule), value))
        return
    number = _decimal(where, value)
    if (rule == POSITIVE and number <= 0) or (rule == NOT_NEGATIVE and number < 0):
        raise ValueError("the {} must be {}, not {!r}".format(where, rule, value))


def _decimal(where: "str", value: "object") -> "Ratio":
    if isinstance(value, str):
        try:
            return parse_decimal(value)
        except ValueError:
            pass
    raise ValueError("the {} must be a decimal number such as 1.05, not {!r}".format(where, value))


def check_entries(plan: "dict[str, object]", known: "tuple[str, ...]") -> None:
    """Entry steps: known ids, each in its unit; what the editor starts with fits its digits."""
    parameters = members(plan, "parameters")
    for step in objects(plan, "steps"):
        if step.get("kind") != "entry":
            continue
        name = str(step.get("id"))
        if name not in known:
            raise ValueError(
                "nothing is computed from an entry {}; there are {}".format(
                    name, ", ".join(known) or "none"
                )
            )
        require_entry_unit(name, step.get("unit"))
        for start in (step.get("start", "0"), parameters.get(name, "0")):
            _check_start(name, start, step)


def require_entry_unit(name: "str", unit: "object") -> None:
    """ValueError unless what is entered under this id is in the unit that its meaning fixes."""
    if unit != ENTRY_UNITS.get(name, unit):
        raise ValueError("{} is entered in {!r}, not {!r}".format(name, ENTRY_UNITS[name], unit))


def _check_start(name: "str", start: "object", step: "dict[str, object]") -> None:
    # The editor shows a fixed number of digits: a start that does not fit would lose some.
    whole, decimals = step.get("whole"), step.get("decimals")
    if not isinstance(whole, int) or not isinstance(decimals, int):
        raise ValueError("the entry {} has no digits".format(name))
    value = _decimal("start of {}".format(name), start)
    if not _is_plain(str(start)) or abs(value) >= 10**whole or (value * 10**decimals).den != 1:
        raise ValueError(
            "{} = {} does not fit the entry's {} digits before and {} after the point".format(
                name, start, whole, decimals
            )
        )


def _is_plain(text: "str") -> "bool":
    for character in text:
        if character not in "+-.0123456789":
            return False
    return True


def require_given(plan: "dict[str, object]", names: "tuple[str, ...]") -> None:
    """Each of these must be a parameter or be entered in a step that is not optional."""
    entered = [
        step.get("id")
        for step in objects(plan, "steps")
        if step.get("kind") == "entry" and not step.get("optional")
    ]
    for name in names:
        if members(plan, "parameters").get(name) is None and name not in entered:
            raise ValueError("{} is missing: enter it or give it in the plan".format(name))
