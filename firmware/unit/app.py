"""The unit's program from power-on: mend the logs, serve the link, let the operator measure."""

import asyncio

from aio import sleep_ms
from unit import cells, words
from unit.archive import Archive
from unit.clock_setting import ClockSetting
from unit.link import LinkService
from unit.panel import Panel
from unit.plan_check import PlanError
from unit.recorder import FlashError
from unit.self_test import SelfTest
from unit.session import Session
from unit.shelf import PlanShelf
from unit.supply import SupplyWatch

FEED_EVERY_MS = 2000
SELF_TEST = "self-test"


class Unit:
    """The whole unit on one board."""

    def __init__(self, board: "object") -> "None":
        self._board = board
        self._panel = Panel(board, "zh")
        self._archive = Archive(board)
        self._shelf = PlanShelf(board.storage.root)
        self._menu_changed = asyncio.Event()
        self._supply = SupplyWatch(board, self._archive, self.plans_changed)
        self.self_test = SelfTest(board)
        self.clock_setting = ClockSetting(board.storage.root)
        self.state = "starting"
        self._link_fault: "Exception | None" = None

    async def main(self) -> "None":
        """Run until the board stops."""
        self._archive.mend()
        service = LinkService(self._board, self._archive, self._shelf, self)
        main = asyncio.current_task()

        async def serve() -> "None":
            try:
                await service.serve()
            except Exception as error:
                # A unit that can't be reached is of no use: the fault ends the program, and the
                # board starts it again.
                self._link_fault = error
                main.cancel()

        tasks = [
            asyncio.create_task(task)
            for task in (serve(), self._feed(), self._supply.watch(), self._test_at_start())
        ]
        try:
            while True:
                await self._measure(await self._choose())
        except asyncio.CancelledError:
            if self._link_fault is None:
                raise
            raise self._link_fault
        finally:
            for task in tasks:
                task.cancel()

    async def _feed(self) -> "None":
        """While the program goes round, the watchdog leaves it alone."""
        self._board.watchdog(True)
        while True:
            self._board.feed()
            await sleep_ms(FEED_EVERY_MS)

    async def _test_at_start(self) -> "None":
        await self.self_test.run()
        if self.self_test.failed():
            self._panel.beep("alarm")
            self._menu_changed.set()

    def plans_changed(self) -> "None":
        """The menu has to be made anew."""
        self._menu_changed.set()

    def set_language(self, lang: "str") -> "bool":
        """Speak another language from the next screen on; False when there is none such."""
        if lang not in words.LANGUAGES:
            return False
        self._panel.lang = lang
        self._menu_changed.set()
        return True

    async def _choose(self) -> "str":
        """The id of the plan that the operator picks from the menu."""
        self.state = "idle"
        self.clock_setting.save()
        panel = self._panel
        chosen = 0
        self._menu_changed.set()
        while True:
            if self._menu_changed.is_set():
                self._menu_changed.clear()
                listed = self._shelf.listed()
            if not listed:
                panel.show("menu:", [panel.word("no-plans")])
                await self._menu_changed.wait()
                continue
            chosen %= len(listed) + 1
            key = await self._ask_menu(listed, chosen)
            if key == "ok" and chosen == len(listed):
                await self._show_self_test()
            elif key == "ok":
                return listed[chosen].id
            elif key == "back":
                self.set_language("en" if panel.lang == "zh" else "zh")
            elif key:
                chosen += 1 if key == "down" else -1

    async def _ask_menu(self, listed: "list", chosen: "int") -> "str":
        panel = self._panel
        count = "{}/{}".format(chosen + 1, len(listed) + 1)
        if chosen < len(listed):
            identity, title = listed[chosen].id, panel.text(listed[chosen].title)
        else:
            identity, title = SELF_TEST, panel.word(SELF_TEST)
        lines = [cells.spread(panel.word(self._menu_title()), count)]
        lines += (cells.wrap(title, 2) + ["", ""])[:2] + [panel.word("menu-foot")]
        self._board.keys.forget()
        panel.show("menu:" + identity, lines)
        while not self._menu_changed.is_set():
            key = await panel.key(("ok", "back", "up", "down"), 1000)
            if key:
                return key
        return ""

    def _menu_title(self) -> "str":
        if self._supply.low:
            return "supply-low"
        return "self-test-failed" if self.self_test.failed() else "menu-title"

    async def _show_self_test(self) -> "None":
        """Run it again and show every check."""
        panel = self._panel
        panel.show("busy:" + SELF_TEST, [panel.word(SELF_TEST), panel.word("busy")])
        await self.self_test.run()
        lines = []
        for check in self.self_test.checks:
            name, state = panel.word("test-" + check.name), panel.word("state-" + check.state)
            lines.append(cells.spread(name, state))
            if check.figure:
                lines.append(cells.spread("", panel.word(check.figure)))
        pages = [lines[start : start + 3] for start in range(0, len(lines), 3)]
        await panel.turn_pages(SELF_TEST, pages, "self-test-foot")

    async def _measure(self, identity: "str") -> "None":
        panel = self._panel
        if not self._archive.has_room():
            panel.beep("alarm")
            await self._tell("flash:low", cells.wrap(panel.word("flash-low"), 3))
            return
        self.state = "measuring"
        try:
            await self.self_test.finished()
            session = Session(self._board, panel, self._archive, self._shelf.load(identity))
            session.note_state(self.self_test.event(), self.clock_setting.last)
            self._supply.note_if_low()
            name = self._archive.session_id(self._archive.open_number)
            status = await session.run()
            self.state = "idle"
        except (FlashError, OSError):
            self.state = "idle"
            panel.beep("alarm")
            await self._tell("flash:full", cells.wrap(panel.word("flash"), 3))
            return
        except (PlanError, ValueError) as error:
            self.state = "idle"
            panel.beep("alarm")
            await self._tell("plan:plan", cells.wrap(str(error), 3))
            return
        panel.beep("saved")
        shown = name[len(self._board.unit_id) + 1 :]
        await panel.ask(
            "saved:" + name,
            [panel.word("sealed"), shown, panel.word(status), panel.word("ok")],
            ("ok",),
        )

    async def _tell(self, code: "str", lines: "list[str]") -> "None":
        lines = (lines + ["", "", ""])[:3] + [self._panel.word("ok")]
        await self._panel.ask("trouble:" + code, lines, ("ok",))
