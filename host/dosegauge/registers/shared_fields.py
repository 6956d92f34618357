"""Members that several registers have."""

from dosegauge.registers.fields import (
    Field,
    day,
    percent,
    positive,
    text,
)
from dosegauge.texts import Text

NAME = Field("name", "名称", text, Text("名称", "what it is called"), required=True)
REMARK = Field("remark", "备注", text, Text("备注", "anything else"), aliases=("note", "说明"))
MAKER = Field(
    "maker", "制造单位", text, Text("制造单位", "its maker"), aliases=("制造商", "manufacturer")
)
MODEL = Field("model", "型号", text, Text("型号规格", "its model"), aliases=("型号规格",))
WITHDRAWN = Field(
    "withdrawn", "停用日期", day, Text("自该日起停用", "out of use from this day on")
)
CERTIFICATE = (
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
IDENTITY = Field(
    "identity",
    "设备编号",
    text,
    Text("实验室的设备编号，不得重复", "the laboratory's own id for it, each one once"),
    aliases=("id", "编号", "管理编号"),
    required=True,
)
SERIAL = Field(
    "serial",
    "出厂编号",
    text,
    Text("出厂编号", "its maker's serial number"),
    aliases=("serial no", "序列号"),
)
K = Field("k", "包含因子k", positive, Text("U 的包含因子", "coverage factor of U"), "2")
ENERGIES = (
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
QUALITY_RANGE = (
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
