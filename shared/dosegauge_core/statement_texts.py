"""Sentences in Chinese and English of stated results and of decisions on conformity.

`texts.render` looks here for what it doesn't have itself; the codes are those of `statement`,
`conformity` and `conformity_digits`.
"""

# How the sentence of a rule of conformity begins.
_JUDGED = (
    "{value} {unit}，U = {U} {unit} (k = {k})，要求 {limits} {unit}",
    "{value} {unit}, U = {U} {unit} (k = {k}), required {limits} {unit}",
)

SENTENCES = {
    # results with their uncertainty
    "form-k": ("y = {value}，U = {U} (k = {k})", "y = {value}, U = {U} (k = {k})"),
    "form-p": (
        "y = {value}，U{p} = {U}，k = {k}，ν_eff = {nu}",
        "y = {value}, U{p} = {U}, k = {k}, ν_eff = {nu}",
    ),
    "form-relative-k": ("y = {product}，k = {k}", "y = {product}, k = {k}"),
    "form-relative-p": (
        "y = {product}，p = {p} %，k = {k}，ν_eff = {nu}",
        "y = {product}, p = {p} %, k = {k}, ν_eff = {nu}",
    ),
    "result-k": (
        "{measurand}：{value}，扩展不确定度 U = {U}，包含因子 k = {k}",
        "{measurand}: {value}, expanded uncertainty U = {U}, coverage factor k = {k}",
    ),
    "result-p": (
        "{measurand}：{value}，扩展不确定度 U{p} = {U}，包含概率 p = {p} %，包含因子 k = {k}，"
        "有效自由度 ν_eff = {nu}",
        "{measurand}: {value}, expanded uncertainty U{p} = {U}, coverage probability p = {p} %, "
        "coverage factor k = {k}, effective degrees of freedom ν_eff = {nu}",
    ),
    "result-relative-k": (
        "{measurand}：{product}，相对扩展不确定度 U_rel = {U_rel} %，包含因子 k = {k}",
        "{measurand}: {product}, relative expanded uncertainty U_rel = {U_rel} %, coverage "
        "factor k = {k}",
    ),
    "result-relative-p": (
        "{measurand}：{product}，相对扩展不确定度 U_rel = {U_rel} %，包含概率 p = {p} %，"
        "包含因子 k = {k}，有效自由度 ν_eff = {nu}",
        "{measurand}: {product}, relative expanded uncertainty U_rel = {U_rel} %, coverage "
        "probability p = {p} %, coverage factor k = {k}, effective degrees of freedom "
        "ν_eff = {nu}",
    ),
    # rules of conformity
    "rule-simple": (
        _JUDGED[0] + "；简单接受 (JCGM 106, 8.2)：U 不大于 MPEV/3，判定时不计入",
        _JUDGED[1] + "; simple acceptance (JCGM 106, 8.2): U is at most MPEV/3 and not considered",
    ),
    "rule-simple-U-too-large": (
        _JUDGED[0] + "；简单接受 (JCGM 106, 8.2)，未计入 U；但 U 大于 MPEV/3，JJF 1094 不允许忽略",
        _JUDGED[1] + "; simple acceptance (JCGM 106, 8.2) without regard to U, which exceeds "
        "MPEV/3: JJF 1094 does not permit that",
    ),
    "rule-simple-no-mpev": (
        _JUDGED[0] + "；简单接受 (JCGM 106, 8.2)，未计入 U；单侧限值没有 MPEV，"
        "无法核对 JJF 1094 的三分之一条件",
        _JUDGED[1] + "; simple acceptance (JCGM 106, 8.2) without regard to U; a single limit "
        "has no MPEV to compare U with, as JJF 1094 asks",
    ),
    "rule-jjf1094-simple": (
        _JUDGED[0] + "；JJF 1094：U 不大于 MPEV/3，判定时不计入",
        _JUDGED[1] + "; JJF 1094: U is at most MPEV/3 and not considered",
    ),
    "rule-jjf1094": (
        _JUDGED[0] + "；JJF 1094：{acceptance} {unit} 为合格，超出限值 U 或更多为不合格，其间待定",
        _JUDGED[1] + "; JJF 1094: {acceptance} {unit} passes, U or more beyond a limit fails, "
        "undetermined in between",
    ),
    "rule-guard": (
        _JUDGED[0] + "；保护带 w = U (JCGM 106, 8.3; ILAC-G8)：{acceptance} {unit} 为符合，"
        "超出限值大于 w 为不符合，其间无法判定",
        _JUDGED[1] + "; guard band w = U (JCGM 106, 8.3; ILAC-G8): {acceptance} {unit} passes, "
        "more than w beyond a limit fails, inconclusive in between",
    ),
    "rule-guard-factor": (
        _JUDGED[0] + "；保护带 w = {factor} u = {w} {unit} (JCGM 106, 8.3)："
        "{acceptance} {unit} 为符合，超出限值大于 w 为不符合，其间无法判定",
        _JUDGED[1] + "; guard band w = {factor} u = {w} {unit} (JCGM 106, 8.3): {acceptance} "
        "{unit} passes, more than w beyond a limit fails, inconclusive in between",
    ),
    "rule-probability": (
        _JUDGED[0] + "；符合概率 {conformance} % (JCGM 106, 7)：不低于 {required} % 为符合，"
        "不符合的概率不低于 {required} % 为不符合，其间无法判定",
        _JUDGED[1] + "; conformance probability {conformance} % (JCGM 106, 7): {required} % or "
        "more passes, a probability of nonconformity of {required} % or more fails, "
        "inconclusive in between",
    ),
    "consumer-risk": (
        "判为符合而实际超出要求的概率 (消费者风险) 为 {risk} %",
        "Probability that the item, though passed, is not within its limits (consumer's risk): "
        "{risk} %",
    ),
    "producer-risk": (
        "判为不符合而实际符合要求的概率 (生产者风险) 为 {risk} %",
        "Probability that the item, though failed, is within its limits (producer's risk): "
        "{risk} %",
    ),
    "conformance": (
        "符合要求的概率为 {risk} %",
        "Probability that the item is within its limits: {risk} %",
    ),
    "no-acceptance": (
        "保护带宽于限值之间的一半：任何值都不能判为符合",
        "The guard band is wider than half the distance of the limits: no value can pass",
    ),
}
