"""Whether a plan can be used, looked at part by part before it is kept (docs/formats.md)."""

import json

from dosegauge_core.exact import parse_decimal
from dosegauge_core.procedures import PROCEDURES, check_plan
from dosegauge_core.telegrams.heights import GAUGES

PLAN_VERSION = 1
LARGEST_PLAN = 3500
MOST_STEPS = 250
LONGEST_DWELL_S = 86400
LARGEST_ZERO_NM = 1000000
MOST_DIGITS = 6
SERIAL_DRIVERS = ("opto", "multidos")
DRIVERS = ("opto", "digimatic", "scale", "multidos", "pulses")
PORTS = ("A", "B")
KINDS = {
    "gauge": GAUGES,
    "zero": GAUGES + ("multidos",),
    "dosimeter": ("multidos",),
    "dwell": ("pulses",),
    "entry": (),
}
LANGUAGES = ("zh", "en")


class PlanError(ValueError):
    """A plan that can't be used; the text says why."""


def check(data: "bytes") -> "dict":
    """The plan in its JSON bytes. PlanError: not JSON, another version, a part missing or odd."""
    if len(data) > LARGEST_PLAN:
        raise PlanError("the plan has {} bytes, at most {}".format(len(data), LARGEST_PLAN))
    try:
        plan = json.loads(data.decode())
    except (ValueError, UnicodeError, RuntimeError):
        raise PlanError("the plan is no JSON")
    _require(isinstance(plan, dict), "the plan is no object")
    version = plan.get("plan")
    _require(
        is_whole(version) and version == PLAN_VERSION, "no plan of version {}".format(PLAN_VERSION)
    )
    _require(is_name(plan.get("id")), "the id must be letters, digits, - and _")
    _require(plan.get("procedure") in PROCEDURES, "a procedure that this unit doesn't know")
    _require(isinstance(plan.get("operator", ""), str), "the operator is no text")
    _check_texts(plan.get("title"), "the title")
    _require(isinstance(plan.get("document"), dict), "no document")
    _check_parameters(plan.get("parameters"))
    _check_limits(plan.get("limits"))
    _check_channels(plan.get("channels"))
    _check_steps(plan.get("steps"), plan["channels"])
    return plan


def check_for_use(data: "bytes") -> "dict":
    """As `check`, and parameters, limits and entries as the plan's procedure needs them.

    Loads the procedure's formulas, which a mere list of plans must not.
    """
    plan = check(data)
    try:
        check_plan(plan)
    except ValueError as error:
        raise PlanError(str(error))
    return plan


def is_name(name: "object") -> "bool":
    """Whether something may be an id: it also becomes a file's name."""
    if not isinstance(name, str) or not 1 <= len(name) <= 40:
        return False
    for character in name:
        if character not in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_":
            return False
    return True


def is_whole(value: "object") -> "bool":
    """Whether something is a whole number: CPython counts True as one, MicroPython doesn't."""
    return isinstance(value, int) and not isinstance(value, bool)


def _require(good: "bool", say: "str") -> "None":
    if not good:
        raise PlanError(say)


def _check_texts(texts: "object", where: "str") -> "None":
    _require(isinstance(texts, dict), where + " has no texts")
    for language in LANGUAGES:
        _require(isinstance(texts.get(language), str), "{} has no {}".format(where, language))


def _check_parameters(parameters: "object") -> "None":
    _require(isinstance(parameters, dict), "no parameters")
    for name in parameters:
        value = parameters[name]
        _require(isinstance(value, (str, int)), "the parameter {} is no text".format(name))


def _check_limits(limits: "object") -> "None":
    _require(isinstance(limits, dict), "no limits")
    for name in limits:
        try:
            parse_decimal(limits[name])
        except ValueError:
            raise PlanError("the limit {} is no decimal number".format(name))


def _check_channels(channels: "object") -> "None":
    _require(isinstance(channels, list) and 1 <= len(channels) <= 8, "no channels")
    for channel in channels:
        _require(isinstance(channel, dict), "a channel is no object")
        driver = channel.get("driver")
        _require(driver in DRIVERS, "no driver {}".format(driver))
        _require(isinstance(channel.get("unit"), str), "a channel has no unit")
        if driver in SERIAL_DRIVERS:
            _require(channel.get("port") in PORTS, "a channel has no port A or B")
        settings = channel.get("settings")
        _require(isinstance(settings, dict), "a channel has no settings")
        if driver in ("opto", "digimatic"):
            _require_digits(settings.get("decimals"), 2, 5, "decimals of the gauge")
        if driver == "scale":
            _require_digits(settings.get("resolution_nm"), 1, 1000000, "resolution_nm")


def _check_steps(steps: "object", channels: "list") -> "None":
    _require(isinstance(steps, list) and 1 <= len(steps) <= MOST_STEPS, "no steps")
    seen = []
    for step in steps:
        _require(isinstance(step, dict), "a step is no object")
        name = step.get("id")
        _require(is_name(name), "a step has no id")
        _require(name not in seen, "two steps have the id {}".format(name))
        seen.append(name)
        _check_step(step, channels, "the step {}".format(name))


def _check_step(step: "dict", channels: "list", where: "str") -> "None":
    kind = step.get("kind")
    _require(isinstance(kind, str) and kind in KINDS, "{} is of unknown kind".format(where))
    _check_texts(step, where)
    if kind == "entry":
        _check_entry(step, where)
        return
    channel = step.get("channel")
    _require(is_whole(channel) and 0 <= channel < len(channels), where + " has no channel")
    driver = channels[channel]["driver"]
    _require(driver in KINDS[kind], "{} can't be measured by {}".format(where, driver))
    if kind == "zero" and driver in ("opto", "digimatic"):
        _require_digits(step.get("limit_nm"), 0, LARGEST_ZERO_NM, "limit_nm of " + where)
    if kind == "dwell":
        _require_digits(step.get("seconds"), 1, LONGEST_DWELL_S, "seconds of " + where)


def _check_entry(step: "dict", where: "str") -> "None":
    _require(isinstance(step.get("unit"), str), where + " has no unit")
    _require_digits(step.get("whole"), 1, MOST_DIGITS, "whole digits of " + where)
    _require_digits(step.get("decimals"), 0, MOST_DIGITS, "decimals of " + where)
    try:
        parse_decimal(step.get("start", "0"))
    except ValueError:
        raise PlanError(where + " starts with no number")


def _require_digits(value: "object", least: "int", most: "int", what: "str") -> "None":
    good = is_whole(value) and least <= value <= most
    _require(good, "{}: {} to {}".format(what, least, most))
