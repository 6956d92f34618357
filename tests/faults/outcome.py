"""What a campaign of injected faults found, one row a kind of fault."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """One kind of fault: how often it was tried, how often everything promised held after it.

    `failures` says of the others, one line each, what did not hold and with which seed or place.
    `figures` are what was measured on the way.
    """

    campaign: str
    what: str
    tried: int
    survived: int
    failures: Sequence[str] = ()
    figures: str = ""

    @property
    def held(self) -> bool:
        """Whether the promise held every time, and was tried at all."""
        return self.tried > 0 and self.survived == self.tried and not self.failures


@dataclass(frozen=True)
class Effort:
    """How much of a campaign is run: all of it, or a part drawn by a seed.

    `share` is the part of the places that are tried, 1.0 for all.
    """

    share: float
    seed: int

    def chosen(self, places: Sequence[T]) -> list[T]:
        """The places to try, in their order: at least the first and the last one."""
        if self.share >= 1.0 or len(places) <= 2:
            return list(places)
        wanted = max(2, round(len(places) * self.share))
        drawn = random.Random(self.seed).sample(
            range(1, len(places) - 1), min(wanted, len(places)) - 2
        )
        return [places[index] for index in sorted({0, len(places) - 1, *drawn})]


WHOLE = Effort(1.0, 0)


def day_seed() -> int:
    """A seed that changes from day to day, so that a part covers other places each time."""
    return int(time.time() // 86400)
