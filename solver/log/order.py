"""登记顺序: whether the log shows the events of a draw in their order (docs/transparency-log.md, part 5).

Plan, campaign, reveals, public sources, closing, opening, replacements: nobody may know a seed while he can
still change what it is made of. The pairing has its own course after the closing: `solver.log.pairings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from solver import beacon
from solver.beacon import CHAINS, Answer, Chain
from solver.campaign import Campaign
from solver.canonical import canonical, parse
from solver.closing import Closing
from solver.errors import CampaignError, CanonicalError, LogError
from solver.log.entries import Entry
from solver.log.pairings import KINDS as PAIRING_KINDS
from solver.log.pairings import check_pairing
from solver.plan import Plan
from solver.sources import lottery_bytes

#: The place of each kind among the events of a draw; a release of results has none.
STAGES = {
    "plan": 0,
    "campaign": 1,
    "reveal": 2,
    "missing": 2,
    "beacon": 3,
    "lottery": 3,
    "closing": 4,
    "opening": 5,
    "replacement": 6,
}
_PARTY, _PUBLIC = ("reveal", "missing"), ("beacon", "lottery")
_ONCE = ("plan", "campaign", "closing", "opening")


@dataclass(frozen=True, slots=True)
class Published:
    """已公布: what the log is compared with. What is ``None`` was not published.

    ``closing`` and ``campaign`` are the bytes of their files; ``earlier``: the size of the earlier
    checkpoint.
    """

    plan: Plan
    reveals: Sequence[bytes] | None = None
    beacon: Answer | None = None
    closing: bytes | None = None
    campaign: bytes | None = None
    earlier: int | None = None


def check_order(entries: Sequence[Entry], published: Published, chains: Mapping[str, Chain] = CHAINS) -> None:
    """核对登记顺序 of the entries of one draw; ``LogError`` names the first rule that is broken.

    ``BeaconError`` where the plan names a chain that is not among ``chains``.
    """
    plan = published.plan
    if published.reveals is not None and len(published.reveals) != len(plan.commits):
        raise LogError.of("log_opening")
    _check_rising(entries)
    _check_first(entries, published)
    check_course(entries)
    for entry in entries:
        _check_position(entry, plan)
    _check_complete(entries, published)
    _check_deadline(entries, plan, chains)
    _check_sources(entries, published)
    _check_reveals(entries, published.reveals)
    _check_records(entries, published)
    _check_units(entries, plan)


def _check_rising(entries: Sequence[Entry]) -> None:
    for before, entry in pairwise(entries):
        if entry.index <= before.index:
            raise LogError.of("log_index", index=entry.index)
        if entry.at < before.at:
            raise LogError.of("log_time", index=entry.index)


def _check_first(entries: Sequence[Entry], published: Published) -> None:
    plan = published.plan
    for entry in entries:
        if entry.kind != "campaign" and entry.draw_id != plan.draw_id:
            raise LogError.of("log_draw", index=entry.index)
    plans = _of(entries, "plan")
    if len(plans) != 1 or plans[0] is not entries[0] or plans[0].fields["plan_hash"] != plan.plan_hash:
        raise LogError.of("log_plan")
    if published.earlier not in {None, plans[0].index + 1}:
        raise LogError.of("log_earlier")


def check_course(entries: Iterable[Entry]) -> None:
    """核对次序 of the events of one draw, from the log alone; ``LogError`` at the first out of its place."""
    stage, seen, closed = 0, set[tuple[str, int]](), False
    entries = list(entries)
    for entry in entries:
        if entry.kind in PAIRING_KINDS:
            if closed or ("closing", -1) not in seen:
                raise LogError.of("log_sequence", index=entry.index, kind=entry.kind)
            continue
        event = ("position" if entry.kind in (*_PARTY, *_PUBLIC) else entry.kind, entry.position)
        if event in seen and (entry.kind in _ONCE or entry.position >= 0):
            raise LogError.of("log_twice", index=entry.index, kind=entry.kind)
        seen.add(event)
        needed = {"opening": "closing", "release": "closing", "replacement": "opening"}.get(entry.kind)
        late = STAGES.get(entry.kind, stage) < stage and not entry.void
        if closed or late or (needed and (needed, -1) not in seen):
            raise LogError.of("log_sequence", index=entry.index, kind=entry.kind)
        stage, closed = STAGES.get(entry.kind, stage), entry.void
    check_pairing(entries)


def _check_position(entry: Entry, plan: Plan) -> None:
    """A party's entry stands at its commitment, a public source's where the plan has it."""
    if entry.kind not in (*_PARTY, *_PUBLIC):
        return
    fits = entry.position < len(plan.commits)
    if fits and entry.kind in _PARTY:
        fits = plan.commits[entry.position] == entry.fields["commit"]
    elif fits:
        fits = entry.position in plan.public_positions
        place = plan.public_positions.index(entry.position) if fits else 0
        fits = fits and (entry.kind == "beacon") == (plan.beacon is not None and place == 0)
    if not fits:
        raise LogError.of("log_position", index=entry.index, kind=entry.kind)


def _check_complete(entries: Sequence[Entry], published: Published) -> None:
    """No public result before every party has been heard or waited for, and no draw without every source."""
    closed = any(isinstance(entry.closing, Closing) for entry in entries)
    drawn = closed or published.reveals is not None
    known = {entry.position for entry in _of(entries, *_PARTY, *_PUBLIC)}
    for position, commit in enumerate(published.plan.commits):
        needed = drawn or (commit is not None and bool(_of(entries, *_PUBLIC)))
        if needed and position not in known:
            raise LogError.of("log_absent", position=position + 1)


def _check_deadline(entries: Sequence[Entry], plan: Plan, chains: Mapping[str, Chain]) -> None:
    """The plan and the parties' secrets were there before anybody could know the beacon; it was not."""
    if plan.beacon is None or any(entry.void for entry in entries):
        return  # a void draw gives no result that anybody could have steered
    moment = beacon.moment_of(beacon.known(plan.beacon.chain, chains), plan.beacon.round)
    for entry in _of(entries, "plan", *_PARTY):
        if entry.at >= moment:
            raise LogError.of("log_too_late", index=entry.index, kind=entry.kind, round=plan.beacon.round)
    for entry in _of(entries, "beacon"):
        if entry.at < moment:
            raise LogError.of("log_too_early", index=entry.index, kind=entry.kind, round=plan.beacon.round)


def _check_sources(entries: Sequence[Entry], published: Published) -> None:
    for entry in _of(entries, *_PUBLIC):
        told = _beacon_told(entry, published) if entry.kind == "beacon" else _lottery_told(entry, published)
        known = published.reveals[entry.position] if published.reveals is not None else told
        if told is None or told != known:
            raise LogError.of("log_source", index=entry.index, kind=entry.kind)


def _beacon_told(entry: Entry, published: Published) -> bytes | None:
    """The randomness an entry tells, if it is of the plan's round and as in the published answer."""
    source, fields = published.plan.beacon, entry.fields
    if source is None or (fields["chain"], fields["round"]) != (source.chain, source.round):
        return None
    told = Answer(fields["round"], bytes.fromhex(fields["randomness"]), bytes.fromhex(fields["signature"]))
    return told.randomness if published.beacon in {None, told} else None


def _lottery_told(entry: Entry, published: Published) -> bytes | None:
    """What a lottery entry reveals, if it is of the plan's game and issue."""
    plan, fields = published.plan, entry.fields
    first = 1 if plan.beacon else 0
    lottery = plan.lottery[plan.public_positions.index(entry.position) - first]
    same = (fields["game"], fields["issue"]) == (lottery.game, lottery.issue)
    return lottery_bytes(lottery, fields["result"]) if same else None


def _check_reveals(entries: Sequence[Entry], reveals: Sequence[bytes] | None) -> None:
    """``missing`` stands exactly where the reveal is empty; the opening tells what was published."""
    for entry in _of(entries, *_PARTY) if reveals is not None else ():
        if (entry.kind == "reveal") != bool(reveals and reveals[entry.position]):
            raise LogError.of("log_reveal", index=entry.index, position=entry.position + 1)
    told = [entry.fields["reveals"] for entry in _of(entries, "opening")]
    if told != ([] if reveals is None else [[reveal.hex() for reveal in reveals]]):
        raise LogError.of("log_opening")


def _check_records(entries: Sequence[Entry], published: Published) -> None:
    """The closing and the campaign of the log are those that were published, and of this plan."""
    plan = published.plan
    for entry in entries:
        closing = entry.closing
        if closing is not None and closing.plan_hash != plan.plan_hash:
            raise LogError.of("log_closing")
    if not _agree([entry.fields["record"] for entry in _of(entries, "closing")], published.closing):
        raise LogError.of("log_closing")
    campaigns = _of(entries, "campaign")
    if not _agree([entry.fields["record"] for entry in campaigns], published.campaign):
        raise LogError.of("log_campaign")
    if any(not _lists(entry.campaign, plan) for entry in campaigns):
        raise LogError.of("log_campaign")


def _check_units(entries: Sequence[Entry], plan: Plan) -> None:
    """Where teams are drawn for bundles or routes, these are fixed with the table; else there are none."""
    for entry in _of(entries, "pairing"):
        if ("bundles_sha256" in entry.fields) != (plan.draw_unit != "entity"):
            raise LogError.of("log_units", index=entry.index)


def _agree(told: Sequence[object], text: bytes | None) -> bool:
    """Whether the log and a file tell the same record, or neither tells one."""
    if text is None:
        return not told
    try:
        return [canonical(record) for record in told] == [canonical(parse(text))]
    except CanonicalError:
        return False


def _lists(campaign: Campaign | None, plan: Plan) -> bool:
    try:
        if campaign is not None:
            campaign.check(plan)
    except CampaignError:
        return False
    return True


def _of(entries: Iterable[Entry], *kinds: str) -> list[Entry]:
    return [entry for entry in entries if entry.kind in kinds]
