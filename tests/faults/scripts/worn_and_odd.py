"""What else happens to a unit's flash: it wears out, runs full, the clock steps back, the unit is
switched on twice in a second, a session goes on for an hour and is never sealed.

Prints rows "what|tried|held", then the failures.
"""

import os

import journal_flash
from journal_flash import JournalFlash, require
from ramflash import Board

from dosegauge_core import records
from unit.archive import Archive
from unit.recorder import BATCH, FlashError

FOLDER = "/flash/sessions/"
READING = records.reading_payload(0, 1, 123456, b"12345678")


def reading(index):
    """Readings that differ, so that none can stand in another's place."""
    return records.reading_payload(0, 1, index, b"12345678")


FAILURES = []


def tally(what, cases, trial):
    held = 0
    for case in cases:
        try:
            trial(case)
            held += 1
        except Exception as error:
            FAILURES.append("{}: {}: {}".format(what, case, error))
        try:
            journal_flash.unmount()
        except OSError:
            pass
    print("{}|{}|{}".format(what, len(cases), held))


def new_flash(blocks):
    flash = JournalFlash(blocks)
    journal_flash.mount(flash, fresh=True)
    return flash


def begin(archive):
    recorder = archive.begin()
    recorder.append_json(records.OPEN, {"session": archive.session_id(archive.open_number)})
    recorder.flush()
    return recorder


def log_of(number):
    with open(FOLDER + "{:06d}.dgs".format(number), "rb") as file:
        return file.read()


def content_of(data):
    """Type and payload of a whole log's records, without the chain records that the unit adds."""
    log = records.read_log(data)
    require(log.fault is None, "log", log.fault)
    return [
        (record.type, record.payload) for record in log.records if record.type != records.CHAIN
    ]


def require_given(data, given, acknowledged, what):
    """A log holds the readings that were given, at least the acknowledged ones, in their order.

    Behind them stands at most what closes it. Its first record is the open record.
    """
    content = content_of(data)[1:]
    kept = 0
    while kept < len(content) and content[kept][0] == records.READING:
        kept += 1
    require(kept >= acknowledged, what, kept, "of", acknowledged, "acknowledged readings")
    require([payload for _, payload in content[:kept]] == given[:kept], what, "others than given")
    closing = [kind for kind, _ in content[kept:]]
    require(
        closing in ([], [records.SEAL], [records.EVENT, records.SEAL]), what, "closed by", closing
    )


def power_off_and_on(flash):
    """The unit's program is gone, the flash is as it is."""
    journal_flash.unmount()
    again = JournalFlash(flash.blocks, flash.data)
    again.stuck = flash.stuck
    journal_flash.mount(again)
    archive = Archive(Board())
    archive.mend()
    return archive


def worn_block(block):
    """Every block wears out once, in the middle of a session; what was saved stays."""
    flash = new_flash(32)
    archive = Archive(Board())
    recorder = begin(archive)
    flash.stuck = (block,)
    flash.journal = []
    given, acknowledged = [], 0
    try:
        for _ in range(40):
            for _ in range(BATCH - 1):
                given.append(reading(len(given)))
                recorder.append(records.READING, given[-1])
            recorder.flush()
            acknowledged = len(given)
        recorder.seal("complete")
    except FlashError:
        recorder.abandon()  # said to the operator; nothing more is claimed to be saved
    touched = [
        start for _, start, _ in flash.journal if start // journal_flash.BLOCK_SIZE == block
    ]
    require(touched, "never written: this tests nothing")
    archive.end()
    power_off_and_on(flash)
    require_given(log_of(1), given, acknowledged, "after a start:")


def full_flash(filler_bytes):
    """However much room there is when a session begins, the flash may run full in any flush."""
    flash = new_flash(24)
    with open("/flash/filler", "wb") as filler:
        filler.write(b"z" * filler_bytes)
    archive = Archive(Board())
    recorder = begin(archive)
    given, acknowledged, size = [], 0, recorder.flushed_size
    try:
        while True:
            given.append(reading(len(given)))
            recorder.append(records.READING, given[-1])
            recorder.flush()
            acknowledged, size = len(given), recorder.flushed_size
    except FlashError:
        recorder.abandon()
    archive.end()
    archive = power_off_and_on(flash)
    (stored,) = archive.sessions()
    require(stored.size >= size, "listed shorter")
    before = log_of(1)[: stored.size]
    require_given(before, given, acknowledged, "after a start:")
    os.remove("/flash/filler")
    archive.close_left_open()
    data = log_of(1)
    require(records.read_log(data).sealed, "not closed once there was room")
    require(data[: len(before)] == before, "acknowledged bytes differ once it is closed")
    require_given(data, given, acknowledged, "once it is closed:")


def clock_back(step_ms):
    """Time goes backwards in mid-session: the records keep their order and say what was shown."""
    new_flash(32)
    board = Board()
    archive = Archive(board)
    recorder = begin(archive)
    recorder.append(records.READING, READING)
    board.clock._unix_ms -= step_ms
    recorder.append(records.READING, READING)
    recorder.seal("complete")
    archive.end()
    log = records.read_log(log_of(1))
    require(log.fault is None and log.sealed, log.fault)
    readings = [record for record in log.records if record.type == records.READING]
    require(readings[0].sequence < readings[1].sequence, "order")
    require(readings[1].time_ms < readings[0].time_ms, "the time that the clock showed")


def boots_in_a_second(count):
    """Sessions of several starts with the same time of day have names and logs of their own."""
    flash = new_flash(32)
    archive = Archive(Board())
    names = []
    for _ in range(count):
        begin(archive)
        names.append(archive.session_id(archive.open_number))
        archive.recorder.abandon()
        archive = power_off_and_on(flash)
    require(len(set(names)) == count, names)
    listed = archive.sessions()
    require([stored.session for stored in listed] == names, "listed otherwise")
    require(all([stored.sealed for stored in listed]), "left open")


def hour_unsealed(seconds):
    """An hour at 1 Hz that nobody sealed: at most the last unflushed batch is missing."""
    flash = new_flash(352)
    archive = Archive(Board())
    recorder = begin(archive)
    for _ in range(seconds):
        recorder.append(records.READING, READING)
    recorder.abandon()
    power_off_and_on(flash)
    log = records.read_log(log_of(1))
    kept = len([record for record in log.records if record.type == records.READING])
    require(log.fault is None and log.sealed, log.fault)
    require(seconds - BATCH < kept <= seconds, kept, "of", seconds)
    seal = records.decode_json(log.records[-2])
    require(seal["status"] == "interrupted", seal)


# Blocks 0 and 1 hold littlefs's superblock, which no session writes: 30 of the 32 can wear out.
tally("a block wears out", range(2, 32), worn_block)
tally("flash runs full", range(8192, 48192, 2000), full_flash)
tally("clock steps back", (1000, 86400000, 40 * 365 * 86400000), clock_back)
tally("boots within a second", (2, 5), boots_in_a_second)
tally("never sealed (s)", (1, 59, 60, 61, 3600), hour_unsealed)
for failure in FAILURES:
    print("! " + failure)
