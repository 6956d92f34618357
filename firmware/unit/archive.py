"""The sessions in flash: numbers, sizes, digests; mending after a cut; deleting."""

import os
from collections import namedtuple

from dosegauge_core import records
from unit import logfile
from unit.recorder import Recorder

SUFFIX = ".dgs"
PART = ".part"
# A log that is kept but can't be read (another format, damaged) has readable False.
Stored = namedtuple("Stored", ("number", "session", "size", "sealed", "digest", "readable"))


class Archive:
    """All sessions of this unit. `open_number` is the one being recorded, 0 for none."""

    def __init__(self, board: "object") -> "None":
        self._board = board
        self._folder = board.storage.root + "/sessions"
        _make_folder(self._folder)
        self._stored: "dict" = {}
        self.recorder: "Recorder | None" = None
        self.open_number = 0

    def mend(self) -> "list":
        """Make every log whole after a start: drop torn tails, close what a cut interrupted.

        Returns (session, dropped bytes) of the sessions that were interrupted.
        """
        interrupted = []
        for name in os.listdir(self._folder):
            if name.endswith(PART):
                os.remove(self._folder + "/" + name)
        for number in self._numbers():
            dropped = self._mend_one(number)
            if dropped is not None:
                interrupted.append((self.session_id(number), dropped))
        return interrupted

    def _mend_one(self, number: "int") -> "int | None":
        path = self._path(number)
        if os.stat(path)[6] < records.PREAMBLE_SIZE:
            os.remove(path)  # cut before anything was acknowledged; the number stays used
            return None
        try:
            found = logfile.scan(path)
        except records.LogError:
            self._keep_as_it_is(number)
            return None
        dropped = None
        if found.file_size > found.size and logfile.acknowledges_more(path, found.size):
            self._keep_as_it_is(number)
            return None
        if not found.sealed:
            dropped = found.file_size - found.size
            if dropped:
                logfile.copy_prefix(path, path + PART, found.size)
                os.rename(path + PART, path)
            self._close_interrupted(path, found, dropped)
            found = logfile.scan(path)
        self._remember(number, found.size, found.sealed, found.digest)
        return dropped

    def _keep_as_it_is(self, number: "int") -> "None":
        """A log of another version or a damaged one: the host gets its bytes and judges."""
        size = os.stat(self._path(number))[6]
        self._stored[number] = Stored(number, self.session_id(number), size, False, b"", False)

    def _close_interrupted(self, path: "str", found: "logfile.Scan", dropped: "int") -> "None":
        recorder = Recorder(path, self._board.clock, found.size, found.sequence, found.digest)
        recorder.event("interrupted", "start", {"dropped_bytes": dropped, "why": found.fault})
        recorder.seal("interrupted")

    def begin(self) -> "Recorder":
        """A new, empty session; its number was never used before, whatever was deleted since."""
        number = self._take_number()
        self.open_number = number
        self.recorder = Recorder(self._path(number), self._board.clock)
        return self.recorder

    def end(self) -> "None":
        """The session that was recorded is closed."""
        recorder = self.recorder
        if recorder is not None:
            self._remember(
                self.open_number, recorder.flushed_size, recorder.sealed, recorder.digest
            )
        self.recorder = None
        self.open_number = 0

    def _remember(self, number: "int", size: "int", sealed: "bool", digest: "bytes") -> "None":
        self._stored[number] = Stored(number, self.session_id(number), size, sealed, digest, True)

    def session_id(self, number: "int") -> "str":
        return "{}-{:06d}".format(self._board.unit_id, number)

    def sessions(self) -> "list":
        """All sessions, oldest first, the one being recorded with what is flushed of it."""
        found = [self._stored[number] for number in sorted(self._stored)]
        recorder = self.recorder
        if recorder is not None and recorder.flushed_size:
            found.append(
                Stored(
                    self.open_number,
                    self.session_id(self.open_number),
                    recorder.flushed_size,
                    recorder.sealed,
                    recorder.digest,
                    True,
                )
            )
        return found

    def find(self, session: "str") -> "Stored | None":
        for stored in self.sessions():
            if stored.session == session:
                return stored
        return None

    def open_for_reading(self, stored: "Stored") -> "object":
        return open(self._path(stored.number), "rb")

    def delete(self, stored: "Stored") -> "None":
        os.remove(self._path(stored.number))
        del self._stored[stored.number]

    def _path(self, number: "int") -> "str":
        return "{}/{:06d}{}".format(self._folder, number, SUFFIX)

    def _numbers(self) -> "list":
        names = [name for name in os.listdir(self._folder) if name.endswith(SUFFIX)]
        return sorted([int(name[: -len(SUFFIX)]) for name in names])

    def _take_number(self) -> "int":
        path = self._folder + "/next"
        number = 1
        try:
            with open(path) as counter:
                number = int(counter.read())
        except (OSError, ValueError):
            pass
        number = max([number] + [stored + 1 for stored in self._numbers()])
        with open(path + PART, "w") as counter:
            counter.write(str(number + 1))
            counter.flush()
        os.rename(path + PART, path)
        return number


def _make_folder(path: "str") -> "None":
    try:
        os.stat(path)
    except OSError:
        os.mkdir(path)
