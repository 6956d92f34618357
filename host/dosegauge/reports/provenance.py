"""Where every figure comes from: sessions, digests, programs, files."""

from collections.abc import Sequence
from dataclasses import dataclass

from dosegauge import __version__
from dosegauge.reports.language import inline
from dosegauge.reports.measured import Measured
from dosegauge.texts import Text
from dosegauge.unit_sources import core_hash
from dosegauge_core import CORE_VERSION

SESSION = Text("测量编号", "Session")
DIGEST = Text("日志摘要（SHA-256链）", "Log digest (SHA-256 chain)")
PLAN = Text("方案", "Plan")
UNIT = Text("手持单元", "Unit")
FIRMWARE = Text("固件", "Firmware")
UNIT_CORE = Text("单元计算核心", "Unit's core")
UNIT_CORE_HASH = Text("单元计算核心SHA-256", "Unit's core SHA-256")
STATUS = Text("状态", "Status")
SOFTWARE = Text("软件", "Software")
CORE = Text("计算核心", "Core")
CORE_HASH = Text("计算核心SHA-256", "Core SHA-256")
STANDARDS_FILE = Text("规范文件", "Standards file")


@dataclass(frozen=True)
class Provenance:
    """Label and value pairs; `core` is its version, `files` names and SHA-256s of standards."""

    core: str
    files: tuple[tuple[str, str], ...]
    general: tuple[tuple[str, str], ...]
    sessions: tuple[tuple[tuple[str, str], ...], ...]


def provenance(found: Sequence[Measured], language: str) -> Provenance:
    """The provenance of a report on these sessions."""
    files = tuple(
        dict.fromkeys(
            (str(m.document.get("file", "")), str(m.document.get("sha256", ""))) for m in found
        )
    )
    general = [
        (inline(SOFTWARE, language), f"dosegauge {__version__}"),
        (inline(CORE, language), CORE_VERSION),
        (inline(CORE_HASH, language), core_hash()),
    ]
    for name, sha in files:
        general += [(inline(STANDARDS_FILE, language), name), ("SHA-256", sha)]
    return Provenance(
        CORE_VERSION, files, tuple(general), tuple(_session(m, language) for m in found)
    )


def _session(measured: Measured, language: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (inline(label, language), value)
        for label, value in (
            (SESSION, measured.session),
            (DIGEST, measured.digest),
            (PLAN, str(measured.plan.get("id", ""))),
            (UNIT, f"{measured.opened('unit')} ({measured.opened('board')})"),
            (FIRMWARE, f"{measured.opened('firmware')} {measured.opened('runtime')}".strip()),
            (UNIT_CORE, measured.opened("core")),
            (UNIT_CORE_HASH, measured.opened("core_hash")),
            (STATUS, measured.source.status),
        )
    )
