"""What instruments send, read strictly and exactly. Pure functions: bytes in, whole numbers out.

The unit's drivers use them on the wire; the host uses them again on the stored raw bytes.
"""


class TelegramError(ValueError):
    """Bytes that are no valid telegram. `code` is short and stable, for logs and tests."""

    def __init__(self, code: "str", say: "str") -> None:
        super().__init__(say)
        self.code = code
        self.say = say

    def __str__(self) -> "str":
        return self.say
