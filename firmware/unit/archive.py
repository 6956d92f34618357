"""The sessions in flash: numbers, sizes, digests; mending after a cut; deleting."""

import os
from collections import namedtuple

from dosegauge_core import records
from unit import logfile
from unit.numbering import Numbering, is_epoch, whole_number
from unit.recorder import FlashError, Recorder

SUFFIX = ".dgs"
PART = ".part"
# A session begins only when this much is free, so that it can also be sealed: the longest built-in
# survey takes about 40 kB, and littlefs copies a block before it gives one back.
RESERVE_BYTES = 98304
_IS_FOLDER = 0x4000
# A log that is kept but can't be read (another format, damaged) has readable False.
Stored = namedtuple("Stored", ("number", "session", "size", "sealed", "digest", "readable"))


class Archive:
    """All sessions of this unit. `open_number` is the one being recorded, 0 for none."""

    def __init__(self, board: "object") -> "None":
        self._board = board
        self._folder = board.storage.root + "/sessions"
        _make_folder(self._folder)
        self._numbering = Numbering(self._folder, board.entropy)
        self.epoch = self._numbering.epoch
        self._stored: "dict" = {}
        self._unclosed: "list" = []
        self.recorder: "Recorder | None" = None
        self.open_number = 0

    def mend(self) -> "list":
        """Make every log whole after a start: drop torn tails, close what a cut interrupted.

        Returns (session, dropped bytes) of the sessions that were interrupted. One that can't be
        closed, because the flash is full, stays open with all that was acknowledged, and is closed
        once there is room.
        """
        for name in os.listdir(self._folder):
            if name.endswith(PART):
                _remove_if_file(self._folder + "/" + name)
        interrupted = []
        for number in self._numbers():
            try:
                dropped = self._mend_one(number)
            except OSError:
                self._keep_as_it_is(number)
                continue
            if dropped is not None:
                interrupted.append((self._stored[number].session, dropped))
        return interrupted

    def _mend_one(self, number: "int") -> "int | None":
        path = self._path(number)
        try:
            found = logfile.scan(path)
        except records.LogError:
            if os.stat(path)[6] < records.PREAMBLE_SIZE:
                os.remove(path)  # cut before anything was acknowledged; the number stays used
            else:
                self._keep_as_it_is(number)
            return None
        dropped = found.file_size - found.size
        if dropped and logfile.acknowledges_more(path, found.size):
            self._keep_as_it_is(number)
            return None
        if not found.sequence:
            os.remove(path)  # no acknowledged record: nobody was told that anything is saved
            return None
        session = self._own_id(number, found.session)
        self._stored[number] = Stored(
            number, session, found.size, found.sealed, found.digest, True
        )
        if found.sealed:
            return None
        self._close_interrupted(number, found)
        return dropped

    def _keep_as_it_is(self, number: "int") -> "None":
        """A log of another version or a damaged one: the host gets its bytes and judges."""
        path = self._path(number)
        try:
            found = os.stat(path)
        except OSError:
            return  # nothing is there under that name
        if found[0] & _IS_FOLDER:
            return
        session = self._own_id(number, logfile.own_session(path))
        self._stored[number] = Stored(number, session, found[6], False, b"", False)

    def _close_interrupted(self, number: "int", found: "logfile.Scan") -> "None":
        path = self._path(number)
        dropped = found.file_size - found.size
        try:
            if dropped:
                logfile.copy_prefix(path, path + PART, found.size)
                os.rename(path + PART, path)
            recorder = Recorder(path, self._board.clock, found.size, found.sequence, found.digest)
            try:
                recorder.event(
                    "interrupted", "start", {"dropped_bytes": dropped, "why": found.fault}
                )
                recorder.seal("interrupted")
            except FlashError:
                recorder.abandon()
                raise
        except (FlashError, OSError):
            self._unclosed.append(number)
            return
        session = self._own_id(number, found.session)
        self._stored[number] = Stored(
            number, session, recorder.flushed_size, True, recorder.digest, True
        )

    def close_left_open(self) -> "None":
        """Try again to close what could not be closed for want of room."""
        numbers, self._unclosed = self._unclosed, []
        for number in numbers:
            if number in self._stored:
                try:
                    self._mend_one(number)
                except OSError:
                    self._unclosed.append(number)

    def has_room(self) -> "bool":
        """Whether a session may begin."""
        return self._board.storage.free_bytes() >= RESERVE_BYTES

    def begin(self) -> "Recorder":
        """A new, empty session; its number was never used before, whatever was deleted since."""
        number = self._numbering.take(max([0] + self._numbers()) + 1)
        self.open_number = number
        self.recorder = Recorder(self._path(number), self._board.clock)
        return self.recorder

    def end(self) -> "None":
        """The session that was recorded is closed, or given up with what is flushed of it."""
        recorder, number = self.recorder, self.open_number
        self.recorder = None
        self.open_number = 0
        if recorder is not None and recorder.flushed_size:
            self._stored[number] = Stored(
                number,
                self.session_id(number),
                recorder.flushed_size,
                recorder.sealed,
                recorder.digest,
                True,
            )
            if not recorder.sealed:
                self._unclosed.append(number)

    def session_id(self, number: "int") -> "str":
        """Unit, the flash's epoch and number: never the same twice, even after a reformat."""
        return "{}-{}-{:06d}".format(self._board.unit_id, self.epoch, number)

    def _own_id(self, number: "int", claimed: "str") -> "str":
        """The id in a log's opening record, which may be of an earlier epoch of this flash.

        Whatever else stands there is no id of this unit and number; the host compares.
        """
        start, end = self._board.unit_id + "-", "-{:06d}".format(number)
        epoch = claimed[len(start) : -len(end)]
        if is_epoch(epoch) and claimed == start + epoch + end:
            return claimed
        return self.session_id(number)

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
        self.close_left_open()

    def _path(self, number: "int") -> "str":
        return "{}/{:06d}{}".format(self._folder, number, SUFFIX)

    def _numbers(self) -> "list":
        """The numbers of all logs; what else lies in the folder is left alone."""
        found = []
        for name in os.listdir(self._folder):
            number = whole_number(name[: -len(SUFFIX)]) if name.endswith(SUFFIX) else 0
            if number and self._path(number) == self._folder + "/" + name:
                found.append(number)
        return sorted(found)


def _remove_if_file(path: "str") -> "None":
    try:
        os.remove(path)
    except OSError:
        pass  # a folder of that name is nobody's log


def _make_folder(path: "str") -> "None":
    try:
        os.stat(path)
    except OSError:
        os.mkdir(path)
