"""`dosegauge standards`: the documents that come with the program and their plans."""

import argparse
from dataclasses import asdict

from dosegauge.output import print_json, table
from dosegauge.standards import load_all
from dosegauge.texts import Text, in_language


def run(arguments: argparse.Namespace) -> int:
    """Lists documents, their files and the plans that can be compiled from them."""
    standards = load_all()
    if arguments.json:
        print_json([asdict(standard) for standard in standards])
        return 0
    heads = [
        Text("方案", "plan"),
        Text("项目", "item"),
        Text("条款", "clauses"),
        Text("文件", "file"),
    ]
    rows = [
        [
            procedure.id,
            in_language(procedure.title, arguments.lang),
            procedure.clauses,
            standard.file,
        ]
        for standard in standards
        for procedure in standard.procedures
    ]
    print(table([in_language(head, arguments.lang) for head in heads], rows))
    for standard in standards:
        title = in_language(standard.title, arguments.lang)
        print(f"{standard.file}  {standard.sha256[:12]}  {title}")
    return 0
