"""What a test does when its interpreter is missing."""

from pathlib import Path

import pytest

from tests.interpreters.identity import Found, missing_is_failure


def require(found: Found) -> Path:
    """The interpreter's path. Without one the test is skipped, or fails with CI=true."""
    if found.path is not None:
        return found.path
    if missing_is_failure():
        pytest.fail(found.reason, pytrace=False)
    pytest.skip(found.reason)
