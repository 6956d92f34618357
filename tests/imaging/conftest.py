"""Real images where they lie beside the checkout, and truth made in the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dosegauge.imaging.readers import dicom_series, open_images
from dosegauge.imaging.readers.opened import Opened
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


@pytest.fixture
def parsed_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that a series had to parse."""
    names: list[str] = []

    def counted(file: Path, *rest: Any) -> Opened:
        names.append(file.name)
        return open_images(file, *rest)

    monkeypatch.setattr(dicom_series, "open_images", counted)
    return names
