"""主体特征: what kind of owner and how large an entity is, as far as the register tells; for statistics only.

Biased selection shows by ownership and by size first (domain.md 7.2), so that fairness is told by both.
"""

import re

from supervision.reference.entity_types import EntityKind

UNSTATED = "unstated"
OWNERSHIP_NAMES = {
    "state": "国有",
    "collective": "集体",
    "foreign": "外商和港澳台",
    "private": "个人独资、合伙",
    "company": "其他公司",
    "individual": "个体工商户",
    "cooperative": "农民专业合作社",
    UNSTATED: "类型未载明",
}
"""所有制类型, in the order in which the written type is searched for them."""
CAPITAL_NAMES = {
    "c1": "10 万元以下",
    "c2": "10–100 万元",
    "c3": "100–500 万元",
    "c4": "500–1000 万元",
    "c5": "1000–5000 万元",
    "c6": "5000 万元以上",
    "currency": "外币",
    UNSTATED: "资本未载明",
}
"""注册资本规模; a bound belongs to the larger group."""

_WRITTEN = (
    ("foreign", re.compile("外商|外国|外资|中外|港|澳|台")),
    ("state", re.compile("国有|全民")),
    ("collective", re.compile("集体|股份合作")),
    ("cooperative", re.compile("合作社")),
    ("individual", re.compile("个体")),
    ("private", re.compile("独资|合伙|私营")),
    ("company", re.compile("公司|有限责任|股份")),
)
_KINDS: dict[str, str] = {EntityKind.INDIVIDUAL: "individual", EntityKind.COOPERATIVE: "cooperative"}
_BOUNDS = ((10, "c1"), (100, "c2"), (500, "c3"), (1000, "c4"), (5000, "c5"))
_FOREIGN = re.compile("美元|港币|港元|欧元|日元|英镑|澳元|加元|加拿大|新加坡|韩元|法郎|马克|台币|外币")
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def ownership(kind: str, type_name: str) -> str:
    """所有制类型: a key of ``OWNERSHIP_NAMES``, from the registered type as written, else from the kind."""
    found = next((key for key, pattern in _WRITTEN if pattern.search(type_name)), None)
    return found or _KINDS.get(kind, UNSTATED)


def capital_band(written: str) -> str:
    """注册资本规模: a key of ``CAPITAL_NAMES``. Amounts are in 万元 unless they say 元 alone."""
    number = _NUMBER.search(written)
    if number is None:
        return UNSTATED
    if _FOREIGN.search(written):
        return "currency"
    amount = float(number[0].replace(",", ""))
    if "万" not in written and "元" in written:
        amount /= 10_000
    if amount <= 0:
        return UNSTATED
    return next((band for bound, band in _BOUNDS if amount < bound), "c6")
