"""Readers of what comes from outside: lines, logs, plans, telegrams, answers, results.

Real samples are mutated, guided by the lines that they reach; of logs and link lines also with
CRCs and chain records computed again, so that the code behind them is reached too. Whatever comes
in, a reader returns or refuses by the exceptions that it documents, in bounded time and memory.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from dosegauge.evaluation import evaluate_session
from dosegauge.link import answers
from dosegauge.store.chain import START, BrokenChain, ChainFollower
from dosegauge.verification import verify_raw
from dosegauge_core import linkline, records, result_record
from dosegauge_core.telegrams import TelegramError, multidos, opto, pulses
from tests.faults.guided import LARGEST_INPUT, Target, explore, fault_of, memory_faults
from tests.faults.logs import entries, rebuilt
from tests.faults.mutators import (
    framed,
    line_of,
    mutate_bytes,
    mutate_json,
    mutate_log,
    replacements,
)
from tests.faults.outcome import Effort, Outcome
from tests.link.logs import depth_log
from tests.reports import logs as reports

CAMPAIGN = "parsers"
FIRMWARE = Path(__file__).resolve().parents[2] / "firmware"
_FEWEST_ROUNDS = 150
_SAMPLED_MEMORY = 20
_DEEP = b"[" * (LARGEST_INPUT // 2) + b"]" * (LARGEST_INPUT // 2)
_HELLO = {
    "unit": "DG-1",
    "board": "pico",
    "firmware": "0.1.0",
    "core": "0.1.0",
    "core_hash": "ab" * 32,
    "link": 1,
    "log": 1,
    "clock_ms": None,
    "ticks_ms": 5,
    "free_bytes": 100000,
    "protected": True,
    "state": "idle",
    "epoch": "e1",
}
_ANSWERS: tuple[tuple[Callable[[dict], object], dict], ...] = (
    (answers.unit_info, _HELLO),
    (
        answers.unit_session,
        {"session": "DG-1-1", "number": 1, "size": 8, "sealed": False, "digest": "0" * 64},
    ),
    (
        answers.unit_plan,
        {"id": "p", "procedure": "hole-depth", "sha256": "0" * 64, "builtin": True},
    ),
    (answers.live_screen, {"screen": "home", "lines": ["a", "b"]}),
)


def run(effort: Effort) -> list[Outcome]:
    """Every reader; the effort's share scales the number of mutations."""
    outcomes = []
    for target in targets():
        rounds = max(_FEWEST_ROUNDS, round(target.rounds * min(1.0, effort.share)))
        found = explore(target, rounds, effort.seed)
        failures = [f"seed {effort.seed}: {failure}" for failure in found.failures]
        tried = found.tried
        outcomes.append(Outcome(CAMPAIGN, target.name, tried, tried - len(failures), failures))
        inputs = [*target.large, *found.kept[-_SAMPLED_MEMORY:]]
        faults = memory_faults(target, inputs)
        what = target.name + ": memory"
        outcomes.append(Outcome(CAMPAIGN, what, len(inputs), len(inputs) - len(faults), faults))
    return [*outcomes, *_replaced(effort)]


def _replaced(effort: Effort) -> list[Outcome]:
    """Every value of the JSON in logs and plans, replaced by every odd one."""
    evaluation, plan = (_named(name) for name in ("evaluation", "plan"))
    tried: dict[str, list[str]] = {}
    for raw in (depth_log().data, reports.kerma_log(), _short_survey()):
        content = entries(raw)
        for number, (kind, payload) in enumerate(content):
            if kind in (records.READING, records.CHAIN):
                continue
            for changed in effort.chosen(list(replacements(payload))):
                whole = [*content[:number], (kind, changed), *content[number + 1 :]]
                if len(changed) <= records.LARGEST_PAYLOAD:
                    fault = fault_of(evaluation, rebuilt(whole))
                    what = f"record {number}: {fault} {changed[:200]!r}" if fault else ""
                    tried.setdefault("values in records", []).append(what)
    for sample in plan.samples:
        for changed in effort.chosen(list(replacements(sample))):
            tried.setdefault("values in plans", []).append(fault_of(plan, changed))
    outcomes = []
    for name, faults in tried.items():
        failures = [fault for fault in faults if fault]
        outcomes.append(
            Outcome(CAMPAIGN, name, len(faults), len(faults) - len(failures), failures)
        )
    return outcomes


def _named(name: str) -> Target:
    return next(target for target in targets() if target.name == name)


def targets() -> list[Target]:
    """What is called and with which samples."""
    return [*_link_targets(), *_log_targets(), *_telegram_targets(), *_json_targets()]


def _link_targets() -> list[Target]:
    lines = [linkline.encode_json(1, {"do": "hello"}), linkline.encode_data(7, 512, b"abc")]
    sequences = (b"1_0", b"+5", b"-0", b"\t7", b"07", b"4294967295", b"4294967296", b"")
    lines += [line_of(b"J{}", sequence) for sequence in sequences]
    refused = (linkline.LineError,)
    file = ("dosegauge_core/linkline.py",)
    large = (b"~1c " * (LARGEST_INPUT // 4), b"~" * LARGEST_INPUT, line_of(b"J" + _DEEP[:300]))
    return [
        Target("link line", file, linkline.decode, refused, lines, mutate_bytes, 20000, large),
        Target("link line, CRC right", file, _decode, refused, lines, framed(mutate_json), 20000),
        Target(
            "line splitter",
            file,
            _split,
            (),
            [b"".join(lines)],
            mutate_bytes,
            5000,
            (b"\n" * LARGEST_INPUT, b"x" * LARGEST_INPUT, b"\r\n" * (LARGEST_INPUT // 2)),
        ),
    ]


def _decode(line: bytes) -> None:
    message = linkline.decode(line)
    # The number stands there as its digits: a host compares it with what it asked.
    fields = line.rstrip(b"\r\n")[line.rindex(b"~") :].split(b" ")
    assert fields[1].isdigit(), fields[1]
    assert 0 <= message.sequence <= linkline.LARGEST_SEQUENCE


def _split(data: bytes) -> None:
    splitter = linkline.LineSplitter()
    found: list[bytes] = []
    for begin in range(0, len(data), 100):
        found += splitter.feed(data[begin : begin + 100])
    assert all(line and b"\n" not in line for line in found)
    assert all(len(line) <= linkline.LONGEST_LINE + 100 for line in found)


def _log_targets() -> list[Target]:
    raw, kerma = depth_log().data, reports.kerma_log()
    small = depth_log(sealed=False).data
    damaged = [raw, small, raw[:-5], records.preamble()]
    refused = (records.LogError,)
    core, host = "dosegauge_core/records.py", ("dosegauge/evaluation.py", "dosegauge/readings.py")
    behind = (
        *host,
        "dosegauge_core/ledger.py",
        "dosegauge_core/depth.py",
        "dosegauge_core/depth_budget.py",
        "dosegauge_core/kerma.py",
        "dosegauge_core/kerma_rate.py",
        "dosegauge_core/result_record.py",
    )
    empty_records = rebuilt([(records.EVENT, b"{}")] * 3000)
    zeros = records.preamble() + bytes(LARGEST_INPUT - 8)
    large = (empty_records, zeros, records.preamble() + b"\xff" * (LARGEST_INPUT - 8))
    logs = [raw, small, kerma, _short_survey()]
    return [
        Target("log", (core,), records.read_log, refused, damaged, mutate_bytes, 6000, large),
        Target(
            "reading record",
            (core,),
            records.decode_reading,
            (ValueError,),
            [records.reading_payload(0, 1, -12345, b"raw"), b"\0\0" + b"\xff" * 12],
            mutate_bytes,
            20000,
            (b"\x80" * LARGEST_INPUT,),
        ),
        Target(
            "JSON record",
            (core,),
            _json_record,
            (ValueError,),
            [b'{"step":1,"id":"a","by":"Li","list":[1,2]}', b"[]", b"1"],
            mutate_json,
            8000,
            (_DEEP, b'{"a":' + b"9" * 5000 + b"}", b'{"a":"' + b"x" * 60000 + b'"}'),
        ),
        Target(
            "chain follower",
            ("dosegauge/store/chain.py",),
            _follow,
            (BrokenChain, records.LogError),
            damaged,
            mutate_bytes,
            5000,
            large,
        ),
        Target(
            "chain follower, chain right",
            ("dosegauge/store/chain.py",),
            _follow,
            (BrokenChain, records.LogError),
            [raw],
            mutate_log,
            1500,
        ),
        Target("evaluation", behind, evaluate_session, refused, logs, mutate_log, 6000, large),
        Target(
            "verification",
            ("dosegauge/verification.py", *host),
            verify_raw,
            refused,
            [raw, small, raw[:-5], raw[4:]],
            mutate_bytes,
            3000,
            large,
        ),
        Target(
            "verification, chain right",
            ("dosegauge/verification.py", *host),
            verify_raw,
            refused,
            logs,
            mutate_log,
            3000,
        ),
    ]


def _short_survey() -> bytes:
    """A survey under way: a whole one takes too long to be computed thousands of times."""
    builder = reports.LogBuilder(reports.plan("micro-ct-leakage"), "DG-1-0003")
    for step in builder.plan["steps"][:2]:
        builder.dwell(step["id"], 40, 5)
        builder.flush()
    return builder.log(result=False)


def _json_record(payload: bytes) -> None:
    records.decode_json(records.Record(0, 0, records.EVENT, 0, 0, True, payload))


def _follow(data: bytes) -> None:
    follower = ChainFollower(START)
    verified = b""
    try:
        for begin in range(0, len(data), 300):
            verified += follower.feed(data[begin : begin + 300])
    finally:
        assert data.startswith(verified)
        assert follower.end.size == len(verified)


def _telegram_targets() -> list[Target]:
    refused = (TelegramError,)
    gauge = opto.with_parity("+000.0071\r") * 2
    signless = opto.with_parity("   0.0071") + opto.END
    dose = [reports.telegram("1.520"), reports.telegram("0.000", "D0"), b"E01\r\n", b"DUGy/min"]
    return [
        Target(
            "gauge telegram",
            ("telegrams/opto.py",),
            lambda raw: opto.value_nm(raw, 4),
            refused,
            [gauge, signless, opto.with_parity("ERR3\r")],
            mutate_bytes,
            20000,
            (opto.END * LARGEST_INPUT, gauge * 3000),
        ),
        Target(
            "dosimeter telegram",
            ("telegrams/multidos.py",),
            _dosimeter,
            refused,
            dose,
            mutate_bytes,
            20000,
            (dose[0] * 800,),
        ),
        Target(
            "pulse sample",
            ("telegrams/pulses.py",),
            pulses.parse,
            refused,
            [pulses.encode(5, 9)],
            mutate_bytes,
            5000,
            (bytes(LARGEST_INPUT),),
        ),
    ]


def _dosimeter(raw: bytes) -> None:
    refusals = []
    for read in (
        multidos.refuse_error,
        multidos.parse_unit,
        lambda line: multidos.value_femto(line, 0),
        lambda line: multidos.value_femto(line, 1),
    ):
        try:
            read(raw)
        except TelegramError as error:
            refusals.append(error)
    if refusals:
        raise refusals[-1]


def _json_targets() -> list[Target]:
    deep = (_DEEP, b"9" * LARGEST_INPUT, b'{"parts":' + _DEEP + b"}")
    sheet = json.loads(_result_json())
    return [
        _plan_target(),
        Target(
            "unit's answers",
            ("dosegauge/link/answers.py",),
            _answer,
            (ValueError,),
            [json.dumps(sample).encode() for _, sample in _ANSWERS],
            mutate_json,
            10000,
            (json.dumps({**_HELLO, "unit": "a" * 60000}).encode(),),
        ),
        Target(
            "result records",
            ("dosegauge_core/result_record.py",),
            _result,
            (ValueError,),
            [json.dumps(sheet).encode(), json.dumps(sheet * 2).encode()],
            mutate_json,
            10000,
            deep,
        ),
    ]


def _plan_target() -> Target:
    if str(FIRMWARE) not in sys.path:
        sys.path.append(str(FIRMWARE))
    from unit.plan_check import PlanError, check_for_use

    plans = [path.read_bytes() for path in sorted((FIRMWARE / "unit" / "plans").glob("*.json"))]

    def check(data: bytes) -> None:
        plan = check_for_use(data)
        # True is 1 on CPython, but no number on the unit.
        assert plan["plan"] is not True
        for step in plan["steps"]:
            for name in ("channel", "seconds", "limit_nm", "whole", "decimals"):
                counts = step["kind"] != "entry" or name in ("whole", "decimals")
                assert not counts or step.get(name) is not True, name

    return Target(
        "plan",
        ("unit/plan_check.py", "dosegauge_core/plan_rules.py"),
        check,
        (PlanError,),
        plans,
        mutate_json,
        12000,
        (_DEEP, b"[" * 1700 + b"]" * 1700, b"9" * LARGEST_INPUT),
    )


def _object(data: bytes) -> dict:
    """What a reader is given: link and log let nothing else than an object through."""
    try:
        value = json.loads(data)
    except RecursionError:
        raise ValueError from None
    if not isinstance(value, dict):
        raise ValueError
    return value


def _answer(data: bytes) -> None:
    answer = _object(data)
    refusals = []
    for read, _ in _ANSWERS:
        try:
            read(answer)
        except ValueError as error:
            refusals.append(error)
    if refusals:
        raise refusals[-1]


def _result_json() -> bytes:
    log = records.read_log(depth_log().data)
    parts = [records.decode_json(found) for found in log.records if found.type == records.RESULT]
    return json.dumps(parts).encode()


def _result(data: bytes) -> None:
    parts = _object(b'{"parts":' + data + b"}").get("parts")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise ValueError
    figures, verdicts = result_record.read_parts(parts)
    texts = [cell for row in (*figures, *verdicts) for cell in row[:3]]
    assert all(isinstance(text, str) for text in texts)
