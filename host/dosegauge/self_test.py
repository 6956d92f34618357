"""A unit's self-test in words: the names and states that firmware/unit/self_test.py uses."""

from collections.abc import Sequence

from dosegauge.texts import Text, in_language

OK, WARNING, FAILED, ABSENT = "ok", "warning", "failed", "absent"

CHECKS = {
    "memory": Text("内存", "memory"),
    "flash": Text("存储", "flash"),
    "protection": Text("防重新格式化", "protected against reformat"),
    "clock": Text("时钟", "clock"),
    "counter": Text("脉冲计数器", "pulse counter"),
    "air": Text("气象传感器", "air sensor"),
    "port-A": Text("端口 A", "port A"),
    "port-B": Text("端口 B", "port B"),
    "spc": Text("Digimatic 端口", "Digimatic port"),
    "scale": Text("光栅尺", "scale"),
    "supply": Text("电源", "supply"),
    "start": Text("上次启动", "last start"),
}
STATES = {
    OK: Text("正常", "ok"),
    WARNING: Text("注意", "note"),
    FAILED: Text("故障", "FAILED"),
    ABSENT: Text("未装", "not fitted"),
}


def row_of(check: str, state: str, figure: str, language: str) -> list[str]:
    """One check as cells: what, state, figure."""
    name, said = CHECKS.get(check), STATES.get(state)
    return [
        in_language(name, language) if name else check,
        in_language(said, language) if said else state,
        figure,
    ]


def summary(checks: Sequence[object], language: str) -> str:
    """What a log's event of it says: the checks that a person must know of, or that all is well.

    What is no triple of texts is passed over: it comes from a log.
    """
    told = []
    for check in checks:
        if not isinstance(check, list) or len(check) != 3:
            continue
        name, state, figure = (str(part) for part in check)
        if state in (WARNING, FAILED):
            told.append(" ".join(row_of(name, state, figure, language)).rstrip())
    if told:
        return in_language(Text("；", "; "), language).join(told)
    return in_language(STATES[OK], language)
