"""Micro CT: CPU time of an MTF, the same edge by pylinac, volumes beside bare reads of files.

A volume's files are written, forced to the disk and put out of the system's cache before each
pass, the bare one too: a volume larger than memory is always read like that.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from scipy.special import erf

from dosegauge.imaging.image import Pixels
from tests.bench.figure import AT_LEAST, AT_MOST, Figure, within
from tests.bench.images import PEER, has_peer, said
from tests.imaging import files
from tests.imaging.blurred import slanted, true_frequency

MTF_BUDGET_MS, VOLUME_PART, VOLUME_BUDGET_MB = 50.0, 0.7, 500.0
SIDE, RUNS, PASSES = 1024, 15, 3
SLICES, SLICE_SIDE = 2000, 512
DICOM_SLICES, DICOM_SIDE = 200, 2048
# 16 GB of slices that take up no place on the disk.
LARGE_SLICES, LARGE_SIDE = 2000, 2048
SIGMA, ANGLE_DEG = 1.5, 5.0
_PEER_CODE = """
import sys, time, warnings
warnings.simplefilter("ignore")
import numpy
from pylinac.core.mtf import EdgeSpreadFunctionMTF
rows = list(numpy.load(sys.argv[1]))
best = float("inf")
for _ in range(15):
    began = time.process_time()
    found = EdgeSpreadFunctionMTF(rows)
    f50, f10 = found.relative_resolution(50), found.relative_resolution(10)
    best = min(best, time.process_time() - began)
print(best * 1000, f50, f10)
"""
_LARGE_CODE = """
import sys
from dosegauge.imaging.volumes import open_volume
from dosegauge.imaging.volume_mean import mean_of_volume
volume = open_volume(sys.argv[1])
mean_of_volume(volume, 1, volume.slices)
(peak,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak) / 1024)
"""


def measure() -> list[Figure]:
    """All figures."""
    with tempfile.TemporaryDirectory(prefix="dosegauge-micro-ct-") as name:
        folder = Path(name)
        return [_mtf(), *_beside_peer(folder), *_volumes(folder), _large(folder)]


def _cpu_ms(action: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(RUNS):
        began_s = time.process_time()
        action()
        best = min(best, time.process_time() - began_s)
    return best * 1000


def _mtf() -> Figure:
    """A disk of 380 pixels in noise of 2 % of its contrast."""
    from dosegauge.imaging.edge_mtf import disk_mtf

    y, x = np.indices((SIDE, SIDE))
    sharp = (1 - erf((np.hypot(y - 510.3, x - 515.2) - 380) / (SIGMA * 2**0.5))) / 2
    pixels = sharp + np.random.default_rng(1).normal(0, 0.02, sharp.shape)
    best_ms = _cpu_ms(lambda: disk_mtf(pixels, "made"))
    return within("MTF of a slice of 1024 x 1024, CPU", best_ms, "ms", MTF_BUDGET_MS)


def _beside_peer(folder: Path) -> list[Figure]:
    """The same slanted edge of known blur: both errors, both times."""
    from dosegauge.imaging.edge_mtf import straight_mtf

    if not has_peer():
        return []
    edge = slanted(SIGMA, ANGLE_DEG) + np.random.default_rng(1).normal(0, 0.02, (120, 120))
    np.save(folder / "edge.npy", edge)
    peer_ms, peer_f50, peer_f10 = (
        float(part)
        for part in said([str(PEER), "-c", _PEER_CODE, str(folder / "edge.npy")]).split()
    )
    ours = straight_mtf(edge, "made")
    figures = []
    for level, our_f, peer_f in zip((0.5, 0.1), ours.f_px[:2], (peer_f50, peer_f10), strict=True):
        truth = true_frequency(SIGMA, level)
        figures.append(
            Figure(
                f"f{100 * level:g} of a slanted edge, error",
                100 * abs(our_f / truth - 1),
                "%",
                "pylinac",
                100 * abs(peer_f / truth - 1),
                AT_MOST,
            )
        )
    ours_ms = _cpu_ms(lambda: straight_mtf(edge, "made"))
    what = "MTF of that edge, CPU (ours finds the edge too)"
    return [*figures, Figure(what, ours_ms, "ms", "pylinac", peer_ms)]


@dataclass(frozen=True)
class _Written:
    """A volume: what it is, where it is opened, its files, how many slices."""

    what: str
    path: Path
    written: list[Path]
    slices: int


def _volumes(folder: Path) -> list[Figure]:
    figures = []
    for write, side, slices in (
        (_metaimage, SLICE_SIDE, SLICES),
        (_tiffs, SLICE_SIDE, SLICES),
        (_dicoms, SLICE_SIDE, SLICES),
        (_dicoms, DICOM_SIDE, DICOM_SLICES),
    ):
        pixels = np.random.default_rng(1).integers(0, 60000, (side, side)).astype(np.uint16)
        volume = write(folder / f"{write.__name__}-{side}", pixels, slices)
        figures.append(_averaged(volume))
        for file in volume.written:
            file.unlink()
    return figures


def _averaged(of: _Written) -> Figure:
    from dosegauge.imaging.volume_mean import mean_of_volume
    from dosegauge.imaging.volumes import open_volume

    bare_s = ours_s = float("inf")
    for _ in range(PASSES):
        _out_of_cache(of.written)
        bare_s = min(bare_s, _bare_s(of.written))
        _out_of_cache(of.written)
        began_s = time.perf_counter()
        volume = open_volume(of.path)
        mean_of_volume(volume, 1, volume.slices)
        ours_s = min(ours_s, time.perf_counter() - began_s)
    return Figure(
        f"{of.what}, averaged",
        of.slices / ours_s,
        "1/s",
        "bare reads",
        of.slices / bare_s,
        AT_LEAST,
        VOLUME_PART,
    )


def _metaimage(folder: Path, pixels: Pixels, slices: int) -> _Written:
    folder.mkdir()
    path = files.metaimage(folder / "volume.mhd", pixels)
    _say_slices(path, slices)
    with path.with_suffix(".raw").open("wb") as target:
        for _ in range(slices):
            target.write(pixels.tobytes())
    return _Written(_named(slices, pixels, "MetaImage"), path, [path.with_suffix(".raw")], slices)


def _say_slices(header: Path, slices: int) -> None:
    text = header.read_text()
    (size,) = [line for line in text.splitlines() if line.startswith("DimSize")]
    header.write_text(text.replace(size, size.rsplit(" ", 1)[0] + f" {slices}"))


def _tiffs(folder: Path, pixels: Pixels, slices: int) -> _Written:
    folder.mkdir()
    content = files.tiff(folder / "0.tif", pixels).read_bytes()
    written = [folder / f"{number}.tif" for number in range(slices)]
    for file in written:
        file.write_bytes(content)
    return _Written(_named(slices, pixels, "TIFF files"), folder, written, slices)


def _dicoms(folder: Path, pixels: Pixels, slices: int) -> _Written:
    """Slices that differ as those of a scanner do."""
    folder.mkdir()
    told = {"Modality": "CT", "RescaleSlope": 1, "RescaleIntercept": -1000}
    dataset = pydicom.dcmread(files.dicom(folder / "0", pixels, 0.1, **told))
    written = [folder / str(number) for number in range(slices)]
    for number, file in enumerate(written):
        dataset.ImagePositionPatient = [0, 0, round(0.1 * number, 1)]
        dataset.SliceLocation = round(0.1 * number, 1)
        dataset.InstanceNumber = number + 1
        dataset.ContentTime = dataset.AcquisitionTime = f"{101500 + number % 60}"
        dataset.SOPInstanceUID = f"1.2.{number}"
        dataset.save_as(file)
    return _Written(_named(slices, pixels, "DICOM files"), folder, written, slices)


def _named(slices: int, pixels: Pixels, kind: str) -> str:
    rows, columns = pixels.shape
    return f"{slices} slices of {columns} x {rows}, {kind}"


def _large(folder: Path) -> Figure:
    """Memory for a volume of 16 GB, of which nothing lies on the disk."""
    blank = np.zeros((LARGE_SIDE, LARGE_SIDE), np.uint16)
    path = files.metaimage(folder / "large.mhd", blank)
    _say_slices(path, LARGE_SLICES)
    os.truncate(path.with_suffix(".raw"), LARGE_SLICES * blank.nbytes)
    memory_mb = float(said([sys.executable, "-c", _LARGE_CODE, str(path)]))
    what = f"{LARGE_SLICES} slices of {LARGE_SIDE} x {LARGE_SIDE} averaged, memory"
    return within(what, memory_mb, "MB", VOLUME_BUDGET_MB)


def _out_of_cache(written: list[Path]) -> None:
    for file in written:
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _bare_s(written: list[Path]) -> float:
    """Every byte of the files into one buffer."""
    buffer = bytearray(1 << 22)
    began_s = time.perf_counter()
    for file in written:
        with file.open("rb", buffering=0) as opened:
            while opened.readinto(buffer):
                pass
    return time.perf_counter() - began_s
