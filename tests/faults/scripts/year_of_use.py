"""A year of one unit: sessions on every working day, a sync with deleting each week, a start each
morning, all on one flash whose erases are counted block by block.

argument: how many days. Prints rows "what|tried|held", figures with "# ", then the failures.
"""

import gc
import sys

import journal_flash
from journal_flash import JournalFlash
from ramflash import Board

from dosegauge_core import records
from unit.archive import Archive
from unit.recorder import BATCH

BLOCKS = 352
ENDURANCE = 100000  # erases that the Pico's flash is made for, of every block
YEARS = 10  # that a unit should last
WORKING_DAYS = 250
# Records and records a flush of a day's sessions: depths and kermas on the operator's keys, a
# leakage survey and an hour at 1 Hz in full batches.
DAY = ((26, 2), (26, 2), (24, 2), (24, 2), (1090, BATCH), (3600, BATCH))
FAILURES = []


class Tally:
    def __init__(self, what):
        self.what, self.tried, self.held = what, 0, 0

    def note(self, good, *say):
        self.tried += 1
        if good:
            self.held += 1
        else:
            FAILURES.append(self.what + ": " + " ".join([str(part) for part in say]))


class CountingFlash(JournalFlash):
    """A year's journal would not fit into memory: this one is thrown away."""

    def forget(self):
        self.journal = []


def one_session(archive, count, batch):
    recorder = archive.begin()
    name = archive.session_id(archive.open_number)
    recorder.append_json(records.OPEN, {"session": name, "plan": {"id": "x" * 1500}})
    recorder.flush()
    for index in range(1, count + 1):
        payload = records.reading_payload(0, 1, index * 1000, index.to_bytes(8, "little"))
        recorder.append(records.READING, payload)
        if index % batch == 0:
            recorder.flush()
    recorder.seal("complete")
    archive.end()
    return name


def heap_used():
    gc.collect()
    return gc.mem_alloc()


def start(flash, board):
    journal_flash.mount(flash)
    archive = Archive(board)
    archive.mend()
    return archive


def main(days):
    flash, board = CountingFlash(BLOCKS), Board()
    journal_flash.mount(flash, fresh=True)
    journal_flash.unmount()
    unique, room, heap = (
        Tally("no session id twice"),
        Tally("free flash as before"),
        Tally("heap as before"),
    )
    whole = Tally("sessions whole at their sync")
    last_number, count, free_bytes, used, worst_bytes = 0, 0, None, None, 0
    epoch = None
    for day in range(1, days + 1):
        archive = start(flash, board)
        for records_wanted, batch in DAY:
            # In one epoch all year, each number the next: no id of this flash comes twice.
            name = one_session(archive, records_wanted, batch)
            epoch = epoch or name[:-6]
            last_number += 1
            due = "{}{:06d}".format(epoch, last_number)
            unique.note(name == due, "session", name, "where", due, "is due")
            count += records_wanted
        flash.forget()
        if day % 2 == 0:
            for stored in archive.sessions():
                check_whole(archive, stored, whole)
                archive.delete(stored)
            left = board.storage.free_bytes()
            free_bytes = left if free_bytes is None else free_bytes
            room.note(left >= free_bytes, "day", day, left, "of", free_bytes)
        journal_flash.unmount()
        archive = stored = None
        flash.forget()
        now = heap_used()
        used = now if used is None else used
        worst_bytes = max(worst_bytes, now - used)
        heap.note(now - used < 4096, "day", day, now - used, "bytes more")
    for tally in (unique, whole, room, heap):
        print("{}|{}|{}".format(tally.what, tally.tried, tally.held))
    tell_wear(flash.erases, days, count, worst_bytes)


def check_whole(archive, stored, tally):
    with archive.open_for_reading(stored) as file:
        log = records.read_log(file.read())
    good = log.fault is None and log.sealed and log.digest == stored.digest
    tally.note(good, stored.session, log.fault)


def tell_wear(erases, days, count, worst_bytes):
    wear = Tally("block lasts {} years".format(YEARS))
    for block, times in enumerate(erases):
        a_year = times * WORKING_DAYS / days
        wear.note(a_year * YEARS < ENDURANCE, "block", block, "erased", times, "times")
    print("{}|{}|{}".format(wear.what, wear.tried, wear.held))
    ordered = sorted(erases)
    print(
        "# {} days, {} sessions, {} records; {} erases in all, of a block at least {}, in the "
        "median {}, at most {}; {:.4f} a record; heap at most {} bytes more".format(
            days,
            days * len(DAY),
            count,
            sum(erases),
            ordered[0],
            ordered[len(ordered) // 2],
            ordered[-1],
            sum(erases) / count,
            worst_bytes,
        )
    )
    for failure in FAILURES:
        print("! " + failure)


main(int(sys.argv[1]))
