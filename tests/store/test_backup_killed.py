"""A backup or a restore that is killed at any step leaves whole stores only."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dosegauge.backup import back_up, restore
from dosegauge.store import Store
from dosegauge.verification import verify_session
from tests.link.logs import depth_log
from tests.store.test_store import LOG, add, open_with_unit

OTHER = depth_log(number=2)
# What Python reports before it does it: each is a step at which the process may die.
STEPS = ("open", "os.link", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a forked process")


def died_at(step: int, act: Callable[[], object]) -> bool:
    """Acts in a process that kills itself at this step; False when it ended before."""
    child = os.fork()
    if not child:
        done = 0

        def count(name: str, _arguments: object) -> None:
            nonlocal done
            if name not in STEPS:
                return  # The kill itself is reported, too.
            done += 1
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)

        code = 1
        try:
            sys.addaudithook(count)
            act()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def require_whole(file: Path, sessions: int) -> None:
    store = Store.open(file)
    assert len(store.sessions()) == sessions
    assert not any(verify_session(store, row.id).damages for row in store.sessions())


def test_a_killed_backup_is_whole_or_not_there(tmp_path: Path) -> None:
    step, survived = 1, False
    while not survived:
        folder = tmp_path / str(step)
        source, target = folder / "store.sqlite", folder / "out" / "b"
        add(open_with_unit(source), LOG, 0, len(LOG.data))
        target.parent.mkdir()
        before = source.read_bytes()
        survived = not died_at(step, lambda: back_up(str(source), target))  # noqa: B023
        assert source.read_bytes() == before
        if target.exists():
            require_whole(target, 1)
        else:
            assert back_up(str(source), target).sessions == 1
        step += 1
    assert step > 10


def test_a_killed_restore_leaves_the_former_store_or_the_new_one(tmp_path: Path) -> None:
    step, survived = 1, False
    while not survived:
        folder = tmp_path / str(step)
        larger, target = folder / "larger.sqlite", folder / "store.sqlite"
        for store, logs in ((target, (LOG,)), (larger, (LOG, OTHER))):
            opened = open_with_unit(store)
            for log in logs:
                add(opened, log, 0, len(log.data))
        back_up(str(larger), folder / "b")
        before = target.read_bytes()
        survived = not died_at(step, lambda: restore(folder / "b", str(target)))  # noqa: B023
        kept = list(folder.glob("store.sqlite.before-restore-*"))
        if target.read_bytes() != before:
            require_whole(target, 2)
            assert [file.read_bytes() for file in kept] == [before]
        assert restore(folder / "b", str(target)).sessions == 2
        require_whole(target, 2)
        step += 1
    assert step > 10
