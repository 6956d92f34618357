"""Exact rational numbers.

A reading is an integer count of its instrument's resolution; what is computed from readings by
sums, products and quotients stays exact as a `Ratio` until it is printed (see `rounding`).
MicroPython has no `fractions`, and its floats carry 24 bits on the unit: neither can be used here.
"""

try:
    from math import gcd
except ImportError:
    # MicroPython's math has none; CPython's own takes a tenth of the time of this one.
    def gcd(a: "int", b: "int") -> "int":  # type: ignore[misc]
        """Greatest common divisor of two integers; gcd(0, 0) is 0."""
        while b:
            a, b = b, a % b
        return a if a >= 0 else -a


class Ratio:
    """The exact quotient num/den in lowest terms with den > 0.

    Raises ZeroDivisionError for den = 0. Operands of + - * / and of comparisons may be ints.
    """

    __slots__ = ("den", "num")

    def __init__(self, num: "int", den: "int" = 1) -> None:
        if den == 0:
            raise ZeroDivisionError("a ratio with denominator zero")
        if den < 0:
            num, den = -num, -den
        divisor = 1 if den == 1 else gcd(num, den)
        self.num = num // divisor
        self.den = den // divisor

    def __add__(self, other: "Ratio | int") -> "Ratio":
        right = other if isinstance(other, Ratio) else as_ratio(other)
        # What the denominators share is all that the sum can have in common with them.
        shared = gcd(self.den, right.den)
        if shared == 1:
            return _in_lowest_terms(
                self.num * right.den + right.num * self.den, self.den * right.den
            )
        left_part = self.den // shared
        num = self.num * (right.den // shared) + right.num * left_part
        rest = gcd(num, shared)
        return _in_lowest_terms(num // rest, left_part * (right.den // rest))

    def __radd__(self, other: "int") -> "Ratio":
        return self + other

    def __sub__(self, other: "Ratio | int") -> "Ratio":
        return self + -as_ratio(other)

    def __rsub__(self, other: "int") -> "Ratio":
        return as_ratio(other) - self

    def __mul__(self, other: "Ratio | int") -> "Ratio":
        right = other if isinstance(other, Ratio) else as_ratio(other)
        # Both are in lowest terms: only one's numerator and the other's denominator can share.
        first, second = gcd(self.num, right.den), gcd(right.num, self.den)
        return _in_lowest_terms(
            (self.num // first) * (right.num // second),
            (self.den // second) * (right.den // first),
        )

    def __rmul__(self, other: "int") -> "Ratio":
        return self * other

    def __truediv__(self, other: "Ratio | int") -> "Ratio":
        right = other if isinstance(other, Ratio) else as_ratio(other)
        if right.num == 0:
            raise ZeroDivisionError("a ratio with denominator zero")
        if right.num < 0:
            return self * _in_lowest_terms(-right.den, -right.num)
        return self * _in_lowest_terms(right.den, right.num)

    def __rtruediv__(self, other: "int") -> "Ratio":
        return as_ratio(other) / self

    def __neg__(self) -> "Ratio":
        return _in_lowest_terms(-self.num, self.den)

    def __abs__(self) -> "Ratio":
        return _in_lowest_terms(self.num if self.num >= 0 else -self.num, self.den)

    def _minus(self, other: "object") -> "int":
        if isinstance(other, int):
            return self.num - other * self.den
        right = as_ratio(other)
        return self.num * right.den - right.num * self.den

    def __eq__(self, other: "object") -> "bool":
        return self._minus(other) == 0

    def __lt__(self, other: "Ratio | int") -> "bool":
        return self._minus(other) < 0

    def __le__(self, other: "Ratio | int") -> "bool":
        return self._minus(other) <= 0

    def __gt__(self, other: "Ratio | int") -> "bool":
        return self._minus(other) > 0

    def __ge__(self, other: "Ratio | int") -> "bool":
        return self._minus(other) >= 0

    def __hash__(self) -> "int":
        return hash((self.num, self.den))

    def __repr__(self) -> "str":
        return "Ratio({}, {})".format(self.num, self.den)

    def floor(self) -> "int":
        """The greatest integer not above the value."""
        return self.num // self.den


def _in_lowest_terms(num: "int", den: "int") -> "Ratio":
    """num/den that need not be reduced; den > 0."""
    ratio = Ratio(num)
    ratio.den = den
    return ratio


def as_ratio(value: "object") -> "Ratio":
    """A Ratio from a Ratio or an int; TypeError for anything else (floats above all)."""
    if isinstance(value, Ratio):
        return value
    if isinstance(value, int):
        return Ratio(value)
    raise TypeError("exact arithmetic takes whole numbers and ratios, not {!r}".format(value))


def total(values: "list[Ratio]") -> "Ratio":
    """Sum of ratios; zero for none."""
    result = Ratio(0)
    for value in values:
        result = result + value
    return result


# A decimal string longer than this is not a number somebody wrote down.
LONGEST_DECIMAL = 40


def parse_decimal(text: "str") -> "Ratio":
    """The exact value of a decimal string such as "-0.0036", "1.52E-2" or "12".

    Raises ValueError that quotes the text when it is not a decimal number of at most 40
    characters with an exponent of at most two digits.
    """
    mantissa, exponent = _split_decimal(text)
    if exponent >= 0:
        return Ratio(mantissa * 10**exponent)
    return Ratio(mantissa, 10**-exponent)


def _split_decimal(text: "str") -> "tuple[int, int]":
    number = text.strip() if isinstance(text, str) else ""
    if not number or len(number) > LONGEST_DECIMAL:
        raise ValueError("not a decimal number: {!r}".format(text))
    negative = number[0] == "-"
    if number[0] in "+-":
        number = number[1:]
    number, exponent = _take_exponent(number, text)
    whole, point, fraction = number.partition(".")
    digits = whole + fraction
    if not digits or not _only_digits(digits) or (point and not fraction):
        raise ValueError("not a decimal number: {!r}".format(text))
    mantissa = int(digits)
    return (-mantissa if negative else mantissa), exponent - len(fraction)


def _take_exponent(number: "str", text: "str") -> "tuple[str, int]":
    position = max(number.find("e"), number.find("E"))
    if position < 0:
        return number, 0
    exponent = number[position + 1 :]
    sign = -1 if exponent[:1] == "-" else 1
    if exponent[:1] in ("+", "-"):
        exponent = exponent[1:]
    if not 1 <= len(exponent) <= 2 or not _only_digits(exponent):
        raise ValueError("not a decimal number: {!r}".format(text))
    return number[:position], sign * int(exponent)


def _only_digits(text: "str") -> "bool":
    for character in text:
        if character not in "0123456789":
            return False
    return True


def parse_scaled(text: "str", unit_exponent: "int") -> "int":
    """A decimal string as a whole count of 10**unit_exponent.

    parse_scaled("0.0036", -6) is 3600 (mm read in nm). ValueError when the text is no decimal
    number or is finer than the unit, since rounding an input silently would alter a reading.
    """
    value = parse_decimal(text)
    scale: "int" = 10 ** abs(unit_exponent)
    scaled = value / scale if unit_exponent >= 0 else value * scale
    if scaled.den != 1:
        raise ValueError("{!r} is finer than 1E{}".format(text, unit_exponent))
    return scaled.num
