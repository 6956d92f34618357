"""Builds to install, made quickly: the same glyphs for all of them."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from dosegauge import unit_font, unit_sources

draw_font = cache(unit_font.build)


@pytest.fixture(autouse=True)
def one_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The font is drawn once: that takes seconds."""
    monkeypatch.setattr(unit_font, "build", draw_font)
    yield


@pytest.fixture
def of_revision(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Pretend that the checkout stands at another revision."""

    def pretend(revision: str) -> None:
        monkeypatch.setattr(unit_sources, "revision", lambda: revision)

    return pretend
