"""An operation of a formula as text again, to name it in a message."""

from dosegauge_core.rounding import shortest_text
from dosegauge_core.uncertainty.formula import Operation

_INFIX = ("+", "-", "*", "/")


def text_of_operation(operations: tuple[Operation, ...], position: int) -> str:
    """For example "sqrt(x_1 - x_2)"; what stands inside an infix operation is bracketed."""
    operation = operations[position]
    if operation.kind == "input":
        return str(operation.value)
    if operation.kind == "number":
        return shortest_text(operation.value)
    inside = [text_of_operation(operations, operand) for operand in operation.operands]
    if operation.kind in _INFIX or operation.kind in ("negative", "power"):
        inside = [
            f"({text})" if _is_compound(operations[operand]) else text
            for text, operand in zip(inside, operation.operands, strict=True)
        ]
    if operation.kind in _INFIX:
        return f" {operation.kind} ".join(inside)
    if operation.kind == "negative":
        return f"-{inside[0]}"
    if operation.kind == "power":
        return f"{inside[0]}**{operation.value}"
    return f"{operation.kind}({', '.join(inside)})" if inside else str(operation.kind)


def _is_compound(operation: Operation) -> bool:
    return operation.kind in _INFIX or operation.kind in ("negative", "power")
