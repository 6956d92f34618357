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

# Documents and own choices, as the models' `source` says them in English.
SOURCES_ZH = {
    "air-kerma-rate": (
        "Micro CT征求意见稿 5.1、7.1（距离100 mm，10次曝光）；公式和分量为本程序的选择"
    ),
    "leakage": "公式和分量、重复性与分辨力均计入：本程序的选择；限值：Micro CT征求意见稿 5.6",
    "leakage-counts": "ISO 11929-1；死时间修正及其方差；限值：Micro CT征求意见稿 5.6",
    "line-width": "MRI模体征求意见稿 7.2.2、附录C；温度分量为本程序的选择",
    "pitch": "MRI模体征求意见稿 7.2.3、附录C；温度分量为本程序的选择",
    "hole-diameter": "MRI模体征求意见稿 7.3.1；温度分量为本程序的选择",
    "hole-depth": "MRI模体征求意见稿 7.3.2、附录D；与附录一致，高度计两次误差不相关",
    "hole-distance": "MRI模体征求意见稿 7.4.1；示值误差对距离只计一次、温度分量为本程序的选择",
    "grid-length": "MRI模体征求意见稿 7.4.2；温度分量为本程序的选择",
    "wedge-slope": "MRI模体征求意见稿 7.5；带符号的偏差为本程序的选择",
    "repeatability": "Micro CT征求意见稿 5.2、7.2；u(s) = s / √(2(n−1))：GUM E.4.3",
    "uniformity": (
        "Micro CT征求意见稿 5.3、7.3（五个区域，差值或离散）；归一化和分量为本程序的选择"
    ),
    "mtf": "Micro CT征求意见稿 5.4、7.4（引用JJG 961 的7.3.6）；公式和分量为本程序的选择",
    "low-contrast": (
        "Micro CT征求意见稿 5.5、7.5（引用JJG 961 的7.3.7）；统计阈值和分量为本程序的选择"
    ),
    "planar-sensitivity": (
        "WS 523-2019讲稿，系统平面灵敏度（公式已复原）；本底、残余和分量为本程序的选择"
    ),
    "count-rate": "WS 523-2019讲稿，最大计数率（计数最多的帧）；分量为本程序的选择",
    "fwhm": (
        "WS 523-2019讲稿（NEMA NU 1：全部线扩展函数的平均半高宽，像素由缝距校准）；"
        "分量为本程序的选择"
    ),
}

# Results that are differences from a nominal value: an uncertainty relative to them says nothing.
DEVIATIONS = ("hole-distance", "grid-length")

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
        "k_E": Text("能量响应修正", "energy response"),
        "k_a": Text("角响应修正", "angular response"),
        "k_d": Text("距离影响", "effect of the distance"),
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
    "repeatability": {
        "s": Text("实验标准差", "standard deviation of a reading"),
        "M": Text("平均示值", "mean indication"),
    },
    "uniformity": {
        "m_c": Text("中心均值", "mean, centre"),
        "m_up": Text("上方均值", "mean, up"),
        "m_down": Text("下方均值", "mean, down"),
        "m_left": Text("左方均值", "mean, left"),
        "m_right": Text("右方均值", "mean, right"),
        "m_ref": Text("归一化值", "what it is divided by"),
        "m_air": Text("空气的值", "value of air"),
    },
    "mtf": {
        "f_m": Text("测得的频率", "frequency found"),
        "k_v": Text("体素尺寸修正", "voxel size"),
        "k_c": Text("求导方法修正", "way of differentiation"),
    },
    "low-contrast": {
        "k": Text("双侧判断系数", "factor for both risks"),
        "s_mu": Text("区域均值的标准差", "standard deviation of region means"),
        "m_insert": Text("低对比度物的均值", "mean of the insert"),
        "m_water": Text("水或本底的均值", "mean of water or background"),
        "m_ref": Text("归一化值", "what it is divided by"),
    },
    "planar-sensitivity": {
        "N": Text("计数", "counts"),
        "T": Text("采集时间", "time of acquisition"),
        "b": Text("本底计数率", "background count rate"),
        "A": Text("活度", "activity"),
        "A_r": Text("残余活度", "residual activity"),
        "dt_r": Text("残余测量时差", "delay of the residual"),
        "dt": Text("采集与活度测量的时差", "from activity to acquisition"),
        "T_half": Text("半衰期", "half-life"),
    },
    "count-rate": {
        "N": Text("帧计数", "counts of the frame"),
        "T": Text("帧时间", "time of the frame"),
        "k_t": Text("帧时间修正", "frame time"),
    },
    "fwhm": {
        "w": Text("平均半高宽", "mean FWHM"),
        "p": Text("模体缝距", "pitch of the mask"),
        "p_m": Text("测得缝距", "pitch measured"),
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
    "spread": Text("标准差自身", "of the standard deviation itself"),
    "placement": Text("区域位置", "placement of the region"),
    "derivative": Text("求导方法", "way of differentiation"),
    "frame time": Text("帧时间", "frame time"),
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


def source(budget: str, english: str) -> Text:
    """The documents that a budget rests on; a formula of the file's own has none."""
    return Text(SOURCES_ZH.get(budget, english), english)
