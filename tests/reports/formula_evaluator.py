"""Computes the workbook's formulas, for want of a spreadsheet program on every test machine.

It knows the operators and functions that the record uses and nothing else: an unknown one fails.
Values are mpmath numbers with 30 digits, so that it is no copy of a float computation.
"""

import re

import mpmath

DIGITS = 30

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)"
    r"|(?P<text>\"[^\"]*\")"
    r"|(?P<cell>(?:'[^']+'!)?\$?[A-Z]{1,2}\$?\d+)"
    r"|(?P<name>[A-Z_a-z][\w.]*)"
    r"|(?P<symbol><=|>=|<>|[-+*/^(),:=<>]))"
)


class Workbook:
    """Evaluates cells of an openpyxl workbook; each cell once."""

    def __init__(self, book: object) -> None:
        self._book = book
        self._known: dict[tuple[str, str], object] = {}

    def value(self, sheet: str, address: str) -> object:
        key = (sheet, address.replace("$", ""))
        if key not in self._known:
            with mpmath.workdps(DIGITS):
                self._known[key] = self._computed(*key)
        return self._known[key]

    def _computed(self, sheet: str, address: str) -> object:
        cell = self._book[sheet][address]
        if cell.data_type == "f":
            return _Parser(self, sheet, cell.value[1:]).result()
        if cell.data_type == "n" and cell.value is not None:
            return mpmath.mpf(repr(cell.value))
        return cell.value


class _Parser:
    def __init__(self, book: Workbook, sheet: str, formula: str) -> None:
        self._book = book
        self._sheet = sheet
        self._formula = formula
        self._tokens = list(self._split(formula))
        self._at = 0

    def _split(self, formula: str):
        position = 0
        while position < len(formula):
            match = _TOKEN.match(formula, position)
            assert match, f"{formula[position:]!r} in {formula}"
            position = match.end()
            yield match.lastgroup, match.group().strip()

    def result(self) -> object:
        value = self._comparison()
        assert self._at == len(self._tokens), self._formula
        return value

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _comparison(self):
        left = self._sum()
        compare = {
            "<=": lambda a, b: a <= b,
            ">=": lambda a, b: a >= b,
            "<": lambda a, b: a < b,
            ">": lambda a, b: a > b,
            "=": lambda a, b: a == b,
            "<>": lambda a, b: a != b,
        }
        while self._peek() in compare:
            symbol = self._take()[1]
            left = compare[symbol](left, self._sum())
        return left

    def _sum(self):
        value = self._product()
        while self._peek() in ("+", "-"):
            if self._take()[1] == "+":
                value += self._product()
            else:
                value -= self._product()
        return value

    def _product(self):
        value = self._power()
        while self._peek() in ("*", "/"):
            if self._take()[1] == "*":
                value *= self._power()
            else:
                value /= self._power()
        return value

    def _power(self):
        # In a spreadsheet the sign binds tighter than the power: -2^2 is 4.
        value = self._signed()
        while self._peek() == "^":
            self._take()
            value **= self._signed()
        return value

    def _signed(self):
        if self._peek() in ("-", "+"):
            return -self._signed() if self._take()[1] == "-" else self._signed()
        return self._atom()

    def _atom(self):
        kind, text = self._take()
        if kind == "number":
            return mpmath.mpf(text)
        if kind == "text":
            return text[1:-1]
        if text == "(":
            value = self._comparison()
            assert self._take()[1] == ")", self._formula
            return value
        if kind == "cell":
            return self._cells(text)
        if text in ("TRUE", "FALSE"):
            return text == "TRUE"
        return self._call(text.removeprefix("_xlfn."))

    def _cells(self, text: str):
        sheet, _, address = text.rpartition("!")
        sheet = sheet.strip("'") or self._sheet
        if self._peek() != ":":
            return self._book.value(sheet, address)
        self._take()
        last = self._take()[1]
        letter, first_row = re.match(r"([A-Z]+)(\d+)", address).groups()
        last_row = int(re.search(r"\d+", last).group())
        return [
            self._book.value(sheet, f"{letter}{row}")
            for row in range(int(first_row), last_row + 1)
        ]

    def _call(self, name: str):
        assert self._take()[1] == "(", self._formula
        if name == "IF":
            return self._if()
        arguments = [self._comparison()]
        while self._peek() == ",":
            self._take()
            arguments.append(self._comparison())
        assert self._take()[1] == ")", self._formula
        return _FUNCTIONS[name](*arguments)

    def _if(self):
        # Only the branch that applies may be computed: the other may divide by zero.
        condition = self._comparison()
        branches = []
        for _ in range(2):
            assert self._take()[1] == ",", self._formula
            if bool(condition) is (len(branches) == 0):
                branches.append(self._comparison())
            else:
                branches.append(None)
                self._skip()
        assert self._take()[1] == ")", self._formula
        return branches[0] if condition else branches[1]

    def _skip(self) -> None:
        depth = 0
        while not (depth == 0 and self._peek() in (",", ")")):
            depth += {"(": 1, ")": -1}.get(self._take()[1], 0)


def _flat(arguments) -> list:
    found = []
    for argument in arguments:
        found += argument if isinstance(argument, list) else [argument]
    return [value for value in found if value is not None]


def _stdev(*arguments):
    values = _flat(arguments)
    centre = mpmath.fsum(values) / len(values)
    return mpmath.sqrt(mpmath.fsum((v - centre) ** 2 for v in values) / (len(values) - 1))


def _round(value, decimals):
    scaled = abs(value) * mpmath.mpf(10) ** decimals
    return mpmath.sign(value) * mpmath.floor(scaled + 0.5) / mpmath.mpf(10) ** decimals


def _find(function, low, high):
    """The zero of a function that rises from low to high, by halving."""
    low, high = mpmath.mpf(low), mpmath.mpf(high)
    for _ in range(110):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def _t_inverse_two_tailed(probability, freedom):
    def below(t):
        inside = 1 - mpmath.betainc(
            freedom / 2, mpmath.mpf(1) / 2, 0, freedom / (freedom + t * t), regularized=True
        )
        return inside - (1 - probability)

    return _find(below, 0, 1000)


def _chi_square_inverse(probability, freedom):
    return _find(
        lambda x: mpmath.gammainc(freedom / 2, 0, x / 2, regularized=True) - probability, 0, 10000
    )


def _normal_inverse(probability):
    return mpmath.sqrt(2) * mpmath.erfinv(2 * probability - 1)


def _normal(z, cumulative):
    assert cumulative
    return mpmath.ncdf(z)


def _binomial(count, trials, share, cumulative):
    assert cumulative
    return mpmath.fsum(
        mpmath.binomial(trials, i) * share**i * (1 - share) ** (trials - i)
        for i in range(int(count) + 1)
    )


_FUNCTIONS = {
    "AVERAGE": lambda *a: mpmath.fsum(_flat(a)) / len(_flat(a)),
    "COUNT": lambda *a: mpmath.mpf(len(_flat(a))),
    "MAX": lambda *a: max(_flat(a)),
    "MIN": lambda *a: min(_flat(a)),
    "SQRT": mpmath.sqrt,
    "LN": mpmath.log,
    "ABS": abs,
    "ROUND": _round,
    "TRUNC": mpmath.floor,
    "MOD": lambda a, b: a - b * mpmath.floor(a / b),
    "AND": lambda *a: all(_flat(a)),
    "ISNUMBER": lambda a: isinstance(a, mpmath.mpf),
    "STDEV.S": _stdev,
    "T.INV.2T": _t_inverse_two_tailed,
    "CHISQ.INV": _chi_square_inverse,
    "NORM.S.INV": _normal_inverse,
    "NORM.S.DIST": _normal,
    "BINOM.DIST": _binomial,
}
