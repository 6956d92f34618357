"""A day's work on the emulated Pico: sessions from levels on its pins, fetched over USB."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

import pytest

from dosegauge.evaluation import SessionEvaluation, evaluate_session
from dosegauge.link.sync import SyncReport, sync
from dosegauge.readings import ReadingRow
from dosegauge.store import Store
from dosegauge.verification import verify_session
from dosegauge.virtual.instruments.digimatic_gauge import DigimaticGauge
from dosegauge_core.telegrams import pulses
from tests.board.at_work import Worker, connected, shortened
from tests.board.emulator import EmulatedPico
from tests.board.flash_image import compiled, flash_files, flash_image

pytestmark = pytest.mark.timeout(900)
SCRIPTS = Path(__file__).with_name("scripts")
# The chip sees an edge and a clock reads it some instructions later.
SAMPLING_US = 20
SURVEY = ("background-before", "door-seam-left", "background-after")
DEPTH = ("outside-0", "outside-90", "inside-1", "inside-2")
KERMA = ("background", "exposure-1", "exposure-2")
# In place of the entries that are left out.
AIR = {"temperature_c": "22.4", "pressure_kpa": "100.8", "humidity_pct": "45", "d_mm": "100.0"}


@dataclass
class Day:
    """What a day left behind."""

    worker: Worker
    gauge: DigimaticGauge
    report: SyncReport
    sync_s: float
    store: Store
    evaluated: dict[str, SessionEvaluation]
    observed: dict[tuple[str, str], int]


@pytest.fixture(scope="module")
def day(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """One Pico, one session of each kind, one sync."""
    folder = tmp_path_factory.mktemp("day")
    boot = folder / "boot.py"
    boot.write_text("import observer\n")
    observer = compiled(SCRIPTS / "observer.py", folder, "observer")
    kerma = folder / "kerma.json"
    kerma.write_bytes(shortened("micro-ct-air-kerma", KERMA, **AIR, n_k="1.0", settle_s=3)[1])
    depth = folder / "depth.json"
    depth.write_bytes(shortened("mri-hole-depth", DEPTH, "digimatic", mpe_um="0.5")[1])
    files = {
        "boot.py": boot,
        "observer.mpy": observer,
        "data/plans/micro-ct-air-kerma.json": kerma,
        "data/plans/mri-hole-depth.json": depth,
    }
    flash = flash_image(folder / "flash", files)
    with EmulatedPico(image, flash, usb_poll_us=5000) as pico, connected(pico) as client:
        client.set_clock(lambda: 1795000000000)
        client.put_plan(*shortened("micro-ct-leakage", SURVEY, probe_calibrated="yes"))
        worker = Worker(pico, client, "demo")
        worker.measure("micro-ct-leakage")
        worker.measure("micro-ct-air-kerma")
        worker.leave()
        bench = Worker(pico, client, "annex-d-digimatic")
        bench.measure("mri-hole-depth")
        gauge = bench.world.gauge
        assert isinstance(gauge, DigimaticGauge)
        store = Store.open(folder / "store.sqlite")
        began_us = pico.now_us
        report = sync(client, store)
        sync_s = (pico.now_us - began_us) / 1e6
        dump = pico.dump_flash(folder / "dump")
    evaluated = {}
    for row in store.sessions():
        found = evaluate_session(store.raw(row.id))
        evaluated[str(found.opening["plan"]["id"])] = found
    observed = {}
    for line in (flash_files(dump, folder / "left") / "observed").read_text().splitlines():
        what, procedure, figure = line.split()
        observed[what, procedure] = int(figure)
    return Day(worker, gauge, report, sync_s, store, evaluated, observed)


def test_every_session_arrives_whole_and_the_host_finds_the_units_digits(day: Day) -> None:
    assert day.report.failed == []
    assert len(day.evaluated) == 3
    for found in day.evaluated.values():
        assert found.status == "complete"
        assert found.discrepancies == []
        assert found.unit_result is not None
    for row in day.store.sessions():
        assert verify_session(day.store, row.id).damages == []


def test_every_pulse_of_the_survey_is_counted(day: Day) -> None:
    """The counter stands at the number of pulses that came until it was read."""
    risen_us = day.worker.laboratory.probe.risen_us
    samples = [pulses.parse(row.raw) for row in readings(day, "micro-ct-leakage")]
    assert len(samples) >= len(SURVEY)
    assert samples[-1].count > 10
    wrong = [
        (sample, bisect_right(risen_us, sample.time_us))
        for sample in samples
        if not bisect_right(risen_us, sample.time_us - SAMPLING_US)
        <= sample.count
        <= bisect_right(risen_us, sample.time_us + SAMPLING_US)
    ]
    assert wrong == []


def test_the_survey_is_judged_on_the_unit(day: Day) -> None:
    evaluation = day.evaluated["micro-ct-leakage"].evaluation
    assert evaluation is not None
    assert evaluation.verdicts[0].subject == "cabinet"


def test_the_dosimeters_telegrams_arrive_byte_for_byte(day: Day) -> None:
    sent = bytes(day.worker.laboratory.wires["B"].driven)
    rows = readings(day, "micro-ct-air-kerma")
    assert len(rows) >= 3
    assert [row.raw for row in rows if row.raw not in sent] == []


def test_the_gauges_frames_arrive_bit_by_bit(day: Day) -> None:
    rows = readings(day, "mri-hole-depth")
    assert [row.step_id for row in rows] == list(DEPTH)
    frames = [int.from_bytes(row.raw[at : at + 7], "little") for row in rows for at in (0, 7)]
    # In this order; a reading that was asked for while the spindle moved has more before it.
    sent = iter(day.gauge.sent)
    assert all(frame in sent for frame in frames)
    assert [row.text for row in rows] == ["0.0000", "-0.0036", "-0.1026", "-0.1033"]


def test_what_the_session_says_of_its_program(day: Day) -> None:
    for found in day.evaluated.values():
        assert found.opening["board"] == "pico"
        assert found.opening["protected"] is True
        assert found.opening["clock_set"] is True
        assert found.opening["core_hash"]


def test_a_quarter_of_the_heap_is_never_needed(day: Day) -> None:
    """The observer held 64 kB all day; what was free besides is the margin of each procedure."""
    for procedure in ("leakage-survey", "air-kerma-rate", "hole-depth"):
        assert day.observed["heap", procedure] > 65536 + 16384, day.observed
        # The budget of the design: a result within a second of pressing OK.
        assert day.observed["compute", procedure] < 1_000_000, day.observed


def readings(day: Day, plan: str) -> list[ReadingRow]:
    return day.evaluated[plan].rows.readings
