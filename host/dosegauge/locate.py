"""Where the firmware and the shared core lie, in an installed wheel and in a checkout alike."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from dosegauge.errors import DosegaugeError
from dosegauge.texts import Text

PACKAGE = Path(__file__).resolve().parent
CORE = "dosegauge_core"
REINSTALL = Text("请重新安装 dosegauge", "install dosegauge again")


def firmware_dir() -> Path:
    """The folder with the unit's `main.py`: `dosegauge/_firmware` of a wheel, `firmware` of a
    checkout. DosegaugeError when neither is there."""
    for folder in (PACKAGE / "_firmware", PACKAGE.parents[1] / "firmware"):
        if (folder / "main.py").is_file():
            return folder
    raise DosegaugeError(Text("找不到固件", "the firmware is missing"), str(PACKAGE), REINSTALL)


def is_checkout() -> bool:
    """Whether this program runs from its own repository."""
    return (PACKAGE.parents[1] / ".git").exists()


def core_parent_dir() -> Path:
    """The folder that contains the package `dosegauge_core`. DosegaugeError when there is none."""
    checkout = PACKAGE.parents[1] / "shared"
    if (checkout / CORE / "__init__.py").is_file():
        return checkout
    spec = find_spec(CORE)
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).resolve().parents[1]
    missing = Text("找不到共用核心", "the shared core is missing")
    raise DosegaugeError(missing, str(PACKAGE), REINSTALL)
