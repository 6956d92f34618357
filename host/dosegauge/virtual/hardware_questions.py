"""Questions of a unit to its board's hardware (docs/virtual-world.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .requests import LONGEST_WRITE, RefusedError, argument, hex_bytes
from .world import World

Answer = dict[str, object]


def about_hardware(world: World, kind: str, rest: list[Any]) -> Answer:
    """The answer to a question of that kind; RefusedError when there is none such."""
    ask = _QUESTIONS.get(kind)
    if ask is None:
        raise RefusedError(f"unknown request {kind!r}")
    return ask(world, rest)


def _idle(world: World, rest: list[Any]) -> Answer:
    return {"idle": world.hardware.line_idle(world.port(argument(rest, 0, str)).name)}


def _supply(world: World, _: list[Any]) -> Answer:
    return {"mv": world.hardware.supply_mv}


def _watchdog(world: World, _: list[Any]) -> Answer:
    world.hardware.watchdog_bites()
    return {}


def _i2c_read(world: World, rest: list[Any]) -> Answer:
    address, register, count = (argument(rest, place, int) for place in range(3))
    return world.hardware.i2c_read(address, register, min(count, LONGEST_WRITE))


def _i2c_write(world: World, rest: list[Any]) -> Answer:
    return world.hardware.i2c_write(argument(rest, 0, int), hex_bytes(argument(rest, 1, str)))


def _spc(world: World, rest: list[Any]) -> Answer:
    if argument(rest, 0, bool):
        world.spc.request()
        return {}
    bits, frame = world.spc.give_up()
    return {"bits": bits, "frame": frame}


def _spc_idle(world: World, _: list[Any]) -> Answer:
    return {"idle": world.hardware.line_idle("SPC")}


def _scale(world: World, rest: list[Any]) -> Answer:
    on = argument(rest, 0, bool)
    world.hardware.scale_supplied = on
    if world.scale is not None:
        world.scale.power(on)
    return {}


def _edges(world: World, _: list[Any]) -> Answer:
    count, us = world.edges()
    return {"n": count, "us": us}


def _scale_fault(world: World, _: list[Any]) -> Answer:
    if world.scale is not None:
        return {"fault": world.scale.fault}
    # Nothing is plugged in that could drive the lines.
    return {"fault": "signal" if world.hardware.scale_supplied else "supply"}


_QUESTIONS: dict[str, Callable[[World, list[Any]], Answer]] = {
    "idle": _idle,
    "supply": _supply,
    "watchdog": _watchdog,
    "i2c-read": _i2c_read,
    "i2c-write": _i2c_write,
    "spc": _spc,
    "spc-idle": _spc_idle,
    "scale": _scale,
    "edges": _edges,
    "scale-fault": _scale_fault,
}
