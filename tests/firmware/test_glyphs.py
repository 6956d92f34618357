"""The font file: made by the host, read by the unit."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dosegauge import unit_font
from dosegauge.unit_font import charset, layout
from tests.conftest import FIRMWARE, SHARED
from tests.firmware import screens
from tests.interpreters import run

BUDGET_BYTES = 140_000
SCRIPT = Path(__file__).parent / "scripts" / "display.py"


@pytest.fixture(scope="module")
def glyphs(firmware_path: None) -> Any:
    from drivers import glyphs

    return glyphs


@pytest.fixture(scope="module")
def font() -> bytes:
    return unit_font.build()


def test_it_keeps_to_its_budget_and_names_itself(glyphs: Any, font: bytes) -> None:
    assert len(font) <= BUDGET_BYTES
    opened = glyphs.Glyphs(glyphs.Frozen(font))
    assert opened.sha256() == hashlib.sha256(font[44:]).hexdigest()
    assert opened.check()


def test_every_character_is_found_and_nothing_else(glyphs: Any, font: bytes) -> None:
    opened = glyphs.Glyphs(glyphs.Frozen(font))
    count = int.from_bytes(font[8:10], "little") + int.from_bytes(font[10:12], "little")
    held = {chr(int.from_bytes(font[44 + 2 * i : 46 + 2 * i], "little")) for i in range(count)}
    found = {chr(code) for code in range(0x10000) if opened.has(chr(code))}
    assert found == held


def test_gb2312_level_1_is_whole() -> None:
    level_1 = charset.level_1()
    assert len(level_1) == 3755
    assert {"啊", "座", "剂", "量"} <= level_1


def test_a_file_gives_the_same_glyphs_as_memory(glyphs: Any, font: bytes, tmp_path: Path) -> None:
    path = tmp_path / "font.bin"
    path.write_bytes(font)
    from_file, frozen = glyphs.Glyphs(glyphs.File(str(path))), glyphs.Glyphs(glyphs.Frozen(font))
    for character in "Aµ测量龘€ÿ":
        assert bytes(from_file.glyph(character)) == bytes(frozen.glyph(character))


def test_no_two_common_characters_look_alike(glyphs: Any, font: bytes) -> None:
    opened = glyphs.Glyphs(glyphs.Frozen(font))
    wanted = sorted(charset.level_1()) + [chr(code) for code in range(0x20, 0x7F)]
    by_glyph: dict[bytes, list[str]] = {}
    for character in wanted:
        by_glyph.setdefault(bytes(opened.glyph(character)), []).append(character)
    assert [alike for alike in by_glyph.values() if len(alike) > 1] == []


def test_what_is_missing_is_a_box(glyphs: Any, font: bytes) -> None:
    opened = glyphs.Glyphs(glyphs.Frozen(font))
    assert opened.glyph("龘") == glyphs.WIDE_BOX
    assert opened.glyph("\u0416") == glyphs.NARROW_BOX
    assert opened.glyph("\U0001f600") == glyphs.WIDE_BOX
    assert opened.glyph("\n") == glyphs.NARROW_BOX


def test_widths_are_those_of_the_unit_s_cells(glyphs: Any, font: bytes) -> None:
    from unit import cells

    opened = glyphs.Glyphs(glyphs.Frozen(font))
    for character in "A°µ测，≤→龘\u0416":
        assert len(opened.glyph(character)) == 16 * cells.width(character)


def test_no_text_of_the_unit_needs_a_missing_glyph(glyphs: Any, font: bytes) -> None:
    opened = glyphs.Glyphs(glyphs.Frozen(font))
    missing = {
        character
        for text in unit_texts()
        for character in text
        if character != "\n" and not opened.has(character)
    }
    assert missing == set()


def unit_texts() -> list[str]:
    """The unit's words, the core's sentences and labels, and the texts of all built-in plans."""
    from dosegauge_core import statement_texts, texts
    from unit import words

    found = [text for pair in words.WORDS.values() for text in pair]
    for module in (texts, statement_texts):
        found += strings(vars(module))
    for path in (FIRMWARE / "unit" / "plans").glob("*.json"):
        found += strings(json.loads(path.read_bytes()))
    assert len(found) > 300
    return found


def strings(value: object) -> list[str]:
    """All texts within tables and lists; names of modules and docstrings are no tables."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key in value if key != "__builtins__" for text in strings(value[key])]
    if isinstance(value, list | tuple):
        return [text for item in value for text in strings(item)]
    return []


@pytest.mark.parametrize(
    ("damage", "say"),
    [
        (lambda font: b"", "no font"),
        (lambda font: b"PK\x03\x04" + font[4:], "no font"),
        (lambda font: font[:6] + b"\x02" + font[7:], "version 2"),
        (lambda font: font[:-1], "bytes, not"),
        (lambda font: font + b"\0", "bytes, not"),
    ],
    ids=["empty", "another file", "version", "cut short", "too long"],
)
def test_what_is_no_font_is_refused(glyphs: Any, font: bytes, damage: Any, say: str) -> None:
    with pytest.raises(glyphs.FontError, match=say):
        glyphs.Glyphs(glyphs.Frozen(damage(font)))


def test_a_flipped_bit_is_found(glyphs: Any, font: bytes) -> None:
    damaged = bytearray(font)
    damaged[70_000] ^= 0x10
    assert not glyphs.Glyphs(glyphs.Frozen(bytes(damaged))).check()


def test_a_glyph_of_another_size_is_refused() -> None:
    import numpy as np

    with pytest.raises(ValueError, match="glyph of 'A'"):
        layout.encode({"A": np.zeros((16, 16), np.uint8)})


def test_the_layout_byte_by_byte() -> None:
    import numpy as np

    bitmap = np.zeros((16, 8), np.uint8)
    bitmap[0, 0] = bitmap[13, 5] = bitmap[15, 7] = 1
    made = layout.encode({"A": bitmap})
    body = bytes.fromhex("4100" + "01" + "00" * 7 + "00" * 5 + "20" + "00" + "80")
    head = b"DGFONT" + bytes.fromhex("0100" + "0100" + "0000")
    assert made == head + hashlib.sha256(body).digest() + body


def test_the_screens_are_those_that_were_looked_at(glyphs: Any, font: bytes) -> None:
    """`python -m tests.firmware.screens` writes them anew; docs/display.png shows them."""
    assert screens.as_text(font) == screens.PICTURES.read_text(encoding="utf-8")
    assert screens.PNG.read_bytes().startswith(b"\x89PNG")


def test_real_micropython_sends_the_same_bytes(
    glyphs: Any, font: bytes, micropython: Path, tmp_path: Path
) -> None:
    path, lines = tmp_path / "font.bin", tmp_path / "screens.json"
    path.write_bytes(font)
    lines.write_text(json.dumps(list(screens.screens().values())), encoding="utf-8")
    arguments = [str(path), str(lines)]
    here = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join([str(FIRMWARE), str(SHARED)])},
        check=True,
    )
    there = run(micropython, SCRIPT, args=arguments, modules=[FIRMWARE, SHARED])
    assert there.returncode == 0, there.stdout + there.stderr
    assert there.stdout.split() == here.stdout.split()
    assert len(here.stdout.split()) == 4
