"""Re-derives everything of a stored session and says where it does not hold."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dosegauge.evaluation import Discrepancy, SessionEvaluation, evaluate_session
from dosegauge.store import Store
from dosegauge.store.session_store import NotedEnd, StoredPiece, altered_members
from dosegauge_core import records


@dataclass(frozen=True)
class Damage:
    """Bytes begin to end (not included) are not what they were. `record` is the number of the
    damaged record, the first of several side by side, or None; `kind` is its type, "preamble",
    "batch" or "piece"."""

    begin: int
    end: int
    record: int | None
    kind: str
    reason: str


@dataclass(frozen=True)
class Verification:
    """What was checked and what did not hold. `evaluation` is None when the log can't be read."""

    size: int
    damages: list[Damage]
    evaluation: SessionEvaluation | None

    @property
    def discrepancies(self) -> list[Discrepancy]:
        """Where the unit's readings, figures or verdicts differ from the re-derived ones."""
        return self.evaluation.discrepancies if self.evaluation else []

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.damages and not self.discrepancies and self.evaluation is not None


def verify_raw(raw: bytes) -> Verification:
    """Checks a log as a file holds it. records.LogError when it is none or of a newer version."""
    damages = log_damages(raw)
    try:
        evaluation = evaluate_session(raw)
    except records.LogError:
        # A log that lost its first bytes is still known by its records.
        if not _names_itself_damaged(raw):
            raise
        evaluation = None
    return Verification(len(raw), damages, evaluation)


def verify_session(store: Store, identity: str) -> Verification:
    """Checks a session of a store: all bytes, what was noted on their receipt, the numbers."""
    pieces = store.pieces(identity)
    verification = verify_stored(pieces, store.noted_ends(identity))
    altered = altered_members(store.find(identity), b"".join(piece.data for piece in pieces))
    if altered:
        reason = f"the store's list says otherwise than the log: {', '.join(altered)}"
        verification.damages.append(Damage(0, verification.size, None, "session", reason))
    return verification


def verify_stored(
    pieces: list[StoredPiece], noted: Sequence[NotedEnd] | None = None
) -> Verification:
    """Checks a session's pieces, with the digests and ends noted when they were received.

    noted None: the ends are not known; a store that holds pieces without an end has lost it.
    """
    raw = b"".join(piece.data for piece in pieces)
    damages = log_damages(raw) + _piece_damages(pieces) + _end_damages(pieces, noted or ())
    if pieces and noted is not None and not noted:
        reason = "the store has lost how far it once held this session"
        damages.append(Damage(0, len(raw), None, "piece", reason))
    try:
        evaluation = evaluate_session(raw)
    except records.LogError:
        evaluation = None
    return Verification(len(raw), damages, evaluation)


def _piece_damages(pieces: list[StoredPiece]) -> list[Damage]:
    found = []
    expected = 0
    for piece in pieces:
        end = piece.offset + len(piece.data)
        if piece.offset != expected:
            found.append(Damage(expected, piece.offset, None, "piece", "bytes are missing"))
        if hashlib.sha256(piece.data).hexdigest() != piece.sha256:
            reason = "the SHA-256 noted on receipt does not match"
            found.append(Damage(piece.offset, end, None, "piece", reason))
        expected = end
    chained = _chain_ends(pieces)
    for piece in [] if found else pieces:
        end = piece.offset + len(piece.data)
        chain = chained.get(end, _ChainEnd("", False, -1))
        reason = ""
        if chain.digest != piece.chain_digest:
            reason = "the chain digest noted on receipt does not match"
        elif (len(piece.data), chain.next_record) != (piece.size, piece.next_record):
            reason = "size or number of records noted on receipt do not match"
        elif chain.sealed != piece.sealed:
            reason = "the seal noted on receipt does not match"
        if reason:
            found.append(Damage(0, end, None, "piece", reason))
            break
    return found


class _ChainEnd(NamedTuple):
    """What the bytes themselves give at an end of a batch."""

    digest: str
    sealed: bool
    next_record: int


def _chain_ends(pieces: list[StoredPiece]) -> dict[int, _ChainEnd]:
    """The ends of all batches by offset; nothing when the bytes are no log."""
    raw = b"".join(piece.data for piece in pieces)
    try:
        log = records.read_log(raw)
    except records.LogError:
        return {}
    start = records.first_digest(raw[: records.PREAMBLE_SIZE])
    ends = {records.PREAMBLE_SIZE: _ChainEnd(start.hex(), False, 0)}
    for record in log.records:
        if record.type == records.CHAIN:
            end = record.offset + record.size
            is_last = end == log.verified_size
            ends[end] = _ChainEnd(
                record.payload.hex(), log.sealed and is_last, record.sequence + 1
            )
    return ends


def _end_damages(pieces: list[StoredPiece], noted: Sequence[NotedEnd]) -> list[Damage]:
    """Where the pieces do not reach, or reach otherwise than noted: a piece that is gone leaves
    no trace among the others."""
    found = []
    digests = {piece.offset + len(piece.data): piece.chain_digest for piece in pieces}
    stored = max(digests, default=0)
    chained = _chain_ends(pieces) if noted else {}
    longest = max((end.size for end in noted), default=0)
    if longest > stored:
        reason = f"{longest} bytes were stored once, {stored} are left"
        found.append(Damage(stored, longest, None, "piece", reason))
    for end in noted:
        if end.size > stored:
            continue
        chain = chained.get(end.size)
        sealed = end.sealed if chain is None else chain.sealed
        if digests.get(end.size) != end.digest or sealed != end.sealed:
            reason = "the session ended otherwise here once"
            found.append(Damage(0, end.size, None, "piece", reason))
            break
    return found


def log_damages(raw: bytes) -> list[Damage]:
    """Every damaged place of a log, in order; none when the whole log holds."""
    return _Scan(raw).damages


def _names_itself_damaged(raw: bytes) -> bool:
    """Whether bytes without a good preamble are a damaged log: they have no version of their own
    and at least one intact record."""
    newer = raw[: len(records.MAGIC)] == records.MAGIC and raw[4:5] != bytes(
        (records.FORMAT_VERSION,)
    )
    return not newer and next_intact(raw, 0, 0) < len(raw)


def next_intact(raw: bytes, offset: int, sequence: int) -> int:
    """Where the next intact record begins whose number is `sequence` or higher; the log's end when
    there is none."""
    for position in range(offset, len(raw) - records.HEADER_SIZE - records.CRC_SIZE + 1):
        # Cheap questions first: nearly every place is ruled out before its CRC is computed.
        if raw[position + 1] << 8 > records.LARGEST_PAYLOAD:
            continue
        if int.from_bytes(raw[position + 3 : position + 7], "little") < sequence:
            continue
        try:
            records.read_record(raw, position)
        except ValueError:
            continue
        return position
    return len(raw)


class _Scan:
    """Reads on behind a damaged record, so that one damage does not hide the next."""

    def __init__(self, raw: bytes) -> None:
        self.damages: list[Damage] = []
        self._raw = raw
        try:
            records.check_preamble(raw)
        except records.LogError as error:
            self._note(0, records.PREAMBLE_SIZE, None, "preamble", str(error))
        self._digest = records.first_digest(records.preamble())
        self._batch_begin = records.PREAMBLE_SIZE
        self._batch_intact = True
        self._expected = 0
        self._last_type = 0
        self._sealed = False
        offset = records.PREAMBLE_SIZE
        while offset < len(raw):
            offset = self._step(offset)
        if self._batch_begin < len(raw) and self._batch_intact:
            reason = "records without a chain record"
            self._note(self._batch_begin, len(raw), None, "batch", reason)

    def _step(self, offset: int) -> int:
        """The offset behind the record, or behind what should have been one."""
        try:
            record = records.read_record(self._raw, offset)
        except ValueError as error:
            return self._skip_damaged(offset, str(error))
        end = offset + int(record.size)
        kind = records.TYPE_NAMES.get(record.type, f"type {record.type}")
        if record.sequence != self._expected:
            reason = f"record {record.sequence} where {self._expected} is due"
            self._note(offset, end, record.sequence, kind, reason)
            self._batch_intact = False
        elif record.type not in records.TYPE_NAMES:
            self._note(offset, end, record.sequence, kind, "a record of unknown type")
        elif self._sealed:
            self._note(offset, end, record.sequence, kind, "a record after the seal")
        self._expected = record.sequence + 1
        if record.type == records.CHAIN:
            self._close_batch(record)
        else:
            self._last_type = record.type
        return end

    def _skip_damaged(self, offset: int, reason: str) -> int:
        end = next_intact(self._raw, offset + 1, self._expected)
        kind_byte = self._raw[offset + 2] & ~records.CLOCK_NOT_SET if offset + 2 < end else 0
        kind = records.TYPE_NAMES.get(kind_byte, "unknown")
        self._note(offset, end, self._expected, kind, reason)
        self._batch_intact = False
        if end < len(self._raw):
            self._expected = records.read_record(self._raw, end).sequence
        return end

    def _close_batch(self, chain: "records.Record") -> None:
        batch = self._raw[self._batch_begin : chain.offset + records.HEADER_SIZE]
        end = chain.offset + chain.size
        if self._batch_intact and records.chain_digest(self._digest, batch) != chain.payload:
            reason = "the chain record does not match the records before it"
            self._note(self._batch_begin, end, chain.sequence, "batch", reason)
        self._digest = bytes(chain.payload)
        self._batch_begin = end
        self._batch_intact = True
        self._sealed = self._sealed or self._last_type == records.SEAL
        self._last_type = 0

    def _note(self, begin: int, end: int, record: int | None, kind: str, reason: str) -> None:
        self.damages.append(Damage(begin, end, record, kind, reason))
