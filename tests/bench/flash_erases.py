"""Flash erases per record with the unit's flush policy, on the Pico's flash geometry."""

from tests.bench.figure import Figure, NotMeasured, within
from tests.bench.on_micropython import FIRMWARE_SCRIPTS, output
from tests.interpreters import double_precision

BUDGET = 0.03


def measure() -> list[Figure]:
    """An hour of readings, one a second."""
    found = double_precision()
    if found.path is None:
        raise NotMeasured(found.reason)
    erases, records, size = (
        int(word) for word in output(found.path, FIRMWARE_SCRIPTS / "erases.py").split()
    )
    what = f"flash erases per {size}-byte record at 1 Hz"
    return [within(what, erases / records, "", BUDGET, f"{erases} erases, {records} records")]
