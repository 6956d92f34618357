"""One instrument per module. A driver knows telegrams and timing, and nothing of procedures."""


class InstrumentError(Exception):
    """No usable reading. `code` is short and stable, `say` a sentence for the operator, `raw` what
    was received."""

    def __init__(self, code: "str", say: "str", raw: "bytes" = b"") -> "None":
        super().__init__(say)
        self.code = code
        self.say = say
        self.raw = raw
