"""The plans of the unit: built-in ones, and those the host has sent, which take their place."""

import hashlib
import os
from collections import namedtuple

from unit.plan_check import LARGEST_PLAN, PlanError, check, check_for_use, is_name

# A damaged plan has procedure "" and no title.
Listed = namedtuple("Listed", ("id", "procedure", "title", "sha256", "builtin"))
MOST_SENT = 16
_IS_FOLDER = 0x4000
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
        """All usable plans by id, the built-in ones first.

        A damaged plan that was sent takes nothing's place.
        """
        sent = [plan for plan in self._all(self._sent, False) if plan.procedure]
        places = [plan.id for plan in sent]
        return [plan for plan in self._all(self._builtin, True) if plan.id not in places] + sent

    def damaged(self) -> "list":
        """The plans that were sent and can't be read any more: there to be deleted."""
        return [plan for plan in self._all(self._sent, False) if not plan.procedure]

    def _all(self, folder: "str", builtin: "bool") -> "list":
        found = []
        for identity in self._ids(folder):
            data, procedure, title = b"", "", {}
            try:
                data = self._read(folder, identity)
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
        folder = self._builtin
        if identity in [plan.id for plan in self._all(self._sent, False) if plan.procedure]:
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
        """The ids that files of a folder are named by; what else lies there is left alone."""
        return sorted(
            [
                name[:-5]
                for name in os.listdir(folder)
                if name.endswith(".json")
                and is_name(name[:-5])
                and not _is_folder(folder + "/" + name)
            ]
        )

    def _read(self, folder: "str", identity: "str") -> "bytes":
        with open("{}/{}.json".format(folder, identity), "rb") as source:
            return source.read(LARGEST_PLAN + 1)


def _is_folder(path: "str") -> "bool":
    try:
        return bool(os.stat(path)[0] & _IS_FOLDER)
    except OSError:
        return False


def _sha256(data: "bytes") -> "str":
    return "".join(["%02x" % byte for byte in hashlib.sha256(data).digest()])
