"""`dosegauge analyze record`: the record of kept measurements on images as a workbook."""

import argparse
from pathlib import Path

from dosegauge.commands.trend import device_named
from dosegauge.errors import WrongUse
from dosegauge.output import print_json
from dosegauge.reports.record_images import write_image_record
from dosegauge.store import Store, store_path
from dosegauge.texts import Text


def run(arguments: argparse.Namespace) -> int:
    """Writes the measurements of the numbers that are named, or all that no other corrects."""
    store = Store.open(store_path(arguments.store))
    device = device_named(store, arguments.device)
    kept = store.images.history(device) if arguments.number else store.images.current(device)
    by_number = {row.id: row for row in kept}
    missing = [number for number in arguments.number if number not in by_number]
    if missing or not kept:
        raise WrongUse(
            Text("这台设备没有这个测量", "the device has no such measurement"),
            str(missing[0]) if missing else arguments.device,
            Text("用 dosegauge trend 查看编号", "See the numbers by dosegauge trend"),
        )
    rows = [by_number[number] for number in arguments.number] or kept
    file = write_image_record(Path(arguments.out), device, rows, arguments.language)
    if arguments.json:
        print_json({"file": str(file), "measurements": [row.id for row in rows]})
    else:
        print(file)
    return 0
