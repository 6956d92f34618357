"""Display, keys and buzzer together: how the unit talks with its operator."""

import asyncio

from aio import wait_ms
from unit import cells, words

FOREVER_MS = 3600000
VALUE_SHOWN_MS = 800


class Stopped(Exception):
    """The operator pressed back while the unit was busy."""


class Left(Exception):
    """The operator went back out of a step before anything of it was recorded."""


class Panel:
    """What the operator sees and presses, in the unit's language."""

    def __init__(self, board: "object", lang: "str") -> "None":
        self._board = board
        self.lang = lang

    def word(self, key: "str") -> "str":
        return words.word(key, self.lang)

    def text(self, texts: "dict") -> "str":
        """The text of a plan in the unit's language."""
        return str(texts.get(self.lang) or texts.get("zh") or texts.get("en") or "")

    def show(self, screen: "str", lines: "list[str]") -> "None":
        self._board.display.show(screen, cells.page(lines))

    def beep(self, kind: "str") -> "None":
        self._board.buzzer.beep(kind)

    async def key(self, allowed: "tuple", timeout_ms: "int" = FOREVER_MS) -> "str":
        """The next key among those the screen offers; "" after timeout_ms."""
        clock = self._board.clock
        deadline_ms = clock.ticks_ms() + timeout_ms
        while True:
            left_ms = deadline_ms - clock.ticks_ms()
            if left_ms <= 0:
                return ""
            key = await self._board.keys.next(left_ms)
            if key in allowed:
                return key

    async def ask(self, screen: "str", lines: "list[str]", allowed: "tuple") -> "str":
        """Show a screen and wait for one of its keys; those pressed before are void."""
        self._board.keys.forget()
        self.show(screen, lines)
        while True:
            key = await self.key(allowed)
            if key:
                return key

    async def turn_pages(self, screen: "str", pages: "list", foot: "str") -> "None":
        """Show pages of three lines, up and down turning them, until ok."""
        page = 0
        while True:
            key = await self.ask(
                "{}:{}/{}".format(screen, page + 1, len(pages)),
                cells.page(pages[page])[:3] + [self.word(foot)],
                ("ok", "up", "down"),
            )
            if key == "ok":
                return
            page = (page + (1 if key == "down" else -1)) % len(pages)

    async def while_busy(self, operation: "object") -> "object":
        """The result of a coroutine; Stopped when the operator presses back meanwhile."""
        outcome: "list" = []
        done = asyncio.Event()

        async def run() -> "None":
            try:
                outcome.append((True, await operation))
            except Exception as error:
                outcome.append((False, error))
            done.set()

        task = asyncio.create_task(run())
        while not await wait_ms(done, 100):
            if await self.key(("back",), 1) == "back":
                task.cancel()
                raise Stopped()
        good, result = outcome[0]
        if not good:
            raise result
        return result
