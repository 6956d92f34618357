"""One part on the I2C bus: every transfer is tried three times before the part counts as absent.

The bus is the board's (docs/board.md). It frees lines that a part holds low by nine clocks before
it raises, so that the next try finds a free bus (interface reference, section 0).
"""

from drivers import InstrumentError

TRIES = 3
# errno.ETIMEDOUT: a line stays low. Everything else (EIO) means that nobody acknowledged.
LINE_HELD = 110


class I2cPart:
    """Register transfers with one address. `name` is what the operator reads, as "the clock"."""

    def __init__(self, bus: "object", address: "int", name: "str") -> "None":
        self._bus = bus
        self._address = address
        self._name = name

    def read(self, register: "int", count: "int") -> "bytes":
        """So many bytes from a register on, in one burst.

        InstrumentError: absent, bus, truncated.
        """
        data = self._persist(self._bus.readfrom_mem, register, count)
        if len(data) != count:
            raise InstrumentError("truncated", "half an answer from " + self._name, bytes(data))
        return bytes(data)

    def write(self, register: "int", data: "bytes") -> "None":
        """Bytes to a register and those behind it, in one burst. InstrumentError: absent, bus."""
        self._persist(self._bus.writeto_mem, register, data)

    def send(self, *messages: "bytes") -> "None":
        """Messages one after another, for a part without registers. InstrumentError: absent, bus.

        A new try begins with the first, as nobody knows how much of the last one was taken.
        """
        self._persist(self._send_all, messages)

    def _send_all(self, address: "int", messages: "tuple") -> "None":
        for message in messages:
            self._bus.writeto(address, message)

    def _persist(self, transfer: "object", *arguments: "object") -> "object":
        code = 0
        for _ in range(TRIES):
            try:
                return transfer(self._address, *arguments)
            except OSError as error:
                code = error.args[0] if error.args else 0
        if code == LINE_HELD:
            raise InstrumentError("bus", "the I2C bus is held by a part")
        raise InstrumentError("absent", "no answer from " + self._name)
