"""Which characters the unit can show: a plan's author may use every common Chinese one."""

from __future__ import annotations

from pathlib import Path

from dosegauge.locate import CORE, PACKAGE, core_parent_dir, firmware_dir

# GB/T 2312-1980: rows 16 to 55 are level 1, the 3755 common characters.
_LEVEL_1_ROWS = range(0xB0, 0xD8)
_COLUMNS = range(0xA1, 0xFF)
# Own choice: what results, units and Chinese sentences need besides letters and digits.
SIGNS = "°±²³µ·×÷αβγδθλμρσχωΔΣΩ–—‘’“”…‰℃→≈≠≤≥−√∞①②③④⑤⑥⑦⑧⑨⑩"
CHINESE_SIGNS = "、。〈〉《》【】〔〕！（），．／：；？［］％～＋－＝＜＞"
# What these files say reaches the display: the unit's own words, remarks and verdicts of the
# core, and titles and steps of the plans that are made from the standards files.
_SPOKEN = ("*.py", "*.json", "*.toml")


def characters() -> list[str]:
    """All of them, in order of their code points, each in the first 65,536."""
    wanted = {chr(code) for code in range(0x20, 0x7F)}
    wanted |= set(SIGNS) | set(CHINESE_SIGNS) | level_1()
    for text in spoken_texts():
        wanted |= {character for character in text if 0xA0 < ord(character) <= 0xFFFF}
    return sorted(wanted)


def level_1() -> set[str]:
    """The Chinese characters of GB/T 2312, level 1."""
    found = set()
    for row in _LEVEL_1_ROWS:
        for column in _COLUMNS:
            decoded = bytes((row, column)).decode("gb2312", errors="ignore")
            found |= set(decoded)
    return found


def spoken_texts() -> list[str]:
    """The files whose texts the unit shows."""
    folders = (
        firmware_dir() / "unit",
        core_parent_dir() / CORE,
        PACKAGE / "standards",
    )
    return [
        path.read_text(encoding="utf-8") for folder in folders for path in _spoken_files(folder)
    ]


def _spoken_files(folder: Path) -> list[Path]:
    return sorted(path for pattern in _SPOKEN for path in folder.rglob(pattern))
