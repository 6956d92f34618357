"""What the unit itself says, in Chinese and English. Plans bring their own texts."""

LANGUAGES = ("zh", "en")

WORDS = {
    "menu-title": ("选择项目", "Choose"),
    "menu-foot": ("OK开始 BACK语言", "OK go BACK lang"),
    "no-plans": ("没有检测计划", "no plans"),
    "do-gauge": ("放好测杆后按OK", "set the probe"),
    "do-zero": ("置零后按OK", "set zero"),
    "do-dosimeter": ("开束后按OK", "beam on, then OK"),
    "do-background": ("关束后按OK", "beam off, then OK"),
    "do-dwell": ("探头距表面5cm", "probe at 5 cm"),
    "ask-foot": ("OK读数 BACK返回", "OK read BACK"),
    "last": ("上次", "last"),
    "busy": ("测量中", "reading"),
    "stop-foot": ("BACK中止", "BACK stops"),
    "settle": ("等待稳定", "settling"),
    "saved": ("已保存", "saved"),
    "trouble-foot": ("OK重试 BACK返回", "OK retry BACK"),
    "leave": ("放弃本次测量?", "Cancel session?"),
    "leave-foot": ("OK放弃 BACK继续", "OK yes BACK no"),
    "number-foot": ("上下改 OK下一位", "up/dn OK next"),
    "result-foot": ("OK保存 上下翻页", "OK save up/dn"),
    "notes": ("另有{}条说明,见主机记录", "{} notes: see the record"),
    "sealed": ("已封存", "sealed"),
    "complete": ("完成", "complete"),
    "cancelled": ("已取消", "cancelled"),
    "computing": ("计算中", "computing"),
    "not-zero": ("未置零:请按仪器置零键", "not zero: press ZERO on the gauge"),
    "flash": ("存储失败,已存数据仍在", "flash failed; what was saved is kept"),
    "input": ("数据不完整或有误", "the readings can't be evaluated"),
    "clock-not-set": ("时钟未设置", "clock not set"),
    "rate": ("计数率", "rate"),
    "pass": ("合格", "pass"),
    "fail": ("不合格", "FAIL"),
    "inconclusive": ("待定", "inconclusive"),
    "not evaluated": ("未评定", "not evaluated"),
    "reference": ("仅供参考", "for reference"),
    # What instruments' faults mean to the operator, by driver code.
    "absent": ("仪器无应答:检查电缆", "no answer: check cable"),
    "truncated": ("应答不完整", "answer cut short"),
    "parity": ("应答校验错误", "parity error"),
    "format": ("应答格式错误", "odd answer"),
    "glued": ("应答重叠", "two answers at once"),
    "garbage": ("收到乱码:检查端口设置", "garbage: check port settings"),
    "decimals": ("小数位数不符", "wrong number of decimals"),
    "moving": ("两次读数不一致", "two readings differ"),
    "range": ("超出量程", "out of range"),
    "sensor": ("测头错误或过快", "sensor error or too fast"),
    "identity": ("端口上不是该仪器", "another instrument"),
    "unit": ("仪器单位不符", "wrong unit at meter"),
    "mode": ("仪器模式不符", "wrong mode at meter"),
    "overload": ("过载", "overload"),
    "E03": ("仪器菜单打开:请关闭", "menu open at meter: close it"),
    "E06": ("调零失败", "zeroing failed"),
}


def word(key: "str", lang: "str") -> "str":
    """A text of the unit; the key itself when there is none."""
    texts = WORDS.get(key)
    return key if texts is None else texts[LANGUAGES.index(lang)]
