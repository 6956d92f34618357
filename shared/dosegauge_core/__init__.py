"""Formulas, session records, link lines and telegrams: the same files on the unit and on the host.

Everything here runs unchanged on CPython and MicroPython (double and single precision floats) and
computes in integers only, so that both sides agree to the last digit.
"""

CORE_VERSION = "0.1.0"
