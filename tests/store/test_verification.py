"""verify finds any changed byte of a stored log and says which bytes, which record, which type."""

import hashlib
import json
import sqlite3
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosegauge.evaluation import evaluate_session
from dosegauge.store import Store
from dosegauge.store.session_store import NotedEnd, StoredPiece
from dosegauge.verification import log_damages, verify_raw, verify_session, verify_stored
from dosegauge_core import records
from tests.faults.logs import changed
from tests.link.logs import LogBuilder, depth_log, long_log
from tests.store.test_store import add, open_with_unit

LOG = depth_log()
RECORDS = records.read_log(LOG.data).records


def altered(data: bytes, position: int, change: int) -> bytes:
    return data[:position] + bytes((data[position] ^ change,)) + data[position + 1 :]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("procedure", "'air-kerma-rate'"),
        ("plan_id", "'another'"),
        ("opened_ms", "opened_ms + 1"),
        ("clock_set", "NOT clock_set"),
        ("number", "number + 1"),
    ],
)
def test_the_list_of_sessions_is_compared_with_the_logs(member, value, tmp_path) -> None:
    path = tmp_path / "store.sqlite"
    add(open_with_unit(path), LOG, 0, len(LOG.data))
    (row,) = Store.open(path).sessions()
    assert verify_session(Store.open(path), row.id).ok
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE sessions SET {member} = {value}")
    connection.close()
    (damage,) = verify_session(Store.open(path), row.id).damages
    assert member in damage.reason


def test_an_untouched_log_holds() -> None:
    verification = verify_raw(LOG.data)
    assert verification.ok
    assert verification.damages == []
    assert verification.discrepancies == []


def test_annex_d_gives_the_depth_that_the_draft_never_prints() -> None:
    # methods.md 3.4 and 3.7: t = 0.1039 mm, U = 5.3 um (k = 2), nu_eff = 3, U95 = 8.5 um
    evaluation = evaluate_session(LOG.data).evaluation
    assert evaluation is not None
    printed = {figure.key: figure.text for figure in evaluation.figures}
    assert (printed["t"], printed["U"], printed["nu_eff"], printed["U95"]) == (
        "0.1039",
        "5.3",
        "3",
        "8.5",
    )


def test_every_single_altered_byte_is_found_and_located() -> None:
    for position in range(len(LOG.data)):
        change = 1 << position % 8
        damages = log_damages(altered(LOG.data, position, change))
        assert len(damages) == 1, position
        damage = damages[0]
        assert damage.begin <= position < damage.end, position
        if position < records.PREAMBLE_SIZE:
            assert (damage.kind, damage.record) == ("preamble", None)
            continue
        record = next(found for found in RECORDS if position < found.offset + found.size)
        assert (damage.begin, damage.end) == (record.offset, record.offset + record.size)
        assert damage.record == record.sequence
        # When the type byte itself is altered nobody can tell what it was.
        if position != record.offset + 2:
            assert damage.kind == records.TYPE_NAMES[record.type]


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(RECORDS), min_size=2, max_size=4))
def test_one_damage_does_not_hide_the_next(damaged: "set[records.Record]") -> None:
    chosen = sorted(damaged, key=lambda record: record.offset)
    # Two damaged records side by side are one damage: nothing stands between them.
    if any(first.sequence + 1 == second.sequence for first, second in pairwise(chosen)):
        return
    data = LOG.data
    for record in chosen:
        data = altered(data, record.offset + record.size - 1, 0x10)
    assert [damage.record for damage in log_damages(data)] == [
        record.sequence for record in chosen
    ]


LARGEST_CHANGES = 12


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.integers(0, len(LOG.data) - 1),
        st.integers(1, 255),
        min_size=1,
        max_size=LARGEST_CHANGES,
    )
)
def test_of_many_altered_bytes_every_one_is_located_and_nothing_else(
    changes: dict[int, int],
) -> None:
    data = LOG.data
    for position, change in changes.items():
        data = altered(data, position, change)
    located = set()
    for damage in log_damages(data):
        located |= set(range(damage.begin, damage.end))
    expected = set()
    if any(position < records.PREAMBLE_SIZE for position in changes):
        expected |= set(range(records.PREAMBLE_SIZE))
    for record in RECORDS:
        whole = range(record.offset, record.offset + record.size)
        if any(position in whole for position in changes):
            expected |= set(whole)
    assert located == expected


def test_a_torn_stretch_of_any_length_ends_at_the_next_intact_record() -> None:
    for first in range(0, len(RECORDS) - 4, 3):
        begin, end = RECORDS[first].offset, RECORDS[first + 3].offset
        data = LOG.data[:begin] + b"\xff" * (end - begin) + LOG.data[end:]
        assert [(damage.begin, damage.end) for damage in log_damages(data)] == [(begin, end)]


def test_a_file_that_lost_its_first_bytes_is_judged_by_its_records() -> None:
    verification = verify_raw(b"\0" * records.PREAMBLE_SIZE + LOG.data[records.PREAMBLE_SIZE :])
    assert [damage.kind for damage in verification.damages] == ["preamble"]
    assert not verification.ok


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(LOG.data) - 1))
def test_a_log_cut_at_any_byte_is_damaged_or_open_and_never_evaluated_wrong(cut: int) -> None:
    data = LOG.data[:cut]
    if cut < records.PREAMBLE_SIZE:
        assert log_damages(data)
        return
    verification = verify_raw(data)
    assert verification.evaluation is not None
    assert not verification.evaluation.log.sealed
    if cut not in (records.PREAMBLE_SIZE, *LOG.ends):
        assert verification.damages
        assert verification.evaluation.evaluation is None


def test_a_batch_whose_records_were_forged_with_good_crcs_is_found() -> None:
    reading = next(record for record in RECORDS if record.type == records.READING)
    forged = records.encode(
        reading.type,
        reading.sequence,
        reading.time_ms,
        reading.clock_set,
        reading.payload[:-1] + b"\x00",
    )
    data = LOG.data[: reading.offset] + forged + LOG.data[reading.offset + reading.size :]
    damages = log_damages(data)
    assert [damage.kind for damage in damages] == ["batch"]
    assert damages[0].begin <= reading.offset < damages[0].end


def test_a_reading_whose_value_is_not_in_its_raw_bytes_is_named() -> None:
    plan = evaluate_session(LOG.data).plan
    log = LogBuilder()
    log.open(plan)
    log.add_json(records.STEP, {"step": 1, "id": "outside-0", "repeat": 0, "by": "Li"})
    reading = next(record for record in RECORDS if record.type == records.READING)
    raw = records.decode_reading(reading.payload).raw
    log.add(records.READING, records.reading_payload(0, 1, 100, raw))
    log.flush()
    verification = verify_raw(log.data)
    assert not verification.ok
    assert [found.subject for found in verification.discrepancies] == ["reading 3"]


def test_a_unit_that_showed_another_figure_is_named() -> None:
    log = LogBuilder()
    for record in RECORDS:
        if record.type == records.CHAIN:
            log.flush()
        else:
            payload = record.payload.replace(b'"0.1039"', b'"0.1038"')
            log.add(record.type, payload)
    verification = verify_raw(log.data)
    assert verification.damages == []
    assert [
        (found.subject, found.unit_says, found.host_says) for found in verification.discrepancies
    ] == [("t", "0.1038 mm", "0.1039 mm")]


def pieces_of(log: LogBuilder) -> list[StoredPiece]:
    found = []
    for begin, end in pairwise([0, *log.ends]):
        data = log.data[begin:end]
        read = records.read_log(log.data[:end])
        digest, hashed = read.digest.hex(), hashlib.sha256(data).hexdigest()
        noted = (len(data), read.records[-1].sequence + 1, read.sealed)
        found.append(StoredPiece(begin, data, hashed, digest, *noted))
    return found


def test_stored_pieces_hold() -> None:
    assert verify_stored(pieces_of(LOG)).ok


@pytest.mark.parametrize(
    "change",
    [
        lambda piece: replace(piece, sha256="0" * 64),
        lambda piece: replace(piece, chain_digest="0" * 64),
        lambda piece: replace(piece, size=piece.size + 1),
        lambda piece: replace(piece, next_record=piece.next_record + 1),
        lambda piece: replace(piece, sealed=not piece.sealed),
        lambda piece: replace(piece, offset=piece.offset + 1),
    ],
)
def test_an_altered_note_of_the_last_piece_is_found(change: object) -> None:
    pieces = pieces_of(LOG)
    assert callable(change)
    pieces[-1] = change(pieces[-1])
    verification = verify_stored(pieces)
    assert not verification.ok
    assert verification.damages[-1].kind == "piece"


def test_an_altered_chain_digest_of_any_piece_is_found() -> None:
    for index in range(len(pieces_of(LOG))):
        pieces = pieces_of(LOG)
        pieces[index] = replace(pieces[index], chain_digest="0" * 64)
        assert [damage.kind for damage in verify_stored(pieces).damages] == ["piece"]


def test_a_seal_that_was_noted_otherwise_is_found() -> None:
    for index in range(len(LOG.ends)):
        ends = ends_of(LOG)
        ends[index] = replace(ends[index], sealed=not ends[index].sealed)
        assert [damage.kind for damage in verify_stored(pieces_of(LOG), ends).damages] == ["piece"]


def test_a_figure_or_verdict_that_the_unit_tells_twice_is_a_discrepancy() -> None:
    for name, row in (("figures", ["t", "0.9999", "mm"]), ("verdicts", ["depth", "fail", "x"])):

        def told_twice(payload: bytes, name: str = name, row: list[str] = row) -> bytes:
            part = json.loads(payload)
            # A reader that keeps the last one of each subject would see nothing odd.
            part[name].insert(0, [part[name][0][0], *row[1:]])
            return json.dumps(part).encode()

        number = next(record.sequence for record in RECORDS if record.type == records.RESULT)
        verification = verify_raw(changed(LOG.data, number, told_twice))
        assert verification.damages == []
        assert len(verification.discrepancies) == 1


def test_a_missing_piece_is_found() -> None:
    pieces = pieces_of(LOG)
    del pieces[3]
    assert not verify_stored(pieces).ok


def ends_of(log: LogBuilder) -> list[NotedEnd]:
    digests = [piece.chain_digest for piece in pieces_of(log)]
    return [
        NotedEnd(end, digest, end == log.ends[-1], "")
        for end, digest in zip(log.ends, digests, strict=True)
    ]


def test_a_last_piece_that_is_gone_is_found() -> None:
    assert verify_stored(pieces_of(LOG), ends_of(LOG)).ok
    verification = verify_stored(pieces_of(LOG)[:-2], ends_of(LOG))
    assert not verification.ok
    assert [(damage.begin, damage.end) for damage in verification.damages] == [
        (LOG.ends[-3], LOG.ends[-1])
    ]
    assert not verify_stored([], ends_of(LOG)).ok


def test_a_session_that_ended_otherwise_once_is_found() -> None:
    ends = ends_of(LOG)
    ends[2] = replace(ends[2], digest="0" * 64)
    assert [damage.kind for damage in verify_stored(pieces_of(LOG), ends).damages] == ["piece"]


def test_a_broken_off_session_holds_and_says_why_it_has_no_result() -> None:
    verification = verify_raw(long_log(batches=2).data)
    assert verification.ok
    assert verification.evaluation is not None
    assert verification.evaluation.status == "cancelled"
    assert verification.evaluation.not_evaluated
