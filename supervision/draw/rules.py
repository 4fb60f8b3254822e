"""Decisions on draws, on plain values: parties, public paths, and the plan's fields."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from solver.canonical import Alg
from solver.plan import VERSION
from solver.rates import FixedMode, RateMode
from supervision.draw.tables import DrawParty, DrawState, PartyKind
from supervision.errors import InvalidInput, SupervisionError
from supervision.people.tables import AccountRole, Role
from supervision.transparency.rules import moment_text

STATE_NAMES = {
    DrawState.FROZEN: "已冻结，待审批",
    DrawState.APPROVED: "已审批，待揭示",
    DrawState.CLOSED: "已抽取并结案",
    DrawState.VOID: "已作废",
}
KIND_NAMES = {
    PartyKind.ORGANISER: "组织方",
    PartyKind.DISCIPLINE: "纪检监察",
    PartyKind.ENTERPRISE: "企业代表",
    PartyKind.OTHER: "其他",
}
VOID_REASONS = {
    "party-absent": "有参与方未能揭示",
    "register-error": "名录或等级有误",
    "plan-error": "任务设置有误",
    "secret-leaked": "随机数泄露",
    "ordered-by-superior": "上级要求停止",
}
REST = "rest"
"""The stratum into which small industries, or small counties, are put together."""


class TooFewParties(SupervisionError):
    code = "too_few_parties"
    status = 422
    sentence = "抽取的参与方须包括{wanted}，其中至少一个是不编制任务的见证人。现在缺少：{absent}。"


class NotAParty(SupervisionError):
    code = "not_a_party"
    status = 403
    sentence = "您不是本次抽取的参与方。"


class AlreadyCommitted(SupervisionError):
    code = "already_committed"
    status = 409
    sentence = "“{title}”已经提交过承诺，不能更改。"


class CommitmentReused(SupervisionError):
    code = "commitment_reused"
    status = 409
    sentence = "这份承诺已有参与方提交过，或在以前的抽取中用过。请重新生成随机数，再提交它的承诺。"


class CommitmentMissing(SupervisionError):
    code = "commitment_missing"
    status = 409
    sentence = "以下参与方还没有提交承诺：{titles}。全部提交后才能冻结。"


class RevealMissing(SupervisionError):
    code = "reveal_missing"
    status = 409
    sentence = "以下参与方还没有揭示随机数：{titles}。全部揭示后才能抽取。"


class RevealRefused(SupervisionError):
    code = "reveal_refused"
    status = 422
    sentence = "随机数与先前提交的承诺不一致。请核对是否为提交承诺时保存的那一份（64 位十六进制）。"


class BadHex(SupervisionError):
    code = "bad_hex"
    status = 422
    sentence = "“{field}”应为 64 位十六进制字符（0-9、a-f）。"


class FourEyes(SupervisionError):
    code = "four_eyes"
    status = 403
    sentence = "编制或冻结任务的人不能审批同一任务，请由另一名审批人办理。"


class StillSealed(SupervisionError):
    code = "still_sealed"
    status = 409
    sentence = "抽取 {draw_id} 还没有启封，启封之前不公开任何抽中对象。请先启封，再{act}。"


class NothingToDraw(SupervisionError):
    code = "nothing_to_draw"
    status = 422
    sentence = "按当前范围没有可抽取的对象。请检查区划、行业、标签和等级快照。"


class EarlierDrawOpen(SupervisionError):
    code = "earlier_draw_open"
    status = 409
    sentence = "本机关的抽取 {draw_id} 还没有结案或作废。抽取须依次进行，每一次都接续上一次的结案记录。"


def parse_hex(text: str, field: str) -> bytes:
    """32 bytes typed as 64 hex digits; blanks, capitals and full-width characters are forgiven."""
    cleaned = "".join(unicodedata.normalize("NFKC", text).split()).lower()
    try:
        value = bytes.fromhex(cleaned)
    except ValueError:
        raise BadHex(field=field) from None
    if len(value) != 32:
        raise BadHex(field=field)
    return value


def missing(parties: Iterable[DrawParty], attribute: str) -> str:
    """The titles of the parties that have not committed (or revealed) yet."""
    return "、".join(party.title for party in parties if not getattr(party, attribute))


def is_blinded(
    by_class: bool, publish_drawn_list: bool, *, sealed: bool = False, shared: bool = False
) -> bool:
    """盲化: where the confidential class enters the draw, and where nobody may know yet who is drawn.

    An open frame is public from the approval on, and whoever has the seed has the list with it: so a
    ``sealed`` draw is blinded as well, whose parties could put their secrets together. The draws of a
    campaign (``shared``) are blinded alike.
    """
    return by_class or not publish_drawn_list or sealed or shared


def kinds_of(text: str) -> tuple[PartyKind, ...]:
    """参与方类别 as a setting names them, separated by blanks or commas."""
    names = text.replace(",", " ").split()
    if unknown := [name for name in names if name not in list(PartyKind)]:
        raise InvalidInput(
            field="DR_PARTY_KINDS", problem=f"没有“{unknown[0]}”这一类，可用：{'、'.join(PartyKind)}。"
        )
    return tuple(dict.fromkeys(PartyKind(name) for name in names))


def check_parties(parties: Iterable[DrawParty], wanted: Sequence[PartyKind], witnessed: bool) -> None:
    """Refuse a draw without one party of each wanted kind, or without a witness that plans no tasks."""
    named = {party.kind for party in parties}
    absent = [KIND_NAMES[kind] for kind in wanted if kind not in named]
    if not witnessed:
        absent.append("见证人")
    if absent:
        kinds = "、".join(KIND_NAMES[kind] for kind in wanted) or "见证人"
        raise TooFewParties(wanted=kinds, absent="、".join(absent))


def has_witness(grants: Iterable[AccountRole], organiser: str, usernames: Mapping[int, str]) -> bool:
    """Whether some party is a witness and nothing but a witness: no planner, and not who drew up the task."""
    roles: dict[int, set[Role]] = {}
    for grant in grants:
        roles.setdefault(grant.account_id, set()).add(grant.role)
    return any(
        Role.WITNESS in held and Role.PLANNER not in held and usernames[account_id] != organiser
        for account_id, held in roles.items()
    )


def public_paths(expected: Mapping[tuple[str, str], Fraction], least: int) -> dict[tuple[str, str], str]:
    """公开分层: the path of every (region, industry), coarse enough that each drawn entity hides.

    A path must expect more than ``least`` drawn entities (draw/1 keeps its total within 1 of that): who
    knows the register can tell which path is which by its size, and a path in which a single entity is
    drawn would betray that entity's class. Small industries of a county share ``county/rest``; small
    counties share ``rest``. ``expected``: number drawn of each group (draw/1 part 3, R27).
    """
    counties: dict[str, Fraction] = {}
    for (region, _), number in expected.items():
        counties[region] = counties.get(region, Fraction(0)) + number
    apart = _kept_apart(counties, least)
    paths: dict[tuple[str, str], str] = {}
    for region in counties:
        industries = {industry: n for (county, industry), n in expected.items() if county == region}
        own = _kept_apart(industries, least)
        for industry in industries:
            whole = region if region in apart else REST
            fine = region in apart and len(own) > 0
            label = industry if industry in own else REST
            paths[region, industry] = f"{whole}/{label}" if fine else whole
    return paths


def _kept_apart(groups: Mapping[str, Fraction], least: int) -> set[str]:
    """The groups large enough to stand alone, such that the others together are large enough as well."""
    kept = {name for name, number in groups.items() if number > least}
    rest = sum((number for name, number in groups.items() if name not in kept), Fraction(0))
    for name in sorted(kept, key=lambda name: (groups[name], name)):
        if rest == 0 or rest > least:
            break
        kept.remove(name)
        rest += groups[name]
    return kept


def _ascii_code(code: str) -> str:
    """An item's code as a plan can hold it: codes with other characters are shortened to their digest."""
    plain = re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}", code)
    return code if plain else hashlib.sha256(code.encode()).hexdigest()[:16]


def plan_fields(
    *,
    draw_id: str,
    prev: str,
    register_root: str,
    register_n: int,
    commits: Sequence[str],
    mode: RateMode | FixedMode,
    blinded: bool,
    min_anonymity: int,
    inspector_root: str,
    items: Sequence[str],
    alg: Alg = "sha256",
    exclusion: Mapping[str, str] | None,
    beacon: tuple[str, int] | None = None,
    lotteries: Sequence[Mapping[str, str]] = (),
    open_by: datetime | None = None,
    campaign: str | None = None,
    unit: tuple[str, int] | None = None,
) -> dict[str, Any]:
    """The fields of ``plan.json`` (draw/1 parts 3 and 4): one ``null`` for each public source, beacon first.

    ``commits``: the parties'. ``beacon``: chain and round. ``open_by``: only of a sealed draw.
    ``unit``: what teams are drawn for, and its size, where that is not each entity.
    """
    sources = (beacon is not None) + len(lotteries)
    fields: dict[str, Any] = {
        "v": VERSION,
        "draw_id": draw_id,
        "prev": prev,
        "register_root": register_root,
        "register_n": register_n,
        "commits": [*commits, *[None] * sources],
        "inspector_root": inspector_root,
        "items": [_ascii_code(code) for code in items],
        "frame": "blinded" if blinded else "open",
        "min_anonymity": min_anonymity,
    }
    if alg != "sha256":
        fields["alg"] = alg
    if isinstance(mode, RateMode):
        fields |= {"mode": "rate", "den": mode.den, "rates": dict(mode.rates)}
    else:
        fields |= {"mode": "fixed", "n": mode.n, "weights": dict(mode.weights)}
    if exclusion is not None:
        fields["exclusion"] = dict(exclusion)
    if beacon is not None:
        fields["beacon"] = {"chain": beacon[0], "round": beacon[1]}
    if lotteries:
        fields["lottery"] = [{"game": each["game"], "issue": each["issue"]} for each in lotteries]
    if open_by is not None:
        fields |= {"disclosure": "sealed", "open_by": moment_text(open_by)}
    if campaign is not None:
        fields["campaign"] = campaign
    if unit is not None:
        fields |= {"draw_unit": unit[0], "unit_size": unit[1]}
    return fields
