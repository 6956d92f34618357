"""A flash that fails once in mid-batch: nothing is acknowledged behind the torn piece."""

import ramflash

from dosegauge_core import records
from unit import logfile
from unit.archive import Archive
from unit.recorder import FlashError

ramflash.mount()
archive = Archive(ramflash.Board())
archive.mend()
recorder = archive.begin()
recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
recorder.flush()
acknowledged = recorder.flushed_size


class FailsOnce:
    """The log's file, which takes a piece of one batch and then an error, as a full flash does."""

    def __init__(self, file):
        self._file = file
        self.failed = False

    def write(self, data):
        if not self.failed:
            self.failed = True
            self._file.write(data[:20])
            self._file.flush()
            raise OSError(28)
        return self._file.write(data)

    def __getattr__(self, name):
        return getattr(self._file, name)


recorder._file = FailsOnce(recorder._file)
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
recorder.abandon()
archive.end()
assert logfile.scan(archive._path(1)).size == acknowledged

# What is noted waits for the next flush, however much waits already.
recorder = archive.begin()
recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
recorder.flush()
size = recorder.flushed_size
for _ in range(100):
    recorder.note("clock", "link", {})
assert recorder.flushed_size == size
recorder.flush()
assert recorder.flushed_size > size
recorder.seal("complete")
archive.end()
assert logfile.scan(archive._path(2)).sealed
print("ok")
