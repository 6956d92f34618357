"""The number editor: a typed value, digit by digit with four keys."""

from unit import cells, words


class NumberEditor:
    """A fixed pattern of digits such as "021.5"; up and down turn the digit under the cursor."""

    def __init__(self, start: "str", whole: "int", decimals: "int") -> "None":
        negative = start[:1] == "-"
        before, _, after = start.lstrip("+-").partition(".")
        digits = ("0" * whole + before)[-whole:]
        fraction = (after + "0" * decimals)[:decimals]
        self._text = ("-" if negative else "+") + digits + ("." + fraction if decimals else "")
        self.cursor = 1

    def text(self) -> "str":
        """The pattern as shown, sign included."""
        return self._text

    def value(self) -> "str":
        """The decimal string meant: no leading zeros, no plus."""
        digits = self._text[1:].lstrip("0")
        if not digits or digits[0] == ".":
            digits = "0" + digits
        return ("-" if self._text[0] == "-" else "") + digits

    def press(self, key: "str") -> "bool":
        """Act on a key; True when the number is accepted."""
        if key in ("up", "down"):
            self._turn(1 if key == "up" else -1)
        elif key == "back":
            self._move(-1)
        elif key == "ok":
            if self.cursor == len(self._text) - 1:
                return True
            self._move(1)
        return False

    def _turn(self, step: "int") -> "None":
        old = self._text[self.cursor]
        new = ("-" if old == "+" else "+") if old in "+-" else str((int(old) + step) % 10)
        self._text = self._text[: self.cursor] + new + self._text[self.cursor + 1 :]

    def _move(self, step: "int") -> "None":
        self.cursor = max(0, self.cursor + step)
        if self._text[self.cursor] == ".":
            self.cursor += step

    def lines(self, title: "str", unit: "str", lang: "str") -> "list[str]":
        """The four lines of the display; a caret marks the digit."""
        return cells.page(
            [
                title,
                self._text + " " + unit,
                " " * self.cursor + "^",
                words.word("number-foot", lang),
            ]
        )
