"""Session logs as a unit writes them, built from readings."""

import json
from pathlib import Path

from dosegauge_core import procedures, records, result_record
from dosegauge_core.telegrams import multidos, opto, pulses

PLANS = Path(__file__).parents[2] / "firmware" / "unit" / "plans"
START_MS = 1_772_330_400_000  # 2026-03-01T02:00:00Z
DEVICE = {
    "name": "MRI phantom",
    "maker": "Phantom Works",
    "model": "PW-1",
    "serial": "0001",
    "client": "医院 Hospital",
}
# Annex D of the MRI phantom draft, mm.
ANNEX_D = {
    "zero": "0.0000",
    "outside-0": "0.0000",
    "outside-90": "-0.0036",
    "outside-180": "0.0071",
    "outside-270": "0.0024",
    "inside-1": "-0.1026",
    "inside-2": "-0.1033",
    "inside-3": "-0.1014",
    "inside-4": "-0.1024",
}
# Reference sheet 1.2: mean 1.5200, s 0.008692, s_r 0.572 %.
KERMA_RATES = (
    "1.520",
    "1.512",
    "1.531",
    "1.526",
    "1.508",
    "1.517",
    "1.523",
    "1.534",
    "1.519",
    "1.510",
)
KERMA_ENTRIES = {
    "temperature_c": "24.0",
    "pressure_kpa": "100.000",
    "humidity_pct": "50",
    "d_mm": "100.0",
    "n_k": "1.0000",
}
# Annex D's gauge.
MPE_UM = "0.5"


def plan(name: str, **changes: object) -> dict:
    """A built-in plan; members in `changes` are merged into its objects or replace the rest."""
    content = json.loads((PLANS / f"{name}.json").read_text(encoding="utf-8"))
    content["device"] = dict(DEVICE)
    content["operator"] = "Li 李"
    for key, value in changes.items():
        content[key] = {**content[key], **value} if isinstance(value, dict) else value
    return content


class LogBuilder:
    """Appends records as a unit's recorder does; `log()` evaluates, seals and gives the bytes."""

    def __init__(
        self,
        content: dict,
        session: str = "DG-1-0001",
        start_ms: int = START_MS,
        board: str = "pico",
    ) -> None:
        self.plan = content
        self._data = records.preamble()
        self._digest = records.first_digest(self._data)
        self._pending = b""
        self._sequence = 0
        self._time_ms = start_ms
        self._begun: dict[int, int] = {}
        self._records: list = []
        opening = {
            "session": session,
            "unit": "DG-1",
            "board": board,
            "runtime": "micropython",
            "firmware": "0.1.0",
            "core": "0.1.0",
            "core_hash": "ab" * 32,
            "clock_set": True,
            "plan": content,
        }
        self.append(records.OPEN, records.encode_json(opening))
        self.flush()

    def append(self, kind: int, payload: bytes) -> None:
        self._time_ms += 500
        data = records.encode(kind, self._sequence, self._time_ms, True, payload)
        self._records.append(records.read_record(data, 0))
        self._pending += data
        self._sequence += 1

    def flush(self) -> None:
        chain, digest = records.encode_chain(
            self._digest, self._pending, self._sequence, self._time_ms, True
        )
        self._data += self._pending + chain
        self._pending = b""
        self._sequence += 1
        self._digest = digest

    def begin(self, step_id: str) -> int:
        index = next(i for i, step in enumerate(self.plan["steps"]) if step["id"] == step_id)
        repeat = self._begun.get(index, -1) + 1
        self._begun[index] = repeat
        body = {"step": index, "id": step_id, "repeat": repeat, "by": self.plan["operator"]}
        self.append(records.STEP, records.encode_json(body))
        return index

    def reading(self, index: int, value: int, raw: bytes) -> None:
        self.append(records.READING, records.reading_payload(0, index, value, raw))

    def gauge(self, step_id: str, height_mm: str) -> None:
        index = self.begin(step_id)
        sign = "-" if height_mm.startswith("-") else "+"
        text = sign + height_mm.lstrip("-").rjust(8, " ")
        raw = opto.with_parity(text) + opto.END
        self.reading(index, opto.value_nm(raw, 4), raw)

    def annex_d(self, readings: dict[str, str] | None = None) -> None:
        """The gauge's MPE, as the plan or else Annex D has it, then Annex D's readings."""
        self.entry("mpe_um", str(self.plan["parameters"].get("mpe_um", MPE_UM)))
        for step_id, height_mm in {**ANNEX_D, **(readings or {})}.items():
            self.gauge(step_id, height_mm)
            self.flush()

    def dosimeter(self, step_id: str, shown_milli: str, mode: str = "D1") -> None:
        index = self.begin(step_id)
        raw = telegram(shown_milli, mode)
        self.reading(index, multidos.value_femto(raw, 0), raw)

    def entry(self, step_id: str, value: str) -> None:
        index = self.begin(step_id)
        body = {
            "step": index,
            "id": step_id,
            "value": value,
            "unit": self.plan["steps"][index]["unit"],
            "by": self.plan["operator"],
        }
        self.append(records.ENTRY, records.encode_json(body))

    def dwell(self, step_id: str, counts: int, seconds: int, start: int = 0) -> None:
        """One sample a second; the counts come evenly."""
        index = self.begin(step_id)
        for second in range(seconds + 1):
            count = start + counts * second // seconds
            raw = pulses.encode(count, 1_000_000 * second)
            self.reading(index, pulses.parse(raw).count, raw)

    def log(self, *, result: bool = True, seal: bool = True, status: str = "complete") -> bytes:
        if result:
            evaluation = procedures.evaluate(self.plan, self._records)
            for payload in result_payloads(evaluation):
                self.append(records.RESULT, payload)
            self.flush()
        if seal:
            body = {"status": status, "records": self._sequence}
            self.append(records.SEAL, records.encode_json(body))
            self.flush()
        return self._data


def result_payloads(evaluation: object) -> list[bytes]:
    """The RESULT records' payloads."""
    return [records.encode_json(part) for part in result_record.parts_of(evaluation)]


def telegram(shown_milli: str, mode: str = "D1") -> bytes:
    """A MULTIDOS answer after 10 s, on channel 0: a rate ("D1") or a dose ("D0")."""
    fields = (
        mode,
        "  10.0 s",
        "INT",
        "00",
        "0",
        "0",
        "0",
        f" {shown_milli}E-03",
        "0",
        " 0.000E-03",
        "0",
        "       ",
        "00000",
    )
    return ";".join(fields).encode() + b"\r\n"


def depth_log(
    readings: dict[str, str] | None = None, board: str = "pico", **changes: object
) -> bytes:
    """Annex D's session."""
    builder = LogBuilder(plan("mri-hole-depth", **changes), "DG-1-0001", board=board)
    builder.annex_d(readings)
    return builder.log()


def kerma_log(**changes: object) -> bytes:
    """Ten exposures of the reference sheet's case at 24 C and 100 kPa."""
    builder = LogBuilder(plan("micro-ct-air-kerma", **changes), "DG-1-0002", START_MS + 3_600_000)
    for step_id, value in KERMA_ENTRIES.items():
        builder.entry(step_id, str(builder.plan["parameters"].get(step_id, value)))
    builder.dosimeter("background", "0.000")
    for number, rate in enumerate(KERMA_RATES, 1):
        builder.dosimeter(f"exposure-{number}", rate)
        builder.flush()
    return builder.log()


def leakage_log(**changes: object) -> bytes:
    """A survey with one point well above the background."""
    content = plan("micro-ct-leakage", **changes)
    builder = LogBuilder(content, "DG-1-0003", START_MS + 7_200_000)
    counts = {
        "background-before": 61,
        "background-after": 58,
        "door-seam-left": 230,
        "cable-port": 75,
    }
    for number, step in enumerate(content["steps"]):
        builder.dwell(
            step["id"], counts.get(step["id"], 28 + number % 5), step["seconds"], 1000 * number
        )
        builder.flush()
    return builder.log()
