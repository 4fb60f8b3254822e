"""匹配规则: who may fill which seat of a visit, on plain values (R6, R7, R9; item qualification; area)."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from solver.pairing import Inspector, Problem, Seat, Task
from supervision.errors import SupervisionError

LEAD = "lead"
MEMBER = "member"
METHOD = "pair/0"


class NobodyToSend(SupervisionError):
    code = "nobody_to_send"
    status = 422
    sentence = "执法检查人员名录库中没有可派的人员。请先导入名录，并检查证件有效期和执法区域。"


class UnlawfulPairing(SupervisionError):
    code = "unlawful_pairing"
    status = 500
    sentence = "匹配结果未通过独立核验，已放弃，没有保存任何内容：{report}"


@dataclass(frozen=True, slots=True)
class Officer:
    """可派人员: an inspector as the pairing sees them."""

    code: str
    certificate_until: date
    area: str
    qualifications: frozenset[str]
    may_lead: bool
    past_load: int


@dataclass(frozen=True, slots=True)
class VisitNeed:
    """一次检查的需求: where (a region, or the prefix of several), and which qualifications its items need."""

    code: str
    uscc: str
    region: str
    qualifications: tuple[str, ...]


def pairing_seed(draw_seed: bytes) -> bytes:
    """匹配种子: derived from the draw's seed, so that nobody chooses it and it needs no second ceremony."""
    return hmac.new(draw_seed, b"pair/1", hashlib.sha256).digest()


def build_problem(
    officers: Sequence[Officer],
    visits: Sequence[VisitNeed],
    *,
    team_size: int,
    last_day: date,
    recusals: Iterable[tuple[str, str]],
    colleague_recusals: Iterable[tuple[str, str]],
) -> Problem:
    """匹配问题: one seat for the lead, one for each qualification needed, plain seats up to ``team_size``.

    An officer is eligible with a certificate valid to the task's ``last_day``, in the area, and not recused
    from the entity. ``recusals``: (officer, USCC); ``colleague_recusals``: pairs of officers.
    """
    certified = [officer for officer in officers if officer.certificate_until >= last_day]
    if not certified:
        raise NobodyToSend()
    barred = set(recusals)
    by_region = {
        region: [officer for officer in certified if serves(officer.area, region)]
        for region in {visit.region for visit in visits}
    }
    tasks = []
    for visit in visits:
        able = [o for o in by_region[visit.region] if (o.code, visit.uscc) not in barred]
        tasks.append(Task(visit.code, _seats(able, visit.qualifications, team_size)))
    known = {officer.code for officer in certified}
    return Problem(
        inspectors=tuple(Inspector(o.code, past_load=o.past_load) for o in certified),
        tasks=tuple(tasks),
        colleague_recusals=tuple((a, b) for a, b in colleague_recusals if a in known and b in known),
    )


def serves(area: str, region: str) -> bool:
    """Whether an officer of an area may go to a region; to a prefix of regions, if one of them is served."""
    return region.startswith(area) or area.startswith(region)


def _seats(able: Sequence[Officer], qualifications: Sequence[str], team_size: int) -> tuple[Seat, ...]:
    seats = [Seat(LEAD, tuple(o.code for o in able if o.may_lead))]
    for qualification in qualifications:
        holders = tuple(o.code for o in able if qualification in o.qualifications)
        seats.append(Seat(f"qualification:{qualification}", holders))
    plain = team_size - len(seats)
    if plain > 0:
        seats.append(Seat(MEMBER, tuple(o.code for o in able), plain))
    return tuple(seats)
