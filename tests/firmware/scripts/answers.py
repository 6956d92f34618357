"""What the link answers about a damaged plan, a clock set again and again, a flash that fails."""

import ramflash
from ramflash import Board

from dosegauge_core import linkline, records
from unit.archive import Archive
from unit.clock_setting import ClockSetting
from unit.link import LinkService
from unit.recorder import MOST_WAITING
from unit.shelf import PlanShelf


class Link:
    """What the unit writes, line by line."""

    def __init__(self):
        self.lines = []

    def write(self, line):
        self.lines.append(linkline.decode(line.strip()).body)
        return True


class Unit:
    state = "idle"

    def __init__(self, root):
        self.clock_setting = ClockSetting(root)

    def plans_changed(self):
        pass


class SettableClock(ramflash.Clock):
    def set_unix_ms(self, unix_ms):
        self._unix_ms = unix_ms - self.now_ms


def ask(question):
    """All lines of the answer to a question."""
    board.link.lines = []
    try:
        service._answer(1, question).send(None)
    except StopIteration:
        return board.link.lines
    raise AssertionError("an answer that waits")


ramflash.mount()
board = Board()
unit = Unit(board.storage.root)
board.link, board.clock = Link(), SettableClock(1795000000000)
archive, shelf = Archive(board), PlanShelf("/flash")
service = LinkService(board, archive, shelf, unit)

# A damaged plan is told without a procedure beside the built-in one of its id, and can be deleted.
whole = ask({"do": "plans"})
damaged = whole[0]["id"]
with open("/flash/plans/{}.json".format(damaged), "wb") as file:
    file.write(b"\xff{")
answer = ask({"do": "plans"})
assert answer[:-2] == whole[:-1], answer
told = answer[-2]
assert (told["id"], told["procedure"], told["builtin"]) == (damaged, "", False), told
assert len(told["sha256"]) == 64 and answer[-1]["lines"] == len(whole)
assert ask({"do": "plan-delete", "id": damaged}) == [{"ok": 1}]
assert ask({"do": "plans"}) == whole

# While a session is recorded, a set clock is noted; when too much waits, it is not set.
unit.state = "measuring"
recorder = archive.begin()
recorder.append_json(records.OPEN, {})
recorder.flush()
size = recorder.flushed_size
for turn in range(MOST_WAITING):
    (answer,) = ask({"do": "clock", "unix_ms": 1796000000000 + 1000 * turn})
    assert "before_ms" in answer, answer
before_ms = board.clock._unix_ms
(answer,) = ask({"do": "clock", "unix_ms": 1797000000000})
assert answer["error"] == "busy" and board.clock._unix_ms == before_ms, answer
assert recorder.flushed_size == size, "flash is written while a telegram may come"
recorder.seal("complete")
archive.end()
(answer,) = ask({"do": "clock", "unix_ms": 1797000000000})
assert "before_ms" in answer
with open("/flash/sessions/000001.dgs", "rb") as file:
    log = records.read_log(file.read())
events = [record for record in log.records if record.type == records.EVENT]
assert log.sealed and len(events) == MOST_WAITING

# A delete that is done is told as done, whatever becomes of the session that is closed after it.
unit.state = "idle"
archive.begin().append_json(records.OPEN, {})
archive.recorder.flush()
archive.recorder.abandon()
archive.end()
(stored, left_open) = archive.sessions()
mend_one = archive._mend_one


def fails(number):
    raise OSError(5)


archive._mend_one = fails
question = {"do": "delete", "session": stored.session, "digest": stored.digest.hex()}
assert ask(question) == [{"ok": 1}]
archive._mend_one = mend_one
archive.close_left_open()
(closed,) = archive.sessions()
assert closed.number == left_open.number and closed.sealed
print("ok")
