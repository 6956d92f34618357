"""The folder that keeps a virtual unit's id, flash and log across runs."""

from __future__ import annotations

import random
import re
import tempfile
from pathlib import Path

from dosegauge.errors import WrongUse
from dosegauge.texts import Text

_UNIT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def state_of(given: str | Path | None, seed: int) -> tuple[Path, str]:
    """The state folder, made if need be, and the unit's id in it. WrongUse when it is unusable."""
    # Absolute: the unit's process runs in another folder.
    folder = Path(given or tempfile.mkdtemp(prefix="dosegauge-unit-")).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return folder, _unit_id(folder / "unit-id", seed)
    except OSError as error:
        raise WrongUse(
            Text(
                f"不能用作虚拟装置的文件夹（{error.strerror}）",
                f"can't be a virtual unit's folder ({error.strerror})",
            ),
            str(folder),
            Text("请另选可写的文件夹", "Name a folder that can be written"),
        ) from error


def _unit_id(path: Path, seed: int) -> str:
    """The id kept in the state folder, made there once."""
    if path.exists():
        kept = path.read_text(encoding="utf-8", errors="replace").strip()
        if not _UNIT_ID.fullmatch(kept):
            raise WrongUse(
                Text("这里没有虚拟装置的编号", "this holds no virtual unit's id"),
                str(path),
                Text("请另选文件夹", "Name another folder"),
            )
        return kept
    unit_id = f"VU-{random.Random(f'{seed}:unit-id').randrange(1 << 24):06X}"
    path.write_text(unit_id + "\n", encoding="ascii")
    return unit_id
