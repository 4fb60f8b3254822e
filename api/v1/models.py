"""What requests and answers have in common: words, pages, problems."""

from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

LARGEST_ID = 2**31 - 1
USCC_PATTERN = r"^[0-9A-HJ-NPQRTUWXY]{18}$"
CODE_PATTERN = r"^[0-9A-Za-z][0-9A-Za-z-]{0,63}$"
USERNAME_PATTERN = r"^[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._@-]{0,63}$"
REGION_PATTERN = r"^([0-9]{2}){0,3}$"

Code = Annotated[str, Path(pattern=CODE_PATTERN, description="编号，如 360681-2026-0001", max_length=64)]
Uscc = Annotated[str, Path(pattern=USCC_PATTERN, description="统一社会信用代码")]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Username = Annotated[str, Path(pattern=USERNAME_PATTERN, max_length=64)]
Region = Annotated[str, StringConstraints(pattern=REGION_PATTERN, max_length=6)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def example(**fields: Any) -> ConfigDict:
    """A model's settings with one example of it, for the documentation."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class View(BaseModel):
    """Base of answers: read from tables and values."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Command(BaseModel):
    """Base of what is asked for: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Page(BaseModel, Generic[T]):
    """一页: part of a list; ``next`` asks for the following part, ``null`` on the last."""

    items: list[T]
    next: Annotated[str | None, Field(description="下一页的游标；没有更多时为 null", examples=["bjEyMw"])]


class FieldProblem(BaseModel):
    """What is wrong with one part of a request."""

    where: Annotated[str, Field(examples=["body.year"])]
    problem: Annotated[str, Field(examples=["Input should be a valid integer"])]


class Problem(BaseModel):
    """A refusal (RFC 9457). ``code`` is stable; ``detail`` is a sentence for people."""

    model_config = example(
        type="/docs/errors#not_found",
        title="没有找到",
        status=404,
        code="not_found",
        detail="没有找到任务“360681-2026-P01-T09”，或者它不在您的管辖范围内。请检查编号，或返回上一页重新选择。",
        params={"what": "任务", "key": "360681-2026-P01-T09"},
    )

    type: str
    title: str
    status: int
    code: str
    detail: str
    params: dict[str, Any] | None = None
    errors: list[FieldProblem] | None = None
