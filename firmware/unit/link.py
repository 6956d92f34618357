"""The link service: answers the host's questions (docs/formats.md, "Link lines").

It runs beside a measurement and never waits for the host: an answer that the host does not take
is dropped, and the host asks again.
"""

import binascii
import hashlib

from aio import sleep_ms
from dosegauge_core import CORE_VERSION, linkline, records
from unit import FIRMWARE_VERSION
from unit.identity import answers, core_hash, revision
from unit.plan_check import LARGEST_PLAN, PlanError
from unit.recorder import FlashError

LARGEST_READ = 65536
SESSIONS_PER_LIST = 16
# 2020-01-01 and 2100-01-01: another time of day is a mistake.
EARLIEST_CLOCK_MS = 1577836800000
LATEST_CLOCK_MS = 4102444800000
LONGEST_SAY = 150
LARGEST_PART = 240
# Between so many data lines the unit's other tasks get their turn.
LINES_PER_TURN = 8


class Refused(Exception):
    """A question that gets an error answer."""

    def __init__(self, code: "str", say: "str") -> "None":
        super().__init__(say)
        self.code = code
        self.say = say


class HostGone(Exception):
    """The host does not take what is written."""


class LinkService:
    """One task that reads questions from the board's link and writes the answers."""

    def __init__(
        self, board: "object", archive: "object", shelf: "object", unit: "object"
    ) -> "None":
        self._board = board
        self._archive = archive
        self._shelf = shelf
        self._unit = unit
        self._incoming: "dict" = {}
        self._questions = {
            "hello": self._hello,
            "list": self._list,
            "read": self._read,
            "delete": self._delete,
            "clock": self._clock,
            "plan-begin": self._plan_begin,
            "plan-part": self._plan_part,
            "plan-end": self._plan_end,
            "plan-delete": self._plan_delete,
            "plans": self._plans,
            "live": self._live,
            "language": self._language,
            "self-test": self._self_test,
        }

    async def serve(self) -> "None":
        """Answer questions until the task is cancelled."""
        splitter = linkline.LineSplitter()
        while True:
            for line in splitter.feed(await self._board.link.read()):
                try:
                    message = linkline.decode(line)
                except linkline.LineError:
                    continue  # somebody's typing, or a line that was damaged on the way
                if message.kind == linkline.JSON:
                    await self._answer(message.sequence, message.body)

    async def _answer(self, sequence: "int", question: "dict") -> "None":
        try:
            action = self._questions.get(str(question.get("do")))
            if action is None:
                raise Refused("unknown", "no such question")
            await action(sequence, question)
        except HostGone:
            return
        except Refused as refusal:
            self._refuse(sequence, refusal.code, refusal.say)
        except FlashError as error:
            self._refuse(sequence, "full", str(error))
        except OSError as error:
            self._refuse(sequence, "io", "flash: {}".format(error))
        except Exception as error:
            # Whatever a question holds, the next one must find the service alive.
            self._refuse(sequence, "bad-range", "odd question: {}".format(error))

    def _refuse(self, sequence: "int", code: "str", say: "str") -> "None":
        value = {"error": code, "say": say[:LONGEST_SAY]}
        self._board.link.write(linkline.encode_json(sequence, value))

    def _send(self, sequence: "int", value: "dict") -> "None":
        if not self._board.link.write(linkline.encode_json(sequence, value)):
            raise HostGone()

    async def _hello(self, sequence: "int", question: "dict") -> "None":
        board = self._board
        found = {
            "ok": 1,
            "unit": board.unit_id,
            "board": board.name,
            "firmware": FIRMWARE_VERSION,
            "revision": revision(),
            "core": CORE_VERSION,
            "core_hash": core_hash(),
            "link": linkline.LINK_VERSION,
            "log": records.FORMAT_VERSION,
            "clock_ms": board.clock.unix_ms(),
            "ticks_ms": board.clock.ticks_ms(),
            "free_bytes": board.storage.free_bytes(),
            "protected": board.storage.protected,
            "state": self._unit.state,
            "epoch": self._archive.epoch,
        }
        # Before the answer: what a host has heard of must start again after a power cut.
        answers()
        self._send(sequence, found)

    async def _list(self, sequence: "int", question: "dict") -> "None":
        after = _whole(question.get("after", 0), "after", 1 << 31)
        wanted = [stored for stored in self._archive.sessions() if stored.number > after]
        for stored in wanted[:SESSIONS_PER_LIST]:
            self._send(
                sequence,
                {
                    "ok": 1,
                    "session": stored.session,
                    "number": stored.number,
                    "size": stored.size,
                    "sealed": stored.sealed,
                    "digest": _hex(stored.digest),
                },
            )
        # The end line counts the others, so that the host notices a lost one.
        count = min(len(wanted), SESSIONS_PER_LIST)
        end = {"ok": 1, "end": True, "lines": count, "more": len(wanted) > SESSIONS_PER_LIST}
        self._send(sequence, end)

    def _stored(self, question: "dict") -> "object":
        stored = self._archive.find(str(question.get("session")))
        if stored is None:
            raise Refused("no-session", "no such session")
        return stored

    async def _read(self, sequence: "int", question: "dict") -> "None":
        stored = self._stored(question)
        offset = _whole(question.get("offset"), "offset", 1 << 31)
        size = _whole(question.get("size"), "size", 1 << 31)
        if offset > stored.size:
            raise Refused("bad-range", "offset {} of {} bytes".format(offset, stored.size))
        end = min(offset + min(size, LARGEST_READ), stored.size)
        with self._archive.open_for_reading(stored) as log:
            log.seek(offset)
            lines = 0
            while offset < end:
                data = log.read(min(linkline.LARGEST_DATA, end - offset))
                if not data:
                    raise Refused("io", "the log is shorter than it was")
                if not self._board.link.write(linkline.encode_data(sequence, offset, data)):
                    raise HostGone()
                offset += len(data)
                lines += 1
                if lines % LINES_PER_TURN == 0:
                    await sleep_ms(0)
        self._send(sequence, {"ok": 1, "end": True, "size": stored.size, "sealed": stored.sealed})

    async def _delete(self, sequence: "int", question: "dict") -> "None":
        stored = self._stored(question)
        self._require_idle()
        if not stored.sealed or stored.number == self._archive.open_number:
            raise Refused("open", "the session is not sealed")
        if question.get("digest") != _hex(stored.digest):
            raise Refused("digest", "the digest is not this session's")
        self._archive.delete(stored)
        self._send(sequence, {"ok": 1})

    async def _clock(self, sequence: "int", question: "dict") -> "None":
        unix_ms = _whole(question.get("unix_ms"), "unix_ms", LATEST_CLOCK_MS)
        if unix_ms < EARLIEST_CLOCK_MS:
            raise Refused("bad-range", "a time before 2020")
        recorder = self._archive.recorder
        if recorder is not None and not recorder.takes_notes():
            raise Refused("busy", "too much waits for the flash")
        before_ms = self._board.clock.unix_ms()
        self._board.clock.set_unix_ms(unix_ms)
        ticks_ms = self._board.clock.ticks_ms()
        setting = self._unit.clock_setting.note(before_ms, unix_ms, ticks_ms)
        if recorder is not None:
            recorder.note("clock", "link", setting)
        elif self._unit.state == "idle":
            self._unit.clock_setting.save()
        self._send(sequence, {"ok": 1, "before_ms": before_ms})

    async def _plan_begin(self, sequence: "int", question: "dict") -> "None":
        size = _whole(question.get("size"), "size", 1 << 31)
        if not 0 < size <= LARGEST_PLAN:
            raise Refused("plan", "a plan of {} bytes; at most {}".format(size, LARGEST_PLAN))
        self._incoming = {"size": size, "sha256": str(question["sha256"]), "data": b""}
        self._send(sequence, {"ok": 1})

    async def _plan_part(self, sequence: "int", question: "dict") -> "None":
        part = binascii.a2b_base64(str(question.get("data")))
        data = self._incoming.get("data")
        if data is None or len(part) > LARGEST_PART:
            raise Refused("plan", "no plan was begun, or the part is too long")
        offset = _whole(question.get("offset"), "offset", 1 << 31)
        if offset + len(part) > self._incoming["size"] or offset > len(data):
            raise Refused("plan", "the part does not fit")
        # A part that is sent again, because its answer was lost, stands where it stood.
        self._incoming["data"] = data[:offset] + part
        self._send(sequence, {"ok": 1})

    async def _plan_end(self, sequence: "int", question: "dict") -> "None":
        self._require_idle()
        data = self._incoming.get("data", b"")
        if len(data) != self._incoming.get("size") or (
            _hex(hashlib.sha256(data).digest()) != self._incoming["sha256"]
        ):
            raise Refused("plan", "the plan arrived damaged")
        try:
            identity = self._shelf.store(data)
        except PlanError as error:
            raise Refused("plan", "the plan can't be used: " + str(error))
        self._unit.plans_changed()
        self._send(sequence, {"ok": 1, "id": identity})

    async def _plan_delete(self, sequence: "int", question: "dict") -> "None":
        self._require_idle()
        if not self._shelf.delete(str(question.get("id"))):
            raise Refused("plan", "no plan of that id was sent")
        self._unit.plans_changed()
        self._send(sequence, {"ok": 1})

    def _require_idle(self) -> "None":
        """Flash may not be written while a telegram can be on the wire."""
        if self._unit.state != "idle":
            raise Refused("busy", "a measurement is running")

    async def _plans(self, sequence: "int", question: "dict") -> "None":
        # One that can't be read has no procedure: the host sees it, and can delete it.
        plans = self._shelf.listed() + self._shelf.damaged()
        for listed in plans:
            self._send(
                sequence,
                {
                    "ok": 1,
                    "id": listed.id,
                    "procedure": listed.procedure,
                    "sha256": listed.sha256,
                    "builtin": listed.builtin,
                },
            )
        self._send(sequence, {"ok": 1, "end": True, "lines": len(plans)})

    async def _live(self, sequence: "int", question: "dict") -> "None":
        display = self._board.display
        self._send(sequence, {"ok": 1, "screen": display.screen, "lines": display.lines})

    async def _self_test(self, sequence: "int", question: "dict") -> "None":
        test = self._unit.self_test
        if question.get("run"):
            self._require_idle()
            await test.run()
        await test.finished()
        checks = test.checks
        for check in checks:
            line = {"ok": 1, "check": check.name, "state": check.state, "figure": check.figure}
            self._send(sequence, line)
        self._send(sequence, {"ok": 1, "end": True, "lines": len(checks)})

    async def _language(self, sequence: "int", question: "dict") -> "None":
        if not self._unit.set_language(str(question.get("lang"))):
            raise Refused("bad-range", "languages are zh and en")
        self._send(sequence, {"ok": 1})


def _hex(data: "bytes") -> "str":
    return "".join(["%02x" % byte for byte in data])


def _whole(value: "object", name: "str", most: "int") -> "int":
    """A whole number from 0 to most; Refused for anything else."""
    if type(value) is not int or not 0 <= value <= most:
        raise Refused("bad-range", "{} must be a whole number".format(name))
    return value
