"""The least free heap in which the computation for a session's log succeeds: LOG STEP; bytes.

The rest of the heap is filled with ballast; the size is found by halving.
"""

import gc
import sys

from session_ledger import filled_ledger, plan_of

from dosegauge_core import procedures

CHUNK = 128
MOST = 128 * 1024


def ballast_down_to(free):
    """Objects that leave about so many bytes free."""
    gc.collect()
    kept = [None] * (gc.mem_free() // CHUNK)
    count = 0
    gc.collect()
    while gc.mem_free() > free + CHUNK and count < len(kept):
        try:
            for _ in range(max(1, (gc.mem_free() - free) // (2 * CHUNK))):
                kept[count] = bytearray(CHUNK)
                count += 1
        except MemoryError:
            break  # what is left lies in smaller pieces than the ballast's
    return kept


def succeeds_in(free, plan, filled):
    kept = ballast_down_to(free)
    try:
        procedures.conclude(plan, filled)
    except MemoryError:
        return False
    finally:
        kept.clear()
        gc.collect()
    return True


def main(path, step):
    plan = plan_of(path)
    filled = filled_ledger(plan, path)
    procedures.conclude(plan, filled)  # whatever is imported or cached on the way is there now
    if not succeeds_in(MOST, plan, filled):
        raise MemoryError("more than {} bytes".format(MOST))
    too_little, enough = 0, MOST
    while enough - too_little > step:
        tried = (too_little + enough) // 2
        if succeeds_in(tried, plan, filled):
            enough = tried
        else:
            too_little = tried
    print(enough)


main(sys.argv[1], int(sys.argv[2]))
