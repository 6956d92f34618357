"""Provide both interpreters and say what they are: `python -m tests.interpreters`.

Ends with 1 if one is missing and CI=true, else with 0, as the tests then skip and say so.
"""

import sys

from tests.interpreters.identity import Found, missing_is_failure
from tests.interpreters.provision import double_precision, single_precision


def main() -> int:
    """Provide both and print one line for each."""
    complete = [_report("double", double_precision()), _report("single", single_precision())]
    return 1 if missing_is_failure() and not all(complete) else 0


def _report(floats: str, found: Found) -> bool:
    if found.path is None:
        print(f"{floats} precision: missing: {found.reason}", flush=True)
        return False
    print(f"{floats} precision: MicroPython {found.version}, {found.path}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
