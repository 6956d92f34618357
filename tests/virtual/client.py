"""A tiny unit on the world's loopback connection, in Python."""

from __future__ import annotations

import json
import socket
from types import TracebackType
from typing import Any

TOKEN = "token-of-the-test"


class Client:
    """One connection; `ask` sends a request and gives the answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._lines = self.socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.close()
        self.socket.close()

    def hello(self) -> dict[str, Any]:
        return self.ask("hello", TOKEN, {"runtime": "micropython", "version": "1.28"})

    def ask(self, *request: object) -> dict[str, Any]:
        self.send(*request)
        return self.answer()

    def send(self, *request: object) -> None:
        self.send_raw(json.dumps(list(request)).encode() + b"\n")

    def send_raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> dict[str, Any]:
        line = self._lines.readline()
        assert line, "the world has closed the connection"
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer

    def closed(self) -> bool:
        return self._lines.readline() == b""
