"""Print the interpreter's name, version, version suffix ("-" if none) and float precision."""

import sys


def float_precision() -> "str":
    """The bits of a float's fraction, by what is lost when added to one."""
    one = float(len("1"))  # not a constant, which a compiler could fold in another precision
    if one + 2.0**-52 != one:
        return "double"
    if one + 2.0**-23 != one:
        return "single"
    return "lower-than-single"


version = sys.implementation.version
suffix = version[3] if len(version) > 3 and version[3] else "-"
numbers = ".".join(str(number) for number in version[:3])
print(sys.implementation.name, numbers, suffix, float_precision())
