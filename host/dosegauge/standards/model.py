"""What a standards file says, as data. Numbers are decimal strings, exactly as the file has them.

`provenance` is SOURCE (it stands in the document under `clause`), OWN_CHOICE (this program's, and
shown as such) or, of a limit that was filled in, MAKERS_VALUE.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dosegauge.texts import Text

SOURCE = "source"
OWN_CHOICE = "own choice"
MAKERS_VALUE = "maker's value"

# How a limit bounds its quantity. MET: a statement that must be found true. NONE: the document
# asks nothing at that stage.
AT_MOST, AT_LEAST, WITHIN_PLUS_MINUS = "at_most", "at_least", "within_plus_minus"
MET, NONE = "met", "none"
BOUNDS = (AT_MOST, AT_LEAST, WITHIN_PLUS_MINUS)
OPERATORS = (*BOUNDS, MET, NONE)
# In the place of a limit's value: what the maker states must be given (出厂指标).
MAKER = "maker"

# A quantity has a value with an uncertainty budget, a check is answered or read off.
QUANTITY, CHECK = "quantity", "check"
DECISION_RULES = ("simple", "jjf1094", "guard", "probability")
# A group of items passes when any of them passes, or only when all do.
ANY, ALL = "any", "all"


@dataclass(frozen=True)
class Limits:
    """What the environment or set-up must keep: a range (decimal strings, None where there is no
    limit), exactly one thing such as a nuclide, or a statement."""

    quantity: str
    lowest: str | None
    highest: str | None
    unit: str
    clause: str
    provenance: str
    exactly: str | None = None
    statement: Text | None = None
    known_errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Instrument:
    """What the document asks of an instrument. `role` says of which kind; the numbers are the
    largest permitted ones, the energies and the range what it must reach at least."""

    name: Text
    requirement: Text
    mpe_um: str | None
    clause: str
    provenance: str
    role: str = ""
    resolution: str | None = None
    resolution_unit: str | None = None
    energy_response_pct: str | None = None
    energy_low_kv: str | None = None
    energy_high_kv: str | None = None
    repeatability_pct: str | None = None
    stability_pct: str | None = None
    range_low: str | None = None
    range_high: str | None = None
    range_unit: str | None = None
    known_errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A limit or parameter of a procedure."""

    name: str
    value: str | int | bool
    clause: str
    provenance: str


@dataclass(frozen=True)
class Procedure:
    """One procedure of a document: `id` names its plan, `procedure` the computation."""

    id: str
    procedure: str
    title: Text
    clauses: str
    channels: tuple[dict[str, Any], ...]
    # Other instruments that a channel of that name may have.
    instead: tuple[dict[str, Any], ...]
    steps: tuple[dict[str, Any], ...]
    parameters: tuple[Entry, ...]
    limits: tuple[Entry, ...]


@dataclass(frozen=True)
class Stage:
    """An occasion with limits of its own: acceptance 验收检测, status 状态检测, constancy
    稳定性检测, or the only one of a calibration specification. `period` as in ISO 8601 ("P1Y"),
    None where the document names none."""

    id: str
    title: Text
    by: Text
    period: str | None
    clause: str
    provenance: str


@dataclass(frozen=True)
class KnownError:
    """Where the document errs, contradicts itself or can't be read; found by this program's
    authors, `clause` says where. `tag` numbers it."""

    tag: str
    clause: str
    text: Text


@dataclass(frozen=True)
class Condition:
    """A range of another quantity within which a limit holds; None where it is open."""

    quantity: str
    unit: str
    above: str | None
    at_least: str | None
    below: str | None
    at_most: str | None
    clause: str
    provenance: str

    def holds(self, value: Decimal) -> bool:
        """Whether a value of the quantity, in `unit`, is within."""
        return (
            (self.above is None or value > Decimal(self.above))
            and (self.at_least is None or value >= Decimal(self.at_least))
            and (self.below is None or value < Decimal(self.below))
            and (self.at_most is None or value <= Decimal(self.at_most))
        )


@dataclass(frozen=True)
class ItemLimit:
    """The limit of an item at a stage, for a region and under conditions.

    `operator` is one of OPERATORS; `value` is a decimal string, MAKER, or None with MET and NONE.
    `relative_to` names what a value in % is a part of (the nominal). `period` until it is due
    again, as in ISO 8601; None: that of the stage. `statement` is what must be met.
    """

    stage: str
    region: str | None
    operator: str
    value: str | None
    unit: str
    relative_to: str | None
    conditions: tuple[Condition, ...]
    statement: Text | None
    period: str | None
    clause: str
    provenance: str

    @property
    def needs_makers_value(self) -> bool:
        """Whether nothing can be decided before the maker's value is given."""
        return self.value == MAKER


@dataclass(frozen=True)
class Quantity:
    """What the result is: symbol (the document's where it has one) and unit; "" where there is
    none. The provenance is the unit's."""

    symbol: str
    unit: str
    clause: str
    provenance: str


@dataclass(frozen=True)
class Chosen:
    """One word chosen for an item: its budget, its decision rule."""

    name: str
    clause: str
    provenance: str


@dataclass(frozen=True)
class Regions:
    """The parts of the object for each of which an item has a result of its own."""

    names: tuple[str, ...]
    clause: str
    provenance: str


@dataclass(frozen=True)
class Method:
    """A way to measure an item; `stages` for which it serves, all of them when empty."""

    name: Text
    stages: tuple[str, ...]
    clause: str
    provenance: str


@dataclass(frozen=True)
class Note:
    """A condition in words that a measurement or its verdict depends on."""

    text: Text
    clause: str
    provenance: str


@dataclass(frozen=True)
class Combination:
    """Items whose verdict is one: `rule` is ANY or ALL of the `group`."""

    group: str
    rule: str
    clause: str
    provenance: str


@dataclass(frozen=True)
class FormBlock:
    """The block of a form that an item prints to: rows of readings by columns, then further lines.
    0 rows: a block of results alone."""

    heading: Text
    rows: int
    columns: int
    unit: str
    lines: tuple[str, ...]
    clause: str
    provenance: str


@dataclass(frozen=True)
class Item:
    """One quantity or check of a document."""

    id: str
    title: Text
    kind: str
    quantity: Quantity
    clause: str
    provenance: str
    regions: Regions | None
    methods: tuple[Method, ...]
    limits: tuple[ItemLimit, ...]
    decision: Chosen | None
    budget: Chosen | None
    combination: Combination | None
    notes: tuple[Note, ...]
    record: FormBlock | None
    certificate: FormBlock | None
    known_errors: tuple[str, ...]


@dataclass(frozen=True)
class FieldGroup:
    """Fields of a form with one origin; `reason` says why fields that the document lacks were
    added."""

    fields: tuple[str, ...]
    clause: str
    provenance: str
    reason: Text | None


@dataclass(frozen=True)
class Forms:
    """The fields of the original record and of the certificate."""

    record: tuple[FieldGroup, ...]
    certificate: tuple[FieldGroup, ...]


@dataclass(frozen=True)
class Standard:
    """One document. `file` and `sha256` say exactly which edition of which file was used;
    `for_reference`: its limits are not for pass or fail."""

    file: str
    sha256: str
    code: str
    title: Text
    status: str
    for_reference: bool
    stages: tuple[Stage, ...]
    environment: tuple[Limits, ...]
    instruments: tuple[Instrument, ...]
    items: tuple[Item, ...]
    forms: Forms
    procedures: tuple[Procedure, ...]
    known_errors: tuple[KnownError, ...]

    def item(self, item_id: str) -> Item | None:
        """An item by its id."""
        return next((item for item in self.items if item.id == item_id), None)

    def stage(self, stage_id: str) -> Stage | None:
        """A stage by its id."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)
