"""节假日通知: days of a year read from the State Council's wording or from a table, strictly.

The wording is the same every November: 「国庆节：10月1日（周四）至7日（周三）放假，共7天。」
What does not read like that is refused, with the sentence: a calendar that was guessed would move deadlines
(R21, R23, R26, R29) and visits without anybody noticing.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from supervision.errors import SupervisionError

HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""全体公民放假的节日 (全国年节及纪念日放假办法, 2024)."""
WEEKDAYS = "一二三四五六日"
LONGEST_TEXT = 20_000
LONGEST_REST = 16
FIRST_YEAR, LAST_YEAR = 2000, 2100
COLUMNS = ("date", "working", "name")
WORDS = {"1": True, "true": True, "yes": True, "是": True, "班": True, "上班": True} | {
    "0": False, "false": False, "no": False, "否": False, "休": False, "放假": False,
}  # fmt: skip


class NoticeUnclear(SupervisionError):
    code = "calendar_unclear"
    status = 422
    sentence = "通知中的“{text}”看不明白：{problem}"


class NoticeIncomplete(SupervisionError):
    code = "calendar_incomplete"
    status = 422
    sentence = "{year}年的安排中没有{missing}。请粘贴通知全文；这一年还没有日历，不能只保存一部分。"


@dataclass(frozen=True, slots=True)
class NamedDay:
    """通知写明的一天: a holiday, or a day worked in its place."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """读出的安排 of one year, in order of days; ``missing``: holidays that the text does not speak of."""

    year: int
    days: tuple[NamedDay, ...]
    missing: tuple[str, ...]


def days_sha256(days: Iterable[NamedDay]) -> str:
    """摘要 over the days in order; two offices with the same calendar have the same."""
    rows = sorted((f"{each.day}", each.working, each.name) for each in days)
    return hashlib.sha256(json.dumps(rows, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def read_notice(text: str, year: int | None = None) -> Notice:
    """解读通知全文. ``year`` is needed where the text does not carry its title."""
    plain = _plain(text)
    found = _year(plain, year)
    named: dict[date, NamedDay] = {}
    for name, sentences in _sections(plain):
        for sentence in sentences:
            for each in _read_sentence(sentence, name, found):
                _add(named, each, sentence)
    days = _checked(named.values(), found)
    spoken = {name for each in days for name in each.name.split("、")}
    return Notice(found, days, tuple(name for name in HOLIDAYS if name not in spoken))


def read_table(text: str, year: int | None = None) -> Notice:
    """解读表格: CSV with the columns ``date,working,name``; working as 1/0, 是/否, 班/休."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    head = tuple(cell.strip().lower() for cell in next(reader, ()))
    if head != COLUMNS:
        raise NoticeUnclear(text=",".join(head)[:60], problem=f"表头应为 {','.join(COLUMNS)}。")
    named: dict[date, NamedDay] = {}
    for cells in reader:
        if any(cell.strip() for cell in cells):
            _add(named, _row(cells), ",".join(cells))
    if not named:
        raise NoticeUnclear(text="", problem="表中没有日期。")
    return checked_year(tuple(named.values()), year)


def checked_year(days: Sequence[NamedDay], year: int | None = None) -> Notice:
    """The days of one year, as a table or the API hands them in."""
    years = [each.day.year for each in days]
    found = year or max(set(years), key=lambda each: (years.count(each), each), default=0)
    if not FIRST_YEAR <= found <= LAST_YEAR:
        raise NoticeUnclear(text=f"{found}", problem="请写明年份。")
    known: dict[date, NamedDay] = {}
    for each in days:
        _add(known, each, f"{each.day}")
    checked = _checked(known.values(), found)
    spoken = {name for each in checked for name in each.name.split("、")}
    return Notice(found, checked, tuple(name for name in HOLIDAYS if name not in spoken))


def table_text(days: Iterable[NamedDay]) -> str:
    """The days as a table that ``read_table`` reads."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows((each.day, int(each.working), each.name) for each in days)
    return target.getvalue()


def _plain(text: str) -> str:
    """One way of writing digits, brackets and dashes; no blanks but the ends of lines."""
    if len(text) > LONGEST_TEXT:
        raise NoticeUnclear(text=text[:20], problem="文字过长，请只粘贴通知正文。")
    table = str.maketrans("０１２３４５６７８９（）：；，．／", "0123456789():;,./")
    wide = text.translate(table)
    wide = re.sub(r"[ \t\u3000\u00a0\ufeff\r]+", "", wide)
    wide = wide.replace("星期", "周").replace("礼拜", "周").replace("周天", "周日")
    return re.sub(r"(?<=[日)])(?:—+|–|－|-+|~|～|到)(?=\d)", "至", wide)


def _year(text: str, given: int | None) -> int:
    titles = {int(each) for each in re.findall(r"(\d{4})年\s*部分节假日", text)}
    if len(titles) > 1:
        raise NoticeUnclear(
            text="、".join(map(str, sorted(titles))), problem="写了不止一个年份，请只粘贴一年的通知。"
        )
    titled = next(iter(titles), None)
    if titled and given and titled != given:
        raise NoticeUnclear(text=f"{titled}年", problem=f"与所选的 {given} 年不一致，请核对。")
    found = titled or given
    if found is None:
        raise NoticeUnclear(
            text=text.strip()[:20], problem="没有写明是哪一年，请选择年份，或连同标题一起粘贴。"
        )
    if not FIRST_YEAR <= found <= LAST_YEAR:
        raise NoticeUnclear(text=f"{found}年", problem=f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间。")
    return found


_NAME = "元旦|春节|清明节?|(?:国际)?劳动节|端午节?|中秋节?|国庆节?"
_NUMBER = r"(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\(?\d+[.、)])"
# a copy may have lost its lines: then the number, or the title before it, tells where a heading begins
_HEADING = re.compile(
    rf"(?:(?:^|(?<=[\n。;:])|(?<=通知)|(?<=安排)){_NUMBER}?|{_NUMBER})((?:{_NAME})(?:[、和与](?:{_NAME}))*):"
)
_PRINCIPLE = re.compile("放假办法|假日增加|放假调休原则|个别特殊情形")
"""Sentences before the first heading that cite the law (as in the notice for 2025); no day is set by them."""
_DATED = re.compile(r"\d+日")
_SIGNED = re.compile(r"[\u4e00-\u9fff]*\d{4}年\d{1,2}月\d{1,2}日(?:\(此件公开发布\))?")


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Name of the holiday, and the sentences under its heading."""
    headings = list(_HEADING.finditer(text))
    before = text[: headings[0].start()] if headings else text
    for sentence in re.split(r"[。;\n]", before):
        told = _DATED.search(sentence) and re.search("放假|上班|调休", sentence)
        if told and not _PRINCIPLE.search(sentence):
            raise NoticeUnclear(text=sentence[:40], problem="前面没有写是哪个节日，例如“国庆节：”。")
    if not headings:
        raise NoticeUnclear(text=text.strip()[:20], problem="没有找到“元旦：”“春节：”这样的节日名称。")
    ends = [each.start() for each in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        yield _named(heading[1]), _sentences(text[heading.end() : end])


def _sentences(text: str) -> list[str]:
    """Lines may break anywhere, as in a copy from a PDF; the signature under a notice is no sentence."""
    joined = (each.replace("\n", "") for each in re.split("[。;]", text))
    return [each for each in joined if each and not _SIGNED.fullmatch(each)]


def _named(heading: str) -> str:
    """The holiday's full name; of two joined ones, in the order of the year."""
    full = {name[:2]: name for name in HOLIDAYS} | {"国际": "劳动节"}
    names = {full[each[:2]] for each in re.split("[、和与]", heading)}
    return "、".join(name for name in HOLIDAYS if name in names)


_TOKEN = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<note>[^()]*)\))?"
    r"|(?P<to>至)|(?P<rest>(?:补休|放假调休|放假|休息)(?P<n>\d+天)?)|(?P<work>(?:均|都|照常|正常)?上班)"
    r"|(?P<count>(?:一?共|共计|合计|连休)(?P<total>\d+)天)|(?P<filler>(?:与周末连休|不调休|调休|、|,|和|及))"
)


def _read_sentence(sentence: str, name: str, year: int) -> list[NamedDay]:
    """The days of one sentence. One that advises, or names no day, says nothing of the calendar."""
    if not _DATED.search(sentence) or re.match("鼓励|建议|提倡|倡导", sentence):
        return []
    found: list[NamedDay] = []
    waiting: list[date] = []
    rested = 0
    before: date | None = None
    span = False
    place = 0
    while place < len(sentence):
        token = _TOKEN.match(sentence, place)
        if token is None:
            raise NoticeUnclear(text=sentence[:60], problem=f"读到“{sentence[place : place + 12]}”处不明白。")
        place = token.end()
        if token["day"]:
            day = _day(token, sentence, year, before)
            waiting += _span(waiting.pop(), day, sentence) if span else [day]
            before, span = day, False
        elif token["to"]:
            if span or not waiting:
                raise NoticeUnclear(text=sentence[:60], problem="“至”的前面没有日期。")
            span = True
        elif token["rest"] or token["work"]:
            if not waiting or span:
                raise NoticeUnclear(text=sentence[:60], problem=f"“{token[0]}”的前面没有日期。")
            working = bool(token["work"])
            found += [NamedDay(each, working, name) for each in waiting]
            rested = rested if working else len(waiting)
            _count(token["n"], rested, sentence)
            waiting = []
        elif token["count"]:
            _count(token["total"], rested, sentence)
    if waiting or span:
        raise NoticeUnclear(text=sentence[:60], problem="有日期没有写明是放假还是上班。")
    return found


def _day(token: re.Match[str], sentence: str, year: int, before: date | None) -> date:
    month = int(token["month"]) if token["month"] else before.month if before else 0
    if not month:
        raise NoticeUnclear(text=sentence[:60], problem=f"“{token[0]}”没有写明是几月。")
    if token["year"]:
        written = int(token["year"])
    else:
        written = before.year if before and not token["month"] else year
    try:
        day = date(written, month, int(token["day"]))
    except ValueError:
        raise NoticeUnclear(text=sentence[:60], problem=f"没有{month}月{token['day']}日这一天。") from None
    weekday = re.search(f"周([{WEEKDAYS}])", token["note"] or "")
    if weekday and WEEKDAYS.index(weekday[1]) != day.weekday():
        actual = WEEKDAYS[day.weekday()]
        problem = f"{day.year}年{day.month}月{day.day}日是周{actual}，写的是周{weekday[1]}，年份或日期有误。"
        raise NoticeUnclear(text=token[0], problem=problem)
    return day


def _span(first: date, last: date, sentence: str) -> list[date]:
    length = (last - first).days + 1
    if length < 2:
        raise NoticeUnclear(
            text=sentence[:60], problem="起止日期前后颠倒；跨年的请写明年份，例如“2026年12月31日”。"
        )
    if length > LONGEST_REST:
        raise NoticeUnclear(text=sentence[:60], problem=f"连续 {length} 天，超过 {LONGEST_REST} 天，请核对。")
    return [first + timedelta(days=n) for n in range(length)]


def _count(written: str | None, rested: int, sentence: str) -> None:
    stated = int(re.sub(r"\D", "", written)) if written else rested
    if stated != rested:
        raise NoticeUnclear(text=sentence[:60], problem=f"写的是共 {stated} 天，起止日期之间是 {rested} 天。")


def _row(cells: Sequence[str]) -> NamedDay:
    line = ",".join(cells)[:60]
    if len(cells) != len(COLUMNS):
        raise NoticeUnclear(text=line, problem=f"应有 {len(COLUMNS)} 列，实有 {len(cells)} 列。")
    written, working, name = (cell.strip() for cell in cells)
    try:
        day = date.fromisoformat(written.replace("/", "-"))
    except ValueError:
        raise NoticeUnclear(text=line, problem="日期请写成 2026-10-01。") from None
    if working.lower() not in WORDS:
        raise NoticeUnclear(text=line, problem="working 一列请写 1（上班）或 0（放假）。")
    return NamedDay(day, WORDS[working.lower()], name)


def _add(named: dict[date, NamedDay], new: NamedDay, sentence: str) -> None:
    """Two holidays may share a day; a day both free and worked is a slip."""
    old = named.get(new.day)
    if old is None:
        named[new.day] = new
        return
    if old.working != new.working:
        problem = f"{new.day.month}月{new.day.day}日既写放假又写上班。"
        raise NoticeUnclear(text=sentence[:60], problem=problem)
    names = {*old.name.split("、"), *new.name.split("、")}
    joined = "、".join(name for name in HOLIDAYS if name in names) or old.name
    named[new.day] = NamedDay(new.day, new.working, joined)


def _checked(days: Iterable[NamedDay], year: int) -> tuple[NamedDay, ...]:
    """In order; each within the year or beside it, and worked only where the week would be free."""
    ordered = tuple(sorted(days, key=lambda each: each.day))
    for each in ordered:
        told = f"{each.day.year}年{each.day.month}月{each.day.day}日"
        if not date(year - 1, 12, 20) <= each.day <= date(year + 1, 1, 10):
            raise NoticeUnclear(text=told, problem=f"不在 {year} 年之内。")
        if not 1 <= len(each.name) <= 40:
            raise NoticeUnclear(text=told, problem="请写明节日名称，不超过 40 字。")
        if each.working and each.day.weekday() < 5:
            problem = f"这一天是周{WEEKDAYS[each.day.weekday()]}，本来就上班，不必写；请核对日期。"
            raise NoticeUnclear(text=f"{told}上班", problem=problem)
    return ordered
