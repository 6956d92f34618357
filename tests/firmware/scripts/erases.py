"""Flash erases per 32-byte record at 1 Hz with the unit's flush policy, on the rp2 geometry.

However many sessions were there before: how full the folder's block is decides how often littlefs
writes it anew. Prints the most erases of an hour, its records, and a record's size.
"""

import ramflash
import vfs

from dosegauge_core import records
from unit.archive import Archive

RECORDS = 3600
SESSIONS_BEFORE = range(20)


def begin(archive):
    recorder = archive.begin()
    recorder.append_json(records.OPEN, {"session": "x"})
    return recorder


def payload_of(second):
    return records.reading_payload(0, 1, second * 1000, second.to_bytes(8, "little"))


def erases_of_an_hour(sessions_before):
    flash = ramflash.mount(352)
    archive = Archive(ramflash.Board())
    for _ in range(sessions_before):
        begin(archive).seal("complete")
        archive.end()
    recorder = begin(archive)
    recorder.flush()
    before = flash.erases
    for second in range(RECORDS):
        recorder.append(records.READING, payload_of(second))
    vfs.umount("/flash")
    return flash.erases - before


worst = max([erases_of_an_hour(sessions) for sessions in SESSIONS_BEFORE])
print(worst, RECORDS, len(payload_of(RECORDS - 1)) + 17)
