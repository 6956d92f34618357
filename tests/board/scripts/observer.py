"""Runs in the unit beside its program: how much heap stays free, how long a computation takes.

Imported by boot.py of a test; the figures are lines of /observed: "heap PROCEDURE BYTES" for the
least that was free after a collection at any screen, "compute PROCEDURE US".
"""

import gc
import time

import unit.panel
from dosegauge_core import procedures

# What the unit must be able to do without.
BALLAST_BYTES = 65536
ballast = bytearray(BALLAST_BYTES)

least_free = 1 << 30
show = unit.panel.Panel.show
conclude = procedures.conclude


def note(what, procedure, figure):
    with open("/observed", "a") as file:
        file.write("{} {} {}\n".format(what, procedure, figure))


def observed_show(panel, screen, lines):
    global least_free
    gc.collect()
    least_free = min(least_free, gc.mem_free())
    show(panel, screen, lines)


def observed_conclude(plan, ledger):
    global least_free
    start_us = time.ticks_us()
    evaluation = conclude(plan, ledger)
    took_us = time.ticks_diff(time.ticks_us(), start_us)
    gc.collect()
    least_free = min(least_free, gc.mem_free())
    note("compute", plan["procedure"], took_us)
    note("heap", plan["procedure"], least_free + BALLAST_BYTES)
    least_free = 1 << 30
    return evaluation


unit.panel.Panel.show = observed_show
procedures.conclude = observed_conclude
