"""Measurements on images: CPU time of a flood and of a study, memory, imports, and the peer.

pylinac needs another pydicom than this program: it runs in an environment of its own, which
`make bench` makes at .venv/pylinac where it can.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.bench.figure import AT_LEAST, Figure, NotMeasured, within
from tests.imaging import files

FLOOD_BUDGET_MS, STUDY_BUDGET_S, STUDY_BUDGET_MB, IMPORT_BUDGET_S = 20.0, 1.0, 200.0, 0.3
TIMES_FASTER = 20.0
RUNS = 15
SIDE, PIXEL_MM = 1024, 0.6
FRAMES, FRAME_SIDE = 240, 256
PEER = Path(sys.prefix) / "pylinac" / "bin" / "python"
NO_PEER = "pylinac's environment is not there: make bench makes it where it can"
_PEER_CODE = """
import sys, time, warnings
warnings.simplefilter("ignore")
from pylinac.nuclear import PlanarUniformity
best = float("inf")
for _ in range(int(sys.argv[2])):
    flood = PlanarUniformity(sys.argv[1])
    began = time.process_time()
    flood.analyze()
    flood.results()
    best = min(best, time.process_time() - began)
print(best * 1000)
"""
_STUDY_CODE = """
import sys, time
from dosegauge.imaging.readers import open_images
from dosegauge.imaging.count_rates import Frame, largest_rate
began = time.process_time()
opened = open_images(sys.argv[1])
frames = [Frame(n, int(f.sum(dtype="int64")), 1.0) for n, f in enumerate(opened.each())]
largest_rate(frames)
cpu_s = time.process_time() - began
# The peak of this program alone: what getrusage tells begins with the process that started it.
(peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(cpu_s, int(peak) / 1024)
"""
_IMPORT_CODE = """
import time
began = time.perf_counter()
import dosegauge.imaging.flood, dosegauge.imaging.slits, dosegauge.imaging.readers
print(time.perf_counter() - began)
"""


def measure() -> list[Figure]:
    """All figures; the peer's only where it is."""
    with tempfile.TemporaryDirectory(prefix="dosegauge-images-") as name:
        folder = Path(name)
        flood = _flood_file(folder)
        ours_ms = _ours_ms(flood)
        figures = [within("flood 1024 x 1024 without U, CPU", ours_ms, "ms", FLOOD_BUDGET_MS)]
        if PEER.is_file():
            peer_ms = float(said([str(PEER), "-c", _PEER_CODE, str(flood), "3"]))
            figures.append(
                Figure(
                    "pylinac's time over ours, the same file",
                    peer_ms,
                    "ms",
                    "ours",
                    ours_ms,
                    AT_LEAST,
                    TIMES_FASTER,
                )
            )
        figures += _study(folder)
    figures.append(within("import of the image measurements", _import_s(), "s", IMPORT_BUDGET_S))
    return figures


def has_peer() -> bool:
    """Whether pylinac can be timed here."""
    return PEER.is_file()


def _flood_file(folder: Path) -> Path:
    mean = np.zeros((SIDE, SIDE))
    mean[150:870, 60:960] = 90.0
    counts = np.random.default_rng(1).poisson(mean)
    return files.dicom(folder / "flood.dcm", counts, PIXEL_MM, PatientID="", StudyDate="20260101")


def _ours_ms(path: Path) -> float:
    from dosegauge.imaging.flood import measure_flood
    from dosegauge.imaging.readers import read_image
    from dosegauge.imaging.requirements import flood_requirements

    image, requirements = read_image(path), flood_requirements()
    best = float("inf")
    for _ in range(RUNS):
        began_s = time.process_time()
        measure_flood(image, requirements)
        best = min(best, time.process_time() - began_s)
    return best * 1000


def _study(folder: Path) -> list[Figure]:
    study = np.random.default_rng(2).poisson(4.0, (FRAMES, FRAME_SIDE, FRAME_SIDE))
    path = files.dicom(folder / "study", study, PIXEL_MM)
    cpu_s, memory_mb = (
        float(part) for part in said([sys.executable, "-c", _STUDY_CODE, str(path)]).split()
    )
    what = f"{FRAMES} frames of {FRAME_SIDE} x {FRAME_SIDE}, count rate of each"
    return [
        within(f"{what}, CPU", cpu_s, "s", STUDY_BUDGET_S),
        within(f"{what}, memory", memory_mb, "MB", STUDY_BUDGET_MB),
    ]


def _import_s() -> float:
    return min(float(said([sys.executable, "-c", _IMPORT_CODE])) for _ in range(5))


def said(command: list[str]) -> str:
    """What another process prints; NotMeasured where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise NotMeasured(done.stderr.strip().splitlines()[-1] if done.stderr else "it failed")
    return done.stdout.strip()
