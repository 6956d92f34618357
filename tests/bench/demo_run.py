"""`dosegauge demo` as a whole, and how long each of its stages takes.

The stages are told apart by the lines that the demo itself says on its way, so what is timed is
the program as it is. What it measured is kept: real sessions for the other measurements.
"""

import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from dosegauge.store import Store
from tests.bench.command_start import program
from tests.bench.figure import Figure, NotMeasured

TIMEOUT_S = 120
# The stage that ends with the line that holds these words, in the demo's order.
_STAGES = (
    ("started", "import, world and process started"),
    ("plans sent", "firmware's start, plans sent"),
    ("measured (", "three sessions measured"),
    ("synced", "sync"),
    ("computed again", "verified and computed again"),
    ("", "records and certificates, end"),
)


@dataclass(frozen=True)
class DemoRun:
    """One run: where its files are, its times, and [(stage, seconds)] in order."""

    folder: Path
    wall_s: float
    cpu_s: float
    stages: list[tuple[str, float]]

    def sessions(self) -> dict[str, bytes]:
        """The raw logs that the virtual unit recorded, by plan."""
        store = Store.open(self.folder / "run-001" / "store.sqlite")
        return {row.plan_id: store.raw(row.id) for row in store.sessions()}


def run_demo(folder: Path) -> DemoRun:
    """Runs the demo once in an empty folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began_s = time.perf_counter()
    process = subprocess.Popen(
        [program(), "--lang", "en", "demo", "--out", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stderr is not None
    said = [(line.strip(), time.perf_counter() - began_s) for line in process.stderr]
    code = process.wait(TIMEOUT_S)
    wall_s = time.perf_counter() - began_s
    if code != 0:
        raise NotMeasured(f"the demo failed: {said[-1][0] if said else code}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return DemoRun(folder, wall_s, cpu_s, _stages(said, wall_s))


def figures(run: DemoRun) -> list[Figure]:
    """The whole, then each stage as a part of it."""
    whole = [
        Figure("demo, wall time", run.wall_s, "s"),
        Figure("demo, CPU time of all its processes", run.cpu_s, "s", "wall time", run.wall_s),
    ]
    return whole + [
        Figure(f"  {stage}", seconds, "s", "wall time", run.wall_s)
        for stage, seconds in run.stages
    ]


def _stages(said: list[tuple[str, float]], wall_s: float) -> list[tuple[str, float]]:
    stages, began_s = [], 0.0
    for words, stage in _STAGES:
        ended_s = wall_s
        if words:
            ends = [at_s for line, at_s in said if words in line]
            if not ends:
                raise NotMeasured(f"the demo did not say {words!r}: its stages have changed")
            ended_s = ends[0]
        stages.append((stage, ended_s - began_s))
        began_s = ended_s
    return stages
