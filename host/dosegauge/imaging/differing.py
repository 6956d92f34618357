"""What files that belong together say differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence


def differing(
    facts: Iterable[Mapping[str, str]], names: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """Each of these facts of which files have several values, and those values in order."""
    every = list(facts)
    for name in names:
        told = sorted({one[name] for one in every if name in one})
        if len(told) > 1:
            yield name, told
