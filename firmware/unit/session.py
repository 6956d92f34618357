"""One measurement from the first step to the sealed log."""

import sys

from aio import sleep_ms
from dosegauge_core import CORE_VERSION, procedures, records, result_record
from drivers import InstrumentError
from unit import FIRMWARE_VERSION, cells
from unit.handlers import HANDLERS, instrument
from unit.identity import core_hash, revision
from unit.panel import VALUE_SHOWN_MS, Left, Stopped
from unit.results import result_pages

CANCELLED, COMPLETE = "cancelled", "complete"


class Session:
    """Walks the operator through a plan, records everything, computes and shows the result."""

    def __init__(
        self, board: "object", panel: "object", archive: "object", loaded: "object"
    ) -> "None":
        self.board = board
        self.panel = panel
        self.plan = loaded.plan
        self._plan_sha256 = loaded.sha256
        self._archive = archive
        self._instruments: "dict" = {}
        self._identities: "dict" = {}
        self._begun: "dict" = {}
        self._shown: "dict" = {}
        self.last_value = 0
        self.ledger = procedures.ledger(self.plan)
        self.recorder = archive.begin()
        self.recorder.on_record = self._add_to_ledger
        self._ledger_fault = ""
        self._append_opening()

    def note_state(self, self_test: "dict", clock_setting: "dict | None") -> "None":
        """In what state the unit was when the session began."""
        self.recorder.note("self-test", "unit", self_test)
        if clock_setting is not None:
            self.recorder.note("clock-last-set", "unit", clock_setting)

    async def run(self) -> "str":
        """Measure until sealed; complete or cancelled. FlashError: nothing more is kept."""
        try:
            self.recorder.flush()
            for channel in range(len(self.plan["channels"])):
                self.instrument(channel)  # a probe's voltage settles while the operator gets ready
            status = await self._measure_all()
            if status == COMPLETE:
                await self._conclude()
            self.recorder.seal(status)
            return status
        except BaseException:
            # Whatever it was, what is flushed stays; the next start closes the log.
            self.recorder.abandon()
            raise
        finally:
            for driver in self._instruments.values():
                driver.close()
            self._archive.end()

    def _append_opening(self) -> "None":
        clock_set = self.board.clock.unix_ms() is not None
        opening = {
            "session": self._archive.session_id(self._archive.open_number),
            "unit": self.board.unit_id,
            "board": self.board.name,
            "runtime": sys.implementation.name,
            "firmware": FIRMWARE_VERSION,
            "revision": revision(),
            "core": CORE_VERSION,
            "core_hash": core_hash(),
            "clock_set": clock_set,
            "ticks_ms": self.board.clock.ticks_ms(),
            "epoch": self._archive.epoch,
            "protected": self.board.storage.protected,
            "plan_sha256": self._plan_sha256,
            "plan": self.plan,
        }
        self.recorder.append_json(records.OPEN, opening)

    def _add_to_ledger(self, record: "object") -> "None":
        # A record that does not add up stays in the log; the result says it could not be used.
        try:
            self.ledger.add(record)
        except ValueError as error:
            self._ledger_fault = self._ledger_fault or str(error)

    async def _measure_all(self) -> "str":
        steps = self.plan["steps"]
        index = 0
        while index < len(steps):
            move = await self._measure_step(steps[index], index)
            index += move
            if index < 0:
                if await self._wants_to_leave(steps[0]):
                    return CANCELLED
                index = 0
        return COMPLETE

    async def _measure_step(self, step: "dict", index: "int") -> "int":
        """Measure one step, however often it takes; +1 goes on, -1 goes back."""
        if step["kind"] != "entry":
            key = await self.panel.ask(
                "ask:" + step["id"], self._ask_lines(step, index), ("ok", "back")
            )
            if key == "back":
                return -1
        while True:
            try:
                self.show_busy(step, self.panel.word("busy"))
                shown = await HANDLERS[step["kind"]](self, step, index)
                self._note_instrument(step)
                self.recorder.flush()
            except Left:
                return -1
            except Stopped:
                self.recorder.flush()
                return 0
            except InstrumentError as error:
                if not await self._wants_retry(step, error):
                    return -1
                continue
            self._shown[index] = shown
            self.panel.beep("saved")
            self.panel.show(
                "value:" + step["id"], [self._title(step, index), shown, self.panel.word("saved")]
            )
            await sleep_ms(VALUE_SHOWN_MS)
            return 1

    def _title(self, step: "dict", index: "int") -> "str":
        return cells.spread(
            self.panel.text(step), "{}/{}".format(index + 1, len(self.plan["steps"]))
        )

    def _ask_lines(self, step: "dict", index: "int") -> "list[str]":
        last = self._shown.get(index)
        background = step["id"].startswith("background")
        lines = cells.wrap(
            self.panel.word("do-" + ("background" if background else step["kind"])), 2
        )
        if last is not None:
            lines = lines[:1] + [self.panel.word("last") + " " + last]
        lines += [""] * (2 - len(lines))
        return [self._title(step, index)] + lines + [self.panel.word("ask-foot")]

    def show_busy(self, step: "dict", line: "str") -> "None":
        index = self.plan["steps"].index(step)
        self.panel.show(
            "busy:" + step["id"],
            [self._title(step, index), line, "", self.panel.word("stop-foot")],
        )

    async def _wants_retry(self, step: "dict", error: "InstrumentError") -> "bool":
        self.recorder.event(
            "trouble",
            step["id"],
            {"code": error.code, "say": error.say, "raw": error.raw.hex()},
        )
        self.recorder.flush()
        self.panel.beep("alarm")
        known = self.panel.word(error.code)
        text = known if known != error.code else error.say
        key = await self.panel.ask(
            "trouble:{}:{}".format(step["id"], error.code),
            [self.panel.text(step)]
            + (cells.wrap(text, 2) + ["", ""])[:2]
            + [self.panel.word("trouble-foot")],
            ("ok", "back"),
        )
        return key == "ok"

    async def _wants_to_leave(self, step: "dict") -> "bool":
        key = await self.panel.ask(
            "leave:" + step["id"],
            [self.panel.word("leave"), "", "", self.panel.word("leave-foot")],
            ("ok", "back"),
        )
        return key == "ok"

    async def _conclude(self) -> "None":
        """Compute, record and show the result; an evaluation that fails is told, not hidden."""
        self.panel.show("busy:result", [self.panel.word("computing")])
        try:
            if self._ledger_fault:
                raise ValueError(self._ledger_fault)
            evaluation = procedures.conclude(self.plan, self.ledger)
        except ValueError as error:
            self.recorder.event("not-evaluated", "result", {"say": str(error)})
            self.recorder.flush()
            lines = [self.panel.word("input")] + cells.wrap(str(error), 2)
            lines += [""] * (3 - len(lines))
            await self.panel.ask("result:0", lines + [self.panel.word("result-foot")], ("ok",))
            return
        for part in result_record.parts_of(evaluation):
            self.recorder.append_json(records.RESULT, part)
        self.recorder.flush()
        pages = result_pages(evaluation, self.plan, self.panel)
        await self.panel.turn_pages("result", pages, "result-foot")

    def instrument(self, channel: "int") -> "object":
        """The driver of a channel, made when first needed."""
        if channel not in self._instruments:
            self._instruments[channel] = instrument(self.board, self.plan["channels"][channel])
        return self._instruments[channel]

    def _note_instrument(self, step: "dict") -> "None":
        """An event with the instrument's own name and number, once and whenever it changes."""
        channel = step.get("channel")
        driver = self._instruments.get(channel)
        if driver is not None and driver.identity != self._identities.get(channel, ""):
            self._identities[channel] = driver.identity
            name = self.plan["channels"][channel].get("name", "")
            self.recorder.event("instrument", name, {"identity": driver.identity})

    def begin_step(self, index: "int") -> "None":
        """A STEP record; `repeat` counts from 0."""
        repeat = self._begun.get(index, -1) + 1
        self._begun[index] = repeat
        step = {
            "step": index,
            "id": self.plan["steps"][index]["id"],
            "repeat": repeat,
            "by": self.plan.get("operator", ""),
        }
        self.recorder.append_json(records.STEP, step)

    def record_reading(self, channel: "int", index: "int", value: "int", raw: "bytes") -> "None":
        self.last_value = value
        self.recorder.append(records.READING, records.reading_payload(channel, index, value, raw))

    def record_entry(self, step: "dict", index: "int", value: "str") -> "None":
        entry = {
            "step": index,
            "id": step["id"],
            "value": value,
            "unit": step["unit"],
            "by": self.plan.get("operator", ""),
        }
        self.recorder.append_json(records.ENTRY, entry)
