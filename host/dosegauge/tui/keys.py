"""Every key: one place for its id, what it does and its words, so that they can be translated.

Plain letters and function keys only: terminals and tmux keep many Ctrl combinations.
"""

from dataclasses import replace
from typing import NamedTuple

from textual.binding import ActiveBinding, Binding

from dosegauge.texts import Text, in_language


class Key(NamedTuple):
    """What the footer and its tooltip say."""

    label: Text
    tip: Text


KEYS = {
    "app.quit": Key(Text("退出", "Quit"), Text("退出程序", "Leave the program")),
    "app.help": Key(Text("帮助", "Help"), Text("显示全部按键", "Show all keys")),
    "app.language": Key(Text("English", "中文"), Text("Switch to English", "切换到中文")),
    "app.look": Key(Text("明暗", "Light/dark"), Text("浅色或深色", "Light or dark colours")),
    "app.palette": Key(Text("命令", "Menu"), Text("查找命令", "Search for a command")),
    "home.sync": Key(
        Text("同步", "Sync"),
        Text("从选中的装置取回新的测量", "Fetch new sessions from the chosen unit"),
    ),
    "home.live": Key(
        Text("屏幕", "Display"),
        Text("查看装置的屏幕；虚拟装置可直接操作", "See the unit's display; work a virtual unit"),
    ),
    "home.virtual": Key(
        Text("虚拟装置", "Virtual"),
        Text("启动一台虚拟装置", "Start a virtual unit"),
    ),
    "home.clock": Key(
        Text("校时", "Set clock"),
        Text("把选中装置的时钟设为本机时间", "Set the chosen unit's clock to this computer's"),
    ),
    "home.refresh": Key(
        Text("刷新", "Refresh"),
        Text("重新查找装置并读取数据库", "Look for units and read the store again"),
    ),
    "home.filter": Key(
        Text("筛选", "Filter"), Text("按文字筛选测量", "Narrow the sessions down by a text")
    ),
    "home.leave-filter": Key(
        Text("清除", "Clear"), Text("清除筛选，回到表格", "Clear the filter, back to the table")
    ),
    "home.open": Key(Text("打开", "Open"), Text("打开选中的测量", "Open the chosen session")),
    "table.next": Key(Text("下一页", "Next page"), Text("后 1000 行", "The next 1000 rows")),
    "table.previous": Key(
        Text("上一页", "Previous page"), Text("前 1000 行", "The 1000 rows before")
    ),
    "session.verify": Key(
        Text("核查", "Verify"),
        Text("从原始字节重新推导并核对", "Derive everything again from the raw bytes"),
    ),
    "session.tab": Key(
        Text("下一栏", "Next tab"),
        Text("结果、读数、事件、核查", "Result, readings, events, check"),
    ),
    "screen.back": Key(Text("返回", "Back"), Text("回到上一屏", "To the screen before")),
    "sync.cancel": Key(
        Text("取消", "Cancel"),
        Text("停止同步；已收到的数据会保留", "Stop; what has arrived is kept"),
    ),
    "sync.close": Key(Text("关闭", "Close"), Text("关闭", "Close")),
    "error.copy": Key(
        Text("复制", "Copy"), Text("把这一行复制到剪贴板", "Copy the line to the clipboard")
    ),
    "live.up": Key(Text("上", "Up"), Text("装置的“上”键", "The unit's key up")),
    "live.down": Key(Text("下", "Down"), Text("装置的“下”键", "The unit's key down")),
    "live.ok": Key(Text("OK", "OK"), Text("装置的 OK 键", "The unit's key OK")),
    "live.unit-back": Key(Text("BACK", "BACK"), Text("装置的 BACK 键", "The unit's key BACK")),
    "live.auto": Key(
        Text("自动操作员", "Automatic operator"),
        Text("自动完成全部三个项目，再按停止", "Runs all three plans; again to stop"),
    ),
    "live.hurry": Key(
        Text("快进", "Fast forward"),
        Text("装置测量和等待时跳过时间", "Skip the time in which the unit measures and waits"),
    ),
}


def bind(
    keys: str, action: str, name: str, *, show: bool = True, shown_as: str | None = None
) -> Binding:
    """A binding with the words of `KEYS`; English until a screen translates it."""
    key = KEYS[name]
    return Binding(
        keys, action, key.label.en, show=show, key_display=shown_as, tooltip=key.tip.en, id=name
    )


def translated(active: ActiveBinding, language: str) -> ActiveBinding:
    """An active binding in a language; those that aren't ours stay as they are."""
    key = KEYS.get(active.binding.id or "")
    if key is None:
        return active
    tip = in_language(key.tip, language)
    binding = replace(active.binding, description=in_language(key.label, language), tooltip=tip)
    return active._replace(binding=binding, tooltip=tip)
