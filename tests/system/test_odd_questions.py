"""Whatever arrives on the link, the next question is answered."""

import json
import time

import pytest
import serial

from dosegauge.link.finder import connect
from dosegauge_core import linkline
from tests.system.conftest import Bench

ODD = [
    '{"do": "clock", "unix_ms": 1e999}',
    '{"do": "clock", "unix_ms": -9999999999999}',
    '{"do": "clock", "unix_ms": 281474976710656}',
    '{"do": "clock", "unix_ms": true}',
    '{"do": "clock", "unix_ms": "12"}',
    '{"do": "clock"}',
    '{"do": "list", "after": 1e999}',
    '{"do": "list", "after": null}',
    '{"do": "plan-begin", "size": 1e999, "sha256": "x"}',
    '{"do": "plan-part", "offset": 0, "data": 5}',
    '{"do": "plan-end"}',
    '{"do": "plan-delete", "id": ["x"]}',
    '{"do": "read", "session": {}, "offset": -1, "size": -1}',
    '{"do": "read", "session": "' + "x" * 300 + '", "offset": 0, "size": 1}',
    '{"do": "delete", "session": 7, "digest": 8}',
    '{"do": "language", "lang": "klingon"}',
    '{"do": {"deep": [[[[[[1]]]]]]}}',
    "{}",
]


ANSWERED_WITHIN_S, SILENT_FOR_S = 20.0, 0.4


def ask_raw(
    bench: Bench, line: bytes, within_s: float = ANSWERED_WITHIN_S
) -> list[dict[str, object]]:
    """What the unit answers to a raw line: up to a silence after the first answer, or nothing
    within that time."""
    answered = b""
    until_s = time.monotonic() + within_s
    with serial.serial_for_url(bench.unit.port, timeout=SILENT_FOR_S) as port:
        port.write(line)
        while True:
            part = port.read(2000)
            answered += part
            silent = not part and answers_in(answered)
            if silent or time.monotonic() > until_s:
                return answers_in(answered)


def answers_in(received: bytes) -> list[dict[str, object]]:
    found = []
    for text in received.split(b"\n"):
        try:
            found.append(linkline.decode(text).body)
        except linkline.LineError:
            continue
    return found


@pytest.mark.parametrize("question", ODD)
def test_an_odd_question_is_refused_and_the_next_one_answered(bench: Bench, question: str) -> None:
    line = linkline.encode_json(5, {"x": 1})
    payload = b"J" + question.encode()
    line = linkline._encode(5, payload)
    (answer,) = ask_raw(bench, line)
    assert "error" in answer
    with connect(bench.unit.port) as client:
        assert client.hello().unit == bench.unit.unit_id
    bench.require_no_trace()


def test_a_sequence_number_beyond_32_bits_is_no_line_of_ours(bench: Bench) -> None:
    body = b"~1c " + b"9" * 300 + b" SnsiZG8iOiAiaGVsbG8ifQ=="
    import binascii

    assert ask_raw(bench, body + b" %08x\n" % binascii.crc32(body), SILENT_FOR_S) == []
    with connect(bench.unit.port) as client:
        client.hello()


def test_a_refused_clock_leaves_the_time_as_it_was(bench: Bench) -> None:
    with connect(bench.unit.port) as client:
        before = client.hello().clock_ms
    ask_raw(bench, linkline.encode_json(9, {"do": "clock", "unix_ms": 5}))
    with connect(bench.unit.port) as client:
        after = client.hello().clock_ms
    assert before is not None
    assert after is not None
    assert 0 <= after - before < 60_000


def test_flash_is_not_written_while_a_measurement_runs(fresh_bench: Bench) -> None:
    unit = fresh_bench.unit
    unit.measure(["mri-hole-depth"])
    unit.change(lambda world: unit.operator.hold_at("ask:outside-90"))
    unit.begin(["mri-hole-depth"])
    unit.wait_for(lambda world: unit.operator.held, 30)
    questions: list[dict[str, object]] = [
        {"do": "plan-end"},
        {"do": "plan-delete", "id": "x"},
    ]
    with connect(unit.port) as client:
        (first, _running) = client.sessions()
    questions.append({"do": "delete", "session": first.session, "digest": first.digest})
    for question in questions:
        (answer,) = ask_raw(fresh_bench, linkline.encode_json(3, question))
        assert answer["error"] == "busy", json.dumps(answer)
