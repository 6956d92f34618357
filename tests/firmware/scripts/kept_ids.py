"""Ids of stored sessions: a flash of the first layout, logs that claim odd ids, a full flash."""

import os

import ramflash
from ramflash import Board

from dosegauge_core import linkline, records
from unit.archive import Archive
from unit.recorder import Recorder

SESSIONS = "/flash/sessions/"


def put(name, content):
    with open(SESSIONS + name, "wb") as file:
        file.write(content)


def get(name):
    with open(SESSIONS + name, "rb") as file:
        return file.read()


def put_log(number, opening):
    recorder = Recorder(SESSIONS + "{:06d}.dgs".format(number), Board().clock)
    recorder.append_json(records.OPEN, opening)
    recorder.seal("complete")


def start():
    archive = Archive(Board())
    archive.mend()
    return archive


def listed(archive):
    return [(stored.number, stored.session) for stored in archive.sessions()]


# The first layout: an epoch, the next number in one file, logs. Its ids and its numbers go on.
ramflash.mount(40)
os.mkdir("/flash/sessions")
put("epoch", b"0a1f")
put("next", b"5")
put_log(2, {"session": "VU-TEST-0a1f-000002"})
archive = start()
assert archive.epoch == "0a1f" and get("epoch") == b"0a1f" and get("next") == b"5"
assert listed(archive) == [(2, "VU-TEST-0a1f-000002")]
archive.begin().abandon()
assert archive.open_number == 5
archive.end()
# A unit that goes back to its earlier firmware finds the number where that looks for it.
assert get("next") == b"6" and get("next-copy") == b"6"

# Another epoch: a log of this unit and number keeps its id; any other text is no id, and the
# list fits its lines whatever a log claims.
put("epoch", b"\xff\xff\xff\xff")
CLAIMS = (
    "VU-TEST-0a1f-000003",  # another log's number
    "VU-OTHER-0a1f-000011",
    "VU-TEST-xyzw-000012",
    "VU-TEST-" + "0a1f" * 100 + "-000013",
    "",
    7,
    None,
)
for number, claim in enumerate(CLAIMS, 10):
    put_log(number, {"session": claim})
put_log(17, {})
archive = start()
assert archive.epoch != "0a1f" and get("epoch") == archive.epoch.encode()
found = listed(archive)
assert found[0] == (2, "VU-TEST-0a1f-000002"), found
assert found[1:] == [
    (number, "VU-TEST-{}-{:06d}".format(archive.epoch, number)) for number in range(10, 18)
], found
assert [linkline.encode_json(1, {"session": session}) for _, session in found]

# A file of the largest number: the unit starts, and says that it has no number left.
put("999999998.dgs", b"foreign!")
archive = start()
try:
    archive.begin()
    raise AssertionError("a number that is none")
except OSError:
    pass
assert archive.recorder is None and archive.open_number == 0
os.remove(SESSIONS + "999999998.dgs")

# A full flash and a lost epoch: the unit starts, begins nothing that it can't keep, and goes on
# in one epoch once there is room.
os.remove(SESSIONS + "epoch")
with open("/flash/filler", "wb") as filler:
    try:
        while True:
            filler.write(b"z" * 4096)
            filler.flush()
    except OSError:
        pass
# Small files lie in the folder itself: until not even one like the epoch fits.
fillers = 0
try:
    while True:
        put("fill-{:05d}".format(fillers), b"zzzz")
        fillers += 1
except OSError:
    pass
archive = start()
assert "epoch" not in os.listdir("/flash/sessions"), "the flash is not full: this tests nothing"
assert len(archive.sessions()) == 9
try:
    archive.begin()
    raise AssertionError("a session whose epoch is not kept")
except OSError:
    pass
os.remove("/flash/filler")
for number in range(fillers):
    os.remove(SESSIONS + "fill-{:05d}".format(number))
archive.begin().abandon()
archive.end()
assert get("epoch") == archive.epoch.encode()
assert start().epoch == archive.epoch
print("ok")
