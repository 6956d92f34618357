"""Whole screens of the unit, drawn by its own code on a simulated display.

    python -m tests.firmware.screens

writes them anew: as text beside this file (screens.txt, two rows of dots in one line), where a
test compares them, and as docs/display.png, for people.
"""

import asyncio
import json
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

from dosegauge.virtual.instruments.i2c_bus import I2cBus
from dosegauge.virtual.instruments.oled import SSD1306, Oled
from tests.conftest import FIRMWARE, ROOT
from tests.vectors import run_vectors

PICTURES = Path(__file__).with_name("screens.txt")
PNG = ROOT / "docs" / "display.png"
VECTORS = ROOT / "tests" / "vectors"
ACROSS, GAP, SCALE = 4, 8, 2
# Check cases, and how their page of figures begins.
SESSIONS = (("depth", "Annex D as the gauge sends it", "t "), ("kerma", "ten exposures", "K "))

SAMPLES = {
    "letters": ["ABCDEFGHIJKLMNOP", "QRSTUVWXYZabcdef", "ghijklmnopqrstuv", "wxyz0123456789.-"],
    "signs": ["µ°±²³·×÷ σνΔΩ %&", "!?()[]{}<>=+*/\\^", "≤≥→−√℃（），。", "：；、？“”《》"],
    "dense": ["酸鼻囊赢鹰警繁翼", "量置器癌灌罐辩赣", "龄馨霸矗爆瓣藻蠢", "髓镶攀魔躁籍耀曝"],
    "missing glyph": ["龘 → 方框", "box", "", ""],
}


def screens() -> dict[str, list[str]]:
    """The four lines of each screen by its name, in both languages."""
    found: dict[str, list[str]] = {}
    for lang in ("zh", "en"):
        for name, lines in _in_language(lang).items():
            found[f"{name} {lang}"] = lines
    found.update(SAMPLES)
    return found


def _in_language(lang: str) -> dict[str, list[str]]:
    from unit import cells, numbers
    from unit.panel import Panel
    from unit.results import result_pages

    panel = Panel(None, lang)
    plan = _plan("micro-ct-leakage")
    kerma = _plan("micro-ct-air-kerma")
    entry = next(step for step in kerma["steps"] if step["kind"] == "entry")
    editor = numbers.NumberEditor(entry.get("start", "0"), entry["whole"], entry["decimals"])
    editor.press("ok")
    step = panel.text(plan["steps"][1])
    found = {
        "menu": [
            cells.spread(panel.word("menu-title"), "2/3"),
            *cells.page(cells.wrap(panel.text(kerma["title"]), 2))[:2],
            panel.word("menu-foot"),
        ],
        "number": editor.lines(panel.text(entry), entry["unit"], lang),
        "ask": [cells.spread(step, "2/12"), panel.word("do-dwell"), "", panel.word("ask-foot")],
        "trouble": [
            panel.text(kerma["steps"][0]),
            *cells.page(cells.wrap(panel.word("absent"), 2))[:2],
            panel.word("trouble-foot"),
        ],
    }
    for procedure, case, headline in SESSIONS:
        evaluation, used = _evaluated(procedure, case)
        pages = result_pages(evaluation, used, panel)
        figures = next(page for page in pages if page[0].startswith(headline))
        found[f"{procedure} verdict"] = [*pages[0][:3], panel.word("result-foot")]
        found[f"{procedure} figures"] = [*figures[:3], panel.word("result-foot")]
    return {name: cells.page(lines) for name, lines in found.items()}


def draw(lines: list[str], font: bytes, controller: str = SSD1306) -> Oled:
    """The display that shows these lines."""
    from drivers.glyphs import Frozen, Glyphs
    from drivers.oled import Oled as Driver

    display = Oled(controller)
    driver = Driver(I2cBus(display), Glyphs(Frozen(font)), controller)
    driver.draw(lines)
    asyncio.run(driver.refresh())
    return display


def as_text(font: bytes) -> str:
    """All screens, each under its name and between lines."""
    edge = "-" * 128
    return "".join(
        f"{name}\n{edge}\n{draw(lines, font).picture()}\n{edge}\n\n"
        for name, lines in screens().items()
    )


def as_png(font: bytes) -> bytes:
    """All screens side by side, each dot a square."""
    shown = [draw(lines, font).dots() for lines in screens().values()]
    blank = [[False] * 128 for _ in range(64)]
    shown += [blank] * (-len(shown) % ACROSS)
    rows: list[bytes] = []
    for start in range(0, len(shown), ACROSS):
        beside = shown[start : start + ACROSS]
        for y in range(64):
            line = bytes([128] * GAP).join(
                bytes(230 if dot else 16 for dot in screen[y]) for screen in beside
            )
            rows += [bytes(level for level in line for _ in range(SCALE))] * SCALE
        rows += [bytes([128] * (len(rows[0])))] * (GAP * SCALE)
    return _grey_png(rows[: -GAP * SCALE])


def _grey_png(rows: list[bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def _plan(name: str) -> dict[str, Any]:
    return json.loads((FIRMWARE / "unit" / "plans" / f"{name}.json").read_bytes())


def _evaluated(procedure: str, begins: str) -> tuple[Any, dict[str, Any]]:
    """What the core makes of a session among the check cases, and its plan."""
    cases = json.loads((VECTORS / f"{procedure}.json").read_bytes())["cases"]
    case = next(case for case in cases if case["name"].startswith(begins) and "plan" in case)
    return run_vectors.session_evaluation(case), case["plan"]


if __name__ == "__main__":
    from dosegauge import unit_font

    sys.path.insert(0, str(FIRMWARE))
    made = unit_font.build()
    PICTURES.write_text(as_text(made), encoding="utf-8")
    PNG.write_bytes(as_png(made))
