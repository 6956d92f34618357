"""The image under test."""

from pathlib import Path

import pytest

from tests.interpreters.build_rp2 import built_image
from tests.interpreters.image import revision_of_checkout


@pytest.fixture(scope="session")
def image() -> Path:
    """The image of the checkout, built when it is not cached."""
    built = built_image(revision_of_checkout(), print)
    assert built.uf2 is not None, built.reason
    return built.uf2
