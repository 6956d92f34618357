"""The host's process killed at every step, its disk full or locked, another process beside it."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from dosegauge.store import Store
from dosegauge.verification import verify_session
from tests.conftest import ROOT
from tests.faults.outcome import Effort, Outcome
from tests.link.fake_unit import FakeUnit, Peer
from tests.link.logs import LogBuilder, depth_log, long_log

TIMEOUT_S = 60
# The store's file may not grow beyond this: the new store alone takes about 100 kB.
LARGEST_FILES = range(4096, 200 * 1024, 8192)


def run(effort: Effort) -> list[Outcome]:
    """Every step of a sync with deletion; every size at which the disk is full; others at work."""
    logs = [depth_log(), long_log(batches=4)]
    with tempfile.TemporaryDirectory(prefix="dosegauge-faults-") as folder:
        steps = _steps(logs, Path(folder))
        return [
            _tried(
                "killed at a step",
                effort.chosen(range(1, steps + 1)),
                lambda step: _killed(logs, Path(folder), step),
            ),
            _tried(
                "disk full",
                effort.chosen(LARGEST_FILES),
                lambda size: _disk_full(logs, Path(folder), size),
            ),
            _tried("disk read-only", [0, 1], lambda begun: _read_only(logs, Path(folder), begun)),
            _tried("store locked", [1], lambda _case: _locked(logs, Path(folder))),
            _tried("two processes at once", range(3), lambda _case: _two(logs, Path(folder))),
            _tried(
                "two processes, one session",
                range(3),
                lambda _case: _two(logs, Path(folder), same=True),
            ),
        ]


def _tried(what: str, cases: "list[int] | range", trial: Callable[[int], None]) -> Outcome:
    failures = []
    for case in cases:
        try:
            trial(case)
        except Exception as error:
            failures.append(f"{case}: {type(error).__name__}: {error}"[:300])
    return Outcome("host", what, len(cases), len(cases) - len(failures), failures)


def _peer(logs: list[LogBuilder]) -> Peer:
    peer = Peer()
    for log in logs:
        peer.put(log.session, log.number, log.data)
    return peer


def _store(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder)) / "store.sqlite"


def _command(port: str, store: Path, step: int) -> list[str]:
    return [sys.executable, "-m", "tests.faults.sync_and_die", port, str(store), str(step)]


def _sync(port: str, store: Path, step: int = 0) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        _command(port, store, step),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def _steps(logs: list[LogBuilder], folder: Path) -> int:
    with FakeUnit(_peer(logs)) as fake:
        done = _sync(fake.port, _store(folder))
    _require(done.returncode == 0, done.stderr)
    return int(done.stdout)


def _require(good: bool, say: str) -> None:
    if not good:
        raise AssertionError(say)


def _killed(logs: list[LogBuilder], folder: Path, step: int) -> None:
    store = _store(folder)
    peer = _peer(logs)
    with FakeUnit(peer) as fake:
        done = _sync(fake.port, store, step)
    _require(done.returncode == -9, f"not killed: {done.returncode} {done.stderr}")
    _require_nothing_lost(store, peer, logs)
    with FakeUnit(peer) as fake:
        done = _sync(fake.port, store)
    _require(done.returncode == 0, done.stderr)
    _require_whole(store, peer, logs)


def _disk_full(logs: list[LogBuilder], folder: Path, size: int) -> None:
    store = _store(folder)
    peer = _peer(logs)
    # As on a full disk, a write beyond this size fails; Python ignores the signal.
    limited = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
        f"import sys; from tests.faults.sync_and_die import main; "
        f"sys.exit(main(sys.argv[1], sys.argv[2], 0))"
    )
    with FakeUnit(peer) as fake:
        done = subprocess.run(
            [sys.executable, "-c", limited, fake.port, str(store)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    one_line = done.returncode in (1, 2) and done.stderr.count("\n") == 1
    _require(done.returncode == 0 or one_line, f"{done.returncode}: {done.stderr}")
    _require_nothing_lost(store, peer, logs)
    with FakeUnit(peer) as fake:
        done = _sync(fake.port, store)
    _require(done.returncode == 0, done.stderr)
    _require_whole(store, peer, logs)


# For root, whom permissions don't stop: the folder mounted read-only for this command alone.
_ON_READ_ONLY = (
    'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"',
    "read-only",
)


def _read_only(logs: list[LogBuilder], folder: Path, begun: int) -> None:
    """Without a store, and with one that exists."""
    store = _store(folder)
    if begun:
        Store.open(store)
    before = store.read_bytes() if begun else b""
    peer = _peer(logs)
    with FakeUnit(peer) as fake:
        command = _command(fake.port, store, 0)
        if os.geteuid() == 0:
            command = ["unshare", "-m", "sh", "-c", *_ON_READ_ONLY, str(store.parent), *command]
        store.parent.chmod(0o555)
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
        store.parent.chmod(0o755)
    one_line = done.returncode in (1, 2) and done.stderr.count("\n") == 1
    _require(one_line and str(store) in done.stderr, f"{done.returncode}: {done.stderr}")
    _require(not peer.deleted, "deleted all the same")
    _require((store.read_bytes() if store.exists() else b"") == before, "the store has changed")


def _locked(logs: list[LogBuilder], folder: Path) -> None:
    store = _store(folder)
    Store.open(store)
    peer = _peer(logs)
    holder = sqlite3.connect(store, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with FakeUnit(peer) as fake:
        done = _sync(fake.port, store)
    holder.close()
    _require(done.returncode == 1 and "in use by another program" in done.stderr, done.stderr)
    _require(not peer.deleted, "deleted all the same")
    with FakeUnit(peer) as fake:
        done = _sync(fake.port, store)
    _require_whole(store, peer, logs)


def _two(logs: list[LogBuilder], folder: Path, *, same: bool = False) -> None:
    """Two syncs into one store, of two units or of one unit's sessions twice: each either
    completes or says in one line why not."""
    store = _store(folder)
    others = logs if same else [depth_log("DG-OTHER"), long_log("DG-OTHER", batches=4)]
    peers = [_peer(logs), _peer(others)]
    peers[1].unit = others[0].unit
    with FakeUnit(peers[0]) as first, FakeUnit(peers[1]) as second:
        started = [
            subprocess.Popen(
                _command(fake.port, store, 0),
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for fake in (first, second)
        ]
        for process in started:
            said = process.communicate(timeout=TIMEOUT_S)[1]
            _require(process.returncode == 0 or said.count("\n") == 1, said)
    for peer, of_unit in zip(peers, (logs, others), strict=True):
        _require_nothing_lost(store, peer, of_unit)
        with FakeUnit(peer) as fake:
            _require(_sync(fake.port, store).returncode == 0, "the next sync failed")
        _require_whole(store, peer, of_unit)


def _require_nothing_lost(path: Path, peer: Peer, logs: list[LogBuilder]) -> None:
    """The store opens, holds whole batches of these logs only, and all of what was deleted."""
    store = Store.open(path)
    with sqlite3.connect(path) as raw:
        _require(raw.execute("PRAGMA integrity_check").fetchone() == ("ok",), "integrity")
    for log in logs:
        data = store.raw(log.session)
        _require(len(data) in (0, *log.ends) and log.data.startswith(data), "other bytes")
        if log.session in peer.deleted:
            _require(data == log.data, f"{log.session} was deleted before it was stored")


def _require_whole(path: Path, peer: Peer, logs: list[LogBuilder]) -> None:
    store = Store.open(path)
    for log in logs:
        _require(store.raw(log.session) == log.data, f"{log.session} is not whole")
        _require(not verify_session(store, log.session).damages, f"{log.session} is damaged")
        _require(log.session not in peer.sessions, f"{log.session} is still on the unit")
