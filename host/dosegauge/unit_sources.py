"""The files that run on a unit's board, gathered from the firmware and the shared core.

An image freezes them, `unit install` compiles and copies them: both start here.
"""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from pathlib import Path

from dosegauge.locate import CORE, core_parent_dir, firmware_dir, is_checkout

BUILD_INFO = "build_info.py"
# Needed only where the firmware runs on a PC, ...
PC_ONLY = frozenset({"boards/virtual.py", "boards/flashfile.py", "boards/cpython_loop.py"})
# ... or for what only the host computes; a unit's flash has no room to spare.
HOST_ONLY = frozenset(
    f"{CORE}/{name}.py"
    for name in (
        "budgets/lengths",
        "budgets/wedge",
        "conformity",
        "conformity_digits",
        "detection",
        "statement",
        "statement_texts",
        "uncertainty/simultaneous",
    )
)
IMAGE_FOLDER, INSTALL_FOLDER = "image", "install"


def python_modules() -> dict[str, bytes]:
    """Every Python module of the unit by its path below the unit's import root."""
    firmware = firmware_dir()
    found = _modules_below(firmware, firmware)
    core = core_parent_dir()
    found.update(_modules_below(core / CORE, core))
    return {
        path: data
        for path, data in sorted(found.items())
        if path not in PC_ONLY | HOST_ONLY
        and path.partition("/")[0] not in (IMAGE_FOLDER, INSTALL_FOLDER)
    }


def built_in_plans() -> dict[str, bytes]:
    """The plans that a unit carries from the start, by id."""
    folder = firmware_dir() / "unit" / "plans"
    return {file.stem: file.read_bytes() for file in sorted(folder.glob("*.json"))}


@cache
def core_hash() -> str:
    """SHA-256 in hex over name and content of the core's modules, as a unit computes it that has
    them as files (firmware/unit/identity.py)."""
    core = core_parent_dir() / CORE
    digest = hashlib.sha256()
    modules = {file.relative_to(core).as_posix(): file for file in core.rglob("*.py")}
    for name in sorted(modules):
        digest.update(name.encode() + b"\n" + modules[name].read_bytes())
    return digest.hexdigest()


def revision() -> str:
    """The checkout's commit, "-dirty" behind it when files differ; "" without one."""
    if not is_checkout():
        return ""  # a wheel may lie in somebody else's repository
    question = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        answer = subprocess.run(
            question, cwd=firmware_dir(), capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.strip()


def build_info(revision: str, *, frozen: bool) -> bytes:
    """The module that tells a built unit what it was built from.

    A frozen build has no files beside its modules: its plans are in here, where they stay in
    flash, and its core's hash can't be computed from anything else.
    """
    plans = built_in_plans() if frozen else {}
    lines = [
        '"""Written by the build: what this unit was built from."""',
        "",
        f"FROZEN = {frozen}",
        f"REVISION = {revision!r}",
        f"CORE_HASH = {core_hash()!r}",
        "PLANS = {",
        *(f"    {identity!r}: {data!r}," for identity, data in plans.items()),
        "}",
        "",
    ]
    return "\n".join(lines).encode()


def _modules_below(folder: Path, root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in folder.rglob("*.py")
        if "__pycache__" not in file.parts
    }
