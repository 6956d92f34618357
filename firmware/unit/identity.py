"""What runs here: revision and core, so that a result can be traced to its formulas.

A built unit has a module `build_info`, written by the build; a checkout has none.
"""

import hashlib
import os

try:
    import build_info
except ImportError:
    build_info = None

# See firmware/install/launcher.py.
ON_TRIAL, CURRENT = "/app/tried", "/app/current"
_found: "list[str]" = []


def revision() -> "str":
    """The revision of the sources that the build was made from; "" from a checkout."""
    return build_info.REVISION if build_info else ""


def answers() -> "None":
    """A host is answered: an installed build that was on trial is the current one from now on."""
    if build_info is None or build_info.FROZEN:
        return
    try:
        os.rename(ON_TRIAL, CURRENT)
    except OSError:
        pass  # nothing is on trial


def frozen_plans() -> "dict":
    """The built-in plans of an image by id: it has no files beside its modules."""
    return build_info.PLANS if build_info else {}


def core_hash() -> "str":
    """SHA-256 in hex over the core's modules by name: the build's, or computed once."""
    if build_info:
        return str(build_info.CORE_HASH)
    if not _found:
        import dosegauge_core

        folder = dosegauge_core.__file__.replace("\\", "/")
        _found.append(hash_of_modules(folder[: folder.rfind("/")]))
    return _found[0]


def hash_of_modules(folder: "str") -> "str":
    """SHA-256 in hex over name and content of all .py files below a folder, in order of name."""
    digest = hashlib.sha256(b"")
    for name in sorted(_modules(folder, "")):
        digest.update(name.encode() + b"\n")
        with open(folder + "/" + name, "rb") as module:
            while True:
                piece = module.read(1024)
                if not piece:
                    break
                digest.update(piece)
    return "".join(["%02x" % byte for byte in digest.digest()])


def _modules(folder: "str", prefix: "str") -> "list":
    names = []
    for name in os.listdir(folder):
        if name.endswith(".py"):
            names.append(prefix + name)
        elif "." not in name and not name.startswith("_"):
            names += _modules(folder + "/" + name, prefix + name + "/")
    return names
