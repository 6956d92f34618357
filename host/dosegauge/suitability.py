"""Whether an instrument may serve: its certificate, its validity, and what the document asks.

Everything is compared exactly, from the digits as typed. Nothing is assumed: what the register
does not tell is a flag of its own, and so is a unit that can't be compared.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from dosegauge.registers.entries import Entry
from dosegauge.registers.equipment import DETECTORS
from dosegauge.registers.kind import Kind
from dosegauge.standards import Standard
from dosegauge.texts import Text

DETECTOR = "detector"
# Of what is asked of a dosimeter, the energy response is its detector's.
_DOSIMETER = "dosimeter"
_PREFIXES = {"n": -9, "u": -6, "m": -3, "c": -2, "": 0, "k": 3, "M": 6}
_BASES = ("m", "Gy/h", "Sv/h", "Gy/min", "Gy/s", "Gy", "Sv", "Bq")
_MICRO = str.maketrans("µμ", "uu")


@dataclass(frozen=True)
class Requirement:
    """What a document asks of one kind of instrument; decimal strings, None where it asks
    nothing. `role` is one of the register's kinds, `clause` where it is asked."""

    role: str
    clause: str = ""
    mpe_um: str | None = None
    range_low: str | None = None
    range_high: str | None = None
    range_unit: str | None = None
    resolution: str | None = None
    resolution_unit: str | None = None
    energy_response_pct: str | None = None
    energy_low_kv: str | None = None
    energy_high_kv: str | None = None
    repeatability_pct: str | None = None
    stability_pct: str | None = None


@dataclass(frozen=True)
class Value:
    """A calibrated value: of which point, U and its k, and the tube voltages it is for."""

    what: str
    u: str | None
    k: str | None
    kv_low: str | None
    kv_high: str | None


@dataclass(frozen=True)
class Instrument:
    """A register entry as far as its suitability depends on it."""

    role: str
    values: tuple[Value, ...]
    members: dict[str, str]

    def get(self, name: str) -> str | None:
        """A member as typed, None when it isn't given."""
        return self.members.get(name)


@dataclass(frozen=True)
class Use:
    """When an instrument served (ISO dates, "" when unknown) and at which tube voltage in kV, None
    when it is unknown. Without `of_quality` it is asked what it is fit for at all, not whether at
    a tube voltage."""

    first_day: str
    last_day: str
    tube_kv: str | None = None
    of_quality: bool = True


@dataclass(frozen=True)
class Flag:
    """A reason for which an instrument should not have served."""

    code: str
    text: Text


def instrument_of(kind: Kind, entry: Entry) -> Instrument:
    """What the suitability of an instrument's or detector's entry depends on."""
    if kind is DETECTORS:
        factor = Value("N_K", entry.values.get("n_k_u"), entry.values.get("n_k_k"), None, None)
        qualities = [_value(part, part.get("name", "k_Q")) for part in entry.parts]
        return Instrument(DETECTOR, (factor, *qualities), entry.values)
    values = tuple(_value(part, part.get("what", part["value"])) for part in entry.parts)
    return Instrument(entry.values["kind"], values, entry.values)


def requirements_of(standard: Standard) -> list[Requirement]:
    """What a document asks of the kinds of instruments that the register knows."""
    names = [member.name for member in fields(Requirement)]
    asked = [vars(instrument) for instrument in standard.instruments]
    return [
        Requirement(**{name: members[name] for name in names if name in members})
        for members in asked
        if members.get("role")
    ]


def flags(instrument: Instrument, requirements: Sequence[Requirement], use: Use) -> list[Flag]:
    """Everything that speaks against an instrument in this use; [] when nothing does."""
    found = [*_traceability(instrument), *_validity(instrument, use)]
    for requirement in requirements:
        if instrument.role == requirement.role:
            found += [
                *_mpe(instrument, requirement),
                *_range(instrument, requirement),
                *_resolution(instrument, requirement),
                *_energy(instrument, requirement, use),
                *_percentages(instrument, requirement),
            ]
        elif instrument.role == DETECTOR and requirement.role == _DOSIMETER:
            found += _energy(instrument, requirement, use)
    return list(dict.fromkeys(found))


def _value(part: dict[str, str], what: str) -> Value:
    return Value(what, *(part.get(name) for name in ("u", "k", "kv_low", "kv_high")))


def _traceability(instrument: Instrument) -> Iterator[Flag]:
    if not instrument.get("certificate"):
        yield _flag("no-certificate", "没有证书编号", "no certificate number")
    without_u = [value.what for value in instrument.values if value.u is None]
    if without_u:
        names_zh, names_en = "、".join(without_u), ", ".join(without_u)
        yield _flag("u-missing", f"{names_zh}没有给出 U", f"no U given for {names_en}")
    elif not instrument.values and not instrument.get("mpe"):
        yield _flag("u-missing", "既没有 U 也没有最大允许误差", "neither U nor MPE given")
    without_k = [value.what for value in instrument.values if value.u and value.k is None]
    if without_k:
        names_zh, names_en = "、".join(without_k), ", ".join(without_k)
        yield _flag("k-missing", f"{names_zh}的 U 没有给出 k", f"U without k for {names_en}")


def _validity(instrument: Instrument, use: Use) -> Iterator[Flag]:
    if not use.last_day:
        yield _flag(
            "day-unknown", "使用日期未知，有效期未核对", "day of use unknown, validity not checked"
        )
        return
    begin, end = instrument.get("valid_from"), instrument.get("valid_to")
    if not end:
        yield _flag("validity-unknown", "没有给出有效期", "no end of validity given")
    elif end < use.last_day:
        yield _flag(
            "expired",
            f"证书有效期至 {end}，{use.last_day} 已过期",
            f"its certificate was valid to {end}, expired on {use.last_day}",
        )
    if begin and begin > use.first_day:
        yield _flag(
            "not-yet-valid",
            f"证书自 {begin} 起有效，{use.first_day} 尚未生效",
            f"its certificate is valid from {begin}, not yet on {use.first_day}",
        )
    withdrawn = instrument.get("withdrawn")
    if withdrawn and withdrawn <= use.last_day:
        yield _flag("withdrawn", f"自 {withdrawn} 起停用", f"out of use since {withdrawn}")


def _mpe(instrument: Instrument, asked: Requirement) -> Iterator[Flag]:
    if asked.mpe_um is not None:
        yield from _at_most(
            instrument, ("mpe", "最大允许误差", "MPE"), (asked.mpe_um, "um"), asked.clause
        )


def _range(instrument: Instrument, asked: Requirement) -> Iterator[Flag]:
    if asked.range_low is None and asked.range_high is None:
        return
    low, high = instrument.get("range_low"), instrument.get("range_high")
    unit, asked_unit = instrument.get("range_unit") or "", asked.range_unit or ""
    if low is None or high is None:
        yield _flag(
            "range-missing", "没有给出测量范围的上下限", "no ends of its range given", asked.clause
        )
        return
    ratio = _unit_ratio(unit, asked_unit)
    if ratio is None:
        yield _flag(
            "range-unit",
            f"测量范围的单位 {unit} 与要求的 {asked_unit} 无法比较",
            f"its range is in {unit}, which can't be compared with the {asked_unit} asked",
            asked.clause,
        )
        return
    begins, ends = Fraction(low) * ratio, Fraction(high) * ratio
    if any(
        not begins <= Fraction(end) <= ends
        for end in (asked.range_low, asked.range_high)
        if end is not None
    ):
        yield _flag(
            "range-short",
            f"测量范围 {low}～{high} {unit} 未覆盖要求的 {_ends(asked, '～')} {asked_unit}",
            f"its range {low} to {high} {unit} does not cover the {_ends(asked, ' to ')}"
            f" {asked_unit} asked",
            asked.clause,
        )


def _ends(asked: Requirement, between: str) -> str:
    return between.join(end for end in (asked.range_low, asked.range_high) if end is not None)


def _resolution(instrument: Instrument, asked: Requirement) -> Iterator[Flag]:
    if asked.resolution is not None:
        yield from _at_most(
            instrument,
            ("resolution", "分辨力", "resolution"),
            (asked.resolution, asked.resolution_unit or ""),
            asked.clause,
        )


def _at_most(
    instrument: Instrument, member: tuple[str, str, str], limit: tuple[str, str], clause: str
) -> Iterator[Flag]:
    name, zh, en = member
    given, unit = instrument.get(name), instrument.get(f"{name}_unit") or ""
    if given is None:
        yield _flag(f"{name}-missing", f"没有给出{zh}", f"no {en} given", clause)
        return
    ratio = _unit_ratio(unit, limit[1])
    if ratio is None:
        yield _flag(
            f"{name}-unit",
            f"{zh}的单位 {unit} 与要求的 {limit[1]} 无法比较",
            f"{en} is in {unit}, which can't be compared with the {limit[1]} asked",
            clause,
        )
    elif Fraction(given) * ratio > Fraction(limit[0]):
        yield _flag(
            f"{name}-above",
            f"{zh} {given} {unit} 大于要求的 {limit[0]} {limit[1]}",
            f"{en} {given} {unit} is above the {limit[0]} {limit[1]} asked",
            clause,
        )


def _energy(instrument: Instrument, asked: Requirement, use: Use) -> Iterator[Flag]:
    if asked.energy_response_pct is None:
        return
    response = instrument.get("energy_response_pct")
    low, high = instrument.get("energy_low_kv"), instrument.get("energy_high_kv")
    if response is None or low is None or high is None:
        yield _flag(
            "energy-response-missing",
            "没有给出能量响应或其管电压范围",
            "no energy response given, or not its tube voltages",
            asked.clause,
        )
    else:
        yield from _above(
            ("energy-response", "能量响应", "energy response"),
            response,
            asked.energy_response_pct,
            asked.clause,
        )
        ends = (asked.energy_low_kv, asked.energy_high_kv)
        wanted = Text(f"{ends[0]}～{ends[1]} kV", f"{ends[0]} to {ends[1]} kV")
        if not _covers(low, high, asked.energy_low_kv) or not _covers(
            low, high, asked.energy_high_kv
        ):
            yield _flag(
                "energy-range-short",
                f"能量响应范围 {low}～{high} kV 小于要求的 {wanted.zh}",
                f"energy response known for {low} to {high} kV, asked for {wanted.en}",
                asked.clause,
            )
    if use.of_quality:
        yield from _quality(instrument, asked, use)


def _quality(instrument: Instrument, asked: Requirement, use: Use) -> Iterator[Flag]:
    """A factor for the used tube voltage makes up for an energy response not known there."""
    if use.tube_kv is None:
        yield _flag(
            "quality-unknown",
            "使用的管电压未知，能量响应是否适用未核对",
            "tube voltage of use unknown, not checked whether the energy response holds there",
            asked.clause,
        )
        return
    known = [(instrument.get("energy_low_kv"), instrument.get("energy_high_kv"))]
    known += [(value.kv_low, value.kv_high) for value in instrument.values]
    if not any(low and high and _covers(low, high, use.tube_kv) for low, high in known):
        yield _flag(
            "quality-outside",
            f"使用的管电压 {use.tube_kv} kV 在能量响应范围和校准的辐射质之外",
            f"used at {use.tube_kv} kV, outside its energy response and its calibrated qualities",
            asked.clause,
        )


def _covers(low: str, high: str, wanted: str | None) -> bool:
    return wanted is None or Fraction(low) <= Fraction(wanted) <= Fraction(high)


def _percentages(instrument: Instrument, asked: Requirement) -> Iterator[Flag]:
    for name, zh, en, limit in (
        ("repeatability", "重复性", "repeatability", asked.repeatability_pct),
        ("stability", "年稳定性", "yearly stability", asked.stability_pct),
    ):
        if limit is None:
            continue
        given = instrument.get(f"{name}_pct")
        if given is None:
            yield _flag(f"{name}-missing", f"没有给出{zh}", f"no {en} given", asked.clause)
        else:
            yield from _above((name, zh, en), given, limit, asked.clause)


def _above(member: tuple[str, str, str], given: str, limit: str, clause: str) -> Iterator[Flag]:
    name, zh, en = member
    if Fraction(given) > Fraction(limit):
        yield _flag(
            f"{name}-above",
            f"{zh} {given} % 大于要求的 {limit} %",
            f"{en} {given} % is above the {limit} % asked",
            clause,
        )


def _unit_ratio(unit: str, asked: str) -> Fraction | None:
    """How many of the asked unit one unit is; None when they are of different quantities."""
    first, second = _split(unit), _split(asked)
    if first is None or second is None or first[1] != second[1]:
        return None
    return Fraction(10) ** (first[0] - second[0])


def _split(unit: str) -> tuple[int, str] | None:
    plain = re.sub(r"[\s·]", "", unit.translate(_MICRO))
    for base in _BASES:
        prefix = plain.removesuffix(base)
        if plain.endswith(base) and prefix in _PREFIXES:
            return _PREFIXES[prefix], base
    return None


def _flag(code: str, zh: str, en: str, clause: str = "") -> Flag:
    if clause:
        return Flag(code, Text(f"{zh}（{clause}）", f"{en} ({clause})"))
    return Flag(code, Text(zh, en))
