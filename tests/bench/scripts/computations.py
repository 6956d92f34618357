"""Time and heap of the computation for a session's log: LOG RUNS; prints a JSON object."""

import gc
import json
import sys
import time

gc.collect()
_empty = gc.mem_alloc()

from session_ledger import filled_ledger, heap_used, plan_of  # noqa: E402 - its heap counts

from dosegauge_core import procedures  # noqa: E402


def main(path, runs):
    plan = plan_of(path)
    procedures.computation(plan["procedure"])
    with_plan = heap_used()
    filled = filled_ledger(plan, path)
    with_ledger = heap_used()
    times_us = []
    for _ in range(runs):
        gc.collect()
        began = time.ticks_us()
        procedures.conclude(plan, filled)
        times_us.append(time.ticks_diff(time.ticks_us(), began))
    before = heap_used()
    gc.disable()
    result = procedures.conclude(plan, filled)
    allocated = gc.mem_alloc() - before
    gc.enable()
    kept = heap_used() - before
    times_us.sort()
    found = {
        "median_us": times_us[len(times_us) // 2],
        "modules": with_plan - _empty,
        "ledger": with_ledger - with_plan,
        "allocated": allocated,
        "result": kept,
        "figures": len(result.figures),
    }
    print(json.dumps(found))


main(sys.argv[1], int(sys.argv[2]))
