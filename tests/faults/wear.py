"""A year of one unit in its flash: wear, leaks of memory and flash, session ids."""

from tests.faults.on_micropython import outcomes
from tests.faults.outcome import Effort, Outcome

WORKING_DAYS = 250
FEWEST_DAYS = 10


def run(effort: Effort) -> list[Outcome]:
    """As many days as the effort allows; wear is told as of a whole year."""
    days = max(FEWEST_DAYS, round(WORKING_DAYS * effort.share))
    return outcomes("wear", "year_of_use.py", [str(days)])
