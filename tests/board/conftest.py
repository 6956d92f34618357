"""The image under test."""

from pathlib import Path

import pytest

from dosegauge import unit_sources
from tests.interpreters.build_rp2 import built_image


@pytest.fixture(scope="session")
def image() -> Path:
    """The image of the checkout, built when it is not cached."""
    built = built_image(unit_sources.revision() or "unknown", print)
    assert built.uf2 is not None, built.reason
    return built.uf2
