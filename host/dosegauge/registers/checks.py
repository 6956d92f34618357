"""What the members of one entry must be together."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from dosegauge.registers.entries import Entry, Fault
from dosegauge.registers.equipment import DETECTORS
from dosegauge.registers.kind import Kind
from dosegauge.texts import Text

# A member that says nothing without another one.
_NEEDS = (
    ("mpe", "mpe_unit"),
    ("resolution", "resolution_unit"),
    ("range_low", "range_high"),
    ("range_high", "range_low"),
    ("range_high", "range_unit"),
    ("n_k_u", "n_k"),
    ("n_k_k", "n_k_u"),
    ("energy_low_kv", "energy_high_kv"),
    ("energy_high_kv", "energy_low_kv"),
    ("kv_low", "kv_high"),
    ("kv_high", "kv_low"),
)
# What a part is about: the others say nothing without it.
_PART_VALUE = {"value": "value", "quality": "k_q"}
_ORDERED_DAYS = (("valid_from", "valid_to"), ("authorised_from", "authorised_to"))
_ORDERED_NUMBERS = (
    ("range_low", "range_high"),
    ("energy_low_kv", "energy_high_kv"),
    ("kv_low", "kv_high"),
)
# A vented chamber's factor holds for the reference conditions of its own certificate.
_VENTED_NEEDS = ("t0_c", "p0_kpa")


def faults_of(kind: Kind, entry: Entry) -> list[Fault]:
    """Everything that keeps an entry from being taken."""
    heads = {member.name: _both(member.head) for member in kind.fields}
    found = [
        Fault(heads[member.name], Text("必填，请填写", "required: fill it in"))
        for member in kind.fields
        if member.required and not entry.values.get(member.name)
    ]
    found += _faults(entry.values, heads)
    if kind is DETECTORS and entry.values.get("air_density") == "vented":
        found += [
            Fault(
                heads[name],
                Text(
                    "开放式电离室必须填写证书上的参考条件",
                    "a vented chamber needs the reference conditions of its certificate",
                ),
            )
            for name in _VENTED_NEEDS
            if name not in entry.values
        ]
    if kind.part is not None:
        for number, part in enumerate(entry.parts, 1):
            heads = {
                member.name: _both(kind.part.head(number, member)) for member in kind.part.fields
            }
            found += _faults(part, heads)
            wanted = _PART_VALUE[kind.part.name]
            if wanted not in part:
                found.append(Fault(heads[wanted], _MISSING))
    return found


_MISSING = Text("缺少，请填写", "missing: fill it in")


def _faults(values: Mapping[str, str], heads: Mapping[str, str]) -> Iterator[Fault]:
    for name, needed in _NEEDS:
        if name in values and needed in heads and needed not in values:
            yield Fault(heads[needed], _MISSING)
    for first, last in _ORDERED_DAYS:
        if values.get(first, "") > values.get(last, "9999-12-31"):
            yield Fault(
                heads[last],
                Text(f"早于 {values[first]}，请更正", f"before {values[first]}: correct it"),
            )
    for low, high in _ORDERED_NUMBERS:
        if low in values and high in values and Fraction(values[low]) > Fraction(values[high]):
            yield Fault(
                heads[high],
                Text(f"小于下限 {values[low]}，请更正", f"below {values[low]}: correct it"),
            )


def _both(head: Text) -> str:
    return f"{head.en} / {head.zh}"
