"""Questions to a unit and its checked answers (link version 1, see docs/formats.md)."""

import base64
import hashlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from dosegauge.link import answers
from dosegauge.link.faults import BadAnswer, NewerUnit, NoAnswer, UnitRefused
from dosegauge.link.transport import Transport
from dosegauge_core import linkline

LOG_VERSION = 1
LARGEST_READ = 65536
PLAN_PART_SIZE = 180  # bytes, 240 in base64
_LARGEST_SEQUENCE = 1 << 29
_ROUNDS_WITHOUT_END = 1000  # more answer lines than any question may have

Parsed = TypeVar("Parsed")


@dataclass(frozen=True)
class Timing:
    """How long to wait for the next line of an answer, and how often to ask."""

    answer_s: float = 2.0
    attempts: int = 4


@dataclass(frozen=True)
class ReadWindow:
    """Bytes of a log from the offset asked for, and what the unit says of the log now."""

    data: bytes
    size: int
    sealed: bool


@dataclass
class _Answer:
    lines: list[dict[str, object]]
    data: bytearray
    complete: bool


class UnitClient:
    """Talks to the unit behind one transport. Not safe for several threads at once.

    Raises LinkLost, NoAnswer, BadAnswer and UnitRefused (see `faults`).
    """

    def __init__(self, transport: Transport, timing: Timing | None = None) -> None:
        self._transport = transport
        self._timing = timing or Timing()
        # A late answer to an earlier program must not fit one of our questions.
        self._sequence = random.SystemRandom().randrange(_LARGEST_SEQUENCE)
        self.passed_over = 0

    @property
    def port(self) -> str:
        """The port's name."""
        return self._transport.port

    def close(self) -> None:
        """Closes the port."""
        self._transport.close()

    def __enter__(self) -> "UnitClient":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def hello(self) -> answers.UnitInfo:
        """Who is there; NewerUnit when this program is too old for it."""
        info = self._parsed(answers.unit_info, self._ask_one({"do": "hello"}))
        if info.link > linkline.LINK_VERSION:
            raise NewerUnit(self.port, "link", info.link, linkline.LINK_VERSION)
        if info.log > LOG_VERSION:
            raise NewerUnit(self.port, "log", info.log, LOG_VERSION)
        return info

    def sessions(self) -> list[answers.UnitSession]:
        """All sessions on the unit, by number."""
        found: list[answers.UnitSession] = []
        more = True
        while more:
            after = found[-1].number if found else 0
            lines, end = self._ask_list({"do": "list", "after": after})
            page = [self._parsed(answers.unit_session, line) for line in lines]
            for entry in page:
                if found and entry.number <= found[-1].number:
                    raise BadAnswer(self.port, "session numbers that do not rise")
                found.append(entry)
            more = bool(end.get("more")) and bool(page)
        return found

    def read(self, session: str, offset: int, size: int) -> ReadWindow:
        """At most 64 KiB of a session's flushed log from an offset."""
        wanted = min(size, LARGEST_READ)
        data = bytearray()
        silent_attempts = 0
        while True:
            question = {
                "do": "read",
                "session": session,
                "offset": offset + len(data),
                "size": wanted - len(data),
            }
            answer = self._attempt(question, offset + len(data))
            data += answer.data[: wanted - len(data)]
            if answer.complete:
                end = answers.Fields(answer.lines[-1])
                window = ReadWindow(
                    bytes(data),
                    self._parsed(end.whole, "size"),
                    self._parsed(end.flag, "sealed"),
                )
                if len(data) == min(wanted, max(0, window.size - offset)):
                    return window
            # An answer with a line missing: go on from the last byte that came in order.
            silent_attempts = 0 if answer.data else silent_attempts + 1
            if silent_attempts >= self._timing.attempts:
                raise NoAnswer(self.port)

    def delete(self, session: str, digest: str) -> None:
        """Deletes a sealed session whose log has this digest (hex)."""
        question: dict[str, object] = {"do": "delete", "session": session, "digest": digest}
        for attempt in range(self._timing.attempts):
            try:
                if self._attempt(question).complete:
                    return
            except UnitRefused as refusal:
                # The answer to an earlier attempt was lost: the session is gone as wished.
                if refusal.code == "no-session" and attempt:
                    return
                raise
        raise NoAnswer(self.port)

    def set_clock(self, unix_ms: Callable[[], int]) -> int | None:
        """Sets the unit's clock; the time it showed before, None when it was not set."""
        for _ in range(self._timing.attempts):
            answer = self._attempt({"do": "clock", "unix_ms": unix_ms()})
            if answer.complete:
                return self._parsed(answers.Fields(answer.lines[-1]).whole_or_none, "before_ms")
        raise NoAnswer(self.port)

    def put_plan(self, plan_id: str, plan: bytes) -> None:
        """Stores a compiled plan on the unit and makes sure that it is there."""
        sha256 = hashlib.sha256(plan).hexdigest()
        for _ in range(self._timing.attempts):
            if all(self._attempt(step).complete for step in _plan_steps(plan_id, plan, sha256)):
                break
        for stored in self.plans():
            if stored.id == plan_id and stored.sha256 == sha256:
                return
        raise NoAnswer(self.port)

    def plans(self) -> list[answers.UnitPlan]:
        """The plans on the unit."""
        lines, _ = self._ask_list({"do": "plans"})
        return [self._parsed(answers.unit_plan, line) for line in lines]

    def delete_plan(self, plan_id: str) -> None:
        """Deletes a plan that was sent to the unit; UnitRefused when it has none of that id."""
        for attempt in range(self._timing.attempts):
            try:
                if self._attempt({"do": "plan-delete", "id": plan_id}).complete:
                    return
            except UnitRefused as refusal:
                # The answer to an earlier attempt was lost: the plan is gone as wished.
                if refusal.code == "plan" and attempt:
                    return
                raise
        raise NoAnswer(self.port)

    def set_language(self, lang: str) -> None:
        """Sets the language of the unit's display, "zh" or "en"."""
        self._ask_one({"do": "language", "lang": lang})

    def self_test(self, *, run: bool) -> list[answers.UnitCheck]:
        """The checks of the unit's self-test: the last result, or of a new run."""
        lines, _ = self._ask_list({"do": "self-test", "run": run})
        return [self._parsed(answers.unit_check, line) for line in lines]

    def live(self) -> answers.LiveScreen:
        """What the unit's display shows."""
        return self._parsed(answers.live_screen, self._ask_one({"do": "live"}))

    def _ask_one(self, question: dict[str, object]) -> dict[str, object]:
        """The only line of an answer; asked again while none comes."""
        for _ in range(self._timing.attempts):
            answer = self._attempt(question)
            if answer.complete:
                return answer.lines[-1]
        raise NoAnswer(self.port)

    def _ask_list(
        self, question: dict[str, object]
    ) -> tuple[list[dict[str, object]], dict[str, object]]:
        """The lines of an answer and its end line; asked again while a line is missing."""
        for _ in range(self._timing.attempts):
            answer = self._attempt(question, ends_with_end=True)
            # The end line counts the lines, so that a lost one is noticed.
            if answer.complete and answer.lines[-1].get("lines") == len(answer.lines) - 1:
                return answer.lines[:-1], answer.lines[-1]
        raise NoAnswer(self.port)

    def _attempt(
        self,
        question: dict[str, object],
        data_offset: int | None = None,
        *,
        ends_with_end: bool = False,
    ) -> _Answer:
        """Asks once. What came until the answer was complete, or nothing came for too long.

        Data lines are kept as long as they follow each other from data_offset on.
        """
        self._sequence = (self._sequence + 1) % _LARGEST_SEQUENCE
        # An empty line first ends whatever a broken connection left in the unit's buffer.
        self._transport.write_line(b"\n")
        self._transport.write_line(linkline.encode_json(self._sequence, question))
        answer = _Answer([], bytearray(), complete=False)
        has_end = ends_with_end or data_offset is not None
        for message in self._messages(self._sequence):
            if message.kind == linkline.DATA:
                position, data = message.body
                if data_offset is not None and position == data_offset + len(answer.data):
                    answer.data += data
                continue
            self._refuse_error(message.body)
            answer.lines.append(message.body)
            if not has_end or message.body.get("end"):
                answer.complete = True
                break
        return answer

    def _messages(self, sequence: int) -> Iterator[linkline.Message]:
        """Our answer's lines until none comes for a while; other people's are passed over."""
        deadline = time.monotonic() + self._timing.answer_s
        count = 0
        while count < _ROUNDS_WITHOUT_END:
            lines = self._transport.read_lines(deadline)
            for line in lines:
                try:
                    message = linkline.decode(line)
                except linkline.LineError:
                    self.passed_over += 1
                    continue
                if message.sequence != sequence:
                    self.passed_over += 1
                    continue
                count += 1
                deadline = time.monotonic() + self._timing.answer_s
                yield message
            if time.monotonic() >= deadline:
                return

    def _refuse_error(self, body: dict[str, object]) -> None:
        if "error" in body:
            say = body.get("say")
            code = str(body["error"])
            raise UnitRefused(self.port, code, " ".join(str(say or code).split())[:200])
        if body.get("ok") != 1:
            raise BadAnswer(self.port, "neither ok nor error")

    def _parsed(self, parse: Callable[[Any], Parsed], value: object) -> Parsed:
        try:
            return parse(value)
        except ValueError as error:
            raise BadAnswer(self.port, str(error)) from error


def _plan_steps(plan_id: str, plan: bytes, sha256: str) -> Iterator[dict[str, object]]:
    yield {"do": "plan-begin", "id": plan_id, "size": len(plan), "sha256": sha256}
    for offset in range(0, len(plan), PLAN_PART_SIZE):
        part = plan[offset : offset + PLAN_PART_SIZE]
        yield {"do": "plan-part", "offset": offset, "data": base64.b64encode(part).decode()}
    yield {"do": "plan-end"}
