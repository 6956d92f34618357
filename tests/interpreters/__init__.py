"""Real MicroPython for the tests, with double and with single precision floats.

`python -m tests.interpreters` provides both; the functions here find them again at no cost.
How, from where and what overrides it: docs/micropython.md.
"""

from tests.interpreters.execution import Completed, run
from tests.interpreters.identity import Found
from tests.interpreters.provision import double_precision, single_precision

__all__ = ["Completed", "Found", "double_precision", "run", "single_precision"]
