"""What a unit's request to the world may hold."""

from __future__ import annotations

from typing import Any, TypeVar

LONGEST_WRITE = 4096
T = TypeVar("T")


class RefusedError(ValueError):
    """A request that is not carried out; the text goes back to the unit."""


def argument(values: list[Any], index: int, kind: type[T]) -> T:
    """The value at that place, of that kind. RefusedError for anything else."""
    value = values[index] if index < len(values) else None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise RefusedError(f"argument {index + 1} must be {kind.__name__}, not {value!r:.40}")
    return value


def hex_bytes(text: str) -> bytes:
    """Bytes written in hex. RefusedError for anything else, or too many."""
    try:
        data = bytes.fromhex(text)
    except ValueError:
        raise RefusedError("bytes to write must be hex") from None
    if len(data) > LONGEST_WRITE:
        raise RefusedError(f"at most {LONGEST_WRITE} bytes in one write")
    return data
