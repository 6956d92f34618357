"""A unit's end of the link over a real pseudo terminal, which misbehaves as a test tells it to."""

import base64
import hashlib
import os
import threading
import tty
from collections.abc import Callable

from dosegauge_core import linkline, records
from tests.link.logs import UNIT

LARGEST_LIST = 16


class Peer:
    """What a unit answers: sessions by name, plans by id. No wire in here."""

    def __init__(self, unit: str = UNIT) -> None:
        self.unit = unit
        self.sessions: dict[str, tuple[int, bytes]] = {}
        self.plans: dict[str, bytes] = {}
        self.deleted: list[str] = []
        self.hello_changes: dict[str, object] = {}
        self.clock_ms: int | None = None
        self.language = "zh"
        self.measuring = False
        self.unreadable: set[str] = set()
        self._incoming: dict[str, object] = {}
        self._part = bytearray()

    def put(self, session: str, number: int, data: bytes) -> None:
        """Gives the unit a session with these flushed bytes."""
        self.sessions[session] = (number, data)

    def answer(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        """The lines that answer a question."""
        try:
            return list(
                getattr(self, "_" + str(question["do"]).replace("-", "_"))(sequence, question)
            )
        except _Refusal as refusal:
            said = {"error": refusal.args[0], "say": refusal.args[0]}
            return [linkline.encode_json(sequence, said)]

    def _hello(self, sequence: int, _question: dict[str, object]) -> list[bytes]:
        said = {
            "ok": 1,
            "unit": self.unit,
            "board": "test",
            "firmware": "0",
            "core": "0",
            "core_hash": "",
            "link": 1,
            "log": 1,
            "clock_ms": self.clock_ms,
            "ticks_ms": 5,
            "free_bytes": 1000,
            "protected": False,
            "state": "menu",
        }
        return [linkline.encode_json(sequence, {**said, **self.hello_changes})]

    def _list(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        after = int(str(question["after"]))
        rest = sorted(
            (number, session, data)
            for session, (number, data) in self.sessions.items()
            if number > after
        )
        lines = []
        for number, session, data in rest[:LARGEST_LIST]:
            sealed, digest = _state(data)
            entry = {
                "ok": 1,
                "session": session,
                "number": number,
                "size": len(data),
                "sealed": sealed,
                "digest": digest,
            }
            lines.append(linkline.encode_json(sequence, entry))
        more = len(rest) > LARGEST_LIST
        end = {"ok": 1, "end": True, "lines": len(lines), "more": more}
        return [*lines, linkline.encode_json(sequence, end)]

    def _read(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        if question["session"] in self.unreadable:
            raise _Refusal("io")
        data = self._data(question)
        offset, size = int(str(question["offset"])), int(str(question["size"]))
        if offset > len(data) or size > 65536:
            raise _Refusal("bad-range")
        wanted = data[offset : offset + size]
        lines = [
            linkline.encode_data(sequence, offset + at, wanted[at : at + linkline.LARGEST_DATA])
            for at in range(0, len(wanted), linkline.LARGEST_DATA)
        ]
        sealed, _ = _state(data)
        end = {"ok": 1, "end": True, "size": len(data), "sealed": sealed}
        return [*lines, linkline.encode_json(sequence, end)]

    def _delete(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        if self.measuring:
            raise _Refusal("busy")
        log = records.read_log(self._data(question))
        if not log.sealed:
            raise _Refusal("open")
        if question["digest"] != log.digest.hex():
            raise _Refusal("digest")
        del self.sessions[str(question["session"])]
        self.deleted.append(str(question["session"]))
        return [linkline.encode_json(sequence, {"ok": 1})]

    def _clock(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        before, self.clock_ms = self.clock_ms, int(str(question["unix_ms"]))
        return [linkline.encode_json(sequence, {"ok": 1, "before_ms": before})]

    def _plan_begin(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        self._incoming = question
        self._part = bytearray()
        return [linkline.encode_json(sequence, {"ok": 1})]

    def _plan_part(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        if len(str(question["data"])) > 240 or question["offset"] != len(self._part):
            raise _Refusal("plan")
        self._part += base64.b64decode(str(question["data"]))
        return [linkline.encode_json(sequence, {"ok": 1})]

    def _plan_end(self, sequence: int, _question: dict[str, object]) -> list[bytes]:
        if hashlib.sha256(self._part).hexdigest() != self._incoming.get("sha256"):
            raise _Refusal("plan")
        self.plans[str(self._incoming["id"])] = bytes(self._part)
        return [linkline.encode_json(sequence, {"ok": 1})]

    def _plans(self, sequence: int, _question: dict[str, object]) -> list[bytes]:
        lines = [
            linkline.encode_json(
                sequence,
                {
                    "ok": 1,
                    "id": name,
                    "procedure": "x" if plan[:1] == b"{" else "",
                    "sha256": hashlib.sha256(plan).hexdigest(),
                    "builtin": False,
                },
            )
            for name, plan in self.plans.items()
        ]
        return [
            *lines,
            linkline.encode_json(sequence, {"ok": 1, "end": True, "lines": len(lines)}),
        ]

    def _plan_delete(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        if self.measuring:
            raise _Refusal("busy")
        if self.plans.pop(str(question["id"]), None) is None:
            raise _Refusal("plan")
        return [linkline.encode_json(sequence, {"ok": 1})]

    def _language(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        if question["lang"] not in ("zh", "en"):
            raise _Refusal("bad-range")
        self.language = str(question["lang"])
        return [linkline.encode_json(sequence, {"ok": 1})]

    def _live(self, sequence: int, _question: dict[str, object]) -> list[bytes]:
        said = {"ok": 1, "screen": "menu:x", "lines": ["圆孔深度", "", "", "OK"]}
        return [linkline.encode_json(sequence, said)]

    def _data(self, question: dict[str, object]) -> bytes:
        if question["session"] not in self.sessions:
            raise _Refusal("no-session")
        return self.sessions[str(question["session"])][1]


def _state(data: bytes) -> tuple[bool, str]:
    """Sealed and chain digest of a log; of one that can't be read, as a unit says it."""
    try:
        log = records.read_log(data)
    except records.LogError:
        return False, ""
    if log.fault is not None:
        return False, ""
    return log.sealed, log.digest.hex()


class _Refusal(Exception):
    pass


# What becomes of the unit's bytes on the wire: (bytes sent before, bytes now) -> bytes to send,
# None to pull the plug after what it returned last.
Wire = Callable[[int, bytes], bytes]


class Unplugged(Exception):
    """Raised by a wire: these bytes still get through, then the cable is out."""

    def __init__(self, last: bytes) -> None:
        super().__init__()
        self.last = last


def perfect(_sent: int, data: bytes) -> bytes:
    """A wire that does nothing."""
    return data


class FakeUnit:
    """A peer behind a pseudo terminal; `port` is what the host opens."""

    def __init__(self, peer: Peer, wire: Wire = perfect) -> None:
        self.peer = peer
        self.wire = wire
        self.wire_there: Wire = perfect
        self.sent = 0
        self.questions: list[dict[str, object]] = []
        self.on_question: Callable[[dict[str, object]], None] = lambda _question: None
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.port = os.ttyname(self._theirs)
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "FakeUnit":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        os.write(self._stop_write, b"x")
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()
        for descriptor in (self._stop_read, self._stop_write):
            os.close(descriptor)

    def _serve(self) -> None:
        splitter = linkline.LineSplitter()
        received = 0
        try:
            while True:
                data = self._receive()
                if data is None:
                    return
                arrived = self.wire_there(received, data)
                received += len(data)
                for line in splitter.feed(arrived):
                    self._answer(line)
        except Unplugged as unplugged:
            os.write(self._ours, unplugged.last)
        finally:
            os.close(self._ours)
            os.close(self._theirs)

    def _receive(self) -> bytes | None:
        import select

        ready, _, _ = select.select([self._ours, self._stop_read], [], [])
        return None if self._stop_read in ready else os.read(self._ours, 4096)

    def _answer(self, line: bytes) -> None:
        try:
            message = linkline.decode(line)
        except linkline.LineError:
            return
        self.questions.append(message.body)
        self.on_question(message.body)
        for answer in self.peer.answer(message.sequence, message.body):
            data = self.wire(self.sent, answer)
            self.sent += len(answer)
            while data:
                data = data[os.write(self._ours, data[:512]) :]
