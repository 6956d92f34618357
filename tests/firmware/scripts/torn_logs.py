"""Cuts an unsealed log at every byte, starts the unit's archive, and prints what became of it."""

import ramflash

from dosegauge_core import records
from unit import logfile
from unit.archive import Archive

ramflash.mount()
board = ramflash.Board()
archive = Archive(board)
recorder = archive.begin()
recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
recorder.flush()
acknowledged = [recorder.flushed_size]
for number in range(3):
    recorder.append_json(records.STEP, {"step": number})
    recorder.append(records.READING, records.reading_payload(0, number, -number, b"raw"))
    recorder.flush()
    acknowledged.append(recorder.flushed_size)
recorder.abandon()
path = "/flash/sessions/000001.dgs"
with open(path, "rb") as log:
    whole = log.read()
assert len(whole) == acknowledged[-1]

checked = 0
reasons = set()
for size in range(len(whole) + 1):
    with open(path, "wb") as log:
        log.write(whole[:size])
    archive = Archive(board)
    interrupted = archive.mend()
    kept = [end for end in acknowledged if end <= size]
    if not kept:
        # Nobody was told that anything is saved; the number stays used.
        assert interrupted == [] and archive.sessions() == [], size
        continue
    with open(path, "rb") as log:
        mended = log.read()
    base = kept[-1]
    assert mended[:base] == whole[:base], size
    assert interrupted == [("VU-TEST-beef-000001", size - base)], (size, interrupted)
    log = records.read_log(mended)
    assert log.fault is None and log.sealed, (size, log.fault)
    event = records.decode_json(log.records[-4 + 1])
    assert event["what"] == "interrupted" and event["dropped_bytes"] == size - base, event
    # Why: what is wrong with the tail, if more than that its chain record is not there.
    fault = records.read_log(whole[:size]).fault
    torn = fault is not None and fault.reason != "records without a chain record"
    assert bool(event["why"]) == torn, (size, event, fault)
    reasons.add(event["why"])
    seal = records.decode_json(log.records[-2])
    assert seal["status"] == "interrupted", seal
    scan = logfile.scan(path)
    assert scan.sealed and scan.size == len(mended) and scan.digest == log.digest
    checked += 1
assert checked == len(whole) + 1 - acknowledged[0]
assert "" in reasons and "the log ends within a record" in reasons, reasons
print("ok")
