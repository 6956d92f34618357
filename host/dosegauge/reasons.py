"""Chinese for the reasons that the shared core, the store and the checks give in English.

The core words its reasons once, in English, because it also runs on the unit. Here are those that
a user meets inside a Chinese sentence; one that is not here stays English.
"""

import re

from dosegauge_core import records

_KINDS = {
    "open": "开始",
    "step": "步骤",
    "reading": "读数",
    "entry": "输入",
    "event": "事件",
    "result": "结果",
    "chain": "链",
    "seal": "封存",
    "preamble": "文件头",
    "batch": "批次",
    "piece": "存储块",
    "session": "测量",
    "unknown": "未知",
}

_PATTERNS = [
    (re.compile(english), chinese)
    for english, chinese in (
        # records
        (r"not a dosegauge session log: it does not begin with DGSL", "不是 dosegauge 测量记录"),
        (
            r"the log has format version (\d+), this program reads (\d+): update dosegauge",
            r"记录格式版本为 \1，本程序只支持 \2：请更新 dosegauge",
        ),
        (
            r"the log is sealed in a way this program doesn't know: update dosegauge",
            "记录的封存方式未知：请更新 dosegauge",
        ),
        (r"the log ends within a record", "记录在一条的中间结束"),
        (r"a record says it has (\d+) bytes", r"一条记录自称有 \1 字节"),
        (r"the record's CRC does not match its bytes", "CRC 与字节不符"),
        (r"a record after the seal", "封存之后还有记录"),
        (r"record (\d+) where (\d+) is due", r"应为第 \2 条，却是第 \1 条"),
        (r"a record of unknown type( \d+)?", r"未知类型的记录\1"),
        (r"the chain record does not match the records before it", "链记录与其前的记录不符"),
        (r"records without a chain record", "记录之后缺少链记录"),
        (r"a reading record of (\d+) bytes without a value", r"\1 字节的读数记录没有数值"),
        (r"the (\w+) record's JSON can't be read", r"\1 记录的 JSON 无法读取"),
        (r"the (\w+) record's JSON is no object", r"\1 记录的 JSON 不是对象"),
        # following a log, and what is stored of it
        (r"byte (\d+): (.+)", r"字节 \1：\2"),
        (r"the chain does not continue", "链不连续"),
        (r"the log ends here", "记录在此结束"),
        (r"the unit can't read its log", "装置无法读取该记录"),
        (r"the first record is no open record", "第一条不是开始记录"),
        (r"the log is that of (.+)", r"这是 \1 的记录"),
        (r"(\d+) < (\d+) bytes", r"\1 < \2 字节"),
        (r"digest", "摘要不同"),
        (r"sealed", "已封存的记录变长了"),
        (r"bytes are missing", "缺少字节"),
        (r"the SHA-256 noted on receipt does not match", "与接收时记下的 SHA-256 不符"),
        (r"the chain digest noted on receipt does not match", "与接收时记下的链摘要不符"),
        (r"(\d+) bytes were stored once, (\d+) are left", r"曾保存 \1 字节，现只剩 \2 字节"),
        (r"the session ended otherwise here once", "此处曾有不同的结尾"),
        (
            r"size or number of records noted on receipt do not match",
            "与接收时记下的大小或记录数不符",
        ),
        (r"the seal noted on receipt does not match", "与接收时记下的封存状态不符"),
        (
            r"the store has lost how far it once held this session",
            "数据库丢失了曾保存到何处的记载",
        ),
        (r"the store's list says otherwise than the log: (.+)", r"数据库的列表与记录不符：\1"),
        # budgets
        (
            r"one reading has no type A uncertainty; 2 or more are needed",
            "一个读数没有A类不确定度，至少需要2个",
        ),
        (r"there are no readings", "没有读数"),
        (
            r"n = (\d+) gives no type A uncertainty; 2 or more are needed",
            r"n = \1 没有A类不确定度",
        ),
        (r"the standard deviation s is negative", "标准偏差 s 为负"),
        (r"no method '(.*)'; there are (.+)", r"没有方法 \1；可用：\2"),
        (r"a pooled standard deviation needs groups of readings", "合并标准偏差需要各组读数"),
        (r"the formula has no input (.+); it has (.+)", r"公式中没有输入量 \1；有 \2"),
        (r"the input (.+) is missing", r"缺少输入量 \1"),
        (r"(.+) is given twice", r"\1 重复给出"),
        (r"(.+) has two components (.+)", r"\1 有两个分量 \2"),
        (r"the variance of the result is negative: .+", "结果的方差为负：相关系数不可能成立"),
        (r"the variance of (.+) is negative", r"\1 的方差为负"),
        (r"a correlation names (.+): there is none", r"相关性中的 \1 不存在"),
        (
            r"the correlation of (.+) is given twice or with itself",
            r"\1 的相关性重复给出或与自身相关",
        ),
        (r"the covariance of (.+) is larger than their variances allow", r"\1 的协方差过大"),
        (
            r"the correlation coefficient of (.+) is not within -1 and 1",
            r"\1 的相关系数不在 -1 与 1 之间",
        ),
        (r"the correlation coefficients of (.+) contradict one another", r"\1 的相关系数互相矛盾"),
        (r"no input has an uncertainty", "没有任何输入量带有不确定度"),
        (
            r"nu_eff is not known for these correlations: .+",
            "有效自由度未知：请指定 k 或用蒙特卡洛法",
        ),
        (r"(.+): the half-width is negative", r"\1：半宽为负"),
        (r"(.+): the standard uncertainty is negative", r"\1：标准不确定度为负"),
        (r"(.+): the expanded uncertainty is negative", r"\1：扩展不确定度为负"),
        (r"(.+): the degrees of freedom must be greater than 0", r"\1：自由度必须大于 0"),
        (r"(.+): the coverage factor k must be greater than 0", r"\1：包含因子 k 必须大于 0"),
        (
            r"(.+): the level of confidence must be between 0 and 1",
            r"\1：包含概率应在 0 与 1 之间",
        ),
        (r"(.+): no bounded distribution '(.*)'; there are (.+)", r"\1：没有分布 \2；可用：\3"),
        (r"(.+): (beta|d) is missing or negative", r"\1：\2 缺少或为负"),
        (r"(.+): beta of a trapezoid is more than 1", r"\1：梯形的 beta 大于 1"),
        (r"(.+): d is larger than the half-width", r"\1：d 大于半宽"),
        (
            r"(.+): the counter is dead for more than 0.3 of the time",
            r"\1：死时间超过0.3，无法修正",
        ),
        (r"the relative doubt of an uncertainty must be greater than 0", "doubt 必须大于 0"),
        (r"a division by zero in the formula", "公式中除以零"),
        (r"(\w+) of (zero|equal values) has no derivative: use Monte Carlo", r"\1 在此处不可导"),
        (r"the formula is empty", "公式为空"),
        (r"there is no unit '(.*)'.*", r"没有单位 \1"),
        (r"(.+) can't be converted to (.+)", r"\1 不能换算为 \2"),
        (r"the formula doesn't give (.+): .+", r"公式的结果不是 \1：输入量单位不符"),
        (r"(\S+) of quantities in different units in the formula", r"公式中 \1 的各量单位不同"),
        (r"(\w+) of a quantity with a unit in the formula", r"公式中 \1 的自变量带有单位"),
        # evaluating
        (r"the log has no plan", "记录中没有方案"),
        (r"the plan or a record lacks '(.+)'", r"方案或记录中缺少 \1"),
        (r"the setting (\w+) is no whole number", r"设置 \1 不是整数"),
        (r"record (\d+) is a reading of no step of the plan", r"第 \1 条读数不属于方案的任何步骤"),
        (r"no instrument '(.+)' is known", r"未知的仪器 \1"),
        (r"the unit's result is incomplete: part (\d+)", r"装置的结果不完整：第 \1 部分"),
        (r"a second reading of (.+)", r"\1 有第二个读数"),
        (r"(.+) is missing: enter it or give it in the plan", r"缺少 \1：请输入或写入方案"),
        (r"no reading of (.+)", r"缺少 \1 的读数"),
        (r"the counter ran backwards in (.+)", r"\1 中计数器倒退"),
        (r"the (.+) must be greater than 0", r"\1 必须大于 0"),
        (r"the (.+) can't be negative", r"\1 不能为负"),
        (
            r"the mean net air kerma rate is not greater than 0: was the beam on\?",
            "平均净空气比释动能率不大于 0：是否已出束？",
        ),
    )
]


def reason_in(reason: str, language: str) -> str:
    """A reason in a language: Chinese where it is known, else as it is."""
    if language != "zh":
        return reason
    for pattern, chinese in _PATTERNS:
        found = pattern.fullmatch(reason)
        if found is None:
            continue
        if pattern.pattern.startswith("byte "):
            return f"字节 {found[1]}：{reason_in(found[2], language)}"
        return _kinds_in_chinese(found.expand(chinese))
    return reason


def kind_in(kind: str, language: str) -> str:
    """The type of a record, or what else is damaged, in a language."""
    return _KINDS.get(kind, kind) if language == "zh" else kind


def _kinds_in_chinese(text: str) -> str:
    kind, space, rest = text.partition(" 记录")
    return f"{_KINDS[kind]}记录{rest}" if space and kind in records.TYPE_NAMES.values() else text
