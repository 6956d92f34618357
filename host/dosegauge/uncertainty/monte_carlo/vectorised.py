"""A formula evaluated for many trials at once.

The operations of an `Expression` are carried out one after another on chunks that stay in the
processor's cache. A trial for which an operation has no value is an error that names the
operation: no NaN and no infinity gets into a result.
"""

from collections.abc import Callable, Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from dosegauge.errors import CheckFailed
from dosegauge.texts import Text
from dosegauge.uncertainty.monte_carlo.operation_text import text_of_operation
from dosegauge_core.exact import Ratio
from dosegauge_core.uncertainty.expression import Expression
from dosegauge_core.uncertainty.formula import Operation

Array = NDArray[np.float64]
Operand = Array | float

_TODO = Text(
    "请检查该公式与输入量的分布是否相容",
    "check whether the formula suits the distributions of its inputs",
)


class VectorFormula:
    """An expression prepared for chunks of at most `size` trials.

    `varying` are the names of the inputs that will be arrays. What depends on none of them is
    computed here, once, from `fixed`, the values of the other inputs.
    """

    def __init__(
        self,
        expression: Expression,
        varying: Collection[str],
        fixed: Mapping[str, float],
        size: int,
    ) -> None:
        """CheckFailed when a constant part of the formula has no value."""
        self._operations: tuple[Operation, ...] = expression.operations
        self._varies = _varying_operations(self._operations, varying)
        self._constants: dict[int, float] = {}
        self._evaluated = 0
        for position, operation in enumerate(self._operations):
            if not self._varies[position]:
                self._constants[position] = self._constant(position, operation, fixed)
        self._buffer_of = self._assign_buffers()
        buffers = max(self._buffer_of.values(), default=-1) + 1
        self._buffers = [np.empty(size) for _ in range(buffers)]

    @property
    def result_varies(self) -> bool:
        """Whether the result depends on any varying input."""
        return self._varies[-1]

    def evaluate(self, inputs: Mapping[str, Array], out: Array) -> None:
        """The result for every trial of a chunk into `out`; the inputs are left as they are.

        CheckFailed that names the operation without a value and the number of such trials.
        """
        size = len(out)
        last = len(self._operations) - 1
        found: dict[int, Operand] = dict(self._constants)
        with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
            for position, operation in enumerate(self._operations):
                if operation.kind == "input" and self._varies[position]:
                    found[position] = inputs[operation.value][:size]
                elif self._varies[position]:
                    target = out
                    if position != last:
                        target = self._buffers[self._buffer_of[position]][:size]
                    self._carry_out(position, found, target)
                    found[position] = target
        if self._operations[last].kind == "input":
            np.copyto(out, found[last])
        self._evaluated += size
        self._require_values(last, out)

    def _carry_out(self, position: int, found: Mapping[int, Operand], target: Array) -> None:
        operation = self._operations[position]
        arguments = [found[operand] for operand in operation.operands]
        compute = _COMPUTE[operation.kind]
        try:
            compute(operation, arguments, target)
        except FloatingPointError:
            with np.errstate(all="ignore"):
                compute(operation, arguments, target)
            self._evaluated += len(target)
            self._require_values(position, target)
            self._evaluated -= len(target)

    def _require_values(self, position: int, values: Array) -> None:
        without = len(values) - int(np.count_nonzero(np.isfinite(values)))
        if without:
            raise CheckFailed(
                Text(
                    "前 {done} 次试验中有 {count} 次没有值",
                    "no value in {count} of the first {done} trials",
                ).filled(count=without, done=self._evaluated),
                where=text_of_operation(self._operations, position),
                todo=_TODO,
            )

    def _constant(self, position: int, operation: Operation, fixed: Mapping[str, float]) -> float:
        if operation.kind == "input":
            return fixed[operation.value]
        target = np.empty(1)
        with np.errstate(divide="raise", over="raise", invalid="raise", under="ignore"):
            self._carry_out(position, self._constants, target)
        return float(target[0])

    def _assign_buffers(self) -> dict[int, int]:
        """Which buffer an operation writes to; one is used again when its value was used last."""
        last_use: dict[int, int] = {}
        for position, operation in enumerate(self._operations):
            for operand in operation.operands:
                last_use[operand] = position
        free: list[int] = []
        buffer_of: dict[int, int] = {}
        for position, operation in enumerate(self._operations[:-1]):
            if operation.kind == "input" or not self._varies[position]:
                continue
            buffer_of[position] = free.pop() if free else len(set(buffer_of.values()))
            for operand in set(operation.operands):
                if last_use[operand] == position and operand in buffer_of:
                    free.append(buffer_of[operand])
        return buffer_of


def _varying_operations(operations: tuple[Operation, ...], varying: Collection[str]) -> list[bool]:
    varies: list[bool] = []
    for operation in operations:
        if operation.kind == "input":
            varies.append(operation.value in varying)
        else:
            varies.append(any(varies[operand] for operand in operation.operands))
    return varies


_Compute = Callable[[Operation, list[Operand], Array], None]


def _number(operation: Operation, arguments: list[Operand], out: Array) -> None:
    value: Ratio = operation.value
    out.fill(value.num / value.den)


def _pi(operation: Operation, arguments: list[Operand], out: Array) -> None:
    out.fill(np.pi)


def _with(function: np.ufunc) -> _Compute:
    """Two or more arguments, taken two at a time, or a single one."""

    def compute(operation: Operation, arguments: list[Operand], out: Array) -> None:
        if len(arguments) == 1:
            function(arguments[0], out=out)
            return
        function(arguments[0], arguments[1], out=out)
        for further in arguments[2:]:
            function(out, further, out=out)

    return compute


def _power(operation: Operation, arguments: list[Operand], out: Array) -> None:
    base, exponent = arguments[0], int(operation.value)
    if exponent == 0:
        out.fill(1.0)
        return
    np.copyto(out, base)
    for _ in range(abs(exponent) - 1):
        np.multiply(out, base, out=out)
    if exponent < 0:
        np.divide(1.0, out, out=out)


def _mean(operation: Operation, arguments: list[Operand], out: Array) -> None:
    _with(np.add)(operation, arguments, out)
    np.divide(out, float(len(arguments)), out=out)


def _stdev(operation: Operation, arguments: list[Operand], out: Array) -> None:
    centre, squares = np.empty_like(out), np.zeros_like(out)
    _mean(operation, arguments, centre)
    for argument in arguments:
        np.subtract(argument, centre, out=out)
        np.multiply(out, out, out=out)
        squares += out
    np.divide(squares, float(len(arguments) - 1), out=out)
    np.sqrt(out, out=out)


_COMPUTE: dict[str, _Compute] = {
    "number": _number,
    "pi": _pi,
    "power": _power,
    "mean": _mean,
    "stdev": _stdev,
    "+": _with(np.add),
    "-": _with(np.subtract),
    "*": _with(np.multiply),
    "/": _with(np.divide),
    "negative": _with(np.negative),
    "abs": _with(np.absolute),
    "sqrt": _with(np.sqrt),
    "exp": _with(np.exp),
    "expm1": _with(np.expm1),
    "ln": _with(np.log),
    "sin": _with(np.sin),
    "cos": _with(np.cos),
    "tan": _with(np.tan),
    "atan": _with(np.arctan),
    "max": _with(np.maximum),
    "min": _with(np.minimum),
}
