"""Where plans' bytes lie: files of a folder, or the image itself."""

import os

from unit.plan_check import LARGEST_PLAN, is_name

_IS_FOLDER = 0x4000


class Folder:
    """Plans as files ID.json; what else lies in the folder is left alone."""

    def __init__(self, path: "str") -> "None":
        self._path = path

    def prepare(self) -> "None":
        """Make the folder, and remove what a cut left half written."""
        try:
            os.stat(self._path)
        except OSError:
            os.mkdir(self._path)
        for name in os.listdir(self._path):
            if name.endswith(".part"):
                try:
                    os.remove(self._path + "/" + name)
                except OSError:
                    pass  # a folder of that name is no plan

    def ids(self) -> "list":
        """The ids that files are named by, sorted."""
        return sorted(
            [
                name[:-5]
                for name in os.listdir(self._path)
                if name.endswith(".json")
                and is_name(name[:-5])
                and not _is_folder(self._path + "/" + name)
            ]
        )

    def read(self, identity: "str") -> "bytes":
        """The plan's bytes, at most one more than a plan may have; OSError when there is none."""
        with open("{}/{}.json".format(self._path, identity), "rb") as source:
            return source.read(LARGEST_PLAN + 1)

    def write(self, identity: "str", data: "bytes") -> "None":
        """Keep a plan, in one step."""
        path = "{}/{}.json".format(self._path, identity)
        with open(path + ".part", "wb") as target:
            target.write(data)
            target.flush()
        os.rename(path + ".part", path)

    def remove(self, identity: "str") -> "None":
        os.remove("{}/{}.json".format(self._path, identity))


class Frozen:
    """Plans that are part of the image, by id."""

    def __init__(self, plans: "dict") -> "None":
        self._plans = plans

    def ids(self) -> "list":
        return sorted(self._plans)

    def read(self, identity: "str") -> "bytes":
        """The plan's bytes; OSError when there is none."""
        if identity not in self._plans:
            raise OSError(2, identity)
        return self._plans[identity]


def beside(module_file: "str") -> "Folder":
    """The folder `plans` beside a module."""
    here = module_file.replace("\\", "/")
    return Folder((here[: here.rfind("/")] if "/" in here else ".") + "/plans")


def _is_folder(path: "str") -> "bool":
    try:
        return bool(os.stat(path)[0] & _IS_FOLDER)
    except OSError:
        return False
