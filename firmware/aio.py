"""The few asyncio calls that MicroPython and CPython spell differently."""

import asyncio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable

if hasattr(asyncio, "sleep_ms"):
    sleep_ms = asyncio.sleep_ms
    _wait_for_ms = asyncio.wait_for_ms
else:

    async def sleep_ms(delay_ms: "int") -> "None":
        await asyncio.sleep(delay_ms / 1000)

    async def _wait_for_ms(awaitable: "Awaitable[object]", timeout_ms: "int") -> "object":
        return await asyncio.wait_for(awaitable, timeout_ms / 1000)


async def wait_ms(event: "asyncio.Event", timeout_ms: "int") -> "bool":
    """Wait until the event is set, at most timeout_ms; tells whether it was."""
    if event.is_set():
        return True
    try:
        await _wait_for_ms(event.wait(), timeout_ms)
    except asyncio.TimeoutError:
        return False
    return True
