"""Follows a log as it arrives and lets through what its chain records cover."""

from dataclasses import dataclass

from dosegauge_core import records


@dataclass(frozen=True)
class ChainEnd:
    """Where a verified part of a log ends: bytes, chain digest, next record number, seal."""

    size: int
    digest: bytes
    next_record: int
    sealed: bool


START = ChainEnd(0, b"", 0, sealed=False)


class BrokenChain(ValueError):
    """Bytes that do not continue the log. `intact_records` tells whether the records' own CRCs
    are good: then it is another history, else damage."""

    def __init__(self, offset: int, reason: str, *, intact_records: bool) -> None:
        super().__init__(f"byte {offset}: {reason}")
        self.offset = offset
        self.intact_records = intact_records


class ChainFollower:
    """Takes the bytes of a log in order, from a verified end on."""

    def __init__(self, end: ChainEnd) -> None:
        self.end = end
        self._pending = b""
        self._scanned = 0
        self._next_record = end.next_record
        self._last_type = 0
        self._fault: BrokenChain | None = None

    @property
    def received(self) -> int:
        """Bytes of the log held so far, verified or waiting for their chain record."""
        return self.end.size + len(self._pending)

    def feed(self, data: bytes) -> bytes:
        """The bytes that are verified now; BrokenChain when what follows can't continue the log.

        What stands before the break is given first, the next call raises.
        records.LogError when the log is none of ours or of a newer version.
        """
        if self._fault is not None:
            raise self._fault
        self._pending += data
        verified = b""
        if not self.end.size:
            if len(self._pending) < records.PREAMBLE_SIZE:
                return b""
            verified = self._take_preamble()
        try:
            while (batch := self._next_batch()) is not None:
                verified += batch
        except BrokenChain as fault:
            if not verified:
                raise
            self._fault = fault
        return verified

    def _take_preamble(self) -> bytes:
        records.check_preamble(self._pending)
        start = self._pending[: records.PREAMBLE_SIZE]
        self._pending = self._pending[records.PREAMBLE_SIZE :]
        self.end = ChainEnd(len(start), records.first_digest(start), 0, sealed=False)
        return start

    def _next_batch(self) -> bytes | None:
        while (record := self._next_record_here()) is not None:
            if self.end.sealed:
                raise self._broken("a record after the seal", intact=True)
            if record.sequence != self._next_record:
                reason = f"record {record.sequence} where {self._next_record} is due"
                raise self._broken(reason, intact=True)
            self._next_record += 1
            self._scanned += record.size
            if record.type == records.CHAIN:
                return self._close_batch(record)
            self._last_type = record.type
        return None

    def _next_record_here(self) -> "records.Record | None":
        """The record at the scan position; None while it has not arrived whole."""
        left = len(self._pending) - self._scanned
        if left < records.HEADER_SIZE:
            return None
        length = int.from_bytes(self._pending[self._scanned : self._scanned + 2], "little")
        whole = records.HEADER_SIZE + length + records.CRC_SIZE
        if length <= records.LARGEST_PAYLOAD and left < whole:
            return None
        try:
            return records.read_record(self._pending, self._scanned)
        except ValueError as error:
            raise self._broken(str(error), intact=False) from error

    def _close_batch(self, chain: "records.Record") -> bytes:
        batch = self._pending[: self._scanned]
        covered = batch[: chain.offset + records.HEADER_SIZE]
        digest = records.chain_digest(self.end.digest, covered)
        if chain.payload != digest:
            raise self._broken("the chain does not continue", intact=True)
        self._pending = self._pending[self._scanned :]
        self._scanned = 0
        self.end = ChainEnd(
            self.end.size + len(batch), digest, self._next_record, self._last_type == records.SEAL
        )
        self._last_type = 0
        return batch

    def _broken(self, reason: str, *, intact: bool) -> BrokenChain:
        return BrokenChain(self.end.size + self._scanned, reason, intact_records=intact)
