"""The link service: answers the host's questions (docs/formats.md, "Link lines").

It runs beside a measurement and never waits for the host: an answer that the host does not take
is dropped, and the host asks again.
"""

import binascii
import hashlib

from aio import sleep_ms
from dosegauge_core import CORE_VERSION, linkline, records
from unit import FIRMWARE_VERSION
from unit.identity import core_hash
from unit.plan_check import LARGEST_PLAN, PlanError

LARGEST_READ = 65536
SESSIONS_PER_LIST = 16
PLANS_PER_LIST = 32
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
            "plans": self._plans,
            "live": self._live,
            "language": self._language,
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
            self._try_send(sequence, {"error": refusal.code, "say": refusal.say})
        except (KeyError, TypeError, ValueError) as error:
            self._try_send(
                sequence, {"error": "bad-range", "say": "odd question: {}".format(error)}
            )
        except OSError as error:
            self._try_send(sequence, {"error": "full", "say": "flash: {}".format(error)})

    def _try_send(self, sequence: "int", value: "dict") -> "None":
        self._board.link.write(linkline.encode_json(sequence, value))

    def _send(self, sequence: "int", value: "dict") -> "None":
        if not self._board.link.write(linkline.encode_json(sequence, value)):
            raise HostGone()

    async def _hello(self, sequence: "int", question: "dict") -> "None":
        board = self._board
        self._send(
            sequence,
            {
                "ok": 1,
                "unit": board.unit_id,
                "board": board.name,
                "firmware": FIRMWARE_VERSION,
                "core": CORE_VERSION,
                "core_hash": core_hash(),
                "link": linkline.LINK_VERSION,
                "log": records.FORMAT_VERSION,
                "clock_ms": board.clock.unix_ms(),
                "ticks_ms": board.clock.ticks_ms(),
                "free_bytes": board.storage.free_bytes(),
                "protected": board.storage.protected,
                "state": self._unit.state,
            },
        )

    async def _list(self, sequence: "int", question: "dict") -> "None":
        after = int(question.get("after", 0))
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
        stored = self._archive.find(str(question["session"]))
        if stored is None:
            raise Refused("no-session", "no session {}".format(question["session"]))
        return stored

    async def _read(self, sequence: "int", question: "dict") -> "None":
        stored = self._stored(question)
        offset, size = int(question["offset"]), int(question["size"])
        if not 0 <= offset <= stored.size or not 0 <= size:
            raise Refused("bad-range", "offset {} of {} bytes".format(offset, stored.size))
        end = min(offset + min(size, LARGEST_READ), stored.size)
        with self._archive.open_for_reading(stored) as log:
            log.seek(offset)
            lines = 0
            while offset < end:
                data = log.read(min(linkline.LARGEST_DATA, end - offset))
                if not self._board.link.write(linkline.encode_data(sequence, offset, data)):
                    raise HostGone()
                offset += len(data)
                lines += 1
                if lines % LINES_PER_TURN == 0:
                    await sleep_ms(0)
        self._send(sequence, {"ok": 1, "end": True, "size": stored.size, "sealed": stored.sealed})

    async def _delete(self, sequence: "int", question: "dict") -> "None":
        stored = self._stored(question)
        if not stored.sealed or stored.number == self._archive.open_number:
            raise Refused("open", "the session is not sealed")
        if question.get("digest") != _hex(stored.digest):
            raise Refused("digest", "the digest is not this session's")
        self._archive.delete(stored)
        self._send(sequence, {"ok": 1})

    async def _clock(self, sequence: "int", question: "dict") -> "None":
        unix_ms = int(question["unix_ms"])
        before_ms = self._board.clock.unix_ms()
        self._board.clock.set_unix_ms(unix_ms)
        recorder = self._archive.recorder
        if recorder is not None:
            recorder.event("clock", "link", {"before_ms": before_ms, "after_ms": unix_ms})
        self._send(sequence, {"ok": 1, "before_ms": before_ms})

    async def _plan_begin(self, sequence: "int", question: "dict") -> "None":
        size = int(question["size"])
        if not 0 < size <= LARGEST_PLAN:
            raise Refused("plan", "a plan of {} bytes; at most {}".format(size, LARGEST_PLAN))
        self._incoming = {"size": size, "sha256": str(question["sha256"]), "data": b""}
        self._send(sequence, {"ok": 1})

    async def _plan_part(self, sequence: "int", question: "dict") -> "None":
        part = binascii.a2b_base64(question["data"])
        data = self._incoming.get("data")
        if data is None or len(part) > LARGEST_PART:
            raise Refused("plan", "no plan was begun, or the part is too long")
        offset = int(question["offset"])
        if offset + len(part) > self._incoming["size"] or offset > len(data):
            raise Refused("plan", "the part does not fit")
        # A part that is sent again, because its answer was lost, stands where it stood.
        self._incoming["data"] = data[:offset] + part
        self._send(sequence, {"ok": 1})

    async def _plan_end(self, sequence: "int", question: "dict") -> "None":
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

    async def _plans(self, sequence: "int", question: "dict") -> "None":
        plans = self._shelf.listed()[:PLANS_PER_LIST]
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

    async def _language(self, sequence: "int", question: "dict") -> "None":
        if not self._unit.set_language(str(question["lang"])):
            raise Refused("bad-range", "languages are zh and en")
        self._send(sequence, {"ok": 1})


def _hex(data: "bytes") -> "str":
    return "".join(["%02x" % byte for byte in data])
