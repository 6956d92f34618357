"""Copy, verify, try: the steps of an installation, each of which can be interrupted and repeated.

On the board a build lies in /app/NAME, where NAME is made of its files' content. What runs is
named by /app/current and stays untouched until the new build, named by /app/trial, has started
and answered (firmware/install/launcher.py).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from dosegauge.errors import CheckFailed, DosegaugeError, LinkError, WrongUse
from dosegauge.install.build import Build, architecture, compiled, launcher
from dosegauge.install.device import About, Board
from dosegauge.link.answers import UnitInfo
from dosegauge.link.client import Timing, UnitClient
from dosegauge.link.transport import Transport
from dosegauge.texts import Text

APP = "/app"
MAIN = "/main.py"
FOREIGN_MAIN = "/main-before-dosegauge.py"
LAUNCHER_MARK = b"# dosegauge launcher"
# littlefs copies a block before it gives one back, and sessions need room too.
SPARE_BYTES = 131072
STARTS_WITHIN_S = 60.0
LOOK_EVERY_S = 0.5
ASKING = Timing(answer_s=2.0, attempts=2)


@dataclass(frozen=True)
class Report:
    """What was there and what was done. `before` is None when no program answered, `foreign_main`
    where a main.py of somebody else's was kept."""

    port: str
    micropython: str
    before: UnitInfo | None
    after: UnitInfo
    build: str
    copied: int
    kept: int
    copied_bytes: int
    foreign_main: str | None


Tell = Callable[[Text], None]


def install(port: str, tell: Tell, *, answers_within_s: float = STARTS_WITHIN_S) -> Report:
    """Bring this program's firmware onto the board; see the module for what stays whole when.

    WrongUse: a session is being measured, or the board has the unit's own image. CheckFailed: the
    new build did not start, the earlier one runs on. LinkError: the board did not answer.
    """
    before = running(port)
    if before is not None and before.state == "measuring":
        raise WrongUse(
            Text("装置正在测量", "the unit is measuring"),
            port,
            Text("请先结束测量", "Finish the session first"),
        )
    with Board(port) as board:
        about = board.about()
        refuse_unfit(about, port)
        build = compiled(
            architecture(about.mpy, port),
            lambda path: tell(Text(f"编译 {path}", f"compiling {path}")),
        )
        copied = copy(board, build, about, tell)
        foreign_main = place_launcher(board)
        board.replace(f"{APP}/trial", build.name.encode())
        tell(Text("重新启动", "restarting"))
        board.reset()
    after = wait_for(port, build, answers_within_s)
    return Report(
        port,
        about.version,
        before,
        after,
        build.name,
        len(copied),
        len(build.files) - len(copied),
        sum(len(build.files[path]) for path in copied),
        foreign_main,
    )


def running(port: str) -> UnitInfo | None:
    """What the unit's program says of itself, None when none answers."""
    transport = Transport(port)
    try:
        with UnitClient(transport, ASKING) as client:
            return client.hello()
    except LinkError:
        return None


def refuse_unfit(about: About, port: str) -> None:
    """WrongUse for a board that needs no installation, or can't take one."""
    if about.frozen:
        raise WrongUse(
            Text(
                "装置使用自带固件映像，无需安装", "the unit has its own image: nothing to install"
            ),
            port,
            Text("更新请写入新的 .uf2（make firmware）", "Update it with a .uf2 (make firmware)"),
        )
    if about.implementation != "micropython":
        raise WrongUse(
            Text(f"这是 {about.implementation}", f"this is {about.implementation}"),
            port,
            Text("请先安装 MicroPython", "Put MicroPython on it first"),
        )


def copy(board: Board, build: Build, about: About, tell: Tell) -> list[str]:
    """Copy what the board does not hold yet and prove all of it; the paths that were copied."""
    folder = f"{APP}/{build.name}"
    wanted = {path: hashlib.sha256(data).hexdigest() for path, data in build.files.items()}
    there = board.hashes(folder)
    missing = [path for path in wanted if there.get(path) != wanted[path]]
    size = sum(len(build.files[path]) for path in missing)
    if size + SPARE_BYTES > about.free_bytes:
        raise DosegaugeError(
            Text(
                f"闪存只剩 {about.free_bytes} 字节，需要 {size + SPARE_BYTES}",
                f"its flash has {about.free_bytes} bytes left, {size + SPARE_BYTES} are needed",
            ),
            board.port,
            Text("请先同步并删除测量", "Sync and delete sessions first"),
        )
    done = 0
    for path in missing:
        tell(_percent(path, done, size))
        target = f"{folder}/{path}"
        board.make_folders(target)
        board.write(target, build.files[path])
        done += len(build.files[path])
    tell(Text("校验", "verifying"))
    found = board.hashes(folder)
    wrong = sorted(path for path in {*wanted, *found} if found.get(path) != wanted.get(path))
    if wrong:
        board.remove_folder(folder)
        raise CheckFailed(
            Text("复制的文件与原文件不符", "a copied file is not what was sent"),
            f"{folder}/{wrong[0]}",
            Text(
                "请再运行一次；反复出现说明闪存损坏", "Run it again; if it stays, the flash is bad"
            ),
        )
    return missing


def _percent(path: str, done: int, size: int) -> Text:
    percent = 100 * done // max(1, size)
    return Text(f"复制 {percent} %  {path}", f"copying {percent} %  {path}")


def place_launcher(board: Board) -> str | None:
    """Make main.py the launcher; where somebody else's main.py was kept, if there was one."""
    there, wanted = board.read(MAIN), launcher()
    if there == wanted[: len(there)] and len(there) == min(len(wanted), 4096):
        return None
    kept = None
    if there and not there.startswith(LAUNCHER_MARK):
        board.rename(MAIN, FOREIGN_MAIN)
        kept = FOREIGN_MAIN
    board.replace(MAIN, wanted)
    return kept


def wait_for(port: str, build: Build, within_s: float) -> UnitInfo:
    """The new build's answer after its start; CheckFailed when another one or none answers."""
    until_s = time.monotonic() + within_s
    answered: UnitInfo | None = None
    while time.monotonic() < until_s:
        time.sleep(LOOK_EVERY_S)
        try:
            answered = running(port)
        except WrongUse:
            continue  # the port is away while the board starts
        if answered is not None and answered.revision == build.revision:
            return answered
    if answered is None:
        raise CheckFailed(
            Text("新版本没有应答", "the new version does not answer"),
            port,
            Text(
                "请重新插拔：若此前已安装，装置会启动旧版本",
                "Unplug it and plug it in: the version before, if there was one, starts",
            ),
        )
    raise CheckFailed(
        Text("新版本没有启动，旧版本仍在运行", "the new version did not start, the old one runs"),
        port,
        Text("请报告此问题", "Please report this"),
    )
