"""What can go wrong between this computer and a unit."""

from dosegauge.errors import LinkError, WrongUse
from dosegauge.reasons import reason_in
from dosegauge.texts import Text


class PortAbsent(WrongUse):
    """There is no such port."""

    def __init__(self, port: str) -> None:
        super().__init__(
            Text("没有这个串口", "there is no such port"),
            port,
            Text(
                "请插好装置，用 dosegauge unit list 查看",
                "Plug the unit in; see dosegauge unit list",
            ),
        )


class PortInUse(WrongUse):
    """Another program holds the port."""

    def __init__(self, port: str) -> None:
        super().__init__(
            Text("串口正被其他程序占用", "the port is in use by another program"),
            port,
            Text("请关闭该程序后重试", "Close that program and try again"),
        )


class PortForbidden(WrongUse):
    """The user may not open the port."""

    def __init__(self, port: str) -> None:
        super().__init__(
            Text("没有打开串口的权限", "you have no permission to open the port"),
            port,
            Text(
                "请把用户加入 dialout 组后重新登录",
                "Add your user to the group dialout and log in again",
            ),
        )


class PortUnusable(WrongUse):
    """The port can't be opened for a reason the system words itself."""

    def __init__(self, port: str, reason: str) -> None:
        super().__init__(
            Text(f"打不开串口（{reason}）", f"the port can't be opened ({reason})"),
            port,
            Text("请检查串口名称", "Check the port's name"),
        )


class PortMisspelt(WrongUse):
    """What was given is no name of a port and no URL that makes sense."""

    def __init__(self, port: str) -> None:
        super().__init__(
            Text("串口名称写法不对", "this is no port's name"),
            port,
            Text(
                "应如 /dev/ttyACM0、COM5 或 socket://主机:端口",
                "Give one such as /dev/ttyACM0, COM5 or socket://HOST:PORT",
            ),
        )


class LinkLost(LinkError):
    """The port went away or takes no more data."""

    def __init__(self, port: str) -> None:
        super().__init__(
            Text("与装置的连接中断", "the connection to the unit was lost"),
            port,
            Text(
                "请重新插好后再次同步，已收到的数据已保存",
                "Plug it in and sync again; what has arrived is kept",
            ),
        )


class NoAnswer(LinkError):
    """No intact answer came in time."""

    def __init__(self, port: str) -> None:
        super().__init__(
            Text("装置没有应答", "the unit does not answer"),
            port,
            Text(
                "请确认该串口是 dosegauge 装置并已开机",
                "Make sure that this port is a dosegauge unit and that it is running",
            ),
        )


class BadAnswer(LinkError):
    """An intact answer that makes no sense: another version or a broken unit."""

    def __init__(self, port: str, reason: str) -> None:
        super().__init__(
            Text(
                f"装置的应答无法理解（{reason}）", f"the unit's answer makes no sense ({reason})"
            ),
            port,
            Text("请更新装置固件或 dosegauge", "Update the unit's firmware or dosegauge"),
        )


class NewerUnit(LinkError):
    """The unit speaks a newer protocol or writes newer logs than this program reads."""

    def __init__(self, port: str, what: str, theirs: int, ours: int) -> None:
        super().__init__(
            Text(
                f"装置的 {what} 版本为 {theirs}，本程序只支持到 {ours}",
                f"the unit has {what} version {theirs}, this program knows {ours}",
            ),
            port,
            Text("请更新 dosegauge", "Update dosegauge"),
        )


class UnitRefused(LinkError):
    """The unit answered with an error: `code` is one of those in docs/formats.md."""

    def __init__(self, port: str, code: str, say: str) -> None:
        if code == "busy":
            super().__init__(
                Text(
                    "装置正在测量，此时不能更改其存储",
                    "a measurement is running on the unit, so nothing on it can be changed now",
                ),
                port,
                Text("请在测量结束后重试", "Try again when it has ended"),
            )
        else:
            super().__init__(Text(f"装置拒绝：{say}", f"the unit refuses: {say}"), port)
        self.code = code


class ForeignSession(LinkError):
    """A session on the unit was recorded by another unit; it was not stored."""

    def __init__(self, session: str, recorder: str, present: str) -> None:
        super().__init__(
            Text(
                f"这次测量由装置 {recorder} 记录，而不是 {present}：它的存储器被移动过，未保存",
                f"this session was recorded by unit {recorder}, not by {present}: its flash was "
                "moved; nothing was stored",
            ),
            session,
            Text(
                f"请把该存储器装回 {recorder} 后同步",
                f"Put the flash back into {recorder} and sync that unit",
            ),
        )


class OtherUnit(LinkError):
    """Another unit answers on the port than before."""

    def __init__(self, port: str, before: str, now: str) -> None:
        super().__init__(
            Text(
                f"该串口上的装置由 {before} 变成了 {now}",
                f"the unit on this port changed from {before} to {now}",
            ),
            port,
            Text("请重新同步", "Sync again"),
        )


class NoUnit(WrongUse):
    """No unit is plugged in."""

    def __init__(self) -> None:
        super().__init__(
            Text("没有找到装置", "no unit found"),
            "",
            Text(
                "请插好装置，或用 --port 指定串口",
                "Plug a unit in, or name its port with --port",
            ),
        )


class SeveralUnits(WrongUse):
    """More than one unit is plugged in and none was chosen."""

    def __init__(self, ports: list[str]) -> None:
        super().__init__(
            Text("找到多台装置", "several units found"),
            ", ".join(ports),
            Text("请用 --port 选择一台", "Choose one with --port"),
        )


class LogDiverged(LinkError):
    """The unit's log no longer continues what is stored; nothing was overwritten."""

    def __init__(self, session: str, reason: str) -> None:
        super().__init__(
            Text(
                f"装置上的记录与已保存的数据不一致（{reason_in(reason, 'zh')}），"
                "已保存的数据未改动",
                f"the unit's log does not continue what is stored ({reason}), which was kept",
            ),
            session,
            Text(
                "请保留该装置并检查存储",
                "Keep the session on the unit and have its storage examined",
            ),
        )


class LogDamaged(LinkError):
    """The unit's own log is damaged from some byte on. `kept` is the file that holds all its
    bytes as they are, "" when there is none."""

    def __init__(self, session: str, reason: str, kept: str = "") -> None:
        super().__init__(
            Text(
                f"装置上的记录已损坏（{reason_in(reason, 'zh')}），损坏之前的数据已保存",
                f"the log on the unit is damaged ({reason}); what stands before is stored",
            ),
            session,
            Text(
                f"全部字节已存入 {kept}，用 dosegauge verify 检查该文件",
                f"All its bytes are in {kept}; run dosegauge verify on that file",
            )
            if kept
            else Text(
                "请勿删除装置上的该次记录",
                "Do not delete the session from the unit",
            ),
        )
        self.reason = reason
        self.kept = kept
