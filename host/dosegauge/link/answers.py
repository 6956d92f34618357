"""What a unit answers, checked field by field before anybody relies on it."""

import re
from dataclasses import dataclass

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DIGEST = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True)
class UnitInfo:
    """A unit's answer to hello. `clock_ms` is None when its clock is not set; `protected` is
    False on an image that may reformat its flash; `epoch` names the flash it writes to, None when
    the unit does not say."""

    unit: str
    board: str
    firmware: str
    revision: str
    core: str
    core_hash: str
    link: int
    log: int
    clock_ms: int | None
    ticks_ms: int
    free_bytes: int
    protected: bool
    state: str
    epoch: str | None = None


@dataclass(frozen=True)
class UnitSession:
    """A session on the unit: `size` bytes are flushed and have this chain digest (hex,
    "" when the unit itself can't read the log)."""

    session: str
    number: int
    size: int
    sealed: bool
    digest: str


@dataclass(frozen=True)
class UnitPlan:
    """A plan on the unit; procedure is "" for one that the unit can't read any more."""

    id: str
    procedure: str
    sha256: str
    builtin: bool


@dataclass(frozen=True)
class LiveScreen:
    """What the unit's display shows now."""

    screen: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class UnitCheck:
    """One check of the unit's self-test; the state is ok, warning, failed or absent."""

    check: str
    state: str
    figure: str


class Fields:
    """The members of an answer; ValueError that names the member that is missing or wrong."""

    def __init__(self, answer: dict[str, object]) -> None:
        self._answer = answer

    def text(self, key: str) -> str:
        value = self._answer.get(key)
        if not isinstance(value, str):
            raise ValueError(f"no text {key!r}")
        return value

    def name(self, key: str) -> str:
        """A text that is safe as part of an identifier or a file name."""
        value = self.text(key)
        if not _NAME.fullmatch(value):
            raise ValueError(f"{key} {value[:70]!r} is no identifier")
        return value

    def digest(self, key: str) -> str:
        value = self.text(key)
        if not _DIGEST.fullmatch(value):
            raise ValueError(f"{key} is no SHA-256 in hex")
        return value

    def whole(self, key: str) -> int:
        value = self._answer.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f"no whole number {key!r}")
        return value

    def whole_or_none(self, key: str) -> int | None:
        return None if key in self._answer and self._answer[key] is None else self.whole(key)

    def flag(self, key: str) -> bool:
        value = self._answer.get(key)
        if value not in (True, False):
            raise ValueError(f"no flag {key!r}")
        return bool(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._answer.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"no list of texts {key!r}")
        return tuple(value)


def unit_info(answer: dict[str, object]) -> UnitInfo:
    """A checked hello."""
    fields = Fields(answer)
    return UnitInfo(
        unit=fields.name("unit"),
        board=fields.text("board"),
        firmware=fields.text("firmware"),
        revision=fields.text("revision") if "revision" in answer else "",
        core=fields.text("core"),
        core_hash=fields.text("core_hash"),
        link=fields.whole("link"),
        log=fields.whole("log"),
        clock_ms=fields.whole_or_none("clock_ms"),
        ticks_ms=fields.whole("ticks_ms"),
        free_bytes=fields.whole("free_bytes"),
        protected=fields.flag("protected"),
        state=fields.text("state"),
        epoch=fields.text("epoch") if answer.get("epoch") is not None else None,
    )


def unit_session(answer: dict[str, object]) -> UnitSession:
    """A checked line of a session list."""
    fields = Fields(answer)
    return UnitSession(
        fields.name("session"),
        fields.whole("number"),
        fields.whole("size"),
        fields.flag("sealed"),
        fields.digest("digest"),
    )


def unit_plan(answer: dict[str, object]) -> UnitPlan:
    """A checked line of a list of plans."""
    fields = Fields(answer)
    return UnitPlan(
        fields.name("id"),
        fields.text("procedure"),
        fields.digest("sha256"),
        fields.flag("builtin"),
    )


def unit_check(answer: dict[str, object]) -> UnitCheck:
    """A checked line of a self-test."""
    fields = Fields(answer)
    return UnitCheck(fields.text("check"), fields.text("state"), fields.text("figure"))


def live_screen(answer: dict[str, object]) -> LiveScreen:
    """A checked copy of the display."""
    fields = Fields(answer)
    return LiveScreen(fields.text("screen"), fields.texts("lines"))
