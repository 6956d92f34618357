"""The host names the core's files as the unit does."""

import importlib.util
from pathlib import Path

from dosegauge.unit_sources import core_hash

IDENTITY = Path(__file__).parents[2] / "firmware" / "unit" / "identity.py"


def test_host_and_unit_compute_the_same_core_hash() -> None:
    spec = importlib.util.spec_from_file_location("unit_identity", IDENTITY)
    identity = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(identity)
    assert core_hash() == identity.core_hash()
