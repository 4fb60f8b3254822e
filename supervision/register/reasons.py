"""待处理原因: why a row was set aside; the labels stand on the quarantine page and in its download."""

from enum import StrEnum


class Reason(StrEnum):
    """待处理原因, stable codes."""

    BROKEN_QUOTING = "broken_quoting"
    WRONG_COLUMN_COUNT = "wrong_column_count"
    BAD_ENCODING = "bad_encoding"
    LINE_TOO_LONG = "line_too_long"
    MISSING_VALUE = "missing_value"
    TOO_LONG = "too_long"
    BAD_USCC = "bad_uscc"
    DUPLICATE = "duplicate"
    BAD_DATE = "bad_date"
    FUTURE_DATE = "future_date"
    UNKNOWN_REGION = "unknown_region"
    BAD_NUMBER = "bad_number"
    UNKNOWN_VALUE = "unknown_value"
    NOT_OFFICER = "not_officer"
    OUT_OF_SCOPE = "out_of_scope"


REASON_LABELS = {
    Reason.BROKEN_QUOTING: "引号不配对",
    Reason.WRONG_COLUMN_COUNT: "列数与表头不符",
    Reason.BAD_ENCODING: "字符编码错误",
    Reason.LINE_TOO_LONG: "单行过长",
    Reason.MISSING_VALUE: "必填项为空",
    Reason.TOO_LONG: "内容过长",
    Reason.BAD_USCC: "统一社会信用代码有误",
    Reason.DUPLICATE: "文件内重复",
    Reason.BAD_DATE: "日期无法识别",
    Reason.FUTURE_DATE: "日期晚于今天",
    Reason.UNKNOWN_REGION: "行政区划未知",
    Reason.BAD_NUMBER: "数值有误",
    Reason.UNKNOWN_VALUE: "取值不在允许范围",
    Reason.NOT_OFFICER: "不是执法人员",
    Reason.OUT_OF_SCOPE: "不在管辖范围",
}

SENTENCES = {
    Reason.BROKEN_QUOTING: "这一行的双引号不配对，请补上或删去多余的双引号。",
    Reason.WRONG_COLUMN_COUNT: "这一行的列数与表头不一致，请检查分隔符；含逗号的内容请加双引号。",
    Reason.BAD_ENCODING: "这一行含有无法识别的字符，请将文件另存为 UTF-8 编码。",
    Reason.LINE_TOO_LONG: "这一行超过了单行长度上限，请检查是否缺少换行。",
}
"""What to say of a line that could not be cut into cells; the other reasons have a sentence of their own."""
