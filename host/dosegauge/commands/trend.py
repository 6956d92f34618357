"""`dosegauge trend DEVICE`: results over time, limits, trend and due dates."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dosegauge.constancy import Followed, Series, Trend, due_after, series_of, trend_of
from dosegauge.errors import WrongUse
from dosegauge.imaging.requirements import GAMMA_CAMERAS
from dosegauge.output import print_json, printable, table
from dosegauge.standards.lookup import item_named, limit_for, period_of, standard_named
from dosegauge.standards.model import AT_LEAST, MAKER, NONE, ItemLimit
from dosegauge.store import Store, store_path
from dosegauge.store.devices import Device
from dosegauge.texts import Text, in_language


def run(arguments: argparse.Namespace) -> int:
    """Prints a device's series, and draws them."""
    if arguments.item is not None:
        item_named(standard_named(GAMMA_CAMERAS), arguments.item)
    store = Store.open(store_path(arguments.store))
    device = device_named(store, arguments.device)
    rows = store.images.current(device)
    found = [
        _followed(series, arguments.stage)
        for series in series_of(rows)
        if arguments.item in (None, series.item)
    ]
    if not found:
        raise WrongUse(
            Text("没有已保存的结果", "no results are kept"),
            f"{device.maker} {device.model} {device.serial}",
            Text("用 analyze … --save 保存", "Keep some by analyze ... --save"),
        )
    if arguments.plot:
        from dosegauge.imaging.trend_plot import trend_plot
        from dosegauge.reports.output import write_new

        write_new(Path(arguments.plot), trend_plot(device, found, arguments.lang))
    if arguments.json:
        print_json(_data(device, found))
    else:
        _print(device, found, arguments.lang)
    return 0


def device_named(store: Store, named: str) -> Device:
    """By serial number, or by maker, model and serial number."""
    wanted = tuple(part.strip() for part in named.split("/"))
    matching = [
        device
        for device in store.devices.all()
        if wanted in ((device.serial,), (device.maker, device.model, device.serial))
    ]
    if len(matching) == 1:
        return matching[0]
    what = (
        Text("没有这台设备", "there is no such device")
        if not matching
        else Text("有多台设备用此编号", "several devices have this serial number")
    )
    raise WrongUse(what, named, Text("应为 厂家/型号/编号", "Give MAKER/MODEL/SERIAL"))


def _followed(series: Series, stage: str) -> Followed:
    standard = standard_named(GAMMA_CAMERAS)
    item = item_named(standard, series.item)
    limit = limit_for(standard, series.item, stage, series.region)
    period = period_of(standard, limit)
    last = series.results[-1].measured_on
    region = f" {series.region}" if series.region else ""
    return Followed(
        series,
        Text(f"{item.title.zh}{region}", f"{item.title.en}{region}"),
        _value(limit),
        limit.operator == AT_LEAST,
        trend_of(series.results),
        due_after(last, period) if period else None,
    )


def _value(limit: ItemLimit) -> str | None:
    return None if limit.operator == NONE or limit.value == MAKER else limit.value


def _data(device: Device, found: Sequence[Followed]) -> dict[str, Any]:
    return {
        "device": device.__dict__,
        "series": [
            {
                "item": one.series.item,
                "region": one.series.region,
                "head": one.series.head,
                "method": one.series.method,
                "collimator": one.series.collimator,
                "unit": one.series.unit,
                "limit": one.limit,
                "limit_is": "at_least" if one.at_least else "at_most",
                "results": [
                    {
                        "row": result.row,
                        "date": result.measured_on.isoformat(),
                        "value": str(result.value),
                        "U": None if result.expanded is None else str(result.expanded),
                        "source": result.source,
                    }
                    for result in one.series.results
                ],
                "trend": None
                if one.trend is None
                else {
                    "per_year": one.trend.per_year,
                    "interval_95": [one.trend.low, one.trend.high],
                    "p": one.trend.p,
                    "significant": one.trend.significant,
                },
                "due": one.due.isoformat() if one.due else None,
                "overdue": one.overdue,
            }
            for one in found
        ],
    }


def _print(device: Device, found: Sequence[Followed], language: str) -> None:
    print(printable(f"{device.maker} {device.model} {device.serial}"))
    heads = (
        Text("项目", "item"),
        Text("探头", "head"),
        Text("方法", "method"),
        Text("次数", "results"),
        Text("编号", "number"),
        Text("最近", "last"),
        Text("日期", "date"),
        Text("限值", "limit"),
        Text("单位", "unit"),
        Text("每年变化", "per year"),
        Text("到期", "due"),
    )
    rows = [
        [
            in_language(one.title, language),
            one.series.head,
            " ".join(part for part in (one.series.method, one.series.collimator) if part),
            str(len(one.series.results)),
            str(one.series.results[-1].row),
            str(one.series.results[-1].value),
            one.series.results[-1].measured_on.isoformat(),
            ("≥ " if one.at_least else "≤ ") + one.limit if one.limit else "",
            one.series.unit,
            in_language(_trend_text(one.trend), language),
            in_language(_due_text(one), language),
        ]
        for one in found
    ]
    print(table([in_language(head, language) for head in heads], rows))
    note = Text(
        "变化为Theil-Sen斜率，* 表示Kendall检验p < 0.05（本程序的选择）；至少5个结果",
        "changes are Theil-Sen slopes, * where Kendall's test has p < 0.05 (own choice); five "
        "results are needed",
    )
    print(in_language(note, language))


def _trend_text(trend: Trend | None) -> Text:
    if trend is None:
        return Text("—", "-")
    mark = "*" if trend.significant else ""
    said = f"{trend.per_year:+.3g} ({trend.low:+.3g} … {trend.high:+.3g}){mark}"
    return Text(said, said)


def _due_text(one: Followed) -> Text:
    if one.due is None:
        return Text("", "")
    day = one.due.isoformat()
    return Text(f"{day} 已过期", f"{day} OVERDUE") if one.overdue else Text(day, day)
