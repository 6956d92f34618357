"""The plans of the unit: built-in ones, and those the host has sent, which take their place."""

import hashlib
from collections import namedtuple

from unit.identity import frozen_plans
from unit.plan_check import PlanError, check, check_for_use
from unit.plan_files import Folder, Frozen, beside

# A damaged plan has procedure "" and no title.
Listed = namedtuple("Listed", ("id", "procedure", "title", "sha256", "builtin"))
MOST_SENT = 16
# A plan and the hash of the bytes that it was read from.
Loaded = namedtuple("Loaded", ("plan", "sha256"))


class PlanShelf:
    """Where plans lie: built-in ones in the image or beside this module, sent ones in flash."""

    def __init__(self, root: "str") -> "None":
        self._sent = Folder(root + "/plans")
        self._sent.prepare()
        frozen = frozen_plans()
        self._builtin = Frozen(frozen) if frozen else beside(__file__)

    def listed(self) -> "list":
        """All usable plans by id, the built-in ones first.

        A damaged plan that was sent takes nothing's place.
        """
        sent = [plan for plan in self._all(self._sent, False) if plan.procedure]
        places = [plan.id for plan in sent]
        return [plan for plan in self._all(self._builtin, True) if plan.id not in places] + sent

    def damaged(self) -> "list":
        """The plans that were sent and can't be read any more: there to be deleted."""
        return [plan for plan in self._all(self._sent, False) if not plan.procedure]

    def _all(self, place: "object", builtin: "bool") -> "list":
        found = []
        for identity in place.ids():
            data, procedure, title = b"", "", {}
            try:
                data = place.read(identity)
                plan = check(data)
                procedure, title = plan["procedure"], plan["title"]
            except (PlanError, OSError):
                pass
            found.append(Listed(identity, procedure, title, _sha256(data), builtin))
        return found

    def load(self, identity: "str") -> "Loaded":
        """The plan of that id; PlanError when it can't be used, OSError when there is none.

        What `listed` shows of an id is what is loaded.
        """
        place = self._builtin
        if identity in [plan.id for plan in self._all(self._sent, False) if plan.procedure]:
            place = self._sent
        data = place.read(identity)
        return Loaded(check_for_use(data), _sha256(data))

    def store(self, data: "bytes") -> "str":
        """Keep a plan that was sent; returns its id. PlanError when it can't be used."""
        identity = check_for_use(data)["id"]
        sent = self._sent.ids()
        if identity not in sent and len(sent) >= MOST_SENT:
            raise PlanError("there are {} plans already, delete one".format(MOST_SENT))
        self._sent.write(identity, data)
        return identity

    def delete(self, identity: "str") -> "bool":
        """Remove a plan that was sent; a built-in one of that id shows again. False: none such."""
        if identity not in self._sent.ids():
            return False
        self._sent.remove(identity)
        return True


def _sha256(data: "bytes") -> "str":
    return "".join(["%02x" % byte for byte in hashlib.sha256(data).digest()])
