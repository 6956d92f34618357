"""What budgets, their quantities and components are called in Chinese and English."""

from dosegauge.texts import Text

TITLES = {
    "air-kerma-rate": Text("空气比释动能率", "air kerma rate"),
    "leakage": Text("漏射线（剂量率仪）", "leakage, dose rate meter"),
    "leakage-counts": Text("漏射线（计数）", "leakage, counts"),
    "line-width": Text("线条宽度相对偏差", "relative deviation of a line width"),
    "pitch": Text("线条中心距相对偏差", "relative deviation of a pitch"),
    "hole-diameter": Text("圆孔直径", "hole diameter"),
    "hole-depth": Text("圆孔深度", "hole depth"),
    "hole-distance": Text("圆孔中心距偏差", "deviation of a hole distance"),
    "grid-length": Text("栅格长度偏差", "deviation of a grid length"),
    "wedge-slope": Text("楔形板斜率相对偏差", "relative deviation of a wedge's slope"),
    "repeatability": Text("重复性", "repeatability"),
    "uniformity": Text("均匀性", "uniformity"),
    "mtf": Text("空间分辨力", "spatial resolution"),
    "low-contrast": Text("低对比度分辨力", "low contrast"),
    "planar-sensitivity": Text("系统平面灵敏度", "planar sensitivity"),
    "count-rate": Text("最大计数率", "largest count rate"),
    "fwhm": Text("空间分辨力（FWHM）", "resolution, FWHM"),
    "flood-uniformity": Text("固有均匀性", "intrinsic uniformity"),
    "linearity": Text("固有空间线性", "intrinsic linearity"),
    "formula": Text("文件中的公式", "the formula in the file"),
}

_WARMTH = {
    "alpha": Text("线膨胀系数", "expansion coefficient"),
    "dT": Text("温度偏差", "difference in temperature"),
}

# By budget: what each symbol of its formula is.
QUANTITIES = {
    "air-kerma-rate": {
        "M": Text("平均示值", "mean indication"),
        "M_0": Text("本底", "background"),
        "N_K": Text("校准因子", "calibration factor"),
        "k_Q": Text("辐射质修正因子", "quality factor"),
        "d": Text("距离", "distance"),
        "f": Text("焦点位置", "position of the focus"),
        "d_0": Text("参考距离", "reference distance"),
        "k_E": Text("能量响应修正", "energy response"),
        "k_s": Text("稳定性修正", "stability"),
        "k_f": Text("射野均匀性修正", "uniformity of the field"),
        "T_z": Text("0 °C的热力学温度", "0 °C in kelvin"),
        "T": Text("温度", "temperature"),
        "T_0": Text("参考温度", "reference temperature"),
        "P": Text("气压", "air pressure"),
        "P_0": Text("参考气压", "reference pressure"),
    },
    "leakage": {
        "g": Text("有射线示值", "indication, beam on"),
        "b": Text("本底示值", "indication, beam off"),
        "N": Text("校准因子", "calibration factor"),
        "k_TP": Text("空气密度修正", "air density"),
        "k_E": Text("能量响应修正", "energy response"),
        "k_a": Text("角响应修正", "angular response"),
        "k_d": Text("距离影响", "effect of the distance"),
    },
    "leakage-counts": {
        "w": Text("探头因子", "probe's factor"),
        "m_g": Text("总计数率", "gross count rate"),
        "m_0": Text("本底计数率", "background count rate"),
        "tau": Text("死时间", "dead time"),
    },
    "line-width": {
        "w": Text("线条宽度", "line width"),
        "w_n": Text("标称值", "nominal value"),
        **_WARMTH,
    },
    "pitch": {"w": Text("线条中心距", "pitch"), "w_n": Text("标称值", "nominal value"), **_WARMTH},
    "hole-diameter": {"d": Text("直径", "diameter"), **_WARMTH},
    "hole-depth": {
        "t_1": Text("孔外厚度", "thickness around the hole"),
        "t_2": Text("孔内厚度", "thickness inside the hole"),
    },
    "hole-distance": {
        "D_a": Text("第一孔直径", "first diameter"),
        "D_b": Text("第二孔直径", "second diameter"),
        "d_2": Text("两孔内侧距离", "distance between the holes"),
        "e": Text("仪器示值误差", "instrument's error"),
        "l_n": Text("标称距离", "nominal distance"),
        **_WARMTH,
    },
    "grid-length": {
        "m": Text("栅格长度", "grid length"),
        "m_n": Text("标称长度", "nominal length"),
        **_WARMTH,
    },
    "wedge-slope": {
        "x_1": Text("对边", "opposite leg"),
        "x_2": Text("邻边", "adjacent leg"),
        "theta": Text("标称角度", "nominal angle"),
    },
}

COMPONENTS = {
    "repeatability": Text("重复性", "repeatability"),
    "resolution": Text("分辨力", "resolution"),
    "mpe": Text("最大允许误差", "MPE"),
    "temperature": Text("温度", "temperature"),
    "energy response": Text("能量响应", "energy response"),
    "angular response": Text("角响应", "angular response"),
    "stability": Text("年稳定性", "stability"),
    "field non-uniformity": Text("射野不均匀", "field non-uniformity"),
    "distance": Text("距离", "distance"),
    "drift": Text("漂移", "drift"),
    "counting": Text("计数", "counting"),
    "certificate": Text("校准证书", "certificate"),
    "standard uncertainty": Text("标准不确定度", "standard uncertainty"),
    "limits": Text("限值", "limits"),
}

DISTRIBUTIONS = {
    "normal": Text("正态", "normal"),
    "t": Text("t", "t"),
    "uniform": Text("均匀", "uniform"),
    "triangular": Text("三角", "triangular"),
    "trapezoid": Text("梯形", "trapezoid"),
    "arcsine": Text("反正弦", "arcsine"),
    "two-point": Text("两点", "two-point"),
    "curvilinear": Text("曲边梯形", "curvilinear trapezoid"),
    "poisson": Text("泊松", "Poisson"),
}


def quantity(budget: str, symbol: str) -> Text:
    """A quantity's name; its symbol where the file named it."""
    return QUANTITIES.get(budget, {}).get(symbol, Text(symbol, symbol))


def component(name: str) -> Text:
    """A component's name; a file's own name as it stands."""
    return COMPONENTS.get(name, Text(name, name))
