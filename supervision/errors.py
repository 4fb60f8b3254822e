"""Errors a clerk can act on: a stable code, parameters, and one Chinese sentence."""

from typing import ClassVar


class SupervisionError(Exception):
    """Base of every refusal. ``sentence`` has ``{param}`` places and is also the key of its translation."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    sentence: ClassVar[str] = "操作未能完成。"

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.message)

    @property
    def message(self) -> str:
        return self.sentence.format(**self.params)


class NotFound(SupervisionError):
    code = "not_found"
    status = 404
    sentence = "没有找到{what}“{key}”，或者它不在您的管辖范围内。请检查编号，或返回上一页重新选择。"


class NotSignedIn(SupervisionError):
    code = "not_signed_in"
    status = 401
    sentence = "请先登录。"


class Forbidden(SupervisionError):
    code = "forbidden"
    status = 403
    sentence = "您的账号没有“{role}”权限，不能进行此操作。请联系本单位管理员授权。"


class OutOfScope(SupervisionError):
    code = "out_of_scope"
    status = 403
    sentence = "区划 {region} 不在您的管辖范围（{scope}）内。"


class Conflict(SupervisionError):
    code = "conflict"
    status = 409
    sentence = "{what}当前状态为“{state}”，不能{act}。"


class TooBusy(SupervisionError):
    code = "too_busy"
    status = 429
    sentence = "正在为其他访问者复算，请一分钟后再试。"


class AlreadyExists(SupervisionError):
    code = "already_exists"
    status = 409
    sentence = "{what}“{key}”已经存在，请换一个编号，或修改已有记录。"


class InvalidInput(SupervisionError):
    code = "invalid_input"
    status = 422
    sentence = "“{field}”填写有误：{problem}"
