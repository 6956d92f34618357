"""`python -m tests.faults [--only NAME ...] [--share S] [--seed N]`: every campaign, as a table.

Ends with 1 when a promise did not hold. Progress goes to stderr.
"""

import argparse
import sys
import time
from importlib import import_module

from tests.faults.outcome import Effort, Outcome, day_seed

CAMPAIGNS = ("flash", "wear", "link", "host", "verify", "parsers")
FAILURES_SHOWN = 5


def main() -> int:
    """Runs the campaigns one after the other and prints what was tried and what survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=CAMPAIGNS, default=CAMPAIGNS, metavar="NAME")
    parser.add_argument("--share", type=float, default=1.0, help="part of the places, 0 to 1")
    parser.add_argument("--seed", type=int, default=None, help="which places; another each day")
    arguments = parser.parse_args()
    seed = day_seed() if arguments.seed is None else arguments.seed
    effort = Effort(arguments.share, seed)
    outcomes: list[Outcome] = []
    for name in arguments.only:
        began_s = time.monotonic()
        outcomes += import_module(f"tests.faults.{name}").run(effort)
        print(f"{name}: {time.monotonic() - began_s:.0f} s", file=sys.stderr, flush=True)
    print(f"share {effort.share:g}, seed {effort.seed}\n")
    print("\n".join(table(outcomes)))
    return 0 if all(outcome.held for outcome in outcomes) else 1


def table(outcomes: list[Outcome]) -> list[str]:
    """A line for each kind of fault, its figures and the first failures below it."""
    width = max((len(outcome.what) for outcome in outcomes), default=0)
    lines = [f"{'campaign':9} {'what':{width}} {'tried':>8} {'held':>8}"]
    for outcome in outcomes:
        mark = "" if outcome.held else "  FAILED"
        lines.append(
            f"{outcome.campaign:9} {outcome.what:{width}} {outcome.tried:8} "
            f"{outcome.survived:8}{mark}"
        )
        lines += [f"          {outcome.figures}"] if outcome.figures else []
        lines += [f"          {failure}" for failure in outcome.failures[:FAILURES_SHOWN]]
    return lines


if __name__ == "__main__":
    sys.exit(main())
