"""`dosegauge backup` and `dosegauge restore`."""

import argparse
from pathlib import Path

from dosegauge.backup import Copied, back_up, restore
from dosegauge.output import print_json, printable
from dosegauge.store import store_path
from dosegauge.texts import Text, in_language


def run_backup(arguments: argparse.Namespace) -> int:
    """Writes a checked copy of the store; exit 1 when a session in it does not verify."""
    return _tell(back_up(store_path(arguments.store), Path(arguments.file)), arguments)


def run_restore(arguments: argparse.Namespace) -> int:
    """Puts a backup in the place of the store."""
    return _tell(restore(Path(arguments.file), store_path(arguments.store)), arguments)


def _tell(copied: Copied, arguments: argparse.Namespace) -> int:
    if arguments.json:
        kept = None if copied.kept is None else str(copied.kept)
        print_json(
            {
                "file": str(copied.file),
                "sessions": copied.sessions,
                "damaged": copied.damaged,
                "kept": kept,
            }
        )
        return 1 if copied.damaged else 0
    said = [
        Text(
            f"{copied.file}：{copied.sessions} 次测量，已逐一核对（damaged/ 文件夹不在其中）",
            f"{copied.file}: {copied.sessions} sessions, each checked (the folder damaged/ is not "
            "in it)",
        )
    ]
    if copied.kept is not None:
        said.append(
            Text(f"原数据库保留为 {copied.kept}", f"the old store is kept as {copied.kept}")
        )
    said += [
        Text(f"损坏，已原样复制：{name}", f"damaged, copied as it is: {name}")
        for name in copied.damaged
    ]
    for line in said:
        print(printable(in_language(line, arguments.lang)))
    return 1 if copied.damaged else 0
