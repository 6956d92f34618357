"""A flash that fails once in mid-batch: nothing is acknowledged behind the torn piece."""

import ramflash

from dosegauge_core import records
from unit import logfile
from unit import recorder as recorder_module
from unit.archive import Archive
from unit.recorder import FlashError

ramflash.mount()
archive = Archive(ramflash.Board())
archive.mend()
recorder = archive.begin()
recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
recorder.flush()
acknowledged = recorder.flushed_size


class TakesTwentyBytes:
    """The log's file, which takes a piece of a batch and then an error, as a full flash does."""

    def __init__(self, path):
        self._file = open(path, "ab")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def write(self, data):
        self._file.write(data[:20])
        raise OSError(28)


def fails_once(path, mode):
    del recorder_module.open
    return TakesTwentyBytes(path)


recorder_module.open = fails_once
recorder.event("alarm", "test", {})
for attempt in (
    recorder.flush,
    recorder.flush,
    lambda: recorder.append(records.EVENT, b"{}"),
    lambda: recorder.note("clock", "link", {}),
    lambda: recorder.seal("complete"),
):
    try:
        attempt()
        raise AssertionError("something was acknowledged behind a torn batch")
    except FlashError:
        pass
assert recorder.flushed_size == acknowledged and not recorder.sealed
with open(archive._path(1), "rb") as log:
    assert len(log.read()) == acknowledged + 20, "no torn piece: this tests nothing"
recorder.abandon()
archive.end()
assert logfile.scan(archive._path(1)).size == acknowledged

# What is noted waits for the next flush, but not more than memory holds.
recorder = archive.begin()
recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
recorder.flush()
size = recorder.flushed_size
noted = 0
while recorder.takes_notes():
    recorder.note("clock", "link", {})
    noted += 1
assert noted == 120, noted
assert recorder.flushed_size == size
recorder.flush()
assert recorder.flushed_size > size and recorder.takes_notes()
recorder.seal("complete")
archive.end()
assert logfile.scan(archive._path(2)).sealed

# A log that is sealed or given up takes nothing more.
given_up = archive.begin()
given_up.append_json(records.OPEN, {})
given_up.abandon()
archive.end()
for closed in (recorder, given_up):
    try:
        assert not closed.takes_notes()
        closed.append(records.EVENT, b"{}")
        raise AssertionError("a record for a closed log")
    except FlashError:
        pass
assert [stored.number for stored in archive.sessions()] == [1, 2]
print("ok")
