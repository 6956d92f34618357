"""Power cuts in every operation of a unit's work on its flash, and in its mending after them.

arguments: share of the operations to cut in, seed, then the logs of real sessions, whose records
are recorded again as the unit recorded them. Prints rows "what|tried|held", then the failures.
"""

import random
import sys

import journal_flash
from journal_flash import DAMAGES, JournalFlash, Replay, require
from ramflash import Board

from dosegauge_core import records
from unit import logfile
from unit.archive import Archive
from unit.shelf import PlanShelf

BLOCKS = 352  # the Pico's file system: 1408 kB
FOLDER = "/flash/sessions/"
PLAN = "sent"
UNCHAINED = "records without a chain record"
PLAN_FILE = "/flash/plans/" + PLAN + ".json"


def file_of(number):
    return FOLDER + "{:06d}.dgs".format(number)


class Told:
    """What the unit acknowledged, with the number of flash operations done before it."""

    def __init__(self):
        self.acknowledged = []  # (operations, number, size)
        self.deleting = []  # (operations before, operations after, number)
        self.plans = []  # (operations, the plan's bytes)
        self.written = {}  # number: all bytes of its log, for comparing
        self.sessions = {}  # number: the id that the unit gave it

    def sizes_at(self, operations):
        found = {}
        for at, number, size in self.acknowledged:
            if at <= operations:
                found[number] = size
        return found


def record_again(archive, flash, told, log):
    """A real session's records through the unit's recorder, flushed where they were flushed."""
    recorder = archive.begin()
    number = archive.open_number
    told.sessions[number] = archive.session_id(number)
    for record in records.read_log(log).records:
        if record.type == records.SEAL:
            recorder.seal(records.decode_json(record)["status"])
            told.acknowledged.append((len(flash.journal), number, recorder.flushed_size))
        elif record.type != records.CHAIN:
            recorder.append(record.type, record.payload)
        elif not recorder.sealed:
            recorder.flush()
            told.acknowledged.append((len(flash.journal), number, recorder.flushed_size))
    with open(file_of(number), "rb") as whole:
        told.written[number] = whole.read()
    archive.end()
    require(content_of(told.written[number]) == content_of(log), "recorded otherwise than given")


def content_of(log):
    """Type and payload of the records, without the chain records, which hold new times."""
    found = records.read_log(log).records
    return [(record.type, record.payload) for record in found if record.type != records.CHAIN]


def work(flash, logs, plans):
    """What a unit does in its life: sessions, a plan sent several times, two sessions deleted."""
    board, told = Board(), Told()
    archive, shelf = Archive(board), PlanShelf("/flash")
    archive.mend()
    for turn, log in enumerate(logs):
        shelf.store(plans[turn % 2])
        told.plans.append((len(flash.journal), plans[turn % 2]))
        record_again(archive, flash, told, log)
    # The newest goes too: its number must not come again.
    for stored in (archive.sessions()[0], archive.sessions()[-1]):
        before = len(flash.journal)
        archive.delete(stored)
        told.deleting.append((before, len(flash.journal), stored.number))
    record_again(archive, flash, told, logs[0])
    return told


def start_again(data, told):
    """Mounts the flash as it is and starts the unit's archive; the flash is mounted after it.

    Also returns, by number, what an event that closes a log must say of it as it is found.
    """
    flash = JournalFlash(BLOCKS, data)
    journal_flash.mount(flash)
    due = {}
    for number in told.written:
        found = interruption(number, told.written[number])
        if found is not None:
            due[number] = found
    archive = Archive(Board())
    PlanShelf("/flash")
    archive.mend()
    return flash, archive, due


def interruption(number, whole):
    """(dropped bytes, why) of an unsealed log before the unit mends it; None when it is sealed."""
    try:
        with open(file_of(number), "rb") as file:
            data = file.read()
        log = None if data == whole else records.read_log(data)
    except (OSError, records.LogError):
        return None  # nothing is there, or nothing acknowledged
    if log is None or log.sealed:
        return None
    # Whole records that only lack their chain record are dropped for no other fault.
    torn = log.fault is not None and log.fault.reason != UNCHAINED
    why = logfile.scan(file_of(number)).fault
    require(bool(why) == torn, "the fault is told otherwise:", why, log.fault)
    return len(data) - log.verified_size, why


def check(archive, told, operations, due):
    """Everything acknowledged is there, nothing is there that was not written.

    `due` lists what a closing event may say, for each start since the cut.
    """
    gone, perhaps_gone = [], []
    for before, after, number in told.deleting:
        if after <= operations:
            gone.append(number)
        elif before <= operations:
            perhaps_gone.append(number)
    stored = {}
    for entry in archive.sessions():
        stored[entry.number] = entry
    sizes = told.sizes_at(operations)
    for number in sizes:
        if number in gone:
            require(number not in stored, "session", number, "is back")
        elif number in stored:
            check_log(stored[number], told, sizes[number], due)
        else:
            require(number in perhaps_gone, "session", number, "is lost")
    for number, entry in stored.items():
        require(number in told.written, "session", number, "from nowhere")
        if number not in sizes:
            check_log(entry, told, records.PREAMBLE_SIZE, due)
    check_plan(told, operations)
    archive.begin()
    number = archive.open_number
    # A file left open would be closed by the collector, which may not allocate.
    archive.recorder.abandon()
    archive.end()
    require(number > max(list(sizes) or [0]), "number", number, "again")
    if sizes:
        epoch = told.sessions[1][:-6]
        require(archive.session_id(number)[:-6] == epoch, "another epoch")


def check_log(stored, told, acknowledged, due):
    written = told.written[stored.number]
    require(stored.session == told.sessions[stored.number], "listed as", stored.session)
    with open(file_of(stored.number), "rb") as file:
        data = file.read()
    require(data[:acknowledged] == written[:acknowledged], "acknowledged bytes differ")
    log = records.read_log(data)
    require(log.fault is None and log.sealed, "log", log.fault)
    require(stored.sealed and stored.readable and stored.digest == log.digest, "listed otherwise")
    if data == written:
        return
    # Else the unit has closed it: its event and its seal in one batch, and nothing else is new.
    event, seal = log.records[-3], log.records[-2]
    require(data[: event.offset] == written[: event.offset], "a record that was never written")
    require(event.offset >= acknowledged, "closed before what was acknowledged")
    said = records.decode_json(event)
    require(said["what"] == "interrupted", "no event that names the cut")
    told_of = (said["dropped_bytes"], said["why"])
    require(told_of in [found.get(stored.number) for found in due], "the event says", told_of)
    require(records.decode_json(seal)["status"] == "interrupted", "sealed otherwise")


def check_plan(told, operations):
    due = [plan for at, plan in told.plans if at <= operations]
    under_way = [plan for at, plan in told.plans if at > operations][:1]
    try:
        with open(PLAN_FILE, "rb") as file:
            found = file.read()
    except OSError:
        found = None
    require(found in due[-1:] + under_way or (found is None and not due), "the plan is another")


def chosen(count, share, rng):
    return [index for index in range(count) if share >= 1 or rng.random() < share or index < 2]


class Tally:
    def __init__(self, what):
        self.what, self.tried, self.held = what, 0, 0

    def note(self, failure):
        self.tried += 1
        if failure is None:
            self.held += 1
        else:
            FAILURES.append("{}: {}".format(self.what, failure))


FAILURES = []


def cut_everywhere(before, flash, told, share, rng):
    first = [Tally("cut, operation " + how) for how in ("undone", "half done", "garbage")]
    again = Tally("cut again while mending")
    mounts = Tally("mounts after a cut")
    replay = Replay(before, flash.journal)
    for index in chosen(len(flash.journal), share, rng):
        for damage in DAMAGES:
            data = replay.cut_in(index, damage)
            kept = bytearray(data)
            where = "operation {} damage {}".format(index, damage)
            mended = attempt(data, told, index, where, first[damage], mounts)
            if mended:
                cut_again(kept, mended, told, index, where, share, rng, again, mounts)
    first.extend((again, mounts))
    return first


def attempt(data, told, operations, where, tally, mounts, earlier=None):
    """Starts the unit on this flash and checks it; what it changed while it mended, and what its
    events had to say, when it could be mounted. `earlier`: the same of the start before."""
    try:
        flash, archive, due = start_again(data, told)
        changes = flash.journal[:]
    except OSError as error:
        mounts.note("{}: {}".format(where, error))
        tally.note("no start after {}".format(where))
        return None
    mounts.note(None)
    try:
        check(archive, told, operations, [due] if earlier is None else [earlier, due])
    except Exception as error:
        tally.note("{}: {}".format(where, error))
    else:
        tally.note(None)
    journal_flash.unmount()
    return changes, due


def cut_again(before, mended, told, operations, where, share, rng, tally, mounts):
    journal, due = mended
    replay = Replay(before, journal)
    # Mending takes a few dozen operations at most: of every cut a handful of second ones.
    for index in chosen(len(journal), 8 / max(8, len(journal)) if share >= 1 else share, rng):
        damage = rng.choice(DAMAGES)
        data = replay.cut_in(index, damage)
        again = "{}, then {} of mending, damage {}".format(where, index, damage)
        attempt(data, told, operations, again, tally, mounts, due)


def main(arguments):
    share, seed, *names = arguments
    rng = random
    rng.seed(int(seed))
    logs = []
    for name in names:
        with open(name, "rb") as file:
            logs.append(file.read())
    plan = records.decode_json(records.read_log(logs[0]).records[0])["plan"]
    plan["id"] = PLAN
    first = records.encode_json(plan)
    plan["operator"] = "another"
    plans = [first, records.encode_json(plan)]
    flash = JournalFlash(BLOCKS)
    journal_flash.mount(flash, fresh=True)
    flash.journal, flash.looked = [], 0
    before = bytearray(flash.data)
    told = work(flash, logs, plans)
    journal_flash.unmount()
    changes, looked = len(flash.journal), flash.looked
    count = sum([len(records.read_log(told.written[number]).records) for number in told.written])
    tallies = cut_everywhere(before, flash, told, float(share), rng)
    for tally in tallies:
        print("{}|{}|{}".format(tally.what, tally.tried, tally.held))
    print("# {} records, {} changes, {} reads and syncs".format(count, changes, looked))
    for failure in FAILURES:
        print("! " + failure)


main(sys.argv[1:])
