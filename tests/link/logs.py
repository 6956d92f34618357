"""Real session logs, built by the core's own record code."""

import json

from dosegauge.standards.plans import compile_plan
from dosegauge_core import CORE_VERSION, procedures, records, result_record
from dosegauge_core.telegrams.opto import value_nm, with_parity

UNIT = "DG-TEST1"
START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z

# MRI phantom draft, Annex D, tables in D.2.1 and D.2.2, as an IBR gauge sends mm.
ANNEX_D = {
    "zero": "+000.0000",
    "outside-0": "+000.0000",
    "outside-90": "-000.0036",
    "outside-180": "+000.0071",
    "outside-270": "+000.0024",
    "inside-1": "-000.1026",
    "inside-2": "-000.1033",
    "inside-3": "-000.1014",
    "inside-4": "-000.1024",
}
# The gauge's MPE in Annex D.
MPE_UM = "0.5"


class LogBuilder:
    """Writes a log as a unit does: records, and a chain record at every flush."""

    def __init__(self, unit: str = UNIT, number: int = 1) -> None:
        self.session = f"{unit}-{number:06d}"
        self.unit = unit
        self.number = number
        self.data = records.preamble()
        self.ends: list[int] = []
        self._digest = records.first_digest(self.data)
        self._batch = b""
        self._sequence = 0

    def add(self, kind: int, payload: bytes) -> None:
        """One record."""
        time_ms = START_MS + 1000 * self._sequence
        self._batch += records.encode(kind, self._sequence, time_ms, True, payload)
        self._sequence += 1

    def add_json(self, kind: int, value: object) -> None:
        """One JSON record."""
        self.add(kind, records.encode_json(value))

    def flush(self) -> None:
        """Closes the batch with its chain record."""
        chain, self._digest = records.encode_chain(
            self._digest, self._batch, self._sequence, START_MS + 1000 * self._sequence, True
        )
        self._sequence += 1
        self.data += self._batch + chain
        self._batch = b""
        self.ends.append(len(self.data))

    def open(self, plan: dict[str, object]) -> None:
        """The open record in a batch of its own."""
        self.add_json(
            records.OPEN,
            {
                "session": self.session,
                "unit": self.unit,
                "board": "test",
                "firmware": "0",
                "core": CORE_VERSION,
                "core_hash": "",
                "clock_set": True,
                "plan": plan,
            },
        )
        self.flush()

    def seal(self, status: str = "complete") -> None:
        """The closing record."""
        self.add_json(records.SEAL, {"status": status, "records": self._sequence})
        self.flush()


def depth_log(unit: str = UNIT, number: int = 1, *, sealed: bool = True) -> LogBuilder:
    """A hole depth measured with Annex D's readings, with the unit's own result."""
    plan = json.loads(compile_plan("mri-hole-depth"))
    log = LogBuilder(unit, number)
    log.open(plan)
    for index, step in enumerate(plan["steps"]):
        begun = {"step": index, "id": step["id"], "repeat": 0, "by": "Li"}
        log.add_json(records.STEP, begun)
        if step["kind"] == "entry":
            typed = {"step": index, "id": step["id"], "value": MPE_UM, "unit": step["unit"]}
            log.add_json(records.ENTRY, {**typed, "by": "Li"})
            log.flush()
            continue
        raw = with_parity(ANNEX_D[step["id"]] + "\r") * 2
        log.add(records.READING, records.reading_payload(0, index, value_nm(raw, 4), raw))
        log.flush()
    if sealed:
        evaluation = procedures.evaluate(plan, records.read_log(log.data).records)
        for part in result_record.parts_of(evaluation):
            log.add_json(records.RESULT, part)
        log.flush()
        log.seal()
    return log


def long_log(unit: str = UNIT, number: int = 2, *, batches: int = 20) -> LogBuilder:
    """A log of several read windows whose readings never get a result."""
    log = LogBuilder(unit, number)
    log.open(json.loads(compile_plan("micro-ct-leakage")))
    log.add_json(records.STEP, {"step": 1, "id": "left", "repeat": 0, "by": ""})
    for batch in range(batches):
        for second in range(60):
            raw = bytes((batch, second, 0, 0)) + bytes(4)
            value = batch + 256 * second
            log.add(records.READING, records.reading_payload(0, 1, value, raw))
        log.flush()
    log.seal("cancelled")
    return log
