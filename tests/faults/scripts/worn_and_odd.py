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
    acknowledged = recorder.flushed_size
    try:
        for _ in range(40):
            for _ in range(BATCH - 1):
                recorder.append(records.READING, READING)
            recorder.flush()
            acknowledged = recorder.flushed_size
        recorder.seal("complete")
        acknowledged = recorder.flushed_size
    except FlashError:
        recorder.abandon()  # said to the operator; nothing more is claimed to be saved
    written = log_of(1)[:acknowledged]
    require(len(written) == acknowledged, "shorter than acknowledged")
    archive.end()
    archive = power_off_and_on(flash)
    data = log_of(1)
    require(data[:acknowledged] == written, "acknowledged bytes differ")
    log = records.read_log(data)
    require(log.fault is None and log.verified_size >= acknowledged, "log", log.fault)


def full_flash(filler_bytes):
    """However much room there is when a session begins, the flash may run full in any flush."""
    flash = new_flash(24)
    with open("/flash/filler", "wb") as filler:
        filler.write(b"z" * filler_bytes)
    archive = Archive(Board())
    recorder = begin(archive)
    acknowledged = recorder.flushed_size
    try:
        while True:
            recorder.append(records.READING, READING)
            recorder.flush()
            acknowledged = recorder.flushed_size
    except FlashError:
        recorder.abandon()
    archive.end()
    written = log_of(1)[:acknowledged]
    archive = power_off_and_on(flash)
    require(log_of(1)[:acknowledged] == written, "acknowledged bytes differ")
    require(archive.sessions()[0].size >= acknowledged, "listed shorter")
    os.remove("/flash/filler")
    archive.close_left_open()
    data = log_of(1)
    log = records.read_log(data)
    require(log.fault is None and log.sealed, "not closed once there was room", log.fault)
    require(data[:acknowledged] == written, "acknowledged bytes differ once it is closed")


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


# Blocks 0 and 1 hold littlefs's superblock, which no session writes.
tally("a block wears out", range(2, 32), worn_block)
tally("flash runs full", range(8192, 48192, 2000), full_flash)
tally("clock steps back", (1000, 86400000, 40 * 365 * 86400000), clock_back)
tally("boots within a second", (2, 5), boots_in_a_second)
tally("never sealed (s)", (1, 59, 60, 61, 3600), hour_unsealed)
for failure in FAILURES:
    print("! " + failure)
