"""What runs here: the core's files, so that a result can be traced to its formulas."""

import hashlib
import os

_found: "list[str]" = []


def core_hash() -> "str":
    """SHA-256 in hex over the core's modules by name, computed once."""
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
