"""`dosegauge analyze reported`: what a camera's own program found, entered as such."""

import argparse

from dosegauge.commands import analyze
from dosegauge.errors import WrongUse
from dosegauge.imaging.findings import COVERAGE_K, Finding
from dosegauge.imaging.requirements import GAMMA_CAMERAS
from dosegauge.standards.lookup import item_named, standard_named
from dosegauge.texts import Text
from dosegauge.uncertainty.files import decimal

_NO_U = Text("程序没有给出不确定度", "the program gives no uncertainty")


def run(arguments: argparse.Namespace) -> int:
    """Judges a value and keeps it with the program that it comes from."""
    name, _, region = arguments.item.partition("/")
    item = item_named(standard_named(GAMMA_CAMERAS), name)
    regions = item.regions.names if item.regions else ()
    if (region or None) not in (regions or (None,)):
        known = ", ".join(f"{name}/{one}" for one in regions) or name
        raise WrongUse(
            Text(f"区域应为：{known}", f"must be one of {known}"),
            arguments.item,
            Text("见 dosegauge standards show", "See dosegauge standards show"),
        )
    value = decimal("VALUE", arguments.value)
    if value <= 0:
        raise WrongUse(
            Text("必须大于 0", "must be greater than 0"),
            "VALUE",
            Text("见规范", "See the document"),
        )
    u = None
    if arguments.expanded_u is not None:
        expanded = decimal("--expanded-u", arguments.expanded_u)
        if expanded <= 0:
            raise WrongUse(
                Text("必须大于 0", "must be greater than 0"),
                "--expanded-u",
                Text("k = 2", "k = 2"),
            )
        u = expanded.num / expanded.den / COVERAGE_K
    program = f"{arguments.program} {arguments.program_version}"
    label = Text(f"{item.title.zh} {region}".strip(), f"{item.title.en} {region}".strip())
    finding = Finding(
        name.replace("-", "_"),
        label,
        value,
        item.quantity.unit,
        u,
        name,
        region or None,
        None if u is not None else _NO_U,
    )
    return analyze.finish(
        arguments,
        Text(f"由 {program} 报告", f"reported by {program}"),
        {},
        [finding],
        analyze.requirements(arguments),
        [
            Text(
                f"结果取自外部程序 {program}，未经本程序复算",
                f"the result is another program's ({program}) and not derived again",
            )
        ],
        {
            "program": arguments.program,
            "program_version": arguments.program_version,
            "reported_value": arguments.value,
        },
    )
