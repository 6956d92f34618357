"""Campaigns that run on MicroPython: a script prints its rows, this reads them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.conftest import FIRMWARE, ROOT, SHARED
from tests.faults.outcome import Outcome
from tests.interpreters import Found, double_precision, run
from tests.interpreters.requirement import require

SCRIPTS = Path(__file__).parent / "scripts"
MODULES = [SCRIPTS, ROOT / "tests" / "firmware" / "scripts", FIRMWARE, SHARED]
LONGEST_S = 3600.0


def outcomes(
    campaign: str, script: str, arguments: Sequence[str], found: Found | None = None
) -> list[Outcome]:
    """The rows "what|tried|held" of a script, on the double precision interpreter unless another
    was found.

    A line with "! " is a failure of the row that it begins with, one with "# " holds the figures
    of the row before it. A script that ends with a traceback is a failure itself.
    """
    done = run(
        require(found or double_precision()),
        SCRIPTS / script,
        modules=MODULES,
        args=arguments,
        heap="64m",
        timeout_s=LONGEST_S,
    )
    said = (done.stdout + done.stderr).splitlines()
    if done.returncode != 0:
        return [Outcome(campaign, script, 1, 0, said[-3:])]
    failures = [line[2:] for line in said if line.startswith("! ")]
    rows: list[Outcome] = []
    for line in said:
        if line.startswith("! "):
            continue
        if line.startswith("# "):
            rows[-1] = replace(rows[-1], figures=line[2:])
            continue
        what, tried, held = line.split("|")
        own = [failure for failure in failures if failure.startswith(what + ":")]
        rows.append(Outcome(campaign, what, int(tried), int(held), own))
    return rows
