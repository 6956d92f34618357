"""`dosegauge unit install`."""

import argparse
from dataclasses import asdict

from dosegauge.install.installer import Report, install
from dosegauge.link.finder import only_port
from dosegauge.output import ProgressLine, print_json, printable, table, tell
from dosegauge.texts import Text, in_language


def run(arguments: argparse.Namespace) -> int:
    """Installs the unit's program on stock MicroPython and says what changed."""
    progress = ProgressLine()
    try:
        report = install(
            only_port(arguments.port),
            lambda text: progress.show(in_language(text, arguments.lang)),
        )
    except KeyboardInterrupt:
        progress.clear()
        said = Text(
            "已中断：装置仍运行原版本；再运行一次即可继续",
            "interrupted: the unit keeps its version; run it again to go on",
        )
        tell(in_language(said, arguments.lang))
        raise
    finally:
        progress.clear()
    if arguments.json:
        print_json(asdict(report))
    else:
        _say(report, arguments.lang)
    return 0


def _say(report: Report, language: str) -> None:
    before, after = report.before, report.after
    none = in_language(Text("无", "none"), language)
    rows = [
        (Text("装置", "unit"), after.unit),
        (Text("MicroPython", "MicroPython"), report.micropython),
        (Text("原版本", "before"), _version(before.firmware, before.revision) if before else none),
        (Text("现版本", "now"), _version(after.firmware, after.revision)),
        (Text("公式库", "core"), f"{after.core} {after.core_hash[:12]}"),
        (
            Text("文件", "files"),
            in_language(
                Text(
                    f"复制 {report.copied} 个（{report.copied_bytes} 字节），{report.kept} 个已在",
                    f"{report.copied} copied ({report.copied_bytes} bytes), "
                    f"{report.kept} were there",
                ),
                language,
            ),
        ),
    ]
    for name, value in rows:
        print(table([in_language(name, language), printable(value)], []))
    if report.foreign_main:
        kept = Text(
            f"原有的 main.py 保存为 {report.foreign_main}",
            f"the main.py that was there is {report.foreign_main} now",
        )
        print(in_language(kept, language))
    if not after.protected:
        warning = Text("闪存未受重新格式化保护", "not protected against reformat")
        print(in_language(warning, language))


def _version(firmware: str, revision: str) -> str:
    return f"{firmware} {revision}".strip()
