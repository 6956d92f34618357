"""Which port a unit is on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from dosegauge.errors import DosegaugeError
from dosegauge.link.answers import UnitInfo
from dosegauge.link.client import Timing, UnitClient
from dosegauge.link.faults import NoUnit, SeveralUnits
from dosegauge.link.transport import Transport

# The USB identity of MicroPython on a Raspberry Pi Pico.
USB_VENDOR = 0x2E8A
USB_PRODUCT = 0x0005
PORT_VARIABLE = "DOSEGAUGE_PORT"
# Long enough for a unit that is erasing flash, short enough to look at several ports.
_LOOKING = Timing(answer_s=1.0, attempts=2)


@dataclass(frozen=True)
class Candidate:
    """A port that may be a unit: `info` is its hello, `fault` says why there is none."""

    port: str
    description: str
    info: UnitInfo | None
    fault: DosegaugeError | None


def usb_ports() -> dict[str, str]:
    """Ports that look like a unit by their USB identity: name and description."""
    from serial.tools import list_ports

    return {
        port.device: port.description
        for port in list_ports.comports()
        if (port.vid, port.pid) == (USB_VENDOR, USB_PRODUCT)
    }


def chosen_port(option: str | None, environment: Mapping[str, str] | None = None) -> str | None:
    """The port named by --port, else by DOSEGAUGE_PORT."""
    variables = os.environ if environment is None else environment
    return option or variables.get(PORT_VARIABLE) or None


def candidates(option: str | None = None) -> list[Candidate]:
    """The chosen port, else every port that looks like a unit, each asked who it is."""
    port = chosen_port(option)
    ports = {port: ""} if port else usb_ports()
    return [_ask(name, description) for name, description in sorted(ports.items())]


def _ask(port: str, description: str) -> Candidate:
    try:
        with UnitClient(Transport(port), _LOOKING) as client:
            return Candidate(port, description, client.hello(), None)
    except DosegaugeError as fault:
        return Candidate(port, description, None, fault)


def connect(option: str | None = None, timing: Timing | None = None) -> UnitClient:
    """A client for the chosen port, else for the only unit plugged in.

    NoUnit and SeveralUnits when none or more than one is found; the only candidate's own fault
    when it does not answer.
    """
    return UnitClient(Transport(only_port(option)), timing)


def only_port(option: str | None = None) -> str:
    """The chosen port, else the only one that looks like a unit, or the only one that answers.

    NoUnit and SeveralUnits when none or more than one is found.
    """
    chosen = chosen_port(option)
    if chosen:
        return chosen
    ports = usb_ports()
    if not ports:
        raise NoUnit
    if len(ports) == 1:
        return next(iter(ports))
    found = candidates()
    answering = [candidate.port for candidate in found if candidate.info]
    if len(answering) > 1:
        raise SeveralUnits(answering)
    if not answering:
        raise NoUnit
    return answering[0]
