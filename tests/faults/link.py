"""A sync over every cable fault: nothing wrong is ever stored, nothing unstored is deleted.

Every case is a sync that deletes on the unit what it has stored, with one fault at one place,
and then an undisturbed one, after which the store must have the unit's very bytes.
"""

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from dosegauge.errors import DosegaugeError
from dosegauge.link.client import Timing, UnitClient
from dosegauge.link.faults import PortInUse
from dosegauge.link.sync import SyncReport, sync
from dosegauge.link.transport import Transport
from dosegauge.store import Store
from dosegauge.store.session_store import session_id
from dosegauge_core import records
from tests.faults.cable import AT_BYTES, AT_LINES, DIRECTIONS, TO_HOST, Fault, FaultyUnit
from tests.faults.outcome import Effort, Outcome
from tests.link.fake_unit import Peer, Unplugged, perfect
from tests.link.logs import UNIT, LogBuilder, depth_log

CAMPAIGN = "link"
QUICK = Timing(answer_s=0.05, attempts=3)
# Nothing is lost any more: only a busy computer makes it wait.
PATIENT = Timing(answer_s=2.0, attempts=3)
# Questions of the same length in every case, so that a place is always the same byte.
FIRST_SEQUENCE, SECOND_SEQUENCE = 100_000_000, 300_000_000
# The cases mostly wait for answers that do not come.
AT_ONCE = 4
BANNER = b"\r\nMPY: soft reboot\r\nMicroPython\r\n>>> "
OTHER_UNIT = "DG-TEST2"

Place = TypeVar("Place")


class Case:
    """One store, one unit with one session, and what went wrong."""

    def __init__(self, folder: Path, log: LogBuilder, data: bytes | None = None) -> None:
        self.folder = folder
        self.location = folder / "store.sqlite"
        self.store = Store.open(self.location)
        self.log = log
        self.data = log.data if data is None else data
        self.wrong: list[str] = []
        self.peer = WatchedPeer(self)
        self.peer.put(log.session, log.number, self.data)

    def sync(self, unit: FaultyUnit) -> SyncReport | None:
        """The sync with the fault: None when it ended with an error, a documented one."""
        report = None
        try:
            report = sync_once(unit, self.store, QUICK, FIRST_SEQUENCE)
        except DosegaugeError:
            pass
        except Exception as error:  # Anything else is the finding.
            self.wrong.append(f"raised {error!r}")
        if not self.data.startswith(self.stored()):
            self.wrong.append("wrong bytes in the store")
        return report

    def require_recovery(self, unit: FaultyUnit) -> None:
        """After an undisturbed sync everything is stored and the unit's copy is deleted."""
        unit.wire = unit.wire_there = perfect
        unit.on_question = lambda _question: None
        unit.peer = self.peer
        try:
            report = sync_once(unit, self.store, PATIENT, SECOND_SEQUENCE)
            self.wrong += [f"failed: {failed.fault}" for failed in report.failed]
        except Exception as error:
            self.wrong.append(f"the undisturbed sync raised {error!r}")
        if self.stored() != self.data:
            self.wrong.append("not the unit's bytes after an undisturbed sync")
        if self.log.session in self.peer.sessions:
            self.wrong.append("not deleted after an undisturbed sync")

    def stored(self, unit: str = UNIT) -> bytes:
        """What a program that opens the store now finds of the session."""
        store = Store.open(self.location)
        identity = session_id(unit, self.log.session)
        known = any(row.id == identity for row in store.sessions())
        return store.raw(identity) if known else b""


class WatchedPeer(Peer):
    """Looks into the store when it is told to delete a session."""

    def __init__(self, case: Case, unit: str = UNIT) -> None:
        super().__init__(unit)
        self._case = case

    def _delete(self, sequence: int, question: dict[str, object]) -> list[bytes]:
        before = dict(self.sessions)
        lines = super()._delete(sequence, question)
        _, data = before[str(question["session"])]
        if self._case.stored(self.unit) != data:
            self._case.wrong.append("deleted before everything was stored")
        return lines


def sync_once(unit: FaultyUnit, store: Store, timing: Timing, sequence: int) -> SyncReport:
    """One sync as a program does it: opens the port, deletes what it has stored."""
    with UnitClient(Transport(unit.port), timing) as client:
        client._sequence = sequence
        return sync(client, store, delete_synced=True)


def run(effort: Effort) -> list[Outcome]:
    """The whole campaign."""
    log = depth_log()
    with tempfile.TemporaryDirectory() as folder:
        traffic = _Traffic(Path(folder) / "measured", log)
        outcomes = []
        runner = _Runner(Path(folder), log, effort)
        for direction in DIRECTIONS:
            lengths = traffic.lengths[direction]
            for what, fault in AT_BYTES.items():
                runner.try_cable(outcomes, what, direction, fault, range(sum(lengths)))
            begins = [sum(lengths[:index]) for index in range(len(lengths))]
            for what, fault in AT_LINES.items():
                runner.try_cable(outcomes, what, direction, fault, begins)
        questions = range(traffic.questions)
        reboots = [(end, question) for end in log.ends[:-1] for question in questions]
        for what, check, places in (
            ("a second host meanwhile", _second_host, questions),
            ("another unit on the port", _other_unit, questions),
            ("unit reboots, port stays", _reboot_on_port, reboots),
            ("unit reboots, port goes", _reboot_off_port, reboots),
        ):
            outcomes.append(runner.try_all(what, check, places))
    return outcomes


class _Traffic:
    """What goes over the cable in an undisturbed sync: the pieces' lengths, by direction."""

    def __init__(self, folder: Path, log: LogBuilder) -> None:
        folder.mkdir()
        case = Case(folder, log)
        self.lengths: dict[str, list[int]] = {direction: [] for direction in DIRECTIONS}
        there = b""

        def wire(_sent: int, data: bytes) -> bytes:
            self.lengths[TO_HOST].append(len(data))
            return data

        def wire_there(_received: int, data: bytes) -> bytes:
            nonlocal there
            there += data
            return data

        with FaultyUnit(case.peer, wire) as unit:
            unit.wire_there = wire_there
            sync_once(unit, case.store, PATIENT, FIRST_SEQUENCE)
            self.questions = len(unit.questions)
        self.lengths[DIRECTIONS[1]] = [len(line) for line in there.splitlines(keepends=True)]


class _Runner:
    def __init__(self, folder: Path, log: LogBuilder, effort: Effort) -> None:
        self.folder = folder
        self.log = log
        self.effort = effort

    def try_cable(
        self,
        outcomes: list[Outcome],
        what: str,
        direction: str,
        fault: Fault,
        places: Sequence[int],
    ) -> None:
        """One fault of the cable at the places of one direction."""

        def check(folder: Path, log: LogBuilder, place: int) -> list[str]:
            case = Case(folder, log)
            with FaultyUnit(case.peer) as unit:
                unit.disturb(direction, fault(unit, direction, place))
                case.sync(unit)
                if what != "cable cut":
                    # The same port: what is late arrives at the next program.
                    case.require_recovery(unit)
            if what == "cable cut":
                with FaultyUnit(case.peer) as unit:
                    case.require_recovery(unit)
            return case.wrong

        outcomes.append(self.try_all(f"{what}, {direction}", check, places))

    def try_all(
        self,
        what: str,
        check: Callable[[Path, LogBuilder, Place], list[str]],
        places: Sequence[Place],
    ) -> Outcome:
        """One kind of fault at all places that the effort takes."""

        def attempt(place: Place) -> list[str]:
            with tempfile.TemporaryDirectory(dir=self.folder) as folder:
                try:
                    return check(Path(folder), self.log, place)
                except Exception as error:
                    return [f"the case itself raised {error!r}"]

        chosen = self.effort.chosen(places)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = list(pool.map(attempt, chosen))
        failures = [
            f"at {place}: {'; '.join(wrong)}"
            for place, wrong in zip(chosen, found, strict=True)
            if wrong
        ]
        return Outcome(CAMPAIGN, what, len(chosen), len(chosen) - len(failures), failures)


def _at_question(number: int, act: Callable[[], None]) -> Callable[[dict[str, object]], None]:
    """Acts when the unit has got this many questions before, once."""
    left = [number]

    def on_question(_question: dict[str, object]) -> None:
        if left[0] == 0:
            act()
        left[0] -= 1

    return on_question


def _second_host(folder: Path, log: LogBuilder, question: int) -> list[str]:
    """A second program opens the port: it is told so, and the first one notices nothing."""
    case = Case(folder, log)
    with FaultyUnit(case.peer) as unit:
        told = []

        def open_too() -> None:
            try:
                Transport(unit.port).close()
            except PortInUse:
                told.append(True)

        unit.on_question = _at_question(question, open_too)
        report = sync_once(unit, case.store, PATIENT, FIRST_SEQUENCE)
        if not told:
            case.wrong.append("a second program could open the port")
        if [done.size for done in report.done] != [len(log.data)] or report.failed:
            case.wrong.append("the first program was disturbed")
        case.require_recovery(unit)
    return case.wrong


def _other_unit(folder: Path, log: LogBuilder, question: int) -> list[str]:
    """Another unit, with a session of the same name and size, is on the port from now on."""
    case = Case(folder, log)
    others = WatchedPeer(case, OTHER_UNIT)
    data = depth_log(OTHER_UNIT).data
    others.put(log.session, log.number, data)
    with FaultyUnit(case.peer) as unit:

        def swap() -> None:
            unit.peer = others

        unit.on_question = _at_question(question, swap)
        case.sync(unit)
        if not data.startswith(case.stored(OTHER_UNIT)):
            case.wrong.append("wrong bytes of the other unit in the store")
        case.require_recovery(unit)
    return case.wrong


def _reboot_on_port(folder: Path, log: LogBuilder, place: tuple[int, int]) -> list[str]:
    return _reboot(folder, log, place, port_stays=True)


def _reboot_off_port(folder: Path, log: LogBuilder, place: tuple[int, int]) -> list[str]:
    return _reboot(folder, log, place, port_stays=False)


def _reboot(
    folder: Path, log: LogBuilder, place: tuple[int, int], *, port_stays: bool
) -> list[str]:
    """The unit reboots in a running session: what was not flushed is lost, the rest is sealed.

    The question is not answered, and from then on the unit has the flushed bytes and the seal.
    """
    flushed, question = place
    case = Case(folder, log, _interrupted(log, flushed))
    case.peer.put(log.session, log.number, log.data[:flushed])
    with FaultyUnit(case.peer) as unit:

        def reboot() -> None:
            case.peer.put(log.session, log.number, case.data)
            if not port_stays:
                raise Unplugged(BANNER)
            banner = [BANNER]
            asked = len(unit.questions)
            unit.wire = lambda _sent, line: (
                (banner.pop() if banner else b"") if len(unit.questions) == asked else line
            )

        unit.on_question = _at_question(question, reboot)
        case.sync(unit)
        if port_stays:
            case.peer.put(log.session, log.number, case.data)
            case.require_recovery(unit)
    if not port_stays:
        case.peer.put(log.session, log.number, case.data)
        with FaultyUnit(case.peer) as unit:
            case.require_recovery(unit)
    return case.wrong


def _interrupted(log: LogBuilder, flushed: int) -> bytes:
    """The log as a unit seals it at its next start."""
    read = records.read_log(log.data[:flushed])
    rest = LogBuilder(log.unit, log.number)
    rest.data = log.data[:flushed]
    rest._digest = read.digest
    rest._sequence = read.records[-1].sequence + 1
    rest.seal("interrupted")
    return rest.data
