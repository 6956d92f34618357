"""Labels and sentences in Chinese and English for every figure, verdict and remark.

`reporting.Figure.key`, `Verdict.subject`, `Verdict.code` and `Remark.code` are looked up here. A
sentence has places in braces that the verdict's or remark's `values` fill.
"""

LANGUAGES = ("zh", "en")

# Figure keys and verdict subjects. What follows a colon in a key names an exposure or a point.
_LABELS = {
    # hole depth
    "t": ("孔深 t", "Hole depth t"),
    "U": ("扩展不确定度 U", "Expanded uncertainty U"),
    "k": ("包含因子 k", "Coverage factor k"),
    "u_c": ("合成标准不确定度 u_c", "Combined standard uncertainty u_c"),
    "nu_eff": ("有效自由度 ν_eff", "Effective degrees of freedom"),
    "k95": ("k95 (p = 95 %)", "k95 (p = 95 %)"),
    "U95": ("U95 (p = 95 %)", "U95 (p = 95 %)"),
    "t1": ("孔外均值 t1", "Mean around the hole t1"),
    "t2": ("孔内均值 t2", "Mean inside t2"),
    "R1": ("t1 极差", "Range of t1"),
    "R2": ("t2 极差", "Range of t2"),
    "s1": ("t1 的 s (极差法)", "s of t1 (range method)"),
    "s2": ("t2 的 s (极差法)", "s of t2 (range method)"),
    "s_bessel1": ("t1 的 s (贝塞尔，核对)", "s of t1 (Bessel, cross-check)"),
    "s_bessel2": ("t2 的 s (贝塞尔，核对)", "s of t2 (Bessel, cross-check)"),
    "u1_t1": ("u1(t1) 重复性", "u1(t1) repeatability"),
    "u1_t2": ("u1(t2) 重复性", "u1(t2) repeatability"),
    "u_t1": ("u(t1)", "u(t1)"),
    "u_t2": ("u(t2)", "u(t2)"),
    "u3": ("u3 高度计最大允许误差", "u3 the gauge's MPE"),
    "u_c_correlated": ("u_c (高度计误差完全相关)", "u_c (gauge error fully correlated)"),
    "u_c_bessel": ("u_c (贝塞尔，核对)", "u_c (Bessel, cross-check)"),
    # air kerma rate
    "mean": ("空气比释动能率均值", "Mean air kerma rate"),
    "s_r": ("重复性 s_r", "Repeatability s_r"),
    "s_r_upper": ("σ 的 95 % 单侧上限", "One-sided 95 % upper bound of sigma"),
    "sigma": ("数据所示 σ", "What the data show of sigma"),
    "s": ("单次测量标准偏差 s", "Standard deviation s of one exposure"),
    "u_a": ("均值的 A 类标准不确定度", "Type A uncertainty of the mean"),
    "nu_a": ("A 类自由度", "Degrees of freedom (type A)"),
    "n": ("曝光次数 n", "Exposures n"),
    "u_rel_s": ("s 的相对标准不确定度", "Relative uncertainty of s"),
    "k_TP": ("空气密度修正 k_TP", "Air density correction k_TP"),
    "M0": ("本底 M0", "Background M0"),
    "N_K": ("校准因子 N_K", "Calibration factor N_K"),
    "k_Q": ("辐射质修正 k_Q", "Beam quality correction k_Q"),
    "k_d": ("距离修正 k_d", "Distance correction k_d"),
    "k_v": ("体积修正 k_v (仅供参考)", "Volume correction k_v (information)"),
    "mean_to_nominal": ("均值与标称值之比", "Mean relative to nominal"),
    "K": ("空气比释动能率", "Air kerma rate"),
    # leakage
    "cabinet": ("整机漏射线", "Leakage of the cabinet"),
    "point": ("测点", "Point"),
    "points": ("测点数", "Points"),
    "max_point": ("最大值测点", "Largest point"),
    "H_max": ("最大漏射线", "Largest leakage"),
    "U_max": ("最大漏射线的 U", "U of the largest"),
    "background": ("本底计数率", "Background count rate"),
    "background_rate": ("本底剂量率指示", "Background as a dose rate"),
    "H": ("净空气比释动能率", "Net air kerma rate"),
    "u": ("标准不确定度 u", "Standard uncertainty u"),
    "y*": ("判断阈 y*", "Decision threshold y*"),
    "y*_normal": (
        "y* (ISO 11929 正态近似，仅供参考)",
        "y* (ISO 11929 normal approximation, for information)",
    ),
    "y#": ("探测限 y#", "Detection limit y#"),
    "counts": ("计数", "Counts"),
    "time": ("时间", "Time"),
    "gross": ("总计数率 (死时间修正后)", "Gross rate (dead time corrected)"),
    "lower_gross": ("总计数率 95 % 下限", "95 % lower limit of the gross rate"),
    "upper_gross": ("总计数率 95 % 上限", "95 % upper limit of the gross rate"),
    "net": ("净计数率", "Net count rate"),
    "least_count": ("显著的最小计数", "Least significant count"),
    "best": ("最佳估计值", "Best estimate"),
    "u_best": ("最佳估计值的 u", "u of the best estimate"),
    "lower": ("95 % 区间下限", "95 % interval, lower"),
    "upper": ("95 % 区间上限", "95 % interval, upper"),
}

_OUTCOMES = {
    "pass": ("符合", "pass"),
    "fail": ("不符合", "fail"),
    "inconclusive": ("无法判定", "inconclusive"),
    "not evaluated": ("未评定", "not evaluated"),
}

_REFERENCE_ONLY = ("仅供参考", "for reference")

_SENTENCES = {
    # hole depth: verdicts
    "depth-limit": (
        "孔深 {value} {unit}，{band} = {U} {U_unit} (k = {k})，要求不大于 {limit} {unit}",
        "Depth {value} {unit}, {band} = {U} {U_unit} (k = {k}), required at most {limit} {unit}",
    ),
    "depth-not-positive": (
        "孔深 {value} {unit} 不大于零，不作评定",
        "Depth {value} {unit} is not greater than 0: not evaluated",
    ),
    # hole depth: remarks
    "sign-reversed": (
        "孔深为负：符号约定相反，请检查高度计方向和孔内外读数的次序",
        "The depth is negative: sign convention reversed. Check the gauge's direction and the "
        "order of outside and inside readings",
    ),
    "k2-below-95": (
        "有效自由度 {nu} 小于 10：k = 2 的包含概率不足 95 %，95 % 时 k = {k95}，判定采用 U95",
        "With {nu} effective degrees of freedom k = 2 covers less than 95 %; 95 % needs k = {k95}"
        ", "
        "and the verdict uses U95",
    ),
    "mpe": (
        "采用所用高度计的最大允许误差 ±{mpe} µm",
        "The MPE of the gauge used is ±{mpe} µm",
    ),
    "mpe-below": (
        "采用所用高度计的最大允许误差 ±{mpe} µm，而征求意见稿 6.2 为 ±{required} µm",
        "The MPE of the gauge used is ±{mpe} µm; the draft's 6.2 states ±{required} µm",
    ),
    "mpe-above": (
        "所用高度计的最大允许误差 ±{mpe} µm 超过征求意见稿 6.2 要求的 ±{required} µm",
        "The MPE of the gauge used, ±{mpe} µm, exceeds the ±{required} µm of the draft's 6.2",
    ),
    "range-table": (
        "{heights} 用极差法：n = {n} 时 C = {C}，ν = {nu} (C(3) = {table} 的系数表)",
        "{heights} by the range method: C = {C}, nu = {nu} for n = {n} "
        "(table with C(3) = {table})",
    ),
    "uncorrelated": (
        "t1 与 t2 的高度计误差按不相关处理(偏保守)；若完全相关则抵消，u_c = {correlated} µm",
        "The gauge's errors in t1 and t2 are taken as uncorrelated (the cautious choice); fully "
        "correlated they cancel and u_c = {correlated} µm",
    ),
    "resolution-kept": (
        "{height}：分辨力引入的分量大于重复性，取分辨力分量",
        "{height}: the resolution's component exceeds the repeatability's and is kept instead",
    ),
    "zero-offset": (
        "调零后读数为 {zero} mm；在 t = t1 - t2 中抵消",
        "The reading after zeroing is {zero} mm; it cancels in t = t1 - t2",
    ),
    "steps-repeated": (
        "步骤重测共 {count} 次，各步以最后一次为准，先前读数保留在记录中",
        "Steps were repeated {count} time(s) in all; the last readings count, the earlier ones "
        "stay in the log",
    ),
    "opposite-pairs": (
        "孔外读数的分散还含有表面形状和倾斜：0°/180° 均值 {pair1} µm，90°/270° 均值 "
        "{pair2} µm，"
        "相差 {difference} µm；0°→180° 高差 {slope1} µm，90°→270° 高差 {slope2} µm",
        "The spread around the hole also holds form and tilt: means of opposite pairs 0/180 "
        "{pair1} µm and 90/270 {pair2} µm differ by {difference} µm; heights change by "
        "{slope1} µm "
        "from 0 to 180 and by {slope2} µm from 90 to 270 degrees",
    ),
    "draft-rounding": (
        "{step}：按征求意见稿附录 D 逐步修约得 {draft} {unit}，不修约中间结果得 "
        "{unrounded} {unit}；"
        "差异来自对中间结果的修约",
        "{step}: Annex D's way gives {draft} {unit}, the unrounded calculation "
        "{unrounded} {unit}; "
        "the difference comes from rounding intermediate results",
    ),
    # air kerma rate: verdicts
    "s-r-limit": (
        "s_r = {value} {unit} (n = {n})，要求不大于 {limit} {unit}",
        "s_r = {value} {unit} (n = {n}), required at most {limit} {unit}",
    ),
    "sigma-shown": (
        "数据以 95 % 置信(单侧)表明 σ ≤ {limit} % (n = {n} 时 s ≤ {shown_up_to} %)",
        "sigma <= {limit} % shown with 95 % confidence, one-sided (s <= {shown_up_to} "
        "% at n = {n})",
    ),
    "sigma-exceeds": (
        "数据以 95 % 置信(单侧)表明 σ 超过 {limit} % (n = {n} 时 s > {exceeds_above} %)",
        "sigma exceeds {limit} % with 95 % confidence, one-sided (s > {exceeds_above} "
        "% at n = {n})",
    ),
    "sigma-not-shown": (
        "数据未能表明 σ ≤ {limit} %：n = {n} 时需 s ≤ {shown_up_to} %，s > "
        "{exceeds_above} % 才表明超过",
        "sigma <= {limit} % is not shown: that needs s <= {shown_up_to} % at n = {n}; above "
        "{exceeds_above} % it is exceeded",
    ),
    "nominal-limit": (
        "{value} {unit}，要求不低于标称值 {nominal} {unit} 的 {fraction_pct} % (未计入不确定度)",
        "{value} {unit}, required at least {fraction_pct} % of the nominal {nominal} {unit} "
        "(uncertainty not considered)",
    ),
    "nominal-first": (
        "标称值未知，不作评定；若为首次校准，本次值 {value} {unit} 作为标称值",
        "No nominal is known: not evaluated. If this is the first calibration, this value, "
        "{value} {unit}, becomes the nominal",
    ),
    "background-too-high": (
        "本底 M0 为平均示值的 {pct} %，超过 {limit} %：测本底时射线未关？"
        "均值和 s_r 不可信，不作评定",
        "The background M0 is {pct} % of the mean indication, more than {limit} %: was the beam "
        "on? Mean and s_r can't be trusted, no verdict",
    ),
    # air kerma rate: remarks
    "k-q-one": (
        "k_Q = 1：未作辐射质修正",
        "k_Q = 1: no beam quality correction is applied",
    ),
    "exposures-count": (
        "曝光 {n} 次，征求意见稿 7.1 要求 {asked} 次",
        "{n} exposures; the draft's 7.1 asks for {asked}",
    ),
    "dose-over-time": (
        "由剂量除以剂量计自身计时得出，计时步长 0.5 s，未计入不确定度",
        "Rates are doses over the dosimeter's own time, which it counts in steps of 0.5 s; this "
        "is not in the uncertainty",
    ),
    "budget-lacks": (
        "不确定度评定不完整，方案缺少 {names}；此处仅给出 A 类分量",
        "Uncertainty budget incomplete, the plan lacks {names}; only type A is given here",
    ),
    "budget-incomplete": (
        "不确定度评定不完整：校准因子、能量响应、距离、温度和气压、仪器稳定性尚未计入；"
        "此处仅给出 A 类分量",
        "Uncertainty budget incomplete: calibration factor, energy response, distance, "
        "temperature "
        "and pressure and the instrument's stability are not yet included; only type A is given",
    ),
    "k-tp-vented": (
        "通气电离室，k_TP 由 {t} ℃、{p} kPa 计算，参考 {t0} ℃、{p0} kPa",
        "Vented chamber: k_TP from {t} C and {p} kPa, reference {t0} C and {p0} kPa",
    ),
    "k-tp-sealed": (
        "密封或半导体探测器，k_TP = 1",
        "Sealed or semiconductor detector: k_TP = 1",
    ),
    "k-tp-instrument": (
        "剂量计自身已作空气密度修正，k_TP = 1",
        "The dosimeter corrects for air density itself: k_TP = 1",
    ),
    "no-background": (
        "未测本底，读数未扣除本底",
        "No background was measured and none is subtracted",
    ),
    "distance-corrected": (
        "距离 {d} mm，按平方反比修正到 100 mm",
        "Measured at {d} mm, corrected to 100 mm by the inverse square",
    ),
    "k-v-information": (
        "体积修正 k_v = {k_v} 仅供参考，未作修正",
        "Volume correction k_v = {k_v} is information and was not applied",
    ),
    "temperature-outside": (
        "温度 {value} ℃ 超出规定的 {limits} ℃",
        "Temperature {value} C is outside {limits} C",
    ),
    "humidity-outside": (
        "相对湿度 {value} % 超出规定的 {limits} %",
        "Relative humidity {value} % is outside {limits} %",
    ),
    "pressure-outside": (
        "气压 {value} kPa 超出规定的 {limits} kPa",
        "Pressure {value} kPa is outside {limits} kPa",
    ),
    "temperature-not-recorded": ("未记录温度", "The temperature was not recorded"),
    "humidity-not-recorded": ("未记录相对湿度", "The relative humidity was not recorded"),
    "pressure-not-recorded": ("未记录气压", "The pressure was not recorded"),
    # leakage: verdicts
    "leakage-limit": (
        "{value} {unit}，U = {U} {unit} (k = {k})，限值 {limit} {unit}",
        "{value} {unit}, U = {U} {unit} (k = {k}), limit {limit} {unit}",
    ),
    "leakage-limit-low-counts": (
        "{value} {unit}，95 % 区间 {lower} ~ {upper} {unit} (Garwood)，限值 {limit} {unit}",
        "{value} {unit}, 95 % interval {lower} to {upper} {unit} (Garwood), limit {limit} {unit}",
    ),
    "not-detected": (
        "未检出（探测限 y# = {y_sharp} {unit}），上限 {upper} {unit}，限值 {limit} {unit}",
        "Not detected; detection limit y# = {y_sharp} {unit}, upper bound {upper} {unit}, "
        "limit {limit} {unit}",
    ),
    "not-detected-unbounded": (
        "未检出，但校准因子不确定度过大，探测限不存在；限值 {limit} {unit}",
        "Not detected, but the factor is too uncertain for a detection limit; "
        "limit {limit} {unit}",
    ),
    "drift": (
        "前后本底不一致 ({before}/{before_s} s，{after}/{after_s} s)，不作评定；"
        "测得 {value} {unit}，限值 {limit} {unit}",
        "The background differs before and after ({before} in {before_s} s, {after} in "
        "{after_s} s): not evaluated; {value} {unit} measured, limit {limit} {unit}",
    ),
    "drift-inconclusive": (
        "{value} {unit} 超过限值 {limit} {unit}，但前后本底不一致，以较大的本底计则不能判定",
        "{value} {unit} is above the limit {limit} {unit}, but the background differs before "
        "and after and against the larger one it can't be told",
    ),
    "far-below": (
        "计数远低于本底，不作评定，请检查探头",
        "The counts lie far below the background: not evaluated. Check the probe",
    ),
    "indication-only": (
        "探头未经校准，仅为指示值，不作评定",
        "The probe is not calibrated: an indication, no verdict",
    ),
    "other-quantity": (
        "读数单位 {unit} 与限值的 µGy/h 不是同一量，不作比较",
        "The reading is in {unit}, the limit in uGy/h: different quantities, not compared",
    ),
    "fault-too-few-pulses": (
        "{time} s 内仅 {count} 个脉冲，偶然如此的概率小于 1/1000：探头故障或被饱和，请检查探头",
        "Only {count} pulses in {time} s, less than 1 in 1000 likely by chance: the probe is "
        "faulty or paralysed. Check it",
    ),
    "fault-overload": (
        "计数率过高，死时间超过 30 %，无法修正",
        "Count rate too high: dead for more than 30 % of the time, no correction possible",
    ),
    "fault-background-too-few-pulses": (
        "本底脉冲过少，各测点不作评定",
        "The background has too few pulses: the points are not evaluated",
    ),
    "fault-background-overload": (
        "本底计数率过高，各测点不作评定",
        "The background rate is too high: the points are not evaluated",
    ),
    "overload-above-limit": (
        "计数率过高，无法修正死时间；未修正已达 {value} {unit}，U = {U} {unit} (k = {k})，"
        "限值 {limit} {unit}",
        "Count rate too high for a dead time correction; without it {value} {unit}, "
        "U = {U} {unit} (k = {k}), limit {limit} {unit}",
    ),
    "cabinet-limit": (
        "测点 {point}：{value} {unit}，U = {U} {unit} (k = {k})，限值 {limit} {unit}",
        "Point {point}: {value} {unit}, U = {U} {unit} (k = {k}), limit {limit} {unit}",
    ),
    "cabinet-limit-low-counts": (
        "测点 {point}：{value} {unit}，95 % 区间 {lower} ~ {upper} {unit} (Garwood)，"
        "限值 {limit} {unit}",
        "Point {point}: {value} {unit}, 95 % interval {lower} to {upper} {unit} (Garwood), "
        "limit {limit} {unit}",
    ),
    "cabinet-overload-above-limit": (
        "测点 {point} 计数率过高，无法修正死时间；未修正已达 {value} {unit}，"
        "U = {U} {unit} (k = {k})，限值 {limit} {unit}",
        "Point {point}: count rate too high for a dead time correction; without it {value} "
        "{unit}, U = {U} {unit} (k = {k}), limit {limit} {unit}",
    ),
    "cabinet-not-detected": (
        "{m} 个测点均未检出（探测限 y# = {y_sharp} {unit}），限值 {limit} {unit} (每点取 α/{m})",
        "Not detected at any of {m} points; detection limit y# = {y_sharp} {unit}, limit {limit} "
        "{unit} (alpha/{m} at each point)",
    ),
    "cabinet-not-detected-unbounded": (
        "{m} 个测点均未检出，但探测限不存在；限值 {limit} {unit}",
        "Not detected at any of {m} points, but there is no detection limit; limit {limit} {unit}",
    ),
    "cabinet-point-not-detected": (
        "最大测点 {point} 未检出（探测限 y# = {y_sharp} {unit}），限值 {limit} {unit}",
        "The largest point {point} is not detected; detection limit y# = {y_sharp} {unit}, "
        "limit {limit} {unit}",
    ),
    "cabinet-point-not-detected-unbounded": (
        "最大测点 {point} 未检出，但探测限不存在；限值 {limit} {unit}",
        "The largest point {point} is not detected, but there is no detection limit; "
        "limit {limit} {unit}",
    ),
    "cabinet-held-back": (
        "最大测点 {point} 为 {value} {unit}，但测点 {other} 本身不能判为符合",
        "The largest point {point} has {value} {unit}, but point {other} is not a pass by itself",
    ),
    "cabinet-drift": (
        "前后本底不一致 ({before}/{before_s} s，{after}/{after_s} s)，整机不作评定",
        "The background differs before and after ({before} in {before_s} s, {after} in "
        "{after_s} s): the cabinet is not evaluated",
    ),
    "cabinet-drift-inconclusive": (
        "测点 {point}：{value} {unit} 超过限值 {limit} {unit}，但前后本底不一致，"
        "以较大的本底计则不能判定",
        "Point {point}: {value} {unit} is above the limit {limit} {unit}, but the background "
        "differs before and after and against the larger one it can't be told",
    ),
    "cabinet-far-below": (
        "测点 {point} 计数远低于本底，整机不作评定",
        "Point {point} lies far below the background: the cabinet is not evaluated",
    ),
    "cabinet-fault-too-few-pulses": (
        "测点 {point} 脉冲过少 ({time} s 内 {count} 个)，整机不作评定",
        "Point {point} has too few pulses ({count} in {time} s): the cabinet is not evaluated",
    ),
    "cabinet-fault-overload": (
        "测点 {point} 计数率过高，整机不作评定",
        "Point {point} had too high a count rate: the cabinet is not evaluated",
    ),
    "cabinet-fault-background-too-few-pulses": (
        "本底脉冲过少，整机不作评定",
        "The background has too few pulses: the cabinet is not evaluated",
    ),
    "cabinet-fault-background-overload": (
        "本底计数率过高，整机不作评定",
        "The background rate is too high: the cabinet is not evaluated",
    ),
    # leakage: remarks
    "own-survey-method": (
        "测量方法为本程序自定：征求意见稿所引 JJF 1596-2016 的 7.5 未取得；"
        "计数探头不是其 6.2.2 所要求的防护水平剂量仪",
        "The survey's method is this program's own: the draft refers to JJF 1596-2016, 7.5, whose "
        "text was not available, and a counting probe is not the survey meter of its 6.2.2",
    ),
    "background-too-few-pulses": (
        "本底脉冲过少 (前 {before}/{before_s} s，后 {after}/{after_s} s)：探头故障，"
        "或需延长本底测量时间",
        "The background has too few pulses ({before} in {before_s} s, {after} in {after_s} s): "
        "the probe is faulty or must count longer",
    ),
    "background-overload": (
        "本底计数率过高，死时间超过 30 %",
        "The background rate is too high: dead for more than 30 % of the time",
    ),
    "background-drifts": (
        "前后本底之差超出偶然范围(99 %)：前 {before}/{before_s} s，后 {after}/{after_s} s；"
        "U 未包含此变化",
        "Background before and after differ by more than chance (99 %): {before} in "
        "{before_s} s, "
        "{after} in {after_s} s; U does not include that",
    ),
    "probe-not-calibrated": (
        "探头无有效校准，数值仅为指示",
        "The probe has no valid calibration: its values are indications",
    ),
    "no-dead-time": ("未作死时间修正", "No dead time correction was made"),
    "low-counts": (
        "总计数与本底计数之和少于 100，由精确二项检验和 Garwood 区间判定，"
        "y* (括号内) 为 ISO 11929 正态近似，仅供参考：{points}",
        "Fewer than 100 counts (gross plus background): the exact binomial test and Garwood's "
        "limits decide, y* (in brackets) is ISO 11929's normal approximation, for information: "
        "{points}",
    ),
    "no-uncertainty": (
        "没有计数，不给出 U：{points}",
        "No counts, so no U is given: {points}",
    ),
    "no-detection-limit": (
        "校准因子不确定度过大，探测限不存在：{points}",
        "The factor's uncertainty is too large for a detection limit: {points}",
    ),
    "far-below-background": (
        "计数远低于本底，请检查探头：{points}",
        "Counts lie far below the background, check the probe: {points}",
    ),
    "too-few-pulses": ("脉冲过少的测点：{points}", "Points with too few pulses: {points}"),
    "overload": ("计数率过高的测点：{points}", "Points with too high a count rate: {points}"),
}


def _pick(pair: "tuple[str, str]", lang: "str") -> "str":
    if lang not in LANGUAGES:
        raise ValueError("no language {!r}; there are {}".format(lang, ", ".join(LANGUAGES)))
    return pair[LANGUAGES.index(lang)]


def label(key: "str", lang: "str", names: "dict[str, str] | None" = None) -> "str":
    """The name of a figure or a verdict's subject; KeyError for a key that nobody prints.

    In "U:door" the part after the colon is a point or exposure; `names` gives its name in the
    plan, else the id itself is shown.
    """
    quantity, colon, of = key.partition(":")
    text = _pick(_LABELS[quantity], lang)
    if not colon:
        return text
    name = of if names is None else names.get(of, of)
    return "{} {}".format(text, name)


def outcome(word: "str", lang: "str", reference_only: "bool" = False) -> "str":
    """A verdict's outcome in words; "for reference" when its document isn't for pass/fail."""
    text = _pick(_OUTCOMES[word], lang)
    if not reference_only:
        return text
    return "{}: {}".format(_pick(_REFERENCE_ONLY, lang), text)


# Places of a sentence that hold a survey point's id, or several with ", " between them.
POINT_PLACES = ("point", "points", "other")


def render(
    code: "str", values: "dict[str, str]", lang: "str", names: "dict[str, str] | None" = None
) -> "str":
    """The sentence of a verdict or remark; KeyError for an unknown code or a missing value.

    names says what the plan calls its steps; a point without one is named by its id.
    """
    values = dict(values)
    for place in POINT_PLACES:
        if names and place in values:
            values[place] = ", ".join(
                [names.get(point, point) for point in values[place].split(", ")]
            )
    if "step" in values:
        # A step of the calculation is named by its figure's key.
        values["step"] = label(values["step"], lang)
    return _pick(_sentence(code), lang).format(**values)


def _sentence(code: "str") -> "tuple[str, str]":
    if code in _SENTENCES:
        return _SENTENCES[code]
    # Loaded where they are said: they would take the unit several kB of its heap.
    from .statement_texts import SENTENCES

    return SENTENCES[code]
