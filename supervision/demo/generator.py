"""示范县: a county made up from a seed, written as the CSV files that the ordinary import reads.

Nothing here is real: the organisation part of every credit code begins with ``DE``, which is not issued,
people and telephones are marked 虚构, and web addresses end in ``.example``. The random numbers are for looks
alone; no draw rests on them.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from random import Random

from supervision.demo import words
from supervision.reference.regions import Region, region_table
from supervision.register.columns import headers_of
from supervision.register.tables import RegisterKind
from supervision.register.uscc import ALPHABET, check_character, organisation_code

COUNTY = "360681"
DIRTY_ONE_IN = 333
STATIONS = 6
PREFIXES = {"enterprise": "91", "individual": "92", "cooperative": "93"}
MIX = {"A": 0.60, "B": 0.25, "C": 0.10, "D": 0.05}
"""Wanted shares of risk classes; the facts are made so that the shipped scorecard yields about these."""
QUALIFICATIONS = (
    "食品安全检查员",
    "药品检查员",
    "医疗器械检查员",
    "特种设备安全监察员",
    "计量监督员",
)


@dataclass(frozen=True, slots=True)
class DemoRecusal:
    """回避: an inspector (工号) who must not visit an entity (credit code)."""

    inspector: str
    uscc: str
    reason: str


@dataclass(frozen=True, slots=True)
class DemoBase:
    """办公地点: the organ's own (no station), or that of a station."""

    name: str
    station: str
    latitude: float
    longitude: float
    cars: int


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """示范数据: the files, how many rows of the first are wrong on purpose, the recusals, the offices."""

    entities: Path
    inspectors: Path
    items: Path
    dirty: int
    recusals: tuple[DemoRecusal, ...]
    hours: Path
    """营业时间 of one entity in eight."""
    bases: tuple[DemoBase, ...]


@dataclass(frozen=True, slots=True)
class Trade:
    """行当: how common it is, its form, its word in the name, its section, and its scope."""

    weight: int
    form: str
    word: str
    section: str
    scope: str


class UnknownCounty(ValueError):
    """No region in force has this code."""


def write_demo(
    folder: Path,
    seed: int,
    *,
    today: date,
    entities: int = 20_000,
    inspectors: int = 60,
    items: int = 12,
    county: str = COUNTY,
) -> DemoFiles:
    """Write ``entities.csv``, ``inspectors.csv`` and ``items.csv`` ; the same seed, the same bytes.

    ``entities`` sound rows, and about 0.3 % more that the import must set aside.
    """
    place = _place(county)
    folder.mkdir(parents=True, exist_ok=True)
    people = write_inspectors(folder / "inspectors.csv", [county], inspectors, seed, today=today)
    rng = Random(f"{seed}/entities")
    rows = list(_entities(rng, place, today, entities))
    lines = _soiled(rng, rows, today)
    header = _line([*rows[0]] if rows else list(headers_of(RegisterKind.ENTITY)))
    _write(folder / "entities.csv", [header, *lines])
    write_items(folder / "items.csv", items)
    recusals = _recusals(Random(f"{seed}/recusals"), people, rows)
    _write_hours(folder / "hours.csv", Random(f"{seed}/hours"), rows)
    return DemoFiles(
        folder / "entities.csv",
        folder / "inspectors.csv",
        folder / "items.csv",
        len(lines) - len(rows),
        recusals,
        folder / "hours.csv",
        bases_of(county),
    )


def bases_of(county: str) -> tuple[DemoBase, ...]:
    """Where the teams of a county set out from: its seat, and its stations where their places are known.

    A county whose place is not known here is given that of the demo's own; none of its entities has
    coordinates either, so that nothing is driven by it.
    """
    seat = words.CENTRES.get(county, words.CENTRES[COUNTY])
    found = [DemoBase("局机关", "", seat[1], seat[0], 12)]
    if county in words.CENTRES:
        for town in words.towns(county)[1:STATIONS]:
            longitude, latitude = _middle(county, town)
            name = _station(town)
            found.append(DemoBase(name, name, round(latitude, 5), round(longitude, 5), 6))
    return tuple(found)


def _write_hours(path: Path, rng: Random, rows: Sequence[dict[str, str]]) -> None:
    some = [row["统一社会信用代码"] for row in rows if rng.random() < 1 / 8]
    lines = [_line([code, rng.choice(words.HOURS)]) for code in some]
    _write(path, [_line(["统一社会信用代码", "营业时间"]), *lines])


def write_inspectors(
    path: Path, counties: Sequence[str], per_county: int, seed: int, *, today: date
) -> list[str]:
    """Write inspectors for any counties, as for a real register; returns their numbers (工号).

    Each county has about six stations; one certificate in twenty has expired; every qualification has holders
    with a valid certificate, some of whom may lead.
    """
    rows: list[dict[str, str]] = []
    for county in counties:
        place = _place(county)
        rng = Random(f"{seed}/inspectors/{county}")
        rows.extend(_inspector(rng, place, number, today) for number in range(1, per_county + 1))
    header = list(rows[0]) if rows else list(headers_of(RegisterKind.INSPECTOR))
    _write(path, [_line(header), *(_line(list(row.values())) for row in rows)])
    return [row["工号"] for row in rows]


def write_items(path: Path, count: int = 12) -> None:
    """Write the first ``count`` of the twelve items, in the form of the national list."""
    lines = files(__package__).joinpath("items.csv").read_text("utf-8").splitlines()
    if not 0 < count < len(lines):
        raise ValueError(f"there are {len(lines) - 1} items, {count} were asked for")
    _write(path, [line + "\n" for line in lines[: count + 1]])


@cache
def trades() -> tuple[Trade, ...]:
    """The trades of the county, from ``trades.csv``."""
    text = files(__package__).joinpath("trades.csv").read_text("utf-8")
    return tuple(
        Trade(int(line["weight"]), line["form"], line["trade"], line["section"], line["scope"])
        for line in csv.DictReader(io.StringIO(text))
    )


def _place(county: str) -> Region:
    region = region_table().resolve(county)
    if region is None:
        raise UnknownCounty(county)
    return region


def _entities(rng: Random, place: Region, today: date, count: int) -> Iterator[dict[str, str]]:
    weights = list(accumulate(trade.weight for trade in trades()))
    names: set[str] = set()
    codes: set[str] = set()
    while len(names) < count:
        trade = rng.choices(trades(), cum_weights=weights)[0]
        town = rng.choice(words.towns(place.code))
        name = _name(rng, place, town, trade)
        code = _uscc(rng, PREFIXES[trade.form], place.code)
        if name in names or code in codes:
            continue
        names.add(name)
        codes.add(code)
        yield _entity(rng, place, town, trade, name, code, today)


def _entity(
    rng: Random, place: Region, town: str, trade: Trade, name: str, code: str, today: date
) -> dict[str, str]:
    risk = rng.choices(list(MIX), weights=list(MIX.values()))[0]
    longitude, latitude = _position(rng, place.code, town)
    return {
        "企业名称": name,
        "统一社会信用代码": code,
        "企业类型": words.TYPES[trade.form],
        "注册资金": _capital(rng, trade),
        "经营范围": f"{trade.scope.removesuffix('。')}。{words.SCOPE_TAIL if rng.random() < 0.7 else ''}",
        "注册地址": f"{place.full_name}{town}{rng.choice(words.STREETS)}{rng.randint(1, 388)}号",
        "行政区划": place.code,
        "登记状态": rng.choices(("存续", "注销", "吊销"), weights=(975, 15, 10))[0],
        **_facts(rng, risk, today),
        "联系人": f"{rng.choice(words.SURNAME_POOL)}{rng.choice(('先生', '女士'))}（虚构）",
        "联系电话": f"000-{rng.randint(0, 9_999_999):07d}（虚构）",
        "经度": longitude,
        "纬度": latitude,
    }


def _name(rng: Random, place: Region, town: str, trade: Trade) -> str:
    brand = rng.choice(words.BRAND_FIRST) + rng.choice(words.BRAND_SECOND)
    match trade.form:
        case "individual":
            return f"{place.name}{town}{brand}{trade.word}"
        case "cooperative":
            return f"{place.name}{brand}{trade.word}专业合作社"
        case _ if trade.word == "加油站":
            return f"{place.name}{brand}加油站有限公司"
        case _:
            return f"{place.name}{brand}{trade.word}有限公司"


def _uscc(rng: Random, prefix: str, county: str) -> str:
    body = organisation_code("DE" + "".join(rng.choices(ALPHABET, k=6)))
    return (half := f"{prefix}{county}{body}") + check_character(half)


def _facts(rng: Random, risk: str, today: date) -> dict[str, str]:
    """Age and facts that put an entity into its class: a clean record, a young firm or a blot, several, many.

    Recent years are the fullest.
    """
    years = min(3.1 + rng.expovariate(1 / 5), 40.0)
    abnormal = penalties = complaints = 0
    if risk == "A":
        complaints = rng.choices((0, 1, 2), weights=(88, 9, 3))[0]
    elif risk == "B" and rng.random() < 0.75:
        years = rng.uniform(0.02, 2.9)
    elif risk == "B":
        abnormal, penalties, complaints = rng.choice(((1, 0, 0), (0, 1, 3), (1, 0, 1)))
    elif risk == "C":
        abnormal, penalties, complaints = 1, 1, rng.randint(3, 9)
    else:
        abnormal, penalties, complaints = rng.randint(2, 4), rng.randint(2, 5), rng.randint(10, 24)
    checked = rng.random() < {"A": 0.3, "B": 0.05, "C": 0.7, "D": 0.8}[risk]
    finding = rng.choice({"A": "1", "B": "1", "C": "5", "D": "2358"}[risk])
    return {
        "注册日期": (today - timedelta(days=int(years * 365.25) + 1)).isoformat(),
        "变更次数": str(rng.choices((0, 1, 2, 3, 5), weights=(60, 25, 8, 5, 2))[0]),
        "列入异常次数": str(abnormal),
        "处罚次数": str(penalties),
        "投诉次数": str(complaints),
        "最近检查结果": finding if checked else "",
    }


def _capital(rng: Random, trade: Trade) -> str:
    if trade.form == "individual":
        return f"{rng.choice((1, 2, 3, 5, 8, 10, 20))}万元人民币"
    return f"{rng.choice((10, 50, 100, 200, 500, 1000, 2000, 5000))}.0000(万元人民币)"


def _position(rng: Random, county: str, town: str) -> tuple[str, str]:
    """Around the middle of the entity's town; empty for a county whose position is not known here."""
    if county not in words.CENTRES:
        return "", ""
    longitude, latitude = _middle(county, town)
    return f"{longitude + rng.gauss(0, 0.02):.5f}", f"{latitude + rng.gauss(0, 0.02):.5f}"


def _middle(county: str, town: str) -> tuple[float, float]:
    """Longitude and latitude of the middle of a town."""
    centre, angle = words.CENTRES[county], Random(f"{county}/{town}")
    return centre[0] + angle.uniform(-0.22, 0.22), centre[1] + angle.uniform(-0.28, 0.28)


def _station(town: str) -> str:
    return f"{town.removesuffix('街道').removesuffix('镇')}市场监督管理所"


def _inspector(rng: Random, place: Region, number: int, today: date) -> dict[str, str]:
    """The n-th inspector of a county; stations, qualifications and expiry go round by number."""
    towns = words.towns(place.code)[:STATIONS]
    expired = number % 20 == 7
    days = -rng.randint(10, 300) if expired else rng.randint(200, 1500)
    own = QUALIFICATIONS[number % len(QUALIFICATIONS)]
    also = [q for q in QUALIFICATIONS if q != own and rng.random() < 0.2]
    return {
        "工号": f"{place.code}-{number:03d}",
        "姓名": rng.choice(words.SURNAME_POOL) + "".join(rng.sample(words.GIVEN, rng.choice((1, 2, 2)))),
        "单位": f"{place.name}市场监督管理局",
        "科所": _station(towns[number % len(towns)]),
        "执法证号": f"示例{place.code}{number:05d}",
        "证件有效期": (today + timedelta(days=days)).isoformat(),
        "执法区域": place.code,
        "执法类别": "、".join(["综合执法", own, *also]),
        "可任组长": "是" if number // len(QUALIFICATIONS) % 3 == 0 else "否",
        "状态": "调离" if number % 60 == 41 else "在岗",
        "人员性质": "公务员",
        "既往检查户数": str(rng.choices((0, 2, 4, 6, 9), weights=(40, 20, 20, 15, 5))[0]),
    }


def _recusals(rng: Random, people: Sequence[str], rows: Sequence[dict[str, str]]) -> tuple[DemoRecusal, ...]:
    count = min(5, len(people), len(rows))
    pairs = zip(rng.sample(people, count), rng.sample(rows, count), strict=True)
    return tuple(
        DemoRecusal(person, row["统一社会信用代码"], reason)
        for (person, row), reason in zip(pairs, words.RECUSAL_REASONS, strict=False)
    )


def _soiled(rng: Random, rows: Sequence[dict[str, str]], today: date) -> list[str]:
    """The rows as lines of CSV, with one wrong line in 333, of every kind the import sets aside."""
    lines = [_line(list(row.values())) for row in rows]
    wanted = -(-len(rows) // DIRTY_ONE_IN) if rows else 0
    places = sorted((rng.randrange(1, len(rows) + 1) for _ in range(wanted)), reverse=True)
    for kind, at in enumerate(places):
        lines.insert(at, _dirty(rng, kind, rows[at - 1], today))
    return lines


def _dirty(rng: Random, kind: int, row: dict[str, str], today: date) -> str:
    form = row["统一社会信用代码"][:2]
    fresh = _uscc(rng, form, row["行政区划"])
    wrong = ALPHABET[(ALPHABET.index(fresh[17]) + 1) % 31]
    sound = row | {"统一社会信用代码": fresh}
    match kind % 10:
        case 0:
            return _line(list((sound | {"统一社会信用代码": fresh[:17] + wrong}).values()))
        case 1:
            return _line(list((row | {"企业名称": row["企业名称"] + "（重复登记）"}).values()))
        case 2:
            return _line(list((sound | {"企业名称": ""}).values()))
        case 3:
            return _line(list((sound | {"注册日期": "2019-02-30"}).values()))
        case 4:
            later = today + timedelta(days=400)
            return _line(list((sound | {"注册日期": later.isoformat()}).values()))
        case 5:
            return _line(list((sound | {"行政区划": "999999"}).values()))
        case 6:
            return '"' + ",".join(sound.values()) + "\n"
        case 7:
            return _line([*sound.values(), "多出的一列"])
        case 8:
            return _line(list((sound | {"投诉次数": "若干"}).values()))
        case _:
            return _line(list((sound | {"统一社会信用代码": fresh[:15]}).values()))


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\ufeff" + "".join(lines), encoding="utf-8", newline="")
