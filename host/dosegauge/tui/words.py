"""What the screens say, in Chinese and English."""

from dosegauge.texts import Text

WORDS = {
    # titles and heads
    "units": Text("装置", "Units"),
    "sessions": Text("测量", "Sessions"),
    "store": Text("数据库", "Store"),
    "port": Text("串口", "port"),
    "unit": Text("装置", "unit"),
    "state": Text("状态", "state"),
    "firmware": Text("固件", "firmware"),
    "clock": Text("时钟", "clock"),
    "note": Text("备注", "note"),
    "id": Text("编号", "id"),
    "began": Text("开始时间", "began"),
    "procedure": Text("项目", "procedure"),
    "device": Text("被校设备", "device"),
    "result": Text("结果", "result"),
    "check": Text("核查", "check"),
    "quantity": Text("量", "quantity"),
    "value": Text("数值", "value"),
    "in-unit": Text("单位", "unit"),
    "step": Text("步骤", "step"),
    "repeat": Text("次", "no."),
    "mark": Text("有效性", "used"),
    "time": Text("时间", "time"),
    "raw": Text("原始数据", "raw"),
    "record": Text("记录", "record"),
    "what": Text("事件", "event"),
    "where": Text("位置", "where"),
    "details": Text("详情", "details"),
    "plan": Text("方案", "plan"),
    "document": Text("依据", "document"),
    "operator": Text("操作者", "operator"),
    "digest": Text("摘要", "digest"),
    # units
    "looking": Text("正在查找装置……", "Looking for units ..."),
    "starting-virtual": Text("正在启动虚拟装置……", "The virtual unit is starting ..."),
    "no-units": Text(
        "没有找到装置。请插好 USB 线，再按 r；没有装置时按 u 启动虚拟装置。",
        "No unit found. Plug one in and press r; without one, press u for a virtual unit.",
    ),
    "virtual-note": Text("虚拟装置，退出即清空", "virtual, emptied on exit"),
    "unprotected": Text("未受重新格式化保护", "not protected against reformat"),
    "clock-was-set": Text("时钟已设置", "The clock is set"),
    "clock-unset": Text("未设置", "not set"),
    "no-answer": Text("不可用", "not usable"),
    "unit-idle": Text("空闲", "idle"),
    "unit-measuring": Text("测量中", "measuring"),
    "unit-starting": Text("启动中", "starting"),
    "busy-sync": Text("同步中", "syncing"),
    # sessions
    "loading": Text("正在读取数据库……", "Reading the store ..."),
    "no-sessions": Text(
        "还没有测量。按 s 从装置取回；想先试试，按 l 打开装置屏幕。",
        "No sessions yet. Press s to fetch them from a unit; to try one out press l.",
    ),
    "no-match": Text(
        "没有符合“{filter}”的测量。按 Esc 清除筛选。",
        "No session fits “{filter}”. Esc clears the filter.",
    ),
    "filter": Text("筛选：编号、项目、设备、状态", "Filter: id, procedure, device, state"),
    "page": Text("第 {page}/{pages} 页，共 {count} 行", "page {page} of {pages}, {count} rows"),
    "count": Text("共 {count} 次", "{count} sessions"),
    "open": Text("未封存", "open"),
    "complete": Text("完成", "complete"),
    "cancelled": Text("已取消", "cancelled"),
    "interrupted": Text("中断", "interrupted"),
    "ok": Text("✓ 一致", "✓ holds"),
    "damaged": Text("✗ 已损坏", "✗ damaged"),
    "differs": Text("✗ 不一致", "✗ differs"),
    "unreadable": Text("✗ 不可读", "✗ unreadable"),
    "checking": Text("核查中", "checking"),
    "not-evaluated": Text("未评定", "not evaluated"),
    # a session
    "tab-result": Text("结果", "Result"),
    "tab-readings": Text("读数", "Readings"),
    "tab-events": Text("事件", "Events"),
    "tab-check": Text("核查", "Check"),
    "sealed": Text("已封存", "sealed"),
    "not-sealed": Text("未封存", "not sealed"),
    "reference": Text("仅供参考", "For reference"),
    "verdicts": Text("评定", "Verdicts"),
    "remarks": Text("说明", "Remarks"),
    "figures": Text("数值", "Figures"),
    "superseded": Text("× 已重测", "× repeated"),
    "used": Text("✓", "✓"),
    "typed": Text("手工输入 {by}", "typed {by}"),
    "no-readings": Text("没有读数。", "No readings."),
    "no-events": Text("没有事件。", "No events."),
    "why-not": Text("未评定：{reason}", "Not evaluated: {reason}"),
    "unfinished": Text(
        "测量未完成（{status}）：以下数值仅供查看，不作评定。",
        "Not a complete measurement ({status}): the figures are for looking at, without verdict.",
    ),
    "fault": Text(
        "记录在第 {offset} 字节处损坏：{reason}。不显示任何数值。按 v 定位全部损坏之处；"
        "原件仍在装置上时可重新同步。",
        "The log is damaged at byte {offset}: {reason}. No numbers are shown. Press v to find "
        "every damaged place; sync again if the unit still has the original.",
    ),
    "unread": Text("记录无法读取：{reason}", "The log can't be read: {reason}"),
    "differ-head": Text(
        "装置与本机的结果不一致，两者均不可采信，详见“核查”：",
        "Unit and bench disagree: neither is to be relied on. See Check:",
    ),
    "differ": Text(
        "不一致 {subject}：装置 {unit_says}；本机 {host_says}",
        "Differs: {subject}: unit {unit_says}; derived {host_says}",
    ),
    "damage": Text(
        "损坏：第 {begin} 至 {end} 字节，记录 {record}（{kind}）：{reason}",
        "Damaged: bytes {begin} to {end}, record {record} ({kind}): {reason}",
    ),
    "verify-hint": Text("按 v 从原始字节重新推导并核对。", "Press v to derive everything again."),
    "verifying": Text("正在核查……", "Verifying ..."),
    "verified": Text(
        "{size} 字节、{records} 条记录全部一致；摘要 {digest}",
        "All {size} bytes and {records} records hold; digest {digest}",
    ),
    "verify-failed": Text("核查未通过：", "The check failed:"),
    # sync
    "sync": Text("同步", "Sync"),
    "sync-waiting": Text("等待串口……", "Waiting for the port ..."),
    "sync-connecting": Text("正在连接 {port}", "Connecting to {port}"),
    "sync-session": Text("当前测量", "This session"),
    "sync-total": Text("全部", "Total"),
    "sync-unit": Text("装置 {unit}，{sessions} 次测量", "Unit {unit}, {sessions} sessions"),
    "sync-running": Text("Esc 取消；已收到的数据会保留", "Esc cancels; what has arrived is kept"),
    "sync-cancelling": Text("正在取消……", "Cancelling ..."),
    "sync-nothing": Text("没有新的测量。", "Nothing new."),
    "sync-done": Text(
        "完成：{sessions} 次测量，新增 {added} 字节。",
        "Done: {sessions} sessions, {added} new bytes.",
    ),
    "sync-cancelled": Text(
        "已取消：{sessions} 次测量完整，新增 {added} 字节；下次从断点继续。",
        "Cancelled: {sessions} sessions whole, {added} new bytes; the next sync goes on here.",
    ),
    "sync-broken": Text(
        "中断：{sessions} 次测量完整，新增 {added} 字节已保存；再次同步从断点继续。",
        "Broken off: {sessions} sessions whole, {added} new bytes kept; sync again to go on.",
    ),
    "sync-failed": Text("{count} 次测量未能取回：", "{count} sessions could not be fetched:"),
    "sync-nominal": Text(
        "首次校准：标称值 {value}（{session}）", "First calibration: nominal {value} ({session})"
    ),
    "sync-close": Text("按 Esc 或 Enter 关闭", "Esc or Enter closes"),
    "sync-bytes": Text("{received} / {size} 字节", "{received} of {size} bytes"),
    # the unit's display
    "live": Text("装置屏幕", "The unit's display"),
    "live-connecting": Text("正在连接……", "Connecting ..."),
    "live-at": Text("{unit}  {port}", "{unit}  {port}"),
    "live-watch": Text(
        "只能观看；请在装置上按键。", "For watching only: press the keys on the unit itself."
    ),
    "live-hand": Text(
        "↑ ↓ Enter 退格 即装置的四个键。按 Enter 读数前，虚拟实验室先完成该步骤所说的事。",
        "↑ ↓ Enter Backspace are the unit's keys. Before a reading the virtual laboratory does "
        "what the step says.",
    ),
    "live-lost": Text("没有连接，正在重试：{fault}", "No connection, trying again: {fault}"),
    "auto-running": Text(
        "自动操作员正在测量（{done}/{plans}）；按 a 停止。",
        "The automatic operator measures ({done} of {plans}); a stops it.",
    ),
    "auto-done": Text(
        "自动操作员已完成：{sessions}。按 Esc 返回，再按 s 同步。",
        "The automatic operator is done: {sessions}. Esc goes back, then s fetches them.",
    ),
    "auto-stopped": Text("自动操作员已停止。", "The automatic operator has stopped."),
    "hint-gauge": Text("测杆移到 {mm} mm", "The spindle is at {mm} mm"),
    "hint-settle": Text("射束稳定约需 {seconds} s", "The beam settles for {seconds} s"),
    "hint-entry": Text("仪表显示 {value}", "The instrument shows {value}"),
    "hurry-on": Text("快进：开", "Fast forward: on"),
    "hurry-off": Text("快进：关", "Fast forward: off"),
    # errors and help
    "error": Text("出错了", "Something went wrong"),
    "error-foot": Text(
        "c 复制，Esc 关闭；也可用鼠标选取", "c copies, Esc closes; or select with the mouse"
    ),
    "copied": Text("已复制", "Copied"),
    "no-unit-chosen": Text("没有可用的装置", "there is no unit to talk to"),
    "no-unit-todo": Text(
        "插好装置后按 r，或按 u 启动虚拟装置",
        "Plug one in and press r, or press u for a virtual unit",
    ),
    "help": Text("按键", "Keys"),
    "help-foot": Text(
        "鼠标点击底栏同样有效。结果旁的文字就是评定，颜色只是辅助。",
        "The footer can be clicked. Words state the verdict; colour only repeats it.",
    ),
    "search": Text("查找命令……", "Search for commands ..."),
    "quit-question": Text("退出", "Quit"),
    "too-small": Text("窗口太小，请放大", "Make the window larger"),
}


def word(key: str, language: str, **values: object) -> str:
    """A text in a language, its places filled."""
    text = WORDS[key]
    chosen = text.zh if language == "zh" else text.en
    return chosen.format(**values) if values else chosen
