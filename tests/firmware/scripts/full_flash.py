"""A flash that runs full: everything acknowledged stays, the next start goes on, room mends it."""

import os

import ramflash

from dosegauge_core import records
from unit.archive import Archive
from unit.recorder import FlashError

ramflash.mount(40)
board = ramflash.Board()
archive = Archive(board)
archive.mend()


def sealed_session(payload_bytes):
    recorder = archive.begin()
    recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
    for _ in range(payload_bytes // 1000):
        recorder.append(records.READING, records.reading_payload(0, 0, 1, b"x" * 1000))
    recorder.flush()
    recorder.seal("complete")
    archive.end()


sealed_session(20000)
assert archive.has_room() == (board.storage.free_bytes() >= 98304)

# A session that goes on until nothing fits any more.
recorder = archive.begin()
recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
recorder.flush()
try:
    while True:
        recorder.append(records.READING, records.reading_payload(0, 0, 1, b"y" * 500))
        recorder.flush()
except FlashError:
    recorder.abandon()
    archive.end()
acknowledged = archive.sessions()[-1]
assert not archive.has_room()
with open("/flash/sessions/000002.dgs", "rb") as log:
    before = log.read(acknowledged.size)

# The unit starts again on the full flash, however full.
with open("/flash/filler", "wb") as filler:
    try:
        while True:
            filler.write(b"z" * 100)
            filler.flush()
    except OSError:
        pass
archive = Archive(board)
archive.mend()
kept = archive.sessions()
assert [stored.number for stored in kept] == [1, 2]
assert kept[1].size >= acknowledged.size and kept[1].readable
with open("/flash/sessions/000002.dgs", "rb") as log:
    assert log.read(acknowledged.size) == before

# With room again, what was left open is closed.
os.remove("/flash/filler")
archive.delete(kept[0])
left = archive.sessions()
assert [(stored.number, stored.sealed) for stored in left] == [(2, True)], left
with open("/flash/sessions/000002.dgs", "rb") as log:
    log = records.read_log(log.read())
assert log.fault is None and log.sealed
print("ok")
