"""Session numbers are never used twice, logs of another version are kept, damage is not hidden."""

import os

import ramflash

from dosegauge_core import records
from unit.archive import Archive

ramflash.mount()
board = ramflash.Board(unix_ms=None)


def one_session(archive):
    recorder = archive.begin()
    recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
    recorder.seal("complete")
    archive.end()


archive = Archive(board)
one_session(archive)
one_session(archive)
first, second = archive.sessions()
assert (first.number, second.number) == (1, 2)
archive.delete(second)
archive.delete(first)
archive = Archive(board)
assert archive.mend() == [] and archive.sessions() == []
one_session(archive)
assert [stored.number for stored in archive.sessions()] == [3]

# The time of a unit whose clock was never set says so.
with open("/flash/sessions/000003.dgs", "rb") as log:
    data = log.read()
assert not records.read_log(data).records[0].clock_set

# A newer format: kept as it is, listed, not touched.
with open("/flash/sessions/000009.dgs", "wb") as log:
    log.write(b"DGSL\x02\x01\x00\x00and more")
archive = Archive(board)
archive.mend()
assert os.stat("/flash/sessions/000009.dgs")[6] == 16
assert [(stored.number, stored.readable) for stored in archive.sessions()] == [
    (3, True),
    (9, False),
]
one_session(archive)
assert [stored.number for stored in archive.sessions()][-1] == 10

# A sealed log with a flipped byte is not mended: it stays as it is, and is listed as damaged.
damaged = bytearray(data)
damaged[40] ^= 1
with open("/flash/sessions/000003.dgs", "wb") as log:
    log.write(damaged)
archive = Archive(board)
archive.mend()
with open("/flash/sessions/000003.dgs", "rb") as log:
    assert log.read() == bytes(damaged)
stored = archive.find("VU-TEST-beef-000003")
assert not stored.readable, stored
print("ok")
