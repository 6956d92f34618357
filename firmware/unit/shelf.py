"""The plans of the unit: built-in ones, and those the host has sent, which take their place."""

import hashlib
import json
import os
from collections import namedtuple

PLAN_VERSION = 1
LARGEST_PLAN = 3500
STEP_KINDS = ("gauge", "dosimeter", "zero", "dwell", "entry")
_PARTS = ("id", "procedure", "title", "document", "channels", "steps", "parameters", "limits")

Listed = namedtuple("Listed", ("id", "procedure", "sha256", "builtin"))


class PlanError(ValueError):
    """A plan that can't be used; the text says why."""


def check(data: "bytes") -> "dict":
    """The plan in its JSON bytes. PlanError: not JSON, another version, a part missing or odd."""
    if len(data) > LARGEST_PLAN:
        raise PlanError("the plan has {} bytes, at most {}".format(len(data), LARGEST_PLAN))
    try:
        plan = json.loads(data.decode())
    except (ValueError, UnicodeError):
        raise PlanError("the plan is no JSON")
    if not isinstance(plan, dict) or plan.get("plan") != PLAN_VERSION:
        raise PlanError("no plan of version {}".format(PLAN_VERSION))
    for part in _PARTS:
        if part not in plan:
            raise PlanError("the plan has no " + part)
    if not _is_name(plan["id"]):
        raise PlanError("the plan's id must be letters, digits, - and _")
    _check_steps(plan["steps"], plan["channels"])
    return plan


def _check_steps(steps: "object", channels: "object") -> "None":
    if not isinstance(steps, list) or not isinstance(channels, list) or not 1 <= len(steps) <= 255:
        raise PlanError("the plan has no steps")
    seen = []
    for step in steps:
        if not isinstance(step, dict) or step.get("kind") not in STEP_KINDS:
            raise PlanError("a step of unknown kind")
        if not _is_name(step.get("id")) or step["id"] in seen:
            raise PlanError("a step without an id of its own")
        channel = step.get("channel", 0)
        if step["kind"] != "entry" and not (
            isinstance(channel, int) and 0 <= channel < len(channels)
        ):
            raise PlanError("step {} has no channel".format(step["id"]))
        seen.append(step["id"])


def _is_name(name: "object") -> "bool":
    if not isinstance(name, str) or not 1 <= len(name) <= 40:
        return False
    for character in name:
        if character not in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_":
            return False
    return True


class PlanShelf:
    """Where plans lie: built-in ones beside this module, sent ones in flash."""

    def __init__(self, root: "str") -> "None":
        self._sent = root + "/plans"
        try:
            os.stat(self._sent)
        except OSError:
            os.mkdir(self._sent)
        here = __file__.replace("\\", "/")
        self._builtin = (here[: here.rfind("/")] if "/" in here else ".") + "/plans"

    def listed(self) -> "list":
        """All usable plans by id, the built-in ones first."""
        found = []
        sent = self._ids(self._sent)
        for folder, builtin in ((self._builtin, True), (self._sent, False)):
            for identity in self._ids(folder):
                if builtin and identity in sent:
                    continue
                data = self._read(folder, identity)
                try:
                    plan = check(data)
                except PlanError:
                    continue
                digest = "".join(["%02x" % byte for byte in hashlib.sha256(data).digest()])
                found.append(Listed(identity, plan["procedure"], digest, builtin))
        return found

    def load(self, identity: "str") -> "dict":
        """The plan of that id; PlanError when it can't be used, OSError when there is none."""
        folder = self._sent if identity in self._ids(self._sent) else self._builtin
        return check(self._read(folder, identity))

    def store(self, data: "bytes") -> "str":
        """Keep a plan that was sent; returns its id. PlanError when it can't be used."""
        identity = check(data)["id"]
        path = "{}/{}.json".format(self._sent, identity)
        with open(path + ".part", "wb") as target:
            target.write(data)
            target.flush()
        os.rename(path + ".part", path)
        return identity

    def _ids(self, folder: "str") -> "list":
        return sorted([name[:-5] for name in os.listdir(folder) if name.endswith(".json")])

    def _read(self, folder: "str", identity: "str") -> "bytes":
        with open("{}/{}.json".format(folder, identity), "rb") as source:
            return source.read(LARGEST_PLAN + 1)
