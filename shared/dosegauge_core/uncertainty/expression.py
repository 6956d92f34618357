"""The value of a formula and its derivatives by every input, exact.

Derivatives come from the operations themselves (automatic differentiation, backwards from the
result; Griewank and Walther, Evaluating Derivatives, chapter 3): nobody derives a sensitivity
coefficient by hand.
"""

from .. import elementary
from ..exact import Ratio, total
from ..type_a import bessel_variance, mean
from .formula import Operation, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    Values = list[Ratio]


class Expression:
    """A formula that was read once and can be evaluated with many values.

    `inputs` are the names of its input quantities in the order of their first use.
    """

    def __init__(self, text: "str") -> None:
        """FormulaError (a ValueError) when the text is no formula."""
        self.text = text
        self.operations = parse(text)
        self.inputs = tuple([o.value for o in self.operations if o.kind == "input"])

    def value(self, values: "dict[str, Ratio]") -> "Ratio":
        """The result for exact input values; ValueError that names what can't be computed."""
        found: "Ratio" = self._all_values(values)[-1]
        return found

    def gradient(self, values: "dict[str, Ratio]") -> "tuple[Ratio, dict[str, Ratio]]":
        """The result and its partial derivative by each input.

        ValueError that names a missing input, or an operation that has no value or no derivative
        there (a division by zero, the root of zero, the greatest of two equal values).
        """
        found = self._all_values(values)
        adjoints = [Ratio(0)] * len(found)
        adjoints[-1] = Ratio(1)
        derivatives: "dict[str, Ratio]" = {}
        for position in range(len(found) - 1, -1, -1):
            operation, adjoint = self.operations[position], adjoints[position]
            if operation.kind == "input":
                derivatives[operation.value] = adjoint
            elif operation.operands and adjoint != 0:
                arguments = [found[operand] for operand in operation.operands]
                slopes = _slopes(operation, arguments, found[position])
                for operand, slope in zip(operation.operands, slopes):
                    adjoints[operand] = adjoints[operand] + adjoint * slope
        return found[-1], derivatives

    def _all_values(self, values: "dict[str, Ratio]") -> "list[Ratio]":
        found: "list[Ratio]" = []
        for operation in self.operations:
            if operation.kind == "input":
                if operation.value not in values:
                    raise ValueError("no value for {}".format(operation.value))
                found.append(values[operation.value])
                continue
            arguments = [found[operand] for operand in operation.operands]
            found.append(_value(operation, arguments))
        return found


def _value(operation: "Operation", arguments: "Values") -> "Ratio":
    kind = operation.kind
    if kind == "number":
        number: "Ratio" = operation.value
        return number
    if kind == "pi":
        return elementary.pi()
    if kind == "power":
        return _power(arguments[0], operation.value)
    try:
        return _VALUES[kind](*arguments)
    except ZeroDivisionError:
        raise ValueError("a division by zero in the formula")


def _power(base: "Ratio", exponent: "int") -> "Ratio":
    if exponent < 0 and base == 0:
        raise ValueError("a division by zero in the formula")
    result = Ratio(1)
    for _ in range(abs(exponent)):
        result = result * base
    return 1 / result if exponent < 0 else result


def _greatest(*arguments: "Ratio") -> "Ratio":
    return max(arguments)


def _least(*arguments: "Ratio") -> "Ratio":
    return min(arguments)


def _mean(*arguments: "Ratio") -> "Ratio":
    return mean(list(arguments))


def _stdev(*arguments: "Ratio") -> "Ratio":
    return elementary.sqrt(bessel_variance(list(arguments)))


_VALUES: "dict[str, Callable[..., Ratio]]" = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "negative": lambda a: -a,
    "abs": abs,
    "sqrt": elementary.sqrt,
    "exp": elementary.exp,
    "expm1": elementary.expm1,
    "ln": elementary.ln,
    "sin": elementary.sin,
    "cos": elementary.cos,
    "tan": elementary.tan,
    "atan": elementary.atan,
    "max": _greatest,
    "min": _least,
    "mean": _mean,
    "stdev": _stdev,
}


def _slopes(operation: "Operation", arguments: "Values", value: "Ratio") -> "Values":
    """The derivative of one operation by each of its arguments."""
    kind = operation.kind
    if kind == "power":
        exponent: "int" = operation.value
        if exponent == 0:
            return [Ratio(0)]
        return [exponent * _power(arguments[0], exponent - 1)]
    if kind in ("max", "min"):
        return _slopes_of_extreme(kind, arguments, value)
    if kind == "mean":
        return [Ratio(1, len(arguments))] * len(arguments)
    if kind == "stdev":
        return _slopes_of_stdev(arguments, value)
    return _SLOPES[kind](arguments, value)


def _slopes_of_extreme(kind: "str", arguments: "Values", value: "Ratio") -> "Values":
    chosen = [argument == value for argument in arguments]
    if sum(chosen) > 1:
        raise ValueError("{} of equal values has no derivative: use Monte Carlo".format(kind))
    return [Ratio(1 if is_chosen else 0) for is_chosen in chosen]


def _slopes_of_stdev(arguments: "Values", value: "Ratio") -> "Values":
    if value == 0:
        raise ValueError("stdev of equal values has no derivative: use Monte Carlo")
    centre = total(arguments) / len(arguments)
    scale = 1 / (value * (len(arguments) - 1))
    return [(argument - centre) * scale for argument in arguments]


def _slopes_of_sqrt(arguments: "Values", value: "Ratio") -> "Values":
    if value == 0:
        raise ValueError("sqrt of zero has no derivative: use Monte Carlo")
    return [1 / (2 * value)]


def _slopes_of_abs(arguments: "Values", value: "Ratio") -> "Values":
    if value == 0:
        raise ValueError("abs of zero has no derivative: use Monte Carlo")
    return [Ratio(1 if arguments[0] > 0 else -1)]


_SLOPES: "dict[str, Callable[[Values, Ratio], Values]]" = {
    "+": lambda arguments, value: [Ratio(1), Ratio(1)],
    "-": lambda arguments, value: [Ratio(1), Ratio(-1)],
    "*": lambda arguments, value: [arguments[1], arguments[0]],
    "/": lambda arguments, value: [1 / arguments[1], -value / arguments[1]],
    "negative": lambda arguments, value: [Ratio(-1)],
    "abs": _slopes_of_abs,
    "sqrt": _slopes_of_sqrt,
    "exp": lambda arguments, value: [value],
    "expm1": lambda arguments, value: [value + 1],
    "ln": lambda arguments, value: [1 / arguments[0]],
    "sin": lambda arguments, value: [elementary.cos(arguments[0])],
    "cos": lambda arguments, value: [-elementary.sin(arguments[0])],
    "tan": lambda arguments, value: [1 + value * value],
    "atan": lambda arguments, value: [1 / (1 + arguments[0] * arguments[0])],
}
