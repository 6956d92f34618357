"""A ledger filled from a log record by record, as on the unit."""

import gc

from dosegauge_core import procedures, records


def heap_used():
    gc.collect()
    return gc.mem_alloc()


def plan_of(path):
    with open(path, "rb") as log:
        return records.decode_json(next(_each_record(log)))["plan"]


def filled_ledger(plan, path):
    filled = procedures.ledger(plan)
    with open(path, "rb") as log:
        for record in _each_record(log):
            filled.add(record)
    return filled


def _each_record(log):
    log.read(records.PREAMBLE_SIZE)
    while True:
        header = log.read(records.HEADER_SIZE)
        if not header:
            return
        length = header[0] | header[1] << 8
        yield records.read_record(header + log.read(length + records.CRC_SIZE), 0)
