"""Finding a unit: absent, forbidden, several and none are different errors, one line each."""

import errno
import os
import socket
from pathlib import Path

import pytest
import serial

from dosegauge.errors import DosegaugeError
from dosegauge.link import finder, transport
from dosegauge.link.client import Timing, UnitClient
from dosegauge.link.faults import (
    LinkLost,
    NoUnit,
    PortAbsent,
    PortForbidden,
    PortInUse,
    PortUnusable,
    SeveralUnits,
)
from dosegauge.link.transport import Transport
from tests.link.fake_unit import FakeUnit, Peer


@pytest.fixture(autouse=True)
def no_port_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOSEGAUGE_PORT", raising=False)


def plugged(monkeypatch: pytest.MonkeyPatch, *ports: str) -> None:
    """What the system's list of USB ports would say."""
    monkeypatch.setattr(finder, "usb_ports", lambda: dict.fromkeys(ports, "Board"))


def test_no_such_port(tmp_path: Path) -> None:
    with pytest.raises(PortAbsent, match="there is no such port"):
        Transport(str(tmp_path / "ttyNONE"))


def test_a_refused_socket_is_an_absent_port() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    with pytest.raises(PortAbsent):
        Transport(f"socket://127.0.0.1:{free}")


def test_a_file_is_no_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(DosegaugeError) as fault:
        Transport(str(file))
    assert "\n" not in fault.value.line("en")


# How pyserial 3.5 words them (serialposix.py, serialwin32.py).
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (serial.SerialException(errno.EACCES, "could not open port"), PortForbidden),
        (serial.SerialException(errno.EBUSY, "could not open port"), PortInUse),
        (
            serial.SerialException("could not open port 'COM9': FileNotFoundError(2, ...)"),
            PortAbsent,
        ),
        (
            serial.SerialException("could not open port 'COM9': PermissionError(13, ...)"),
            PortInUse,
        ),
        (serial.SerialException("Could not configure port: (25, 'ioctl')"), PortUnusable),
    ],
)
def test_every_system_error_has_its_own_line(error: Exception, expected: type) -> None:
    assert isinstance(transport._opening_fault("COM9", error), expected)


def test_a_unit_behind_a_socket_is_read_as_well() -> None:
    """Systems without pseudo terminals reach the virtual unit by socket://."""
    import threading

    from dosegauge_core import linkline

    peer = Peer()
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        splitter = linkline.LineSplitter()
        with connection:
            while data := connection.recv(4096):
                for line in splitter.feed(data):
                    message = linkline.decode(line)
                    for answer in peer.answer(message.sequence, message.body):
                        connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = f"socket://127.0.0.1:{server.getsockname()[1]}"
    with UnitClient(Transport(port), Timing(0.5, 2)) as client:
        assert client.hello().unit == peer.unit
    thread.join(timeout=5)
    server.close()


def test_a_port_that_goes_away_is_a_lost_link() -> None:
    ours, theirs = os.openpty()
    with Transport(os.ttyname(theirs)) as opened:
        os.close(ours)
        with pytest.raises(LinkLost, match="connection to the unit was lost"):
            opened.read_lines(deadline_s=float("inf"))
    os.close(theirs)


def test_none_plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged(monkeypatch)
    with pytest.raises(NoUnit, match="no unit found"):
        finder.connect()


def test_the_only_unit_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeUnit(Peer()) as fake:
        plugged(monkeypatch, fake.port)
        with finder.connect() as client:
            assert client.port == fake.port


def test_several_units_are_named_and_none_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeUnit(Peer("DG-A")) as first, FakeUnit(Peer("DG-B")) as second:
        plugged(monkeypatch, first.port, second.port)
        with pytest.raises(SeveralUnits) as several:
            finder.connect()
        assert first.port in several.value.line("en")
        assert second.port in several.value.line("en")
        with finder.connect(second.port) as client:
            assert client.hello().unit == "DG-B"


def test_the_port_of_the_environment_is_taken_unless_another_is_named() -> None:
    variables = {"DOSEGAUGE_PORT": "/dev/a"}
    assert finder.chosen_port(None, variables) == "/dev/a"
    assert finder.chosen_port("/dev/b", variables) == "/dev/b"
    assert finder.chosen_port(None, {}) is None
