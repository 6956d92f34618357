"""When the clock was last set, and from what: kept in flash, so that every session can say so."""

import json
import os


class ClockSetting:
    """The last setting; members before_ms (None: was not set), after_ms (ms of UTC), ticks_ms."""

    def __init__(self, root: "str") -> "None":
        self._path = root + "/clock.json"
        self._unsaved = False
        self.last: "dict | None" = self._load()

    def _load(self) -> "dict | None":
        try:
            with open(self._path) as file:
                last = json.load(file)
        except (OSError, ValueError):
            return None
        return last if isinstance(last, dict) else None

    def note(self, before_ms: "int | None", after_ms: "int", ticks_ms: "int") -> "dict":
        """Remember a setting; `save` brings it to flash."""
        self.last = {"before_ms": before_ms, "after_ms": after_ms, "ticks_ms": ticks_ms}
        self._unsaved = True
        return self.last

    def save(self) -> "None":
        """To flash, if there is something new: only while no telegram can be on the wire."""
        if not self._unsaved:
            return
        try:
            with open(self._path + ".part", "w") as file:
                json.dump(self.last, file)
            os.rename(self._path + ".part", self._path)
        except OSError:
            return  # a full flash: the sessions of this start still say it
        self._unsaved = False
