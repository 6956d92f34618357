"""All registers: equipment, devices under calibration, clients and people."""

from dataclasses import replace

from dosegauge.errors import WrongUse
from dosegauge.registers.equipment import DETECTORS, INSTRUMENTS
from dosegauge.registers.fields import (
    Field,
    day,
    some_of,
    text,
)
from dosegauge.registers.kind import Kind
from dosegauge.registers.shared_fields import MAKER, MODEL, NAME, REMARK, SERIAL, WITHDRAWN
from dosegauge.texts import Text

DUTIES = {"operator": "校准员", "checker": "核验员", "approver": "批准人"}


DEVICES = Kind(
    "devices",
    Text("被校设备", "devices under calibration"),
    ("maker", "model", "serial"),
    ("maker", "model", "serial", "name", "client", "location"),
    (
        replace(MAKER, example="某公司", required=True),
        replace(MODEL, example="uCT-80", required=True),
        replace(SERIAL, example="CT-0042", required=True),
        replace(NAME, example="Micro CT", required=False),
        Field(
            "client", "客户", text, Text("属于哪个客户", "whose it is"), "某医院", ("委托单位",)
        ),
        Field("location", "地点", text, Text("所在地点", "where it stands"), "3号楼", ("place",)),
        WITHDRAWN,
        REMARK,
    ),
)

CLIENTS = Kind(
    "clients",
    Text("客户", "clients"),
    ("name",),
    ("name", "address", "contact", "phone"),
    (
        Field("name", "名称", text, NAME.help, "某医院", ("client", "客户", "委托单位"), True),
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
        REMARK,
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
        WITHDRAWN,
        REMARK,
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
