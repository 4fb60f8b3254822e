"""名录库导入规则: from a row as read to a row that may be kept, or why it is set aside.

Pure decisions: what is known of regions, industries and keywords, and which day it is, come in with
``Context``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from supervision.people.rules import scope_of
from supervision.reference.entity_types import EntityKind, EntityTypeTable, entity_type_table
from supervision.reference.industries import IndustryTable, industry_table
from supervision.reference.regions import RegionTable, region_table
from supervision.reference.results import result_codes
from supervision.reference.tags import KeywordTable, keyword_table
from supervision.register.columns import ColumnMap
from supervision.register.parsing import RAW, RawRow, RegisterFile
from supervision.register.reasons import SENTENCES, Reason
from supervision.register.tables import EntityStatus, ItemKind, RegisterKind
from supervision.register.uscc import is_valid, tidy
from supervision.register.values import Cells, Refused

TAGS_LIMIT = 398
"""Characters of all tags joined by single spaces (the table keeps one more space at each end)."""
STATUSES = {
    "存续": EntityStatus.ACTIVE,
    "在营": EntityStatus.ACTIVE,
    "在业": EntityStatus.ACTIVE,
    "在册": EntityStatus.ACTIVE,
    "开业": EntityStatus.ACTIVE,
    "正常": EntityStatus.ACTIVE,
    "登记成立": EntityStatus.ACTIVE,
    "有效": EntityStatus.ACTIVE,
    "迁入": EntityStatus.ACTIVE,
    "ACTIVE": EntityStatus.ACTIVE,
    "注销": EntityStatus.CANCELLED,
    "已注销": EntityStatus.CANCELLED,
    "CANCELLED": EntityStatus.CANCELLED,
    "吊销": EntityStatus.REVOKED,
    "已吊销": EntityStatus.REVOKED,
    "撤销": EntityStatus.REVOKED,
    "REVOKED": EntityStatus.REVOKED,
    "迁出": EntityStatus.MOVED_OUT,
    "已迁出": EntityStatus.MOVED_OUT,
    "MOVED_OUT": EntityStatus.MOVED_OUT,
}
YES_NO = {
    **dict.fromkeys(("是", "可", "能", "Y", "TRUE", "1", "√"), True),
    **dict.fromkeys(("否", "不", "N", "FALSE", "0", "×"), False),
}
IN_OFFICE = {
    **dict.fromkeys(("在岗", "在职", "有效", "正常", "启用", "是", "TRUE", "1"), True),
    **dict.fromkeys(
        ("失效", "无效", "停用", "离岗", "离职", "调离", "退休", "注销", "否", "FALSE", "0"), False
    ),
}
ITEM_KINDS = {
    "一般": ItemKind.GENERAL,
    "GENERAL": ItemKind.GENERAL,
    "重点": ItemKind.KEY,
    "KEY": ItemKind.KEY,
}
NO_OFFICER = re.compile("辅助|辅警|协管|网格|临时|临聘|编外|劳务派遣|第三方|实习|志愿")
"""R8: these may not count as inspectors."""


@dataclass(frozen=True, slots=True)
class Context:
    """判断依据: the tables in force, the day of the import, and the importing organ's region."""

    today: date
    region_prefix: str = ""
    regions: RegionTable = field(default_factory=region_table)
    industries: IndustryTable = field(default_factory=industry_table)
    types: EntityTypeTable = field(default_factory=entity_type_table)
    keywords: KeywordTable = field(default_factory=keyword_table)


@dataclass(frozen=True, slots=True)
class Rejected:
    """待处理行: why the row was set aside, the column and cell at fault, and a sentence for the clerk."""

    line: int
    reason: Reason
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class EntityRow:
    """检查对象一行. ``industry`` and ``tags`` are ``inferred`` unless the file gives the industry.

    The risk facts and ``given_class`` are None where the file does not say; they leave what is known
    untouched.
    """

    line: int
    uscc: str
    name: str
    kind: EntityKind
    type_name: str
    established: date | None
    capital: str
    scope: str
    address: str
    region_code: str
    industry: str | None
    tags: tuple[str, ...]
    inferred: bool
    status: EntityStatus
    contact: str
    phone: str
    longitude: float | None
    latitude: float | None
    given_class: str | None
    changes: int | None
    abnormal_listings: int | None
    penalties: int | None
    complaints: int | None
    last_finding: int | None

    @property
    def key(self) -> str:
        return self.uscc


@dataclass(frozen=True, slots=True)
class InspectorRow:
    """执法检查人员一行; ``region_prefix`` is 2, 4 or 6 digits."""

    line: int
    code: str
    name: str
    department: str
    station: str
    certificate: str
    certificate_until: date
    region_prefix: str
    qualifications: tuple[str, ...]
    may_lead: bool
    active: bool
    phone: str
    past_load: int

    @property
    def key(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class ItemRow:
    """抽查事项一行; ratios in parts per million; ``tag`` is a tag's code, empty for all entities."""

    line: int
    code: str
    subject: str
    name: str
    kind: ItemKind
    objects: str
    method: str
    inspecting_organ: str
    legal_basis: str
    tag: str
    qualification: str
    ratio_min_ppm: int | None
    ratio_max_ppm: int | None
    published_url: str

    @property
    def key(self) -> str:
        return self.code


RegisterRow = EntityRow | InspectorRow | ItemRow


def judge_entity(row: RawRow, columns: ColumnMap, context: Context) -> EntityRow | Rejected:
    """判断检查对象: required name and credit code, plausible dates, a known region."""
    return _judged(row, columns, context, _entity)


def judge_inspector(row: RawRow, columns: ColumnMap, context: Context) -> InspectorRow | Rejected:
    """判断执法检查人员: an officer (R8) with a certificate and the day it ends (R7)."""
    return _judged(row, columns, context, _inspector)


def judge_item(row: RawRow, columns: ColumnMap, context: Context) -> ItemRow | Rejected:
    """判断抽查事项: its number and name; what it lacks for a task is asked when the task is drawn up (R1)."""
    return _judged(row, columns, context, _item)


JUDGES: Mapping[RegisterKind, Callable[[RawRow, ColumnMap, Context], RegisterRow | Rejected]] = {
    RegisterKind.ENTITY: judge_entity,
    RegisterKind.INSPECTOR: judge_inspector,
    RegisterKind.ITEM: judge_item,
}


def judge_file(file: RegisterFile, context: Context) -> Iterator[tuple[RawRow, RegisterRow | Rejected]]:
    """Judge every row of a file in order; a key met before among the rows taken is a duplicate."""
    judge, columns = JUDGES[file.columns.kind], file.columns
    taken: dict[str, int] = {}
    key_header = columns.header("uscc" if columns.kind == RegisterKind.ENTITY else "code")
    for row in file.rows():
        judged = judge(row, columns, context)
        if not isinstance(judged, Rejected):
            first = taken.setdefault(judged.key, row.line)
            if first != row.line:
                message = f"“{key_header}”与第 {first} 行重复，已保留第 {first} 行。"
                judged = Rejected(row.line, Reason.DUPLICATE, key_header, judged.key, message)
        yield row, judged


Row = TypeVar("Row", EntityRow, InspectorRow, ItemRow)


def _judged(
    row: RawRow, columns: ColumnMap, context: Context, judge: Callable[[int, Cells, Context], Row]
) -> Row | Rejected:
    if row.problem:
        return Rejected(row.line, row.problem, "", row.cells.get(RAW, "")[:200], SENTENCES[row.problem])
    try:
        return judge(row.line, Cells(row.cells, columns), context)
    except Refused as refused:
        return Rejected(row.line, refused.reason, refused.column, refused.value, refused.message)


def _entity(line: int, cells: Cells, context: Context) -> EntityRow:
    name = cells.required("name")
    uscc = _uscc(cells)
    scope, type_name = cells.text("scope") or "", cells.text("type_name") or ""
    industry, tags, inferred = _activity(cells, context, name, scope)
    longitude, latitude = _place(cells)
    return EntityRow(
        line=line,
        uscc=uscc,
        name=name,
        kind=context.types.kind(type_name, name, uscc),
        type_name=type_name,
        established=cells.day("established", context.today),
        capital=cells.text("capital") or "",
        scope=scope,
        address=cells.text("address") or "",
        region_code=_region(cells, context, uscc),
        industry=industry,
        tags=tags,
        inferred=inferred,
        status=cells.choice("status", STATUSES, EntityStatus.ACTIVE),
        contact=cells.text("contact") or "",
        phone=cells.text("phone") or "",
        longitude=longitude,
        latitude=latitude,
        given_class=_given_class(cells),
        changes=cells.count("changes"),
        abnormal_listings=cells.count("abnormal_listings"),
        penalties=cells.count("penalties"),
        complaints=cells.count("complaints"),
        last_finding=_last_finding(cells),
    )


def _uscc(cells: Cells) -> str:
    written = cells.required("uscc")
    uscc = tidy(written)
    if is_valid(uscc):
        return uscc
    if len(uscc) != 18:
        raise cells.refuse(Reason.BAD_USCC, "uscc", f"统一社会信用代码应为 18 位，实为 {len(uscc)} 位。")
    raise cells.refuse(Reason.BAD_USCC, "uscc", "统一社会信用代码的校验位不符，请核对是否录入有误。")


def _region(cells: Cells, context: Context, uscc: str) -> str:
    """The region given, whose code may be of 6, 9 or 12 digits; else characters 3 to 8 of the credit code."""
    given = cells.text("region")
    if given is None:
        code = uscc[2:8]
    else:
        code = given[:6] if re.fullmatch(r"\d{6}(?:\d{3}){0,2}", given, re.ASCII) else ""
        code = code or context.regions.find(given) or given
    if context.regions.resolve(code) is None:
        where = "行政区划" if given else "统一社会信用代码第 3 至 8 位"
        message = f"{where}“{code[:40]}”不在区划表中，请核对，或在“行政区划”列填写现行六位代码。"
        raise cells.refuse(Reason.UNKNOWN_REGION, "region" if given else "uscc", message)
    return code


def _activity(
    cells: Cells, context: Context, name: str, scope: str
) -> tuple[str | None, tuple[str, ...], bool]:
    """Section and tags: as given, else inferred from name and scope."""
    section, tags = None, _tags(cells, "tags", context.keywords)
    if given := cells.text("industry"):
        section = context.industries.section_of(given)
        if section is None:
            message = f"行业“{given[:40]}”不是国民经济行业分类（GB/T 4754—2017）的代码或名称。"
            raise cells.refuse(Reason.UNKNOWN_VALUE, "industry", message)
    if section and tags:
        return section, tags, False
    inferred = context.keywords.classify(name, scope)
    return section or inferred.section, tags or _fitting(inferred.tags), section is None


def _fitting(tags: tuple[str, ...]) -> tuple[str, ...]:
    while len(" ".join(tags)) > TAGS_LIMIT:
        tags = tags[:-1]
    return tags


def _tags(cells: Cells, field: str, keywords: KeywordTable) -> tuple[str, ...]:
    found = cells.listed(field)
    if not found:
        return ()
    codes = {name: code for code, name in keywords.tags.items()} | {code: code for code in keywords.tags}
    if wrong := [tag for tag in found if tag not in codes]:
        message = f"标签“{'、'.join(wrong)[:100]}”不在关键词表中。"
        raise cells.refuse(Reason.UNKNOWN_VALUE, field, message)
    return tuple(sorted({codes[tag] for tag in found}))


def _place(cells: Cells) -> tuple[float | None, float | None]:
    longitude, latitude = cells.degrees("longitude", 73, 136), cells.degrees("latitude", 3, 54)
    if (longitude is None) != (latitude is None):
        missing = "longitude" if longitude is None else "latitude"
        raise cells.refuse(Reason.MISSING_VALUE, missing, "经度和纬度应同时填写。")
    return longitude, latitude


def _given_class(cells: Cells) -> str | None:
    written = cells.text("given_class")
    if written is None:
        return None
    match = re.fullmatch(r"([A-D])[级类]?", tidy(written))
    if match is None:
        raise cells.refuse(Reason.UNKNOWN_VALUE, "given_class", "信用风险等级应为 A、B、C、D 之一。")
    return match[1]


def _last_finding(cells: Cells) -> int | None:
    written = cells.text("last_finding")
    if written is None:
        return None
    for code, result in result_codes().items():
        if written in (str(code), result.name, f"{code}.{result.name}", f"{code} {result.name}"):
            return code
    message = "最近检查结果应为国家八类结果的编号（1 至 8）或名称。"
    raise cells.refuse(Reason.UNKNOWN_VALUE, "last_finding", message)


def _inspector(line: int, cells: Cells, context: Context) -> InspectorRow:
    nature = cells.text("nature")
    if nature and NO_OFFICER.search(nature):
        message = f"“{nature}”不得作为执法检查人员进入名录库。"
        raise cells.refuse(Reason.NOT_OFFICER, "nature", message)
    code, name, certificate = cells.required("code"), cells.required("name"), cells.required("certificate")
    cells.required("certificate_until")
    until = cells.day("certificate_until")
    assert until is not None
    return InspectorRow(
        line=line,
        code=code,
        name=name,
        department=cells.text("department") or "",
        station=cells.text("station") or "",
        certificate=certificate,
        certificate_until=until,
        region_prefix=_area(cells, context),
        qualifications=cells.listed("qualifications"),
        may_lead=cells.choice("may_lead", YES_NO, False),
        active=cells.choice("active", IN_OFFICE, True),
        phone=cells.text("phone") or "",
        past_load=cells.count("past_load") or 0,
    )


def _area(cells: Cells, context: Context) -> str:
    """执法区域 as a prefix: 360681, 3606 or 36; trailing zeros and names are understood."""
    written = cells.text("region")
    if written is None:
        return context.region_prefix
    found = context.regions.find(written)
    code = found or written
    if re.fullmatch(r"\d{2}|\d{4}|\d{6}", code, re.ASCII) and context.regions.resolve(code.ljust(6, "0")):
        return scope_of(code)
    message = f"执法区域“{written[:40]}”不在区划表中，请填写 2、4 或 6 位区划代码。"
    raise cells.refuse(Reason.UNKNOWN_REGION, "region", message)


def _item(line: int, cells: Cells, context: Context) -> ItemRow:
    code, name = cells.required("code"), cells.required("name")
    tags = _tags(cells, "tag", context.keywords)
    if len(tags) > 1:
        raise cells.refuse(Reason.UNKNOWN_VALUE, "tag", "一个事项只能填一个适用标签。")
    least, most = cells.ppm("ratio_min"), cells.ppm("ratio_max")
    if least is not None and most is not None and least > most:
        raise cells.refuse(Reason.BAD_NUMBER, "ratio_max", "比例上限不能低于比例下限。")
    url = cells.text("published_url") or ""
    if url and not re.match(r"https?://", url, re.IGNORECASE):
        message = "清单公布网址应以 http:// 或 https:// 开头。"
        raise cells.refuse(Reason.UNKNOWN_VALUE, "published_url", message)
    return ItemRow(
        line=line,
        code=code,
        subject=cells.text("subject") or "",
        name=name,
        kind=cells.choice("kind", ITEM_KINDS, ItemKind.GENERAL),
        objects=cells.text("objects") or "",
        method=cells.text("method") or "",
        inspecting_organ=cells.text("inspecting_organ") or "",
        legal_basis=cells.text("legal_basis") or "",
        tag=tags[0] if tags else "",
        qualification=cells.text("qualification") or "",
        ratio_min_ppm=least,
        ratio_max_ppm=most,
        published_url=url,
    )
