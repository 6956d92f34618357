"""Writes a session as a measurement does, and tells over USB what it was told to be saved.

Stands for `unit.app` on a board under test. Lines: "flushed RECORDS" after each flush returned,
then "sealed".
"""

from dosegauge_core import records
from unit.archive import Archive

BATCHES = 6
PER_BATCH = 4


class Unit:
    def __init__(self, board):
        self._board = board

    async def main(self):
        archive = Archive(self._board)
        archive.mend()
        recorder = archive.begin()
        name = archive.session_id(archive.open_number)
        recorder.append_json(records.OPEN, {"session": name, "unit": self._board.unit_id})
        for batch in range(BATCHES):
            for number in range(PER_BATCH):
                recorder.append_json(records.EVENT, {"what": "written", "n": [batch, number]})
            recorder.flush()
            self.say("flushed {}".format((batch + 1) * PER_BATCH))
        recorder.seal("complete")
        self.say("sealed")

    def say(self, line):
        self._board.link.write(line.encode() + b"\n")
