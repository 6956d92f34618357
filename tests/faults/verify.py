"""Verification of changed logs: any changed bit, byte, record, digest or printed figure is found.

Every bit of one session's log is turned, every byte deleted, doubled or exchanged with the next,
and the same is tried at many places of the other logs. Records are exchanged, batches cut, and
the unit's figures and verdicts rewritten with all CRCs and chain records computed again.

What can't be found, because the bytes left are a good log and nothing else is known:

- in a bare file, the loss of whole batches at its end: what is left is a session under way (the
  end that a store noted tells, and is tried here);
- in a bare file, another history whose CRCs and chain are computed again, as long as readings,
  raw bytes and results agree with each other (the digest that a store noted tells);
- the order of the rows within a result, and the time of receipt of a noted end, which nothing
  repeats. A result's `core` is told but not judged: an older unit may be right.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

from dosegauge.store.session_store import NotedEnd, StoredPiece
from dosegauge.verification import verify_raw, verify_stored
from dosegauge_core import records
from tests.faults.logs import changed, entries
from tests.faults.outcome import Effort, Outcome
from tests.link.logs import depth_log, long_log
from tests.reports import logs as reports

CAMPAIGN = "verify"
# So many places of the large logs are tried in a whole campaign.
SAMPLED = 1500
Case = tuple[str, Callable[[], bool]]  # where, and whether the change is found there


def run(effort: Effort) -> list[Outcome]:
    """Every kind of change; a part of the places by the effort's share."""
    small = depth_log().data
    kinds = {
        "depth": reports.depth_log(),
        "kerma": reports.kerma_log(),
        "leakage": reports.leakage_log(),
    }
    few = Effort(min(1.0, effort.share), effort.seed)
    return [
        _tried("turned bits, every one", _bits(small, effort)),
        _tried("bytes deleted, every one", _bytes(small, effort, _deleted)),
        _tried("bytes doubled, every one", _bytes(small, effort, _doubled)),
        _tried("neighbouring bytes exchanged", _bytes(small, effort, _exchanged)),
        _tried("turned bits of a long log", _bits(long_log().data, _thinned(effort, 39174 * 8))),
        *[
            _tried(f"turned bits of a {name} log", _bits(raw, _thinned(effort, len(raw) * 8)))
            for name, raw in kinds.items()
        ],
        _tried("records exchanged", _records_exchanged(small, few)),
        _tried("batches cut, with the noted end", _cuts(small, few)),
        _tried("figures and verdicts rewritten", _rewritten(kinds, few)),
        _tried("result rows lost or added", _rows(kinds, few)),
        _tried("noted digests, offsets and ends", _noted(small, effort)),
    ]


def _thinned(effort: Effort, places: int) -> Effort:
    return Effort(min(1.0, effort.share * SAMPLED / places), effort.seed)


def _tried(what: str, cases: Iterable[Case]) -> Outcome:
    tried, failures = 0, []
    for where, is_found in cases:
        tried += 1
        try:
            if not is_found():
                failures.append(f"{where}: not found")
        except Exception as error:
            failures.append(f"{where}: {type(error).__name__}: {error}")
    return Outcome(CAMPAIGN, what, tried, tried - len(failures), failures)


def _found(raw: bytes, place: int | None = None) -> bool:
    """Whether verification refuses the log, or names a damage (that covers the place)."""
    try:
        verification = verify_raw(raw)
    except records.LogError:
        return True
    if verification.ok:
        return False
    return place is None or any(
        damage.begin <= place < damage.end for damage in verification.damages
    )


def _bits(raw: bytes, effort: Effort) -> Iterable[Case]:
    for place in effort.chosen(range(len(raw) * 8)):
        at, bit = divmod(place, 8)
        turned = raw[:at] + bytes((raw[at] ^ 1 << bit,)) + raw[at + 1 :]
        yield f"byte {at} bit {bit}", lambda turned=turned, at=at: _found(turned, at)


def _bytes(raw: bytes, effort: Effort, alter: Callable[[bytes, int], bytes]) -> Iterable[Case]:
    for at in effort.chosen(range(len(raw))):
        altered = alter(raw, at)
        if altered != raw:
            yield f"byte {at}", lambda altered=altered: _found(altered)


def _deleted(raw: bytes, at: int) -> bytes:
    return raw[:at] + raw[at + 1 :]


def _doubled(raw: bytes, at: int) -> bytes:
    return raw[: at + 1] + raw[at:]


def _exchanged(raw: bytes, at: int) -> bytes:
    return raw[:at] + raw[at : at + 2][::-1] + raw[at + 2 :]


def _records_exchanged(raw: bytes, effort: Effort) -> Iterable[Case]:
    for first, second in effort.chosen(list(pairwise(records.read_log(raw).records))):
        end = second.offset + second.size
        altered = (
            raw[: first.offset]
            + raw[second.offset : end]
            + raw[first.offset : second.offset]
            + raw[end:]
        )
        yield f"records {first.sequence}, {second.sequence}", lambda a=altered: _found(a)


def _stored(raw: bytes) -> tuple[list[StoredPiece], list[NotedEnd]]:
    """The log as a store holds it that received it batch by batch."""
    log = records.read_log(raw)
    pieces, ends, begin = [], [], 0
    for record in log.records:
        if record.type == records.CHAIN:
            end = record.offset + record.size
            data, digest = raw[begin:end], record.payload.hex()
            sealed, hashed = log.sealed and end == len(raw), hashlib.sha256(data).hexdigest()
            noted = (len(data), record.sequence + 1, sealed)
            pieces.append(StoredPiece(begin, data, hashed, digest, *noted))
            ends.append(NotedEnd(end, digest, sealed, "2026-03-01"))
            begin = end
    return pieces, ends


def _cuts(raw: bytes, effort: Effort) -> Iterable[Case]:
    pieces, ends = _stored(raw)
    for kept in effort.chosen(range(len(pieces))):
        for noted in (ends, ends[-1:]):
            yield (
                f"{kept} of {len(pieces)} batches kept",
                lambda kept=kept, noted=noted: not verify_stored(pieces[:kept], noted).ok,
            )


def _results(raw: bytes) -> Iterable[tuple[int, str, int]]:
    """Record number, list and row of everything that a unit printed."""
    for number, (kind, payload) in enumerate(entries(raw)):
        if kind == records.RESULT:
            part = json.loads(payload)
            for name in ("figures", "verdicts"):
                yield from ((number, name, row) for row in range(len(part[name])))


def _discrepant(raw: bytes) -> bool:
    """Whether the bytes hold and a figure or verdict is told as different."""
    verification = verify_raw(raw)
    return not verification.damages and not verification.ok and bool(verification.discrepancies)


def _edited(edit: Callable[[dict], None]) -> Callable[[bytes], bytes]:
    def change(payload: bytes) -> bytes:
        part = json.loads(payload)
        edit(part)
        return json.dumps(part).encode()

    return change


def _rewritten(kinds: dict[str, bytes], effort: Effort) -> Iterable[Case]:
    for label, raw in kinds.items():
        # Each verification of a survey computes it again, which takes a while.
        share = effort.share / 10 if label == "leakage" else effort.share
        places = [(*place, cell) for place in _results(raw) for cell in range(3)]
        for number, name, row, cell in Effort(share, effort.seed).chosen(places):

            def edit(part: dict, name: str = name, row: int = row, cell: int = cell) -> None:
                text = part[name][row][cell]
                last = "8" if text[-1:] == "9" else "9"
                part[name][row][cell] = text[:-1] + last

            yield (
                f"{label} record {number} {name} {row} cell {cell}",
                lambda raw=raw, n=number, edit=edit: _discrepant(changed(raw, n, _edited(edit))),
            )


def _rows(kinds: dict[str, bytes], effort: Effort) -> Iterable[Case]:
    for label, raw in kinds.items():
        share = effort.share / 20 if label == "leakage" else effort.share
        for number, name, row in Effort(share, effort.seed).chosen(list(_results(raw))):

            def lose(part: dict, name: str = name, row: int = row) -> None:
                del part[name][row]

            def contradict(part: dict, name: str = name, row: int = row) -> None:
                key, text, unit = part[name][row]
                part[name].insert(row, [key, text + "9", unit])

            for edit in (lose, contradict):
                yield (
                    f"{label} record {number} {name} {row} {edit.__name__}",
                    lambda raw=raw, n=number, e=edit: _discrepant(changed(raw, n, _edited(e))),
                )


def _noted(raw: bytes, effort: Effort) -> Iterable[Case]:
    pieces, ends = _stored(raw)
    cases: list[Case] = []

    def piece(index: int, what: str, altered: StoredPiece) -> None:
        held = [*pieces[:index], altered, *pieces[index + 1 :]]
        cases.append((f"piece {index} {what}", lambda: not verify_stored(held).ok))
        cases.append((f"piece {index} {what}, ends", lambda: not verify_stored(held, ends).ok))

    def end(index: int, what: str, altered: NotedEnd) -> None:
        noted = [*ends[:index], altered, *ends[index + 1 :]]
        cases.append((f"end {index} {what}", lambda: not verify_stored(pieces, noted).ok))

    for index, held in enumerate(pieces):
        for bit in range(512):
            where = f"bit {bit}"
            piece(index, "sha256 " + where, replace(held, sha256=_turned(held.sha256, bit)))
            digest = _turned(held.chain_digest, bit)
            piece(index, "chain digest " + where, replace(held, chain_digest=digest))
        for bit in range(32):
            piece(index, f"offset bit {bit}", replace(held, offset=held.offset ^ 1 << bit))
            piece(index, f"size bit {bit}", replace(held, size=held.size ^ 1 << bit))
            number = held.next_record ^ 1 << bit
            piece(index, f"next record bit {bit}", replace(held, next_record=number))
        piece(index, "seal", replace(held, sealed=not held.sealed))
    for index, noted in enumerate(ends):
        for bit in range(512):
            end(index, f"digest bit {bit}", replace(noted, digest=_turned(noted.digest, bit)))
        for bit in range(32):
            end(index, f"size bit {bit}", replace(noted, size=noted.size ^ 1 << bit))
        end(index, "seal", replace(noted, sealed=not noted.sealed))
    yield from effort.chosen(cases)


def _turned(text: str, bit: int) -> str:
    at = bit // 8
    return text[:at] + chr(ord(text[at]) ^ 1 << bit % 8) + text[at + 1 :]
