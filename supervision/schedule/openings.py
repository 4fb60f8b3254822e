"""营业时间 as people write it: ``周一至周五 08:00-17:00；周六 09:00-12:00``, ``每天 8:00—20:00``."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from pydantic import ValidationError

from supervision.errors import InvalidInput
from supervision.schedule.rules import Opening

DAYS = "一二三四五六日"
NAMES = {**{letter: n for n, letter in enumerate(DAYS, start=1)}, "天": 7, "末": 67}
EVERY = ("每天", "每日", "全周", "周一至周日", "星期一至星期日")
WORKDAYS = ("工作日",)
ALL_HOURS = ("24小时", "全天", "全天营业", "24小时营业")
_PART = re.compile(r"[；;\n]+")
_SPAN = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})[-—–~～至到]+([0-9]{1,2})[:：]([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEK = re.compile(
    r"(?:周|星期|礼拜)([一二三四五六日天末])(?:[至到~～—–-]+(?:周|星期|礼拜)?([一二三四五六日天]))?"
)
_SHORT = re.compile(r"[、,，和及]([一二三四五六日天])(?![0-9])")
EXAMPLE = "周一至周五 08:00-17:00；周六 09:00-12:00"


def read_openings(text: str) -> tuple[Opening, ...]:
    """Openings of a text; empty for an empty text. Refuses what it cannot read, naming the part."""
    found: list[Opening] = []
    for part in filter(None, (each.strip() for each in _PART.split(text))):
        found += _read_part(part)
    return tuple(found)


def read_dates(text: str) -> tuple[date, ...]:
    """Dates with anything between them; refuses a text in which there is anything else."""
    found = _DATE.findall(text)
    if re.sub(r"[\s,，、；;]+", "", _DATE.sub("", text)):
        raise InvalidInput(
            field="停业日期", problem=f"“{text[:50]}”无法识别，请写成 2026-12-01，多个日期用顿号隔开。"
        )
    try:
        return tuple(sorted({date.fromisoformat(each) for each in found}))
    except ValueError:
        raise InvalidInput(field="停业日期", problem=f"“{text[:50]}”中有不存在的日期。") from None


def written(openings: Sequence[Opening]) -> str:
    """Openings as a text that ``read_openings`` reads."""
    return "；".join(
        " ".join(filter(None, (_days_written(each), f"{each.opens}-{each.closes}"))) for each in openings
    )


def _read_part(part: str) -> Iterable[Opening]:
    spans = _SPAN.findall(part)
    rest = _SPAN.sub("", part)
    if not spans and any(word in part for word in ALL_HOURS):
        spans = [("00", "00", "23", "59")]
        rest = re.sub("|".join(sorted(ALL_HOURS, key=len, reverse=True)), "", part)
    dates = tuple(_dates(rest, part))
    rest = _DATE.sub("", rest)
    weekdays = _weekdays(rest)
    left = re.sub(r"[\s,，、和及：:]+", "", _SHORT.sub("", _WEEK.sub("", _without(rest))))
    if not spans or left:
        raise _refused(part)
    days = {"weekdays": () if dates else weekdays, "dates": dates}
    for begins, after, ends, last in spans:
        opens, closes = f"{int(begins):02d}:{after}", f"{int(ends):02d}:{last}"
        try:
            for span in _over_midnight(opens, "23:59" if closes == "24:00" else closes):
                yield Opening.model_validate(days | {"from": span[0], "to": span[1]})
        except ValidationError:
            raise _refused(part) from None


def _over_midnight(opens: str, closes: str) -> tuple[tuple[str, str], ...]:
    """Who closes after midnight is open on the morning as well; of the same day, for short."""
    if closes >= opens:
        return ((opens, closes),)
    return ((opens, "23:59"), ("00:00", closes)) if closes > "00:00" else ((opens, "23:59"),)


def _weekdays(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    if any(word in text for word in WORKDAYS):
        found |= {1, 2, 3, 4, 5}
    for first, last in _WEEK.findall(_without(text)):
        if first == "末":
            found |= {6, 7}
        else:
            begins, ends = NAMES[first], NAMES[last or first]
            found |= {(n - 1) % 7 + 1 for n in range(begins, (ends if ends >= begins else ends + 7) + 1)}
    if found:
        found |= {NAMES[letter] for letter in _SHORT.findall(text)}
    return tuple(sorted(found))


def _without(text: str) -> str:
    for word in (*EVERY, *WORKDAYS):
        text = text.replace(word, "")
    return text


def _dates(text: str, part: str) -> Iterable[date]:
    for each in _DATE.findall(text):
        try:
            yield date.fromisoformat(each)
        except ValueError:
            raise _refused(part) from None


def _refused(part: str) -> InvalidInput:
    return InvalidInput(field="营业时间", problem=f"“{part[:50]}”无法识别，请写成“{EXAMPLE}”这样的形式。")


def _days_written(opening: Opening) -> str:
    if opening.dates:
        return "、".join(f"{day}" for day in opening.dates)
    days = sorted(set(opening.weekdays))
    if not days:
        return ""
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"周{DAYS[days[0] - 1]}至周{DAYS[days[-1] - 1]}"
    return "、".join(f"周{DAYS[day - 1]}" for day in days)
