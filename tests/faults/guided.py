"""Mutation of real samples that keeps what reaches new lines of the code under test.

A target's samples are mutated; an input that runs a line that none ran before joins the samples.
A call may return or refuse by the target's documented exceptions, within a time of the processor.
"""

import random
import signal
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

LONGEST_CALL_S = 2.0
LARGEST_INPUT = 1 << 16
LARGEST_MEMORY = 64 << 20
# No input may grow by mutation beyond this: that would be slow and show nothing new.
_GROWN = 8192
_STACKED = 4  # so many mutations on top of each other, at most

Mutate = Callable[[random.Random, bytes, list[bytes]], bytes]


class TooLong(BaseException):
    """A call that did not end in its time; no handler in the code under test may stop it."""


@dataclass(frozen=True)
class Target:
    """What is called, with what, and how it may refuse. `files` are ends of the paths of the
    files whose lines count; `large` are further inputs for time and memory; `rounds` mutations
    are tried in a whole campaign."""

    name: str
    files: tuple[str, ...]
    call: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    samples: list[bytes]
    mutate: Mutate
    rounds: int
    large: tuple[bytes, ...] = ()


@dataclass
class Found:
    """What a run tried, the lines that it reached, and what failed."""

    tried: int
    lines: int
    kept: list[bytes]
    failures: list[str]


def explore(target: Target, rounds: int, seed: int) -> Found:
    """Mutates the target's samples; the same seed tries the same inputs."""
    source = random.Random(f"{target.name} {seed}")
    coverage = _Coverage(target.files)
    pool: list[bytes] = []
    failures: dict[str, str] = {}
    tried = 0
    for number in range(len(target.samples) + len(target.large) + rounds):
        if number < len(target.samples):
            data = target.samples[number]
        elif number < len(target.samples) + len(target.large):
            data = target.large[number - len(target.samples)]
        else:
            # What was found last is where new lines are.
            recent = pool[-8:] if source.random() < 0.4 else pool
            data = source.choice(recent)
            for _ in range(source.randint(1, _STACKED)):
                data = target.mutate(source, data, pool)[:_GROWN]
        tried += 1
        fault = coverage.run(target, data)
        if fault:
            failures.setdefault(fault.split("|")[0], f"{fault.replace('|', ': ')} {data[:160]!r}")
        if coverage.new and len(data) <= _GROWN:
            pool.append(data)
    return Found(tried, len(coverage.lines), pool, list(failures.values()))


def memory_faults(target: Target, inputs: list[bytes]) -> list[str]:
    """The inputs whose call holds more memory at once than it may."""
    faults = []
    for data in inputs:
        tracemalloc.start()
        try:
            fault = fault_of(target, data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        if fault or peak > LARGEST_MEMORY:
            faults.append(fault or f"{peak} bytes of memory for {data[:80]!r}")
    return faults


class _Coverage:
    def __init__(self, files: tuple[str, ...]) -> None:
        self.lines: set[tuple[str, int]] = set()
        self.new = False
        self._files = files
        self._wanted: dict[str, bool] = {}

    def run(self, target: Target, data: bytes) -> str:
        before = len(self.lines)
        earlier = sys.gettrace()
        sys.settrace(self._enter)
        try:
            fault = fault_of(target, data)
        finally:
            sys.settrace(earlier)
        self.new = len(self.lines) > before
        return fault

    def _enter(self, frame: FrameType, _event: str, _argument: object) -> object:
        name = frame.f_code.co_filename
        if name not in self._wanted:
            self._wanted[name] = name.endswith(self._files)
        return self._line if self._wanted[name] else None

    def _line(self, frame: FrameType, _event: str, _argument: object) -> object:
        self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


def fault_of(target: Target, data: bytes) -> str:
    """ "" when the call returned or refused as documented; else "kind|what"."""
    # Time of this process, not of the day: another program may hold the processor.
    signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2 * LONGEST_CALL_S)
    began_s = time.process_time()
    try:
        target.call(data)
    except target.refusals:
        pass
    except TooLong:
        return "too long|no end"
    except Exception as error:
        return f"{type(error).__name__} {_place(error)}|{str(error)[:120]}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    took_s = time.process_time() - began_s
    return f"too long|{took_s:.1f} s" if took_s > LONGEST_CALL_S else ""


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TooLong
