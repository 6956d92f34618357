"""Words of the forms. Fields after JJF 1071-2010 (items a to o) and the drafts' annexes."""

from dosegauge.texts import Text

TITLE = Text("校准证书", "Calibration Certificate")
RECORD_TITLE = Text("校准原始记录", "Original record of calibration")
DRAFT = Text("草稿", "DRAFT")
DRAFT_NOTE = Text("草稿，不得作为校准证书使用", "Draft, not valid as a certificate")
NOT_GIVEN = Text("未提供", "not given")
NOT_REGISTERED = Text("未登记", "not registered")

AUTHORISATION = Text("校准机构授权说明", "Authorisation")
ADDRESS = Text("地址", "Address")
CERTIFICATE_NO = Text("证书编号", "Certificate no.")
CLIENT = Text("客户名称", "Client")
CLIENT_ADDRESS = Text("客户地址", "Client's address")
DEVICE = Text("被校对象", "Calibrated item")
MAKER = Text("生产厂家", "Manufacturer")
MODEL = Text("型号规格", "Model")
SERIAL = Text("序列号", "Serial no.")
RECEIVED = Text("接收日期", "Date of receipt")
MEASURED = Text("校准日期", "Date of calibration")
ISSUED = Text("签发日期", "Date of issue")
PLACE = Text("校准地点", "Place of calibration")
ITEM = Text("被校对象与客户", "Item and client")
BASIS = Text("校准所依据的技术文件", "Document followed")
STANDARDS = Text("测量标准及其他设备", "Measurement standards and other equipment")
ENVIRONMENT = Text("校准环境条件", "Environment")
RESULTS = Text("校准结果", "Results of calibration")
DETAILS = Text("中间量", "Intermediate quantities")
NOTES = Text("说明", "Remarks")
VERDICTS = Text("判定（仅供参考）", "Verdicts (for reference)")
PROVENANCE = Text("溯源信息", "Provenance")
REASONS = Text("标记为草稿的原因", "Why this is a draft")
INTERVAL = Text(
    "与客户商定的建议复校间隔：{months}个月", "Interval agreed with the client: {months} months"
)

TEMPERATURE = Text("温度", "Temperature")
HUMIDITY = Text("相对湿度", "Relative humidity")
PRESSURE = Text("大气压", "Air pressure")

OPERATOR = Text("校准员", "Calibrated by")
CHECKER = Text("核验员", "Checked by")
APPROVER = Text("批准人", "Approved by")
SIGNATURE = Text("签名", "Signature")
DATE = Text("日期", "Date")

STANDARD_COLUMNS = (
    Text("名称及编号", "Name and id"),
    Text("测量范围", "Range"),
    Text("不确定度/准确度等级/最大允许误差", "Uncertainty / class / MPE"),
    Text("证书编号", "Certificate no."),
    Text("有效期至", "Valid to"),
)

STATEMENTS = (
    Text("本证书的校准结果仅对被校对象有效。", "The results relate only to the calibrated item."),
    Text(
        "未经本实验室书面批准，不得部分复制本证书。",
        "This certificate shall not be reproduced except in full without the laboratory's"
        " written approval.",
    ),
)
DOCUMENT_IS_DRAFT = Text(
    "该文件为征求意见稿，尚未发布。", "The document is a draft for comment, not yet issued."
)
CLAUSES = Text("条款", "clauses")
SESSION = Text("测量", "Session")
QUANTITY = Text("量", "Quantity")
RESULT = Text("结果", "Result")
POINT = Text("测量点", "Point")
INTERVAL_95 = Text("95 %区间", "95 % interval")
NO_BUDGET = Text("未评定", "not evaluated")
NOT_DETECTED = Text("未检出", "not detected")
TYPE_A_ONLY = Text("仅A类", "type A only")

_UNIT_SYMBOLS = {
    "um": "µm",
    "uGy/h": "µGy/h",
    "uSv/h": "µSv/h",
    "Cel": "°C",
    "C": "°C",
}


def unit_symbol(unit: str) -> str:
    """A unit as it is printed."""
    return _UNIT_SYMBOLS.get(unit, unit)
