"""The unit's program from power-on: mend the logs, serve the link, let the operator measure."""

import asyncio

from unit import cells, words
from unit.archive import Archive
from unit.link import LinkService
from unit.panel import Panel
from unit.plan_check import PlanError
from unit.recorder import FlashError
from unit.session import Session
from unit.shelf import PlanShelf


class Unit:
    """The whole unit on one board."""

    def __init__(self, board: "object") -> "None":
        self._board = board
        self._panel = Panel(board, "zh")
        self._archive = Archive(board)
        self._shelf = PlanShelf(board.storage.root)
        self._menu_changed = asyncio.Event()
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

        link = asyncio.create_task(serve())
        try:
            while True:
                await self._measure(await self._choose())
        except asyncio.CancelledError:
            if self._link_fault is None:
                raise
            raise self._link_fault
        finally:
            link.cancel()

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
            chosen %= len(listed)
            key = await self._ask_menu(listed, chosen)
            if key == "ok":
                return listed[chosen].id
            if key == "back":
                self.set_language("en" if panel.lang == "zh" else "zh")
            elif key:
                chosen += 1 if key == "down" else -1

    async def _ask_menu(self, listed: "list", chosen: "int") -> "str":
        panel = self._panel
        title = panel.text(listed[chosen].title)
        count = "{}/{}".format(chosen + 1, len(listed))
        lines = [cells.spread(panel.word("menu-title"), count)]
        lines += (cells.wrap(title, 2) + ["", ""])[:2] + [panel.word("menu-foot")]
        self._board.keys.forget()
        panel.show("menu:" + listed[chosen].id, lines)
        while not self._menu_changed.is_set():
            key = await panel.key(("ok", "back", "up", "down"), 1000)
            if key:
                return key
        return ""

    async def _measure(self, identity: "str") -> "None":
        panel = self._panel
        if not self._archive.has_room():
            panel.beep("alarm")
            await self._tell("flash:low", cells.wrap(panel.word("flash-low"), 3))
            return
        self.state = "measuring"
        try:
            session = Session(self._board, panel, self._archive, self._shelf.load(identity))
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
