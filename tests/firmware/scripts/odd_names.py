"""Foreign names, damaged number and epoch files, damaged plans: the unit starts and never repeats
an id."""

import os

import ramflash
from ramflash import Board

from dosegauge_core import records
from unit.archive import Archive
from unit.shelf import PlanShelf


def one_session(archive):
    recorder = archive.begin()
    session = archive.session_id(archive.open_number)
    recorder.append_json(records.OPEN, {"session": session})
    recorder.seal("complete")
    archive.end()
    return session


def put(name, content):
    with open("/flash/sessions/" + name, "wb") as file:
        file.write(content)


def start():
    archive = Archive(Board())
    archive.mend()
    return archive


ramflash.mount()
used = [one_session(start()) for _ in range(3)]
assert used == ["VU-TEST-beef-00000{}".format(n) for n in (1, 2, 3)], used

# Whatever becomes of a file with the next number, with sessions or without: no id comes again.
# One of the two is enough to go on in the same epoch; without both, ids begin under a new one.
DAMAGES = (b"", b"x", b"\xff\xfe", b"2", b"-5", b"1e3", b"9" * 15, b" 7", None)
COUNTERS = (("next",), ("next-copy",), ("next", "next-copy"))
for damaged in COUNTERS:
    for content in DAMAGES:
        if content == b"2" and len(damaged) == 2:
            continue  # two files that agree on a wrong number: not promised
        for clear in (False, True):
            archive = start()
            before = archive.epoch
            if clear:
                for stored in archive.sessions():
                    archive.delete(stored)
            for name in damaged:
                if content is None:
                    os.remove("/flash/sessions/" + name)
                else:
                    put(name, content)
            archive = start()
            assert (archive.epoch == before) == (len(damaged) == 1), (damaged, content)
            session = one_session(archive)
            assert session not in used, (damaged, content, clear, session)
            used.append(session)
            assert session == archive.sessions()[-1].session

# The files are whole again after one start: the other one may be damaged next.
put("next", b"2")
start()
put("next-copy", b"2")
session = one_session(start())
assert session not in used, session
used.append(session)

# A damaged epoch: sessions that are there keep the id that their own log says.
archive = start()
kept = [stored.session for stored in archive.sessions()]
assert kept
for content in (b"", b"\xff\xfe\xfd\xfc", b"a/b\n", b"12345", b"BEEF"):
    put("epoch", content)
    archive = start()
    listed = [stored.session for stored in archive.sessions()]
    assert [session for session in listed if session in kept] == kept, (content, listed)
    session = one_session(archive)
    assert session not in used, session
    epoch = session.split("-")[2]
    assert len(epoch) == 4 and not epoch.strip("0123456789abcdef"), session
    used.append(session)

# Names that are none of ours are left alone, and the unit starts.
before = [stored.session for stored in start().sessions()]
for name in ("x.dgs", ".dgs", "1e3.dgs", "0000007.dgs", "-1.dgs", "+00009.dgs", "notes.txt"):
    put(name, b"foreign")
for name in ("d.part", "000777.dgs"):
    os.mkdir("/flash/sessions/" + name)
    put(name + "/inside", b"foreign")
archive = start()
assert [stored.session for stored in archive.sessions()] == before
session = one_session(archive)
assert session not in used
with open("/flash/sessions/x.dgs", "rb") as file:
    assert file.read() == b"foreign"

# A session that can't be mended stays on the list of those to be closed.
archive._unclosed = [stored.number for stored in archive.sessions()][:2]
broken = archive._unclosed[0]
os.remove(archive._path(broken))
archive.close_left_open()
assert archive._unclosed == [broken], archive._unclosed

# Plans: a folder, a leftover, a damaged file that hides nothing.
shelf = PlanShelf("/flash")
built_in = [listed.id for listed in shelf.listed()]
os.mkdir("/flash/plans/d.json")
os.mkdir("/flash/plans/e.part")
with open("/flash/plans/e.part/inside", "wb") as file:
    file.write(b"foreign")
with open("/flash/plans/{}.json".format(built_in[0]), "wb") as file:
    file.write(b"\xff{")
shelf = PlanShelf("/flash")
assert [listed.id for listed in shelf.listed()] == built_in
assert shelf.listed()[0].builtin
assert shelf.load(built_in[0]).sha256 == shelf.listed()[0].sha256
# The host sees the damaged one by its id, and nothing of what is no plan's name.
with open("/flash/plans/a plan.json", "wb") as file:
    file.write(b"foreign")
with open("/flash/plans/{}.json".format("x" * 41), "wb") as file:
    file.write(b"foreign")
assert [(plan.id, plan.procedure) for plan in shelf.damaged()] == [(built_in[0], "")]
assert [listed.id for listed in shelf.listed()] == built_in
assert shelf.delete(built_in[0]) and not shelf.damaged()
assert not shelf.delete("d") and not shelf.delete("a plan")
print("ok")
