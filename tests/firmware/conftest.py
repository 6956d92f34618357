"""The unit's own modules, importable on CPython: the same files run on the unit."""

from collections.abc import Iterator

import pytest

from tests.conftest import FIRMWARE


@pytest.fixture(scope="module")
def firmware_path() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FIRMWARE))
        yield
