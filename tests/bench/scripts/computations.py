"""Time and heap of one computation; the ledger is fed from a log record by record, as on the unit.

`computations.py LOG RUNS` prints a JSON object; `computations.py empty` does nothing.
"""

import gc
import json
import sys
import time


def heap_used():
    gc.collect()
    return gc.mem_alloc()


def each_record(log, records):
    log.read(records.PREAMBLE_SIZE)
    while True:
        header = log.read(records.HEADER_SIZE)
        if not header:
            return
        length = header[0] | header[1] << 8
        yield records.read_record(header + log.read(length + records.CRC_SIZE), 0)


def main(path, runs):
    start = heap_used()
    from dosegauge_core import procedures, records

    with open(path, "rb") as log:
        plan = records.decode_json(next(each_record(log, records)))["plan"]
    procedures.computation(plan["procedure"])
    with_plan = heap_used()
    filled = procedures.ledger(plan)
    with open(path, "rb") as log:
        for record in each_record(log, records):
            filled.add(record)
    del record
    with_ledger = heap_used()
    times_us = []
    for _ in range(runs):
        gc.collect()
        began = time.ticks_us()
        procedures.conclude(plan, filled)
        times_us.append(time.ticks_diff(time.ticks_us(), began))
    before = heap_used()
    if runs > 1:
        gc.disable()
    result = procedures.conclude(plan, filled)
    allocated = gc.mem_alloc() - before
    gc.enable()
    kept = heap_used() - before
    times_us.sort()
    found = {
        "median_us": times_us[len(times_us) // 2],
        "modules": with_plan - start,
        "ledger": with_ledger - with_plan,
        "allocated": allocated,
        "result": kept,
        "figures": len(result.figures),
    }
    print(json.dumps(found))


if sys.argv[1] != "empty":
    main(sys.argv[1], int(sys.argv[2]))
