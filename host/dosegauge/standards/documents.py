"""Reads a standards file, whole and strictly: a member that nobody knows is refused."""

from collections.abc import Sequence
from typing import Any

from dosegauge.standards import items
from dosegauge.standards.model import (
    OWN_CHOICE,
    SOURCE,
    Entry,
    FieldGroup,
    Forms,
    Instrument,
    KnownError,
    Limits,
    Procedure,
    Stage,
    Standard,
)
from dosegauge.standards.tables import Table

STANDARD_VERSION = 1
_STEP_MEMBERS = (
    "id",
    "kind",
    "zh",
    "en",
    "channel",
    "unit",
    "start",
    "whole",
    "decimals",
    "seconds",
    "limit_nm",
    "limit_from",
)
_CHANNEL_MEMBERS = ("name", "unit", "driver", "port", "settings")


def standard(file: str, sha256: str, content: dict[str, Any]) -> Standard:
    """A document from its parsed TOML; ValueError names the place and the member."""
    with Table(content, "") as table:
        version = table.take("standard")
        if version != STANDARD_VERSION:
            raise ValueError(f"standards file of version {version}")
        with table.table("document") as document:
            code = document.text("code")
            status = document.text("status")
            title = document.words("title")
        errors = tuple(_known_error(entry) for entry in table.tables("known_errors"))
        tags = [error.tag for error in errors]
        stages = tuple(_stage(entry) for entry in table.tables("stages"))
        stage_ids = [stage.id for stage in stages]
        read = Standard(
            file,
            sha256,
            code,
            title,
            status,
            table.flag("for_reference"),
            stages,
            tuple(_limits(entry, tags) for entry in table.tables("environment")),
            tuple(_instrument(entry, tags) for entry in table.tables("instruments")),
            tuple(items.item(entry, stage_ids, tags) for entry in table.tables("items")),
            _forms(table.table("forms")),
            tuple(_procedures(table)),
            errors,
        )
    _require_once("known error", tags)
    _require_once("stage", stage_ids)
    _require_once("item", [item.id for item in read.items])
    return read


def _require_once(what: str, names: Sequence[str]) -> None:
    if not names and what != "known error":
        raise ValueError(f"there is no {what}")
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"there are two {what}s {name!r}")


def _known_error(table: Table) -> KnownError:
    with table:
        return KnownError(table.text("tag"), table.text("clause"), table.own_words())


def _stage(table: Table) -> Stage:
    with table:
        return Stage(
            table.text("id"),
            table.words("title"),
            table.words("by"),
            table.period(),
            *table.origin(),
        )


def _limits(table: Table, tags: Sequence[str]) -> Limits:
    with table:
        clause, provenance = table.origin()
        limits = Limits(
            table.text("quantity"),
            table.decimal("lowest"),
            table.decimal("highest"),
            table.text("unit"),
            clause,
            provenance,
            table.optional_text("exactly"),
            table.optional_words("statement"),
            items.known_errors(table, tags),
        )
    given = (limits.lowest, limits.highest, limits.exactly, limits.statement)
    if given.count(None) == len(given):
        raise table.refusal(f"nothing is asked of {limits.quantity!r}")
    return limits


def _instrument(table: Table, tags: Sequence[str]) -> Instrument:
    with table:
        clause, provenance = table.origin()
        instrument = Instrument(
            table.words("name"),
            table.words("requirement"),
            table.decimal("mpe_um"),
            clause,
            provenance,
            table.optional_text("role") or "",
            table.decimal("resolution"),
            table.optional_text("resolution_unit"),
            table.decimal("energy_response_pct"),
            table.decimal("energy_low_kv"),
            table.decimal("energy_high_kv"),
            table.decimal("repeatability_pct"),
            table.decimal("stability_pct"),
            table.decimal("range_low"),
            table.decimal("range_high"),
            table.optional_text("range_unit"),
            items.known_errors(table, tags),
        )
    if (instrument.resolution is None) != (instrument.resolution_unit is None):
        raise table.refusal("resolution and resolution_unit must be given together")
    if (instrument.energy_low_kv is None) != (instrument.energy_high_kv is None):
        raise table.refusal("energy_low_kv and energy_high_kv must be given together")
    has_range = instrument.range_low is not None or instrument.range_high is not None
    if has_range != (instrument.range_unit is not None):
        raise table.refusal("a range and range_unit must be given together")
    return instrument


def _forms(table: Table) -> Forms:
    with table:
        return Forms(
            tuple(_field_group(entry) for entry in table.tables("record")),
            tuple(_field_group(entry) for entry in table.tables("certificate")),
        )


def _field_group(table: Table) -> FieldGroup:
    with table:
        fields = table.names("fields")
        clause, provenance = table.origin()
        reason = table.optional_words("reason")
    if not fields:
        raise table.refusal("there are no fields")
    if provenance == OWN_CHOICE and reason is None:
        raise table.refusal("fields that the document lacks, but no reason")
    return FieldGroup(fields, clause, provenance, reason)


def _procedures(table: Table) -> list[Procedure]:
    if not table.has("procedures"):
        return []
    parts = table.take("procedures")
    if not isinstance(parts, dict):
        raise ValueError("procedures is no table")
    return [_procedure(name, Table(part, f"procedures {name}")) for name, part in parts.items()]


def _procedure(name: str, table: Table) -> Procedure:
    with table:
        return Procedure(
            name,
            table.text("procedure"),
            table.words("title"),
            table.text("clauses"),
            tuple(_plan_part(entry, _CHANNEL_MEMBERS) for entry in table.tables("channels")),
            tuple(_plan_part(entry, _CHANNEL_MEMBERS) for entry in table.tables("instead")),
            tuple(_plan_part(entry, _STEP_MEMBERS) for entry in table.tables("steps")),
            tuple(_entry(entry) for entry in table.tables("parameters")),
            tuple(_entry(entry) for entry in table.tables("limits")),
        )


def _plan_part(table: Table, known: Sequence[str]) -> dict[str, Any]:
    """A channel or step with the members that it has, as the plan takes them."""
    with table:
        part = table.take_all(known)
        clause, provenance = table.origin()
    if "limit_nm" in part and part.get("limit_from") not in (SOURCE, OWN_CHOICE):
        raise table.refusal(f"provenance {part.get('limit_from')!r} of a limit")
    return {**part, "clause": clause, "from": provenance}


def _entry(table: Table) -> Entry:
    with table:
        value = table.take("value")
        if not isinstance(value, str | int):
            raise table.refusal("member 'value' must be a decimal string, a word or whole")
        return Entry(table.text("name"), value, *table.origin())
