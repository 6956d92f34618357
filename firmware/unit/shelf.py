"""The plans of the unit: built-in ones, and those the host has sent, which take their place."""

import hashlib
import os
from collections import namedtuple

from unit.plan_check import LARGEST_PLAN, PlanError, check, check_for_use

Listed = namedtuple("Listed", ("id", "procedure", "title", "sha256", "builtin"))
MOST_SENT = 16
# A plan and the hash of the bytes that it was read from.
Loaded = namedtuple("Loaded", ("plan", "sha256"))


class PlanShelf:
    """Where plans lie: built-in ones beside this module, sent ones in flash."""

    def __init__(self, root: "str") -> "None":
        self._sent = root + "/plans"
        try:
            os.stat(self._sent)
        except OSError:
            os.mkdir(self._sent)
        for name in os.listdir(self._sent):
            if name.endswith(".part"):
                try:
                    os.remove(self._sent + "/" + name)
                except OSError:
                    pass  # a folder of that name is no plan
        here = __file__.replace("\\", "/")
        self._builtin = (here[: here.rfind("/")] if "/" in here else ".") + "/plans"

    def listed(self) -> "list":
        """All usable plans by id, the built-in ones first."""
        sent = self._usable(self._sent, False)
        places = [listed.id for listed in sent]
        return [
            listed for listed in self._usable(self._builtin, True) if listed.id not in places
        ] + sent

    def _usable(self, folder: "str", builtin: "bool") -> "list":
        found = []
        for identity in self._ids(folder):
            try:
                data = self._read(folder, identity)
                plan = check(data)
            except (PlanError, OSError):
                continue  # damaged: the built-in one of that id, if there is one, is there again
            found.append(
                Listed(identity, plan["procedure"], plan["title"], _sha256(data), builtin)
            )
        return found

    def load(self, identity: "str") -> "Loaded":
        """The plan of that id; PlanError when it can't be used, OSError when there is none.

        What `listed` shows of an id is what is loaded.
        """
        folder = self._builtin
        if identity in [listed.id for listed in self._usable(self._sent, False)]:
            folder = self._sent
        data = self._read(folder, identity)
        return Loaded(check_for_use(data), _sha256(data))

    def store(self, data: "bytes") -> "str":
        """Keep a plan that was sent; returns its id. PlanError when it can't be used."""
        identity = check_for_use(data)["id"]
        sent = self._ids(self._sent)
        if identity not in sent and len(sent) >= MOST_SENT:
            raise PlanError("there are {} plans already, delete one".format(MOST_SENT))
        path = "{}/{}.json".format(self._sent, identity)
        with open(path + ".part", "wb") as target:
            target.write(data)
            target.flush()
        os.rename(path + ".part", path)
        return identity

    def delete(self, identity: "str") -> "bool":
        """Remove a plan that was sent; a built-in one of that id shows again. False: none such."""
        if identity not in self._ids(self._sent):
            return False
        os.remove("{}/{}.json".format(self._sent, identity))
        return True

    def _ids(self, folder: "str") -> "list":
        return sorted([name[:-5] for name in os.listdir(folder) if name.endswith(".json")])

    def _read(self, folder: "str", identity: "str") -> "bytes":
        with open("{}/{}.json".format(folder, identity), "rb") as source:
            return source.read(LARGEST_PLAN + 1)


def _sha256(data: "bytes") -> "str":
    return "".join(["%02x" % byte for byte in hashlib.sha256(data).digest()])
