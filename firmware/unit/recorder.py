"""Writing one session log: nothing is "saved" before flush() has returned.

Records gather in memory and go to flash as one batch with its chain record: on an operator's
action, on an alarm, or after sixty records, since every flush costs about one flash erase.
"""

import os

from dosegauge_core import records

BATCH = 60
# More does not wait in memory while nothing is flushed, however often the clock is set.
MOST_WAITING = 2 * BATCH


class FlashError(Exception):
    """The flash did not take a batch; everything acknowledged before is still there."""


class Recorder:
    """Appends to one log. A log that exists already is continued from its verified end."""

    def __init__(
        self,
        path: "str",
        clock: "object",
        size: "int" = 0,
        sequence: "int" = 0,
        digest: "bytes" = b"",
    ) -> "None":
        self._clock = clock
        self._pending: "list[bytes]" = []
        self._sequence = sequence
        self.flushed_size = size
        self.digest = digest
        self.sealed = False
        # After a failed write the end of the file isn't known: nothing more is ever acknowledged.
        self._over = False
        self.on_record: "object" = None
        self._path = path
        # The preamble goes to flash with the first batch: a log without a record is never there.
        self._start = b"" if size else records.preamble()
        if self._start:
            self.digest = records.first_digest(self._start)

    def append(self, kind: "int", payload: "bytes") -> "None":
        """Add a record; the sixtieth unflushed one is flushed with all before it.

        FlashError once a flush has failed, and after seal() or abandon().
        """
        self._add(kind, payload)
        if len(self._pending) >= BATCH:
            self.flush()

    def note(self, what: "str", where: "str", members: "dict") -> "None":
        """An EVENT record that waits for the next flush: no erase while a telegram may come."""
        value = {"what": what, "where": where}
        value.update(members)
        self._add(records.EVENT, records.encode_json(value))

    def takes_notes(self) -> "bool":
        """Whether a note has room in memory until the next flush."""
        return not self._over and len(self._pending) < MOST_WAITING

    def _add(self, kind: "int", payload: "bytes") -> "None":
        self._require_open()
        time_ms = self._clock.unix_ms()
        clock_set = time_ms is not None
        stamp = time_ms if clock_set else self._clock.ticks_ms()
        data = records.encode(kind, self._sequence, stamp, clock_set, payload)
        self._pending.append(data)
        self._sequence += 1
        if self.on_record is not None:
            self.on_record(records.read_record(data, 0))

    def _require_open(self) -> "None":
        if self._over:
            raise FlashError("the log is closed, or the flash did not take an earlier batch")

    def append_json(self, kind: "int", value: "dict") -> "None":
        self.append(kind, records.encode_json(value))

    def event(self, what: "str", where: "str", members: "dict") -> "None":
        """An EVENT record: something that an auditor must know."""
        value = {"what": what, "where": where}
        value.update(members)
        self.append_json(records.EVENT, value)

    def flush(self) -> "None":
        """Bring all records to flash. FlashError when it does not take them, now or before."""
        self._require_open()
        if not self._pending:
            return
        batch = b"".join(self._pending)
        time_ms = self._clock.unix_ms()
        clock_set = time_ms is not None
        stamp = time_ms if clock_set else self._clock.ticks_ms()
        chain, digest = records.encode_chain(self.digest, batch, self._sequence, stamp, clock_set)
        self._write(self._start + batch + chain)
        self._start = b""
        self._pending = []
        self._sequence += 1
        self.digest = digest

    def _write(self, data: "bytes") -> "None":
        # Opened anew for each batch: while a file stays open that was opened when its folder's
        # block was just full, littlefs writes that block anew at every flush (an erase each).
        try:
            with open(self._path, "ab") as log:
                written = log.write(data)
                log.flush()
                if hasattr(os, "fsync"):
                    os.fsync(log.fileno())
        except OSError as error:
            self._over = True
            raise FlashError("flash write failed: {}".format(error))
        if written != len(data):
            self._over = True
            raise FlashError("flash full")
        self.flushed_size += len(data)

    def seal(self, status: "str") -> "None":
        """Close the session for good: complete, cancelled or interrupted."""
        self.append_json(records.SEAL, {"status": status, "records": self._sequence})
        self.flush()
        self.sealed = True
        self._over = True

    def abandon(self) -> "None":
        """Give the log up without another write; the next start closes the session."""
        self._over = True
        self._pending = []
