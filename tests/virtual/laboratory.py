"""A unit without firmware, for tests of instruments: it writes to a port and lets time pass."""

from __future__ import annotations

from dosegauge.virtual.scenario import Scenario, build_world
from dosegauge.virtual.world import World

OPTO = (4800, 7, "E", 2)
MULTIDOS = (38400, 8, "N", 1)


def gauge_world(seed: int = 1, **gauge: object) -> World:
    """A world with a gauge on port A, powered and with the right settings."""
    world = build_world(Scenario("test", {"gauge": {"noise_nm": 0.0, **gauge}}), seed)
    world.configure_port("A", *OPTO)
    world.port("A").set_lines(rts=False, dtr=True)
    return world


def multidos_world(seed: int = 1, **multidos: object) -> World:
    """A world with a tube of 12 mGy/min and a dosimeter on port B that shows it exactly."""
    exact = {"noise": 0.0, "digit_noise": False, "zero_gy_per_s": 0.0}
    tube = {"mgy_per_min": 12.0, "repeatability": 0.0}
    world = build_world(Scenario("test", {"tube": tube, "multidos": {**exact, **multidos}}), seed)
    world.configure_port("B", *MULTIDOS)
    return world


def pass_s(world: World, seconds: float) -> None:
    """Let world time pass, whatever happens."""
    end_us = world.now_us + round(seconds * 1e6)
    while world.now_us < end_us:
        world.run_until(end_us)
        world.take_events()


def exchange(world: World, port: str, request: bytes, seconds: float = 2.0) -> bytes:
    """What the port receives within some seconds after a request."""
    return b"".join(byte for _, byte in timed_exchange(world, port, request, seconds))


def timed_exchange(
    world: World, port: str, request: bytes, seconds: float = 2.0
) -> list[tuple[int, bytes]]:
    """The same byte by byte, each with its time in us after the request."""
    start_us = world.now_us
    world.port(port).write(request)
    arrived = []
    while world.now_us < start_us + round(seconds * 1e6):
        world.run_until(start_us + round(seconds * 1e6))
        received, _ = world.take_events()
        if received.get(port):
            arrived.append((world.now_us - start_us, received[port]))
    return arrived


def seven_bits(data: bytes) -> str:
    """Text of bytes that carry parity in bit 7."""
    return bytes(byte & 0x7F for byte in data).decode("ascii")


def gauge_says(world: World, text: str) -> str:
    """The gauge's answer to a command, without parity and terminator ("" for none)."""
    return seven_bits(exchange(world, "A", text.encode() + b"\r")).rstrip("\r")


def multidos_says(world: World, text: str, seconds: float = 2.0) -> str:
    """The dosimeter's answer to a telegram, without CR LF."""
    answer = exchange(world, "B", text.encode() + b"\r\n", seconds)
    assert answer == b"" or answer.endswith(b"\r\n")
    return answer.decode("ascii").rstrip("\r\n")
