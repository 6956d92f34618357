"""Fixtures that many tests share: the real interpreters and the folders of the code they run."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interpreters import double_precision, single_precision
from tests.interpreters.requirement import require

ROOT = Path(__file__).resolve().parent.parent
FIRMWARE = ROOT / "firmware"
SHARED = ROOT / "shared"


@pytest.fixture(scope="session", params=["double", "single"])
def micropython(request: pytest.FixtureRequest) -> Path:
    """Real MicroPython, once with double and once with single precision floats."""
    return require(double_precision() if request.param == "double" else single_precision())


@pytest.fixture(scope="session")
def any_micropython() -> Path:
    """Real MicroPython with double precision, where one of the two is enough."""
    return require(double_precision())


@pytest.fixture(scope="module")
def firmware_path() -> Iterator[None]:
    """The unit's own modules, importable on CPython: the same files run on the unit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FIRMWARE))
        yield


def pytest_configure() -> None:
    """A run that was started in the background ignores interrupts, and would hand that on to the
    programs that tests interrupt."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
