"""Watching the supply: a battery that runs out is told before it ends a session."""

from aio import sleep_ms

EVERY_MS = 10000
# At VSYS, behind the battery's diode: a lithium cell at about 3.6 V has a tenth of its charge.
LOW_MV = 3300
ENOUGH_MV = 3450


class SupplyWatch:
    """Looks at the supply for as long as the unit runs; `low` is what it found last."""

    def __init__(self, board: "object", archive: "object", changed: "object") -> "None":
        self._board = board
        self._archive = archive
        self._changed = changed
        self.low = False

    async def watch(self) -> "None":
        """Look again and again."""
        while True:
            self.look()
            await sleep_ms(EVERY_MS)

    def look(self) -> "None":
        """Look once; a change is beeped, shown and noted in the session that is being measured."""
        supply_mv = self._board.supply()["supply_mv"]
        low = supply_mv < (ENOUGH_MV if self.low else LOW_MV)
        if low == self.low:
            return
        self.low = low
        if low:
            self._board.buzzer.beep("alarm")
        self._changed()
        self.note(supply_mv)

    def note(self, supply_mv: "int") -> "None":
        """An event of the session that is being measured, if there is one."""
        recorder = self._archive.recorder
        if recorder is not None and recorder.takes_notes():
            recorder.note("supply", "unit", {"supply_mv": supply_mv, "low": self.low})

    def note_if_low(self) -> "None":
        """For a session that begins while the supply is low."""
        if self.low:
            self.note(self._board.supply()["supply_mv"])
