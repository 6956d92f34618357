"""Real images where they lie beside the checkout, and truth made in the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SHARED

NMQC = SHARED.parent.parent / "shared" / "data" / "nmqc"


@pytest.fixture
def nmqc() -> Callable[[str], Path]:
    """An image of the NMQC project (Apache-2.0); skips where the images are not there."""

    def image(name: str) -> Path:
        if not (NMQC / name).is_file():
            pytest.skip(f"{name} of the NMQC test images is not beside the checkout")
        return NMQC / name

    return image
