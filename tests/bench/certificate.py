"""The certificate as a PDF, from sessions that a unit recorded."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.figure import Figure, within

RUNS = 5
BUDGET_S = 1.0
LANGUAGE = "zh-en"
PLANS = ("micro-ct-air-kerma", "micro-ct-leakage")


def measure(folder: Path, sessions: dict[str, bytes]) -> list[Figure]:
    """In a process of its own: the first certificate with its imports, then more of them."""
    logs = []
    for plan in PLANS:
        path = folder / f"{plan}.log"
        path.write_bytes(sessions[plan])
        logs.append(str(path))
    command = [sys.executable, "-m", "tests.bench.certificate", str(folder), *logs]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    first_s, *later_s = (float(word) for word in done.stdout.split())
    what = f"certificate PDF of {len(PLANS)} sessions"
    return [
        within(f"{what}, first one with imports", first_s, "s", BUDGET_S),
        within(f"{what}, median of {RUNS} more", statistics.median(later_s), "s", BUDGET_S),
    ]


def main(folder: Path, logs: list[Path]) -> None:
    """Prints the seconds of each certificate."""
    times_s = []
    for number in range(1 + RUNS):
        began_s = time.perf_counter()
        write(folder / f"certificate-{number}.pdf", logs)
        times_s.append(time.perf_counter() - began_s)
    print(*times_s)


def write(path: Path, logs: list[Path]) -> None:
    """From raw bytes to the file."""
    from dosegauge.evaluation import evaluate_session
    from dosegauge.reports import certificate_pdf
    from dosegauge.reports.details import Job, Laboratory
    from dosegauge.reports.model import build

    found = [evaluate_session(log.read_bytes()) for log in logs]
    certificate_pdf.write(build(found, Laboratory(), Job(), LANGUAGE), path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
