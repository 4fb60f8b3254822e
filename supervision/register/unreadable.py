"""整个文件无法使用: what is said when a file cannot be read at all."""

from supervision.errors import SupervisionError


class UnreadableFile(SupervisionError):
    code = "unreadable_file"
    status = 422
    sentence = "无法读取文件：{problem}请另存为 CSV（UTF-8）或 XLSX 后重新上传。"


class EmptyFile(SupervisionError):
    code = "empty_file"
    status = 422
    sentence = "文件是空的，没有表头也没有数据。"


class FileTooLarge(SupervisionError):
    code = "file_too_large"
    status = 413
    sentence = "文件过大（{size}），上限为 {limit}。请拆分后分批导入。"


class PasswordProtected(SupervisionError):
    code = "password_protected"
    status = 422
    sentence = "文件设有打开密码。请在 Excel 或 WPS 中取消密码后重新上传。"


def mebibytes(size: int) -> str:
    """A size for a sentence."""
    return f"{size / (1 << 20):.1f} MB"
