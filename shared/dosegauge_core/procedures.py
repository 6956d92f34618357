"""The procedures by name, and the one way from a session's records to its result.

Unit and host call the same functions; on the unit only the module in use is loaded.
"""

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from .ledger import StepLedger
    from .records import Record

PROCEDURES = ("hole-depth", "air-kerma-rate", "leakage-survey")

# `result` is the computation module's own Result, exact; the rest is what is printed and judged.
Evaluation = namedtuple("Evaluation", ("procedure", "result", "figures", "verdicts", "remarks"))


def computation(procedure: "str") -> "ModuleType":
    """The module of a procedure: Ledger, Inputs, check_plan, compute, figures, verdicts, remarks.

    ValueError for a procedure that this version doesn't know.
    """
    if procedure == "hole-depth":
        from . import depth

        return depth
    if procedure == "air-kerma-rate":
        from . import kerma

        return kerma
    if procedure == "leakage-survey":
        from . import leakage

        return leakage
    raise ValueError("no procedure {!r}; there are {}".format(procedure, ", ".join(PROCEDURES)))


def check_plan(plan: "dict[str, object]") -> None:
    """Whether a plan's parameters, limits and entries can be used by its procedure.

    ValueError with one line that names what is unknown, missing or not allowed.
    """
    computation(str(plan.get("procedure"))).check_plan(plan)


def ledger(plan: "dict[str, object]") -> "StepLedger":
    """An empty ledger for the plan's procedure; ValueError when the plan can't be used."""
    built: "StepLedger" = computation(str(plan.get("procedure"))).Ledger(plan)
    return built


def conclude(plan: "dict[str, object]", filled: "StepLedger") -> "Evaluation":
    """The evaluation of what a ledger holds; ValueError that names what is missing or wrong."""
    procedure = str(plan.get("procedure"))
    module = computation(procedure)
    result = module.compute(filled.inputs())
    return Evaluation(
        procedure,
        result,
        module.figures(result),
        module.verdicts(result),
        module.remarks(result),
    )


def evaluate(plan: "dict[str, object]", records: "Iterable[Record]") -> "Evaluation":
    """The evaluation of a session's records by its plan; ValueError as `conclude` or names the
    record that can't be right."""
    filled = ledger(plan)
    for record in records:
        filled.add(record)
    return conclude(plan, filled)
