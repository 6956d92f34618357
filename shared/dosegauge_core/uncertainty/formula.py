"""Reads a formula such as "(M - M_0) * N_K * (d / d_0)**2" into a list of operations.

    sum      = product { ("+" | "-") product }
    product  = sign { ("*" | "/") sign }
    sign     = "-" sign | power
    power    = atom [ "**" [ "-" ] digits ]
    atom     = number | name | function "(" sum { "," sum } ")" | "(" sum ")"

A formula is data that may come from a file: it is read within bounds, and nothing in it is ever
run as a program. Powers are whole numbers; other roots and powers are written with sqrt, exp, ln.
"""

from collections import namedtuple

from ..exact import Ratio, parse_decimal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

LONGEST_FORMULA = 2000
MOST_OPERATIONS = 400
DEEPEST_NESTING = 40
LARGEST_POWER = 12

# How many arguments each function takes: (least, most).
FUNCTIONS = {
    "sqrt": (1, 1),
    "exp": (1, 1),
    "expm1": (1, 1),
    "ln": (1, 1),
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 1),
    "atan": (1, 1),
    "abs": (1, 1),
    "max": (2, 20),
    "min": (2, 20),
    "mean": (2, 20),
    "stdev": (2, 20),
}
_CONSTANTS = ("pi",)
_DIGITS = "0123456789"
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"

# One step of the computation. `kind` is "number", "input", "pi", "+", "-", "*", "/", "negative",
# "power" or a function's name; `operands` are the positions of earlier operations; `value` is a
# number's Ratio, an input's name or a power's exponent.
Operation = namedtuple("Operation", ("kind", "operands", "value"))


class FormulaError(ValueError):
    """A formula that can't be read; the message says what is wrong and where."""


def parse(text: "str") -> "tuple[Operation, ...]":
    """The operations of a formula, each after its operands; the last one is the result.

    FormulaError for anything that is no formula or exceeds the bounds above.
    """
    if not isinstance(text, str) or not text.strip():
        raise FormulaError("the formula is empty")
    if len(text) > LONGEST_FORMULA:
        raise FormulaError(
            "the formula has {} characters, at most {}".format(len(text), LONGEST_FORMULA)
        )
    return _Reader(text).read()


def is_name(text: "str") -> "bool":
    """Whether a text can name a quantity in a formula: a letter, then letters, digits and _."""
    if not text or text[0] not in _LETTERS or text in FUNCTIONS or text in _CONSTANTS:
        return False
    for character in text:
        if character not in _LETTERS and character not in _DIGITS:
            return False
    return True


class _Reader:
    """One pass over the text from left to right."""

    def __init__(self, text: "str") -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._operations: "list[Operation]" = []
        self._inputs: "dict[str, int]" = {}

    def read(self) -> "tuple[Operation, ...]":
        self._sum()
        self._skip_blanks()
        if self._at < len(self._text):
            self._refuse("{!r} is not expected here".format(self._text[self._at]))
        return tuple(self._operations)

    def _refuse(self, what: "str") -> "NoReturn":
        raise FormulaError("{} (character {} of {!r})".format(what, self._at + 1, self._text))

    def _add(self, kind: "str", operands: "tuple[int, ...]", value: "object" = None) -> "int":
        if len(self._operations) >= MOST_OPERATIONS:
            self._refuse("the formula has more than {} operations".format(MOST_OPERATIONS))
        self._operations.append(Operation(kind, operands, value))
        return len(self._operations) - 1

    def _skip_blanks(self) -> None:
        while self._text[self._at : self._at + 1] in (" ", "\t", "\n"):
            self._at += 1

    def _take(self, *symbols: "str") -> "str":
        """The first of these symbols that stands here, or ""."""
        self._skip_blanks()
        for symbol in symbols:
            if self._text[self._at : self._at + len(symbol)] == symbol:
                self._at += len(symbol)
                return symbol
        return ""

    def _sum(self) -> "int":
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            self._refuse("more than {} brackets within each other".format(DEEPEST_NESTING))
        left = self._product()
        symbol = self._take("+", "-")
        while symbol:
            left = self._add(symbol, (left, self._product()))
            symbol = self._take("+", "-")
        self._depth -= 1
        return left

    def _product(self) -> "int":
        left = self._sign()
        while True:
            # "**" belongs to a power, which has taken its own.
            symbol = self._take("*", "/")
            if not symbol:
                return left
            left = self._add(symbol, (left, self._sign()))

    def _sign(self) -> "int":
        negative = False
        while self._take("-"):
            negative = not negative
        operand = self._power()
        return self._add("negative", (operand,)) if negative else operand

    def _power(self) -> "int":
        base = self._atom()
        if not self._take("**"):
            return base
        sign = -1 if self._take("-") else 1
        self._skip_blanks()
        digits = self._while_in(_DIGITS)
        if not digits or len(digits) > 2 or int(digits) > LARGEST_POWER:
            self._refuse("a power is a whole number up to {}".format(LARGEST_POWER))
        return self._add("power", (base,), sign * int(digits))

    def _atom(self) -> "int":
        if self._take("("):
            inside = self._sum()
            self._close()
            return inside
        self._skip_blanks()
        character = self._text[self._at : self._at + 1]
        if character and character in _DIGITS + ".":
            return self._number()
        if character and character in _LETTERS:
            return self._name()
        if not character:
            self._refuse("the formula ends too early")
        self._refuse("{!r} is not expected here".format(character))

    def _close(self) -> None:
        if not self._take(")"):
            self._refuse("a closing bracket is missing")

    def _while_in(self, allowed: "str") -> "str":
        start = self._at
        while self._at < len(self._text) and self._text[self._at] in allowed:
            self._at += 1
        return self._text[start : self._at]

    def _number(self) -> "int":
        digits = self._while_in(_DIGITS + ".")
        following = self._text[self._at : self._at + 2]
        if following[:1] in ("e", "E") and following[1:] and following[1] in _DIGITS + "+-":
            digits += following
            self._at += 2
            digits += self._while_in(_DIGITS)
        try:
            value: "Ratio" = parse_decimal(digits)
        except ValueError:
            self._refuse("{!r} is no number".format(digits))
        return self._add("number", (), value)

    def _name(self) -> "int":
        name = self._while_in(_LETTERS + _DIGITS)
        if name in FUNCTIONS:
            return self._function(name)
        if name in _CONSTANTS:
            return self._add(name, ())
        if name not in self._inputs:
            self._inputs[name] = self._add("input", (), name)
        return self._inputs[name]

    def _function(self, name: "str") -> "int":
        if not self._take("("):
            self._refuse("{} needs its argument in brackets".format(name))
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._close()
        least, most = FUNCTIONS[name]
        if not least <= len(arguments) <= most:
            self._refuse(
                "{} takes {} arguments, not {}".format(
                    name, least if least == most else "2 or more", len(arguments)
                )
            )
        return self._add(name, tuple(arguments))
