"""Foreign names, damaged number and epoch files, damaged plans: the unit starts and never repeats
an id."""

import os

import ramflash

from dosegauge_core import records
from unit.archive import Archive
from unit.shelf import PlanShelf


class Board(ramflash.Board):
    """A board whose entropy differs at every draw."""

    drawn = 0x1000

    def entropy(self):
        Board.drawn += 1
        return Board.drawn


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
assert used == ["VU-TEST-1001-00000{}".format(n) for n in (1, 2, 3)], used

# Whatever becomes of the file with the next number, with sessions or without: no id comes again.
for content in (b"", b"x", b"\xff\xfe", b"2", b"-5", b"1e3", b"9" * 15, b" 7", None):
    for clear in (False, True):
        archive = start()
        if clear:
            for stored in archive.sessions():
                archive.delete(stored)
        if content is None:
            os.remove("/flash/sessions/next")
        elif content == b"2":
            # A smaller number that reads well: the stored sessions are what tells.
            if clear:
                continue
            put("next", content)
        else:
            put("next", content)
        archive = start()
        session = one_session(archive)
        assert session not in used, (content, clear, session)
        used.append(session)
        listed = [stored.session for stored in archive.sessions()]
        assert session in listed, (content, listed)

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
assert shelf.delete(built_in[0])
print("ok")
