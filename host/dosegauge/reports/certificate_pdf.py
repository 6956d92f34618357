"""The certificate as a PDF, laid out by typst with the one font that the program brings along."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib import resources
from pathlib import Path

from dosegauge.errors import DosegaugeError
from dosegauge.reports import font_coverage
from dosegauge.reports.language import lines
from dosegauge.reports.model import CertificateModel
from dosegauge.reports.output import require_free, write_new
from dosegauge.texts import Text

FONT = "Noto Sans CJK SC"
FONT_FILE = "NotoSansCJK-Regular.ttc"
_PAGE = Text("第 {page} 页 共 {pages} 页", "Page {page} of {pages}")


def write(model: CertificateModel, path: Path) -> Path:
    """Writes a new PDF. WrongUse when the file exists, DosegaugeError when it can't be made."""
    require_free(path)
    return write_new(path, render(model))


def render(model: CertificateModel, fonts: Path | None = None) -> bytes:
    """The PDF's bytes: the same for the same model. `fonts` is the folder that holds FONT.

    DosegaugeError when the font or a character in it is missing or typst has anything to complain
    of: a certificate with characters left out must not exist.
    """
    import typst

    folder = _font_folder() if fonts is None else fonts
    compiler = typst.Compiler(font_paths=[str(folder)], ignore_system_fonts=True)
    template = resources.files(__package__).joinpath("certificate.typ").read_bytes()
    content = _content(model)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            template,
            format="pdf",
            sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
            timestamp=model.timestamp,
        )
    except typst.TypstError as error:
        raise _not_made(error.message) from error
    if warnings or not isinstance(pdf, bytes):
        raise _not_made(warnings[0].message if warnings else "no PDF")
    _require_characters(content, folder / FONT_FILE)
    return pdf


def _require_characters(content: object, font: Path) -> None:
    character = font_coverage.missing(_strings(content), font)
    if character is None:
        return
    code = f"U+{ord(character):04X}"
    shown = f"{character} {code}" if character.isprintable() else code
    raise DosegaugeError(
        Text(f"证书字体中没有字符{shown}", f"the certificate's font has no character {shown}"),
        todo=Text(
            "请在 --job 或 --lab 文件中改写该项", "Write it otherwise in the --job or --lab file"
        ),
    )


def _strings(content: object) -> Iterator[str]:
    """All texts in the certificate's data."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from _strings(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _strings(value)


def _content(model: CertificateModel) -> dict[str, object]:
    english = model.language == "en"
    return {
        **asdict(model),
        "font": FONT,
        "text_language": "en" if english else "zh",
        "text_region": "GB" if english else "CN",
        "page_words": lines(_PAGE, model.language),
    }


def _font_folder() -> Path:
    try:
        import noto_cjk_sans_otc
    except ImportError as error:
        raise _not_made("noto-cjk-sans-otc is not installed") from error
    return Path(noto_cjk_sans_otc.__file__).parent


def _not_made(reason: str) -> DosegaugeError:
    reason = " ".join(reason.split())
    return DosegaugeError(
        Text(f"无法生成PDF证书（{reason}）", f"the PDF certificate can't be made ({reason})"),
        todo=Text("请重新安装 dosegauge", "Install dosegauge again"),
    )
