"""Collecting a session's readings, step by step, in the order of its log.

A computation module's Ledger builds on `StepLedger`; the same class runs on the unit while a
session is measured and on the host when its log is read again.

A plan's step has an "id" and a "kind"; READING and STEP records carry its index. A reading counts
for the step that was begun last. Beginning a step again supersedes what it had.
"""

from .exact import Ratio, parse_decimal
from .plan_rules import members, require_entry_unit
from .records import ENTRY, EVENT, READING, STEP, decode_json, decode_reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .records import Reading, Record

# After these events a step that was under way has to be begun again.
INTERRUPTIONS = ("stopped", "interrupted")
# A dosimeter that zeroed itself: the event is all that a "zero" step needs then.
ZEROED = "zeroed"


class StepLedger:
    """Steps begun, repeated and done. Computations override `take` and `forget`.

    `repeated` counts how often a step was begun again after it had a reading or an entry: a step
    measured three times counts twice.
    """

    def __init__(self, plan: "dict[str, object]") -> None:
        steps, channels = plan.get("steps"), plan.get("channels", [])
        if not isinstance(steps, list) or not isinstance(channels, list) or not steps:
            raise ValueError("the plan has no list of steps and channels")
        self.steps: "list[dict[str, object]]" = steps
        self.channels: "list[dict[str, object]]" = channels
        self.parameters = members(plan, "parameters")
        self.limits = members(plan, "limits")
        self.entries: "dict[str, Ratio]" = {}
        self.repeated = 0
        self._done: "dict[int, bool]" = {}
        self._current = -1

    def add(self, record: "Record") -> None:
        """One record of the log. ValueError that names the record when it can't be right."""
        try:
            if record.type == STEP:
                self._begin(decode_json(record))
            elif record.type == READING:
                self._take_reading(decode_reading(record.payload))
            elif record.type == ENTRY:
                self._take_entry(decode_json(record))
            elif record.type == EVENT:
                self._take_event(decode_json(record).get("what"))
        except ValueError as error:
            raise ValueError("record {}: {}".format(record.sequence, error))

    def missing(self) -> "list[str]":
        """The ids of the steps that still have no reading or entry, in the plan's order."""
        return [
            str(step["id"])
            for index, step in enumerate(self.steps)
            if not step.get("optional") and not self.complete(index)
        ]

    def complete(self, index: "int") -> "bool":
        """Whether a step has what it needs."""
        return index in self._done

    def take(self, index: "int", reading: "Reading") -> None:
        """Keep one reading of a step; its value must be what its raw bytes say."""
        raise ValueError("the step {} takes no reading".format(self.step_id(index)))

    def inputs(self) -> "object":
        """The computation's Inputs; ValueError that names what is missing."""
        raise ValueError("the plan's procedure computes nothing")

    def forget(self, index: "int") -> None:
        """Drop what a step had, because it is begun again."""

    def step_id(self, index: "int") -> "str":
        """The id of a step."""
        return str(self.steps[index]["id"])

    def channel(self, index: "int") -> "dict[str, object]":
        """A channel of the plan."""
        if not 0 <= index < len(self.channels):
            raise ValueError("channel {} is not in the plan".format(index))
        return self.channels[index]

    def setting(self, channel: "int", name: "str", default: "int") -> "int":
        """A whole-number setting of a channel's instrument."""
        value = members(self.channel(channel), "settings").get(name, default)
        # CPython counts True as a whole number, MicroPython doesn't.
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("the setting {} is no whole number: {!r}".format(name, value))
        return value

    def number(self, name: "str") -> "Ratio | None":
        """What the operator entered under this id, else the plan's parameter, else None."""
        if name in self.entries:
            return self.entries[name]
        return decimal_member(self.parameters, name)

    def required(self, name: "str") -> "Ratio":
        """As `number`; ValueError that names it when it is neither entered nor in the plan."""
        value = self.number(name)
        if value is None:
            raise ValueError("{} is missing: enter it or give it in the plan".format(name))
        return value

    def choice(self, name: "str", allowed: "tuple[str, ...]") -> "str":
        """A plan parameter that must be one of these words; the first is the default."""
        value = self.parameters.get(name, allowed[0])
        if value not in allowed:
            raise ValueError("{} is {!r}; it can be {}".format(name, value, ", ".join(allowed)))
        return str(value)

    def limit(self, name: "str") -> "Ratio | None":
        """A limit of the plan, None when it has none."""
        return decimal_member(self.limits, name)

    def require_complete(self) -> None:
        """ValueError that lists the steps without a reading, if there are any."""
        missing = self.missing()
        if missing:
            raise ValueError("no reading yet for {}".format(", ".join(missing)))

    def _begin(self, body: "dict[str, object]") -> None:
        index = self._step_index(body)
        if index in self._done:
            self.repeated += 1
        self._drop(index)
        self._current = index

    def _take_event(self, what: "object") -> None:
        current = self._current
        if current < 0:
            return
        if what == ZEROED and self.steps[current].get("kind") == "zero":
            self._done[current] = True
        elif what in INTERRUPTIONS:
            # What was measured of an unfinished step can't be joined to what follows.
            if current in self._done and not self.complete(current):
                self.repeated += 1
                self._drop(current)
            self._current = -1

    def _drop(self, index: "int") -> None:
        self._done.pop(index, None)
        self.entries.pop(self.step_id(index), None)
        self.forget(index)

    def _take_reading(self, reading: "Reading") -> None:
        if reading.step != self._current:
            raise ValueError("a reading of step {} which was not begun".format(reading.step))
        planned = self.steps[reading.step].get("channel", 0)
        if reading.channel != planned:
            raise ValueError(
                "a reading of channel {} for {}, which is measured on channel {}".format(
                    reading.channel, self.step_id(reading.step), planned
                )
            )
        self.take(reading.step, reading)
        self._done[reading.step] = True

    def _take_entry(self, body: "dict[str, object]") -> None:
        index = self._step_index(body)
        if index != self._current:
            raise ValueError("an entry for step {} which was not begun".format(index))
        if self.steps[index].get("kind") != "entry":
            raise ValueError("the step {} takes no entry".format(self.step_id(index)))
        if body.get("unit", "") != self.steps[index].get("unit", ""):
            raise ValueError("{} entered in {!r}".format(self.step_id(index), body.get("unit")))
        require_entry_unit(self.step_id(index), body.get("unit", ""))
        if index in self._done:
            self.repeated += 1
        self.entries[self.step_id(index)] = parse_decimal(str(body.get("value")))
        self._done[index] = True

    def _step_index(self, body: "dict[str, object]") -> "int":
        index = body.get("step")
        if not isinstance(index, int) or not 0 <= index < len(self.steps):
            raise ValueError("step {!r} is not in the plan".format(index))
        if body.get("id") != self.steps[index]["id"]:
            raise ValueError(
                "step {} is {!r} in the plan, not {!r}".format(
                    index, self.steps[index]["id"], body.get("id")
                )
            )
        return index


def decimal_member(of: "dict[str, object]", name: "str") -> "Ratio | None":
    """A decimal string in a plan; None when absent or null, ValueError when it is no decimal."""
    value = of.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("{} is no decimal string: {!r}".format(name, value))
    try:
        return parse_decimal(value)
    except ValueError as error:
        raise ValueError("{}: {}".format(name, error))
