"""The registers: which members an entry of each has, what they are called in files, and which of
them tell one subject from another. What is asked for follows the method sheet's 0.7, 0.8, 1.0,
2.0 and 3.0: traceability, validity, and what the documents ask of instruments."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dosegauge.errors import WrongUse
from dosegauge.registers.fields import (
    Field,
    bound,
    day,
    decimal,
    one_of,
    percent,
    positive,
    some_of,
    text,
    uncertainty,
)
from dosegauge.texts import Text

MOST_PARTS = 99

ROLES = {
    "height-gauge": "高度计",
    "profile-projector": "轮廓投影仪",
    "caliper": "游标卡尺",
    "dosimeter": "诊断水平剂量计",
    "survey-meter": "防护水平剂量仪",
    "activity-meter": "活度计",
    "phantom": "模体",
    "thermometer": "温度计",
    "hygrometer": "湿度计",
    "barometer": "气压计",
    "other": "其他",
}
AIR_DENSITY = {
    "vented": "开放式",
    "sealed": "密封或半导体",
    "instrument-corrected": "仪器自动修正",
}
DUTIES = {"operator": "校准员", "checker": "核验员", "approver": "批准人"}


@dataclass(frozen=True)
class Part:
    """Something an entry has several of: calibrated values, radiation qualities. Its columns are
    numbered: `value 1`, `value 2`. `name` and `zh` stand before the number."""

    name: str
    zh: str
    fields: tuple[Field, ...]

    def head(self, number: int, field: Field) -> Text:
        """The head of a column."""
        return Text(f"{self.zh}{number} {field.zh}", f"{self.name}_{number}_{field.name}")


@dataclass(frozen=True)
class Kind:
    """A register. `subject` names the fields that tell one subject from another, `listed`
    those that a list shows."""

    name: str
    title: Text
    subject: tuple[str, ...]
    listed: tuple[str, ...]
    fields: tuple[Field, ...]
    part: Part | None = None

    def subject_of(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """What tells an entry's subject from others."""
        return tuple(values.get(name, "") for name in self.subject)


_NAME = Field("name", "名称", text, Text("名称", "what it is called"), required=True)
_REMARK = Field("remark", "备注", text, Text("备注", "anything else"), aliases=("note", "说明"))
_MAKER = Field(
    "maker", "制造单位", text, Text("制造单位", "its maker"), aliases=("制造商", "manufacturer")
)
_MODEL = Field("model", "型号", text, Text("型号规格", "its model"), aliases=("型号规格",))
_WITHDRAWN = Field(
    "withdrawn", "停用日期", day, Text("自该日起停用", "out of use from this day on")
)
_CERTIFICATE = (
    Field(
        "certificate",
        "证书编号",
        text,
        Text("校准或检定证书的编号", "number of its calibration certificate"),
        "CD-2026-0815",
        ("certificate no", "certificate number"),
    ),
    Field(
        "issued_by",
        "发证机构",
        text,
        Text("出具证书的机构", "who issued the certificate"),
        "中国计量科学研究院",
        ("issuing body", "校准机构", "溯源机构"),
    ),
    Field(
        "valid_from",
        "有效期自",
        day,
        Text("有效期的第一天", "first day of validity"),
        "2026-03-01",
    ),
    Field(
        "valid_to",
        "有效期至",
        day,
        Text("有效期的最后一天", "last day of validity"),
        "2027-02-28",
        ("valid until", "有效日期"),
    ),
)
_IDENTITY = Field(
    "identity",
    "设备编号",
    text,
    Text("实验室的设备编号，不得重复", "the laboratory's own id for it, each one once"),
    aliases=("id", "编号", "管理编号"),
    required=True,
)
_SERIAL = Field(
    "serial",
    "出厂编号",
    text,
    Text("出厂编号", "its maker's serial number"),
    aliases=("serial no", "序列号"),
)
_K = Field("k", "包含因子k", positive, Text("U 的包含因子", "coverage factor of U"), "2")
_ENERGIES = (
    Field(
        "energy_low_kv",
        "能量下限kV",
        positive,
        Text("能量响应范围的管电压下限", "lowest tube voltage of the energy response, kV"),
    ),
    Field(
        "energy_high_kv",
        "能量上限kV",
        positive,
        Text("能量响应范围的管电压上限", "highest tube voltage of the energy response, kV"),
    ),
    Field(
        "energy_response_pct",
        "能量响应%",
        percent,
        Text("该范围内能量响应的界限 ±%", "bound of the energy response there, ± %"),
    ),
)
_QUALITY_RANGE = (
    Field(
        "kv_low",
        "管电压下限kV",
        positive,
        Text("适用的管电压下限", "lowest tube voltage it is for, kV"),
    ),
    Field(
        "kv_high",
        "管电压上限kV",
        positive,
        Text("适用的管电压上限", "highest tube voltage it is for, kV"),
    ),
)

INSTRUMENTS = Kind(
    "instruments",
    Text("计量标准器及其他设备", "instruments and measuring standards"),
    ("identity",),
    ("identity", "kind", "name", "certificate", "valid_to"),
    (
        replace(_IDENTITY, example="HG-17"),
        Field(
            "kind",
            "类别",
            one_of(ROLES),
            Text("、".join(ROLES.values()), ", ".join(ROLES)),
            "高度计",
            ("role", "种类"),
            True,
        ),
        replace(_NAME, example="数显高度计"),
        _MAKER,
        _MODEL,
        _SERIAL,
        *_CERTIFICATE,
        Field(
            "measuring_range",
            "测量范围",
            text,
            Text("测量范围，照此印在证书上", "measuring range, printed like this"),
            "(0～50) mm",
            ("range",),
        ),
        Field(
            "mpe",
            "最大允许误差",
            bound,
            Text("±，不写单位", "MPE without sign and unit"),
            "0.5",
            ("MPE",),
        ),
        Field(
            "mpe_unit",
            "最大允许误差单位",
            text,
            Text("如 µm、%", "such as µm or %"),
            "µm",
            ("MPE unit",),
        ),
        Field("resolution", "分辨力", positive, Text("不写单位", "without unit"), "0.1"),
        Field(
            "resolution_unit",
            "分辨力单位",
            text,
            Text("如 µm、µGy/h", "such as µm or µGy/h"),
            "µm",
        ),
        *_ENERGIES,
        Field(
            "repeatability_pct",
            "重复性%",
            percent,
            Text("相对重复性", "relative repeatability, %"),
        ),
        Field(
            "stability_pct",
            "年稳定性%",
            percent,
            Text("一年内的变化界限 ±%", "bound of a year's drift, ± %"),
        ),
        _WITHDRAWN,
        _REMARK,
    ),
    Part(
        "value",
        "校准值",
        (
            Field(
                "what",
                "名称",
                text,
                Text("校准点，如 20 mm、N-80", "which point, such as 20 mm or N-80"),
                "20 mm",
            ),
            *_QUALITY_RANGE,
            Field("value", "数值", decimal, Text("校准值", "the calibrated value"), "20.0003"),
            Field(
                "u",
                "U",
                uncertainty,
                Text("与数值同单位，或带 %", "in the value's unit, or with %"),
                "0.0004",
            ),
            _K,
            Field("unit", "单位", text, Text("数值的单位", "unit of the value"), "mm"),
        ),
    ),
)

DETECTORS = Kind(
    "detectors",
    Text("探测器", "detectors"),
    ("identity",),
    ("identity", "name", "n_k", "certificate", "valid_to"),
    (
        replace(_IDENTITY, example="IC-3"),
        replace(_NAME, example="电离室"),
        _MAKER,
        _MODEL,
        _SERIAL,
        *_CERTIFICATE,
        Field(
            "air_density",
            "空气密度修正",
            one_of(AIR_DENSITY),
            Text("、".join(AIR_DENSITY.values()), ", ".join(AIR_DENSITY)),
            "开放式",
            ("needs k_TP", "k_TP"),
            True,
        ),
        Field(
            "n_k",
            "N_K",
            positive,
            Text("校准因子", "calibration factor"),
            "1.042",
            ("NK", "校准因子"),
        ),
        Field(
            "n_k_u",
            "N_K的U",
            uncertainty,
            Text("与 N_K 同单位，或带 %", "in the unit of N_K, or with %"),
            "1.8 %",
        ),
        Field("n_k_k", "N_K的k", positive, Text("U 的包含因子", "coverage factor of U"), "2"),
        Field("n_k_unit", "N_K单位", text, Text("无量纲时不填", "empty when it has none"), "Gy/C"),
        Field(
            "t0_c",
            "参考温度℃",
            decimal,
            Text("证书的参考温度 T0", "reference temperature T0, °C"),
            "20",
            ("T0",),
        ),
        Field(
            "p0_kpa",
            "参考气压kPa",
            positive,
            Text("证书的参考气压 P0", "reference pressure P0, kPa"),
            "101.325",
            ("P0",),
        ),
        Field(
            "chamber_radius_mm",
            "电离室半径mm",
            positive,
            Text("灵敏体积的半径", "radius of the sensitive volume, mm"),
            "15.0",
        ),
        *_ENERGIES,
        _WITHDRAWN,
        _REMARK,
    ),
    Part(
        "quality",
        "辐射质",
        (
            Field("name", "名称", text, Text("如 RQR 5", "such as RQR 5"), "RQR 5"),
            Field("kv_low", "管电压下限kV", positive, _QUALITY_RANGE[0].help, "60"),
            Field("kv_high", "管电压上限kV", positive, _QUALITY_RANGE[1].help, "80"),
            Field(
                "k_q",
                "k_Q",
                positive,
                Text("该辐射质的修正因子", "its correction factor"),
                "1.004",
            ),
            Field(
                "u", "U", uncertainty, Text("与 k_Q 同单位，或带 %", "of k_Q, or with %"), "0.8 %"
            ),
            Field("k", "包含因子k", positive, _K.help, "2"),
        ),
    ),
)

DEVICES = Kind(
    "devices",
    Text("被校设备", "devices under calibration"),
    ("maker", "model", "serial"),
    ("maker", "model", "serial", "name", "client", "location"),
    (
        replace(_MAKER, example="某公司", required=True),
        replace(_MODEL, example="uCT-80", required=True),
        replace(_SERIAL, example="CT-0042", required=True),
        replace(_NAME, example="Micro CT", required=False),
        Field(
            "client", "客户", text, Text("属于哪个客户", "whose it is"), "某医院", ("委托单位",)
        ),
        Field("location", "地点", text, Text("所在地点", "where it stands"), "3号楼", ("place",)),
        _WITHDRAWN,
        _REMARK,
    ),
)

CLIENTS = Kind(
    "clients",
    Text("客户", "clients"),
    ("name",),
    ("name", "address", "contact", "phone"),
    (
        Field("name", "名称", text, _NAME.help, "某医院", ("client", "客户", "委托单位"), True),
        Field(
            "address",
            "地址",
            text,
            Text("地址，印在证书上", "address, as on certificates"),
            "某市医院路8号",
        ),
        Field("contact", "联系人", text, Text("联系人", "whom to ask"), "李"),
        Field("phone", "电话", text, Text("电话", "telephone"), "010-5555"),
        Field("email", "邮箱", text, Text("电子邮箱", "e-mail address")),
        _REMARK,
    ),
)

PEOPLE = Kind(
    "people",
    Text("人员", "people"),
    ("name", "staff_no"),
    ("name", "staff_no", "role", "authorised_for", "authorised_to"),
    (
        Field("name", "姓名", text, Text("姓名", "the person's name"), "王", ("person",), True),
        Field(
            "staff_no",
            "工号",
            text,
            Text("同名时区分", "tells people of one name apart"),
            "0007",
            ("staff number",),
        ),
        Field(
            "role",
            "职责",
            some_of(DUTIES),
            Text(
                "、".join(DUTIES.values()) + "，可多项，用分号隔开",
                ", ".join(DUTIES) + "; several with semicolons",
            ),
            "校准员; 核验员",
            ("duty",),
            True,
        ),
        Field(
            "authorised_for",
            "授权项目",
            text,
            Text("获授权的项目", "what for"),
            "空气比释动能率",
            ("authorized for",),
        ),
        Field(
            "authorised_from", "授权自", day, Text("授权的第一天", "first day of it"), "2026-01-01"
        ),
        Field("authorised_to", "授权至", day, Text("授权的最后一天", "last day of it")),
        _WITHDRAWN,
        _REMARK,
    ),
)

KINDS = {kind.name: kind for kind in (INSTRUMENTS, DETECTORS, DEVICES, CLIENTS, PEOPLE)}


def kind_named(name: str) -> Kind:
    """The register of this name; WrongUse when there is none."""
    if name not in KINDS:
        raise WrongUse(
            Text("没有这种登记", "there is no such register"),
            name,
            Text(f"可用：{'、'.join(KINDS)}", f"Use one of {', '.join(KINDS)}"),
        )
    return KINDS[name]
