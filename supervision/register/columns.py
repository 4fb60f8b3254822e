"""列对应: which column of a file holds which field of a register; Chinese headers are known by default."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from supervision.errors import SupervisionError
from supervision.register.tables import RegisterKind


class MissingColumns(SupervisionError):
    code = "missing_columns"
    status = 422
    sentence = "文件缺少必需的列：{columns}。文件中的列为：{found}。请补上这些列，或在导入时指定对应的列名。"


class DuplicateHeader(SupervisionError):
    code = "duplicate_header"
    status = 422
    sentence = "“{field}”对应了不止一列：{headers}。请删去多余的列，或在导入时指定用哪一列。"


class UnknownMapping(SupervisionError):
    code = "unknown_mapping"
    status = 422
    sentence = "列对应有误：{problem}"


@dataclass(frozen=True, slots=True)
class Field:
    """字段: its name in code, the headers it goes by (the first is ours), its longest value."""

    name: str
    headers: tuple[str, ...]
    limit: int
    required: bool = False

    @property
    def header(self) -> str:
        return self.headers[0]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """列对应结果: field → header of the file, and the headers nobody asked for."""

    kind: RegisterKind
    by_field: Mapping[str, str]
    unknown: tuple[str, ...]

    def header(self, field: str) -> str:
        """The header as the file has it, or the usual one where the file has none."""
        return self.by_field.get(field) or next(f.header for f in FIELDS[self.kind] if f.name == field)


ENTITY_FIELDS = (
    Field(
        "name",
        ("企业名称", "名称", "主体名称", "市场主体名称", "经营主体名称", "单位名称", "字号名称"),
        200,
        True,
    ),
    Field(
        "uscc",
        ("统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "统一社会信用代码/注册号"),
        40,
        True,
    ),
    Field("established", ("注册日期", "成立日期", "登记日期", "设立日期", "成立时间"), 40),
    Field("type_name", ("企业类型", "主体类型", "市场主体类型", "经营主体类型", "类型"), 100),
    Field("capital", ("注册资金", "注册资本", "注册资本（金）", "出资额"), 100),
    Field("scope", ("经营范围", "业务范围", "经营范围及方式"), 20_000),
    Field("province", ("所在省份", "省份", "省"), 100),
    Field("city", ("地区", "城市", "所在城市", "地市"), 100),
    Field("address", ("注册地址", "住所", "经营场所", "地址", "经营地址", "住所（经营场所）"), 300),
    Field("region", ("行政区划", "区划代码", "行政区划代码", "登记机关区划代码"), 100),
    Field("industry", ("行业", "行业门类", "行业代码", "所属行业"), 100),
    Field("tags", ("监管标签", "标签", "适用标签"), 400),
    Field("status", ("登记状态", "经营状态", "主体状态", "状态"), 100),
    Field("given_class", ("信用风险等级", "信用风险分类", "风险等级", "信用风险类别"), 20),
    Field("changes", ("变更次数", "登记事项变更次数"), 20),
    Field("abnormal_listings", ("列入异常次数", "列入经营异常名录次数", "异常次数"), 20),
    Field("penalties", ("处罚次数", "行政处罚次数"), 20),
    Field("complaints", ("投诉次数", "投诉举报次数"), 20),
    Field("last_finding", ("最近检查结果", "上次检查结果"), 100),
    Field("contact", ("联系人", "联络员"), 64),
    Field("phone", ("联系电话", "电话", "手机"), 64),
    Field("longitude", ("经度",), 40),
    Field("latitude", ("纬度",), 40),
)
INSPECTOR_FIELDS = (
    Field("code", ("工号", "人员编号", "员工编号"), 32, True),
    Field("name", ("姓名", "检查人员姓名", "人员姓名"), 64, True),
    Field("department", ("单位", "部门", "所在单位", "所属单位", "所属主体全称"), 100),
    Field("station", ("科所", "所属监管所", "监管所", "所属科所", "科室"), 100),
    Field("certificate", ("执法证号", "执法证件号", "执法证编号"), 64, True),
    Field("certificate_until", ("证件有效期", "执法证有效期", "有效期至", "证件有效期至"), 40, True),
    Field("region", ("执法区域", "区域", "行政区划代码", "管辖区划"), 100),
    Field("qualifications", ("执法类别", "岗位资格", "执法类别/岗位资格", "资格资质", "专业资格"), 400),
    Field("may_lead", ("可任组长", "组长", "能否任组长"), 20),
    Field("active", ("状态", "人员状态", "是否有效"), 20),
    Field("nature", ("人员性质", "执法人员性质"), 40),
    Field("phone", ("联系电话", "电话", "手机"), 64),
    Field("past_load", ("既往检查户数", "已检查户数"), 20),
)
ITEM_FIELDS = (
    Field("code", ("事项编号", "事项编码", "编号", "抽查事项编号", "序号"), 32, True),
    Field("subject", ("抽查类别", "抽查项目", "事项大类"), 100),
    Field("name", ("抽查事项", "事项名称", "抽查事项名称", "检查事项"), 200, True),
    Field("objects", ("检查对象", "抽查对象"), 200),
    Field("kind", ("事项类别", "事项类型", "事项类别（一般/重点）"), 20),
    Field("method", ("检查方式", "抽查方式"), 100),
    Field("inspecting_organ", ("检查主体", "实施主体", "抽查主体"), 100),
    Field("legal_basis", ("检查依据", "法律依据", "抽查依据"), 20_000),
    Field("tag", ("适用标签", "标签", "监管标签"), 100),
    Field("qualification", ("所需资格", "岗位资格", "人员要求"), 64),
    Field("ratio_min", ("比例下限", "抽查比例下限"), 20),
    Field("ratio_max", ("比例上限", "抽查比例上限"), 20),
    Field("published_url", ("清单公布网址", "公布网址", "清单网址"), 300),
)
FIELDS = {
    RegisterKind.ENTITY: ENTITY_FIELDS,
    RegisterKind.INSPECTOR: INSPECTOR_FIELDS,
    RegisterKind.ITEM: ITEM_FIELDS,
}


def headers_of(kind: RegisterKind) -> tuple[str, ...]:
    """Our own headers, for templates and for the files the demonstration writes."""
    return tuple(field.header for field in FIELDS[kind])


def map_columns(
    kind: RegisterKind, headers: Sequence[str], mapping: Mapping[str, str] | None = None
) -> ColumnMap:
    """Give each field its header: the one in ``mapping`` (field → header), else a known synonym.

    MissingColumns names the required fields without a column; DuplicateHeader two columns for one field.
    """
    chosen = _chosen(kind, headers, mapping or {})
    taken = set(chosen.values())
    for field in FIELDS[kind]:
        if field.name not in chosen and (header := _find(field, headers, taken)):
            chosen[field.name] = header
            taken.add(header)
    missing = [field.header for field in FIELDS[kind] if field.required and field.name not in chosen]
    if missing:
        found = "、".join(filter(None, headers))[:500] or "（无）"
        raise MissingColumns(columns="、".join(missing), found=found)
    ordered = {field.name: chosen[field.name] for field in FIELDS[kind] if field.name in chosen}
    return ColumnMap(
        kind, ordered, tuple(h for h in headers if h not in taken and not re.fullmatch(r"第\d+列", h))
    )


def looks_like_header(kind: RegisterKind, cells: Sequence[str]) -> bool:
    """Whether a line names every required field: titles above the header are passed over."""
    known = {tidy_header(cell) for cell in cells}
    return all(
        any(tidy_header(h) in known for h in (*field.headers, field.name))
        for field in FIELDS[kind]
        if field.required
    )


def tidy_header(header: str) -> str:
    """A header for comparison: half-width, without blanks, asterisks, （必填） or （2）."""
    text = unicodedata.normalize("NFKC", header)
    return re.sub(r"[\s*:]|\((?:必填|选填|可选|\d+)\)", "", text).casefold()


def _chosen(kind: RegisterKind, headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    names = {field.name: field.header for field in FIELDS[kind]}
    used: dict[str, str] = {}
    for field, header in mapping.items():
        if field not in names:
            raise UnknownMapping(problem=f"没有名为“{field}”的字段，可用字段：{'、'.join(names)}。")
        if header not in headers:
            raise UnknownMapping(problem=f"文件中没有名为“{header}”的列（用于“{names[field]}”）。")
        if header in used:
            raise UnknownMapping(problem=f"列“{header}”被同时用于“{names[used[header]]}”和“{names[field]}”。")
        used[header] = field
    return dict(mapping)


def _find(field: Field, headers: Sequence[str], taken: set[str]) -> str | None:
    free = [(header, tidy_header(header)) for header in headers if header and header not in taken]
    for synonym in (*field.headers, field.name):
        found = [header for header, tidy in free if tidy == tidy_header(synonym)]
        if len(found) > 1:
            raise DuplicateHeader(field=field.header, headers="、".join(found))
        if found:
            return found[0]
    return None
