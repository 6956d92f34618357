"""The world's door: a loopback TCP server that one unit process at a time talks to.

docs/virtual-world.md is the protocol. The server alone decides how time passes:

- pace "fast" jumps to the next event or deadline, but only while the world is busy, so that a
  unit that idles does not rush through days;
- pace "still" does the same, and lets no time pass while nobody is busy, so that what is measured
  does not depend on how long the host takes in between;
- pace "real", and "fast" with nobody busy, follow the wall clock.

One lock guards the world. `change` is how other threads get at it; whatever they do wakes a
unit that waits.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from .hardware_questions import about_hardware
from .requests import RefusedError, argument, hex_bytes
from .timeline import US_PER_MS
from .world import LINES_ON_DISPLAY, World

LONGEST_LINE = 64 * 1024
LONGEST_SLEEP_S = 60.0
HELLO_WITHIN_S = 10.0
SEND_WITHIN_S = 30.0
PACES = ("fast", "still", "real")
HURRIED = ("fast", "still")
T = TypeVar("T")


class _GoneError(Exception):
    """The unit has closed its connection, or the server stops."""


class Server:
    """Serves one world; `describe_unit` gives unit id and flash for a runtime's hello."""

    def __init__(
        self,
        world: World,
        token: str,
        describe_unit: Callable[[str], dict[str, object]],
        pace: str = "fast",
    ) -> None:
        self.world = world
        self.changed = threading.Condition(threading.RLock())
        self.hellos = 0
        self.requests = 0
        self._token = token
        self._describe_unit = describe_unit
        self._pace = self._checked_pace(pace)
        self._stopping = False
        self._interrupted = False
        self._anchor: tuple[float, int] | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._thread = threading.Thread(target=self._serve, name="virtual-world", daemon=True)

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """End; the unit's connection is closed."""
        self._stopping = True
        self._wake()
        self._thread.join(10.0)
        self._listener.close()
        self._wake_in.close()
        self._wake_out.close()

    # for other threads

    @property
    def pace(self) -> str:
        """ "fast", "still" or "real"; may be set at any time."""
        return self._pace

    @pace.setter
    def pace(self, pace: str) -> None:
        with self.changed:
            self._pace = self._checked_pace(pace)
            self._interrupted = True
        self._wake()

    def press(self, key: str) -> None:
        """Press a key of the unit."""
        self.change(lambda world: world.press(key))

    def change(self, action: Callable[[World], T]) -> T:
        """Do something with the world (or look at it) while the unit stands still."""
        with self.changed:
            result = action(self.world)
            self.changed.notify_all()
        self._wake()
        return result

    def wait_for(self, condition: Callable[[World], bool], timeout_s: float) -> bool:
        """Wait (wall clock) until `condition` holds; False when it does not in time."""
        with self.changed:
            return self.changed.wait_for(lambda: condition(self.world), timeout_s)

    # the server's thread

    def _serve(self) -> None:
        while not self._stopping:
            with selectors.DefaultSelector() as selector:
                selector.register(self._listener, selectors.EVENT_READ)
                selector.register(self._wake_in, selectors.EVENT_READ)
                ready = [key.fileobj for key, _ in selector.select()]
            self._drain_wakes()
            if self._listener in ready and not self._stopping:
                connection, _ = self._listener.accept()
                with connection, contextlib.suppress(_GoneError, OSError):
                    _Conversation(self, connection).run()

    def _wake(self) -> None:
        # A full pipe wakes as well; a closed one belongs to a stopped server.
        with contextlib.suppress(OSError):
            self._wake_out.send(b"!")

    def _drain_wakes(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wake_in.recv(4096):
                pass

    @staticmethod
    def _checked_pace(pace: str) -> str:
        if pace not in PACES:
            raise ValueError(f"pace {pace!r}: {' or '.join(PACES)} are possible")
        return pace

    def answer(self, request: list[Any]) -> dict[str, object]:
        """Carry out a request other than wait and hello."""
        world, (kind, *rest) = self.world, request
        if kind == "write":
            port = world.port(argument(rest, 0, str))
            data = hex_bytes(argument(rest, 1, str))
            port.write(data)
        elif kind == "count":
            pulses, us = world.count()
            return {"n": pulses, "us": us}
        elif kind == "show":
            lines = argument(rest, 1, list)
            if len(lines) != LINES_ON_DISPLAY or not all(isinstance(x, str) for x in lines):
                raise RefusedError("show takes a screen and four lines")
            world.show(argument(rest, 0, str), lines)
        elif kind == "port":
            world.configure_port(*rest)
        elif kind == "lines":
            world.port(argument(rest, 0, str)).set_lines(
                argument(rest, 1, bool), argument(rest, 2, bool)
            )
        elif kind == "drop":
            world.port(argument(rest, 0, str)).received.clear()
        elif kind == "probe":
            world.set_probe_power(argument(rest, 0, bool))
        elif kind == "set_clock":
            world.set_clock(argument(rest, 0, int))
        elif kind == "entropy":
            return {"bits": world.entropy()}
        elif kind == "beep":
            world.beep(argument(rest, 0, str))
        else:
            return about_hardware(world, kind, rest)
        return {}

    def hello(self, request: list[Any]) -> dict[str, object]:
        """The answer to the first line of a unit with the right token."""
        if request[:1] != ["hello"] or len(request) != 3 or not isinstance(request[1], str):
            raise RefusedError("the first line must be hello, token and runtime")
        if not hmac.compare_digest(request[1].encode(), self._token.encode()):
            raise RefusedError("wrong token")
        about = request[2] if isinstance(request[2], dict) else {}
        world = self.world
        world.unit_starts()
        self.hellos += 1
        return {
            "t": world.now_ms,
            "us": world.now_us,
            "unix_ms": world.unix_ms,
            "started_by": world.hardware.start(),
            **self._describe_unit(str(about.get("runtime", ""))),
        }

    # how time passes; called with the lock held

    def pass_time(self, until_us: int | None) -> float | None:
        """Let the world go on. None: the wait is over; else seconds that may be slept first."""
        world = self.world
        if self._pace in HURRIED and world.busy:
            self._anchor = None
            while not world.unit_concerned and world.busy:
                due_us = _earlier(world.timeline.next_us(), until_us)
                if due_us is None:
                    return LONGEST_SLEEP_S
                world.run_until(due_us)
                if until_us is not None and world.now_us >= until_us:
                    break
            if world.unit_concerned or (until_us is not None and world.now_us >= until_us):
                return None
        if self._pace == "still":
            return LONGEST_SLEEP_S
        if self._anchor is None:
            self._anchor = (time.monotonic(), world.now_us)
        wall_s, world_us = self._anchor
        wall_now_us = world_us + int((time.monotonic() - wall_s) * 1_000_000)
        world.run_until(wall_now_us if until_us is None else min(wall_now_us, until_us))
        if world.unit_concerned or (until_us is not None and world.now_us >= until_us):
            return None
        due_us = _earlier(world.timeline.next_us(), until_us)
        if due_us is None:
            return LONGEST_SLEEP_S
        return min(LONGEST_SLEEP_S, max(0.0, (due_us - wall_now_us) / 1_000_000))

    def take_interruption(self) -> bool:
        """Whether the pace has changed since the last question: that ends a wait."""
        interrupted, self._interrupted = self._interrupted, False
        return interrupted

    @property
    def stopping(self) -> bool:
        """True once `stop` was called."""
        return self._stopping


class _Conversation:
    """One unit process on its connection."""

    def __init__(self, server: Server, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        self._incoming = bytearray()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(SEND_WITHIN_S)
        self._selector = selectors.DefaultSelector()
        self._selector.register(connection, selectors.EVENT_READ)
        self._selector.register(server._wake_in, selectors.EVENT_READ)
        self._selector.register(server._listener, selectors.EVENT_READ)

    def run(self) -> None:
        """Talk until the unit goes away."""
        with self._selector:
            greeted = False
            while True:
                line = self._next_line(None if greeted else HELLO_WITHIN_S)
                if line is None:
                    return
                try:
                    request = _parsed(line)
                    if request == ["cancel"]:
                        continue
                    if not greeted:
                        with self._server.changed:
                            self._send(self._server.hello(request))
                            self._server.changed.notify_all()
                        greeted = True
                    elif request[0] == "wait":
                        self._wait(request)
                    else:
                        self._carry_out(request)
                except ValueError as error:
                    self._send({"error": str(error)})
                    if not greeted:
                        return

    def _carry_out(self, request: list[Any]) -> None:
        server = self._server
        with server.changed:
            server.requests += 1
            answer = server.answer(request)
            if request[0] in ("show", "beep"):
                server.changed.notify_all()
        self._send(answer)

    def _wait(self, request: list[Any]) -> None:
        server, world = self._server, self._server.world
        until_us = None
        if len(request) > 1 and request[1] is not None:
            until_us = argument(request, 1, int) * US_PER_MS
        cancelled = False
        while True:
            with server.changed:
                sleep_s = server.pass_time(until_us)
                server.changed.notify_all()
                interrupted = server.take_interruption()
                if sleep_s is None or cancelled or interrupted:
                    received, keys = world.take_events()
                    answer = {
                        "t": world.now_ms,
                        "us": world.now_us,
                        "rx": {name: data.hex() for name, data in received.items()},
                        "keys": keys,
                    }
                    break
            line = self._next_line(sleep_s, wakeable=True)
            if line is not None:
                cancelled = _parsed(line) == ["cancel"]
                if not cancelled:
                    raise RefusedError("only cancel may come while a wait is out")
        self._send(answer)

    def _next_line(self, timeout_s: float | None, wakeable: bool = False) -> bytes | None:
        """The unit's next line; None after the timeout, or when a wakeable wait is woken."""
        while True:
            end = self._incoming.find(b"\n")
            if end >= 0:
                line = bytes(self._incoming[:end])
                del self._incoming[: end + 1]
                return line
            if len(self._incoming) > LONGEST_LINE:
                self._send({"error": f"a line is longer than {LONGEST_LINE} bytes"})
                raise _GoneError
            ready = [key.fileobj for key, _ in self._selector.select(timeout_s)]
            if self._server.stopping:
                raise _GoneError
            # The connection comes first: a unit that restarts must not be turned away while the
            # end of its former connection is still unread.
            if self._connection in ready:
                data = self._connection.recv(65536)
                if not data:
                    raise _GoneError
                self._incoming += data
            elif self._server._listener in ready:
                self._turn_away()
            elif self._server._wake_in in ready:
                self._server._drain_wakes()
                if wakeable:
                    return None
            else:
                return None

    def _turn_away(self) -> None:
        """A second unit: told so and disconnected."""
        other, _ = self._server._listener.accept()
        with other:
            other.sendall(b'{"error": "another unit is connected"}\n')

    def _send(self, answer: dict[str, object]) -> None:
        self._connection.sendall(json.dumps(answer).encode() + b"\n")


def _parsed(line: bytes) -> list[Any]:
    try:
        request = json.loads(line)
    except ValueError:
        raise RefusedError("a line that is not JSON") from None
    if not isinstance(request, list) or not request or not isinstance(request[0], str):
        raise RefusedError("a request is a JSON list that begins with its name")
    return request


def _earlier(first_us: int | None, second_us: int | None) -> int | None:
    if first_us is None or second_us is None:
        return second_us if first_us is None else first_us
    return min(first_us, second_us)
