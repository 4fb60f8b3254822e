"""What is typed into the filters of the public site, read with forbearance."""

import re
import unicodedata
from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from supervision.errors import InvalidInput
from supervision.publication.public import ResultFilter

USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
MARKS = re.compile(r"[\s\-—_·.,，。]+")

Text = Annotated[str, Query(max_length=100)]


def uscc_of(text: str) -> str | None:
    """统一社会信用代码 typed in small or wide letters, with spaces or hyphens; none if it is none."""
    code = MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return code if USCC.fullmatch(code) else None


def day_of(text: str, field: str) -> date | None:
    """A day typed as ``2026-11-22``; none where nothing is typed."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", text).strip())
    except ValueError:
        raise InvalidInput(field=field, problem="请按 2026-11-22 的格式填写日期。") from None


def wanted_results(
    q: Text = "", organ: Text = "", result: Text = "", since: Text = "", until: Text = ""
) -> ResultFilter:
    words = q.strip()
    return ResultFilter(
        words=uscc_of(words) or words,
        organ_code=organ.strip(),
        result=result.strip(),
        since=day_of(since, "完成日期起"),
        until=day_of(until, "完成日期止"),
    )


def wanted_organ(organ: Text = "") -> str | None:
    return organ.strip() or None


WantedResults = Annotated[ResultFilter, Depends(wanted_results)]
WantedOrgan = Annotated[str | None, Depends(wanted_organ)]
