"""出具公平性证书: for a draw or a task of this office, or from public files alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from solver.canonical import parse, sha256_hex
from solver.closing import closing_hash
from solver.draw import check_frame
from solver.errors import ResultMismatch
from solver.evidence import plain
from solver.fairness.chances import keys_of
from solver.frame import Frame
from solver.plan import Plan
from solver.rates import FixedMode, PpsMode, RateMode
from supervision.draw import freezing, records
from supervision.draw.access import draw_of
from supervision.draw.anonymity import anonymity_of, promised
from supervision.draw.certificate import Certificate, Facts, Listed, Registered, Scope, certify
from supervision.draw.rules import NothingToDraw
from supervision.draw.tables import Draw, DrawState
from supervision.pairing.certifying import part_of
from supervision.people.records import organ_by_id
from supervision.people.rules import Actor, require
from supervision.plan import records as plan_records
from supervision.plan import service as plans
from supervision.plan.rules import mode_of
from supervision.register.records import traits
from supervision.register.traits import capital_band, ownership
from supervision.transparency import records as log

NOWHERE = ("", "", "", "")
"""Traits of an entity that has left the register since the freeze."""


@dataclass(frozen=True, slots=True)
class Paper:
    """证书与抬头: the certificate, and the names that stand above it (empty for public files)."""

    certificate: Certificate
    organ: str = ""
    task: str = ""


def office_paper(session: Session, actor: Actor, draw_id: str) -> Paper:
    """内部版: for the office of the draw's region; before the draw, what it will give everyone."""
    require(actor, *plans.OFFICE)
    draw = draw_of(session, actor, draw_id)
    return _for_the_office(session, draw)


def paper_of(session: Session, draw: Draw, scope: Scope, *, revealed: bool, named: bool) -> Paper:
    """The certificate of a frozen plan.

    ``revealed``: result and pairing may be told to whoever reads it; ``named``: who was drawn is known by
    name, so that it may also be told how many of a county or of a kind of owner were.
    """
    task = records.task_by_id(session, draw.task_id)
    plan = Plan.parse(draw.plan_json)
    frozen = records.frame_of(session, draw.id or 0)
    frame = Frame.parse(freezing.unpack(frozen.frame))
    result = draw.result if revealed else None
    links = [line.split(",") for line in freezing.unpack(frozen.links).decode().splitlines()]
    certificate = certify(
        scope,
        _facts(
            plan,
            draw.state.value,
            result_sha256=draw.result_sha256 or "",
            closing_hash=draw.closing_hash or "",
            logged={entry.kind: entry.index for entry in log.of_draw(session, draw.draw_id)},
        ),
        plan.mode,
        _listed(frame, result),
        _registered(
            session,
            [int(entity_id) for _, _, entity_id, _ in links],
            [uscc for _, uscc, _, _ in links],
            with_drawn=named,
        ),
        anonymity_of(session, draw, revealed=revealed),
        plan.min_anonymity,
    )
    if revealed:
        certificate = replace(certificate, pairing=part_of(session, draw.id or 0))
    return Paper(certificate, organ_by_id(session, draw.organ_id).name, task.name)


def preview_paper(session: Session, actor: Actor, task_code: str, cap: int, min_anonymity: int) -> Paper:
    """预览版: what a task would give everyone, were it frozen now (``cap``, ``min_anonymity``: settings)."""
    require(actor, *plans.OFFICE)
    task = plans.task_of(session, actor, task_code)
    draw = records.draw_of_task(session, task.id or 0)
    if draw is not None:
        return _for_the_office(session, draw)
    scope = plans.scope_of(session, task, plans.snapshot_for(session, task), cap)
    rows = list(plan_records.eligible(session, scope))
    if not rows:
        raise NothingToDraw()
    paths = freezing.paths_of(session, task, scope, min_anonymity)
    classes = [row[4] for row in rows]
    mode = mode_of(task.mode, task.rates, task.number)
    facts = Facts(
        draw_id=task.code,
        state="draft",
        mode=_mode_name(mode),
        D=0,
        register_n=len(rows),
        blinded=freezing.blinds(task),
        sealed=False,
        sources=(),
    )
    listed = Listed([paths[row[2], row[3]] for row in rows], classes, classes)
    registered = _registered(session, [row[0] for row in rows], [row[1] for row in rows], with_drawn=False)
    certificate = certify("preview", facts, mode, listed, registered, None, min_anonymity)
    return Paper(certificate, organ_by_id(session, task.organ_id).name, task.name)


def _for_the_office(session: Session, draw: Draw) -> Paper:
    closed = draw.state is DrawState.CLOSED
    return paper_of(session, draw, "office", revealed=closed, named=closed)


def files_paper(files: Mapping[str, bytes]) -> Paper:
    """公开文件版: from ``plan.json`` and ``frame.csv`` (or ``.gz``), and what else a bundle holds.

    The frame must be the plan's and the result the one that was closed with; that the draw itself and its
    log entries hold is for ``solver.verify``, before. Errors: those of plan, frame and result.
    """
    plan = Plan.parse(files["plan.json"])
    frame = Frame.parse(plain(files.get("frame.csv.gz") or files["frame.csv"]))
    check_frame(plan, frame)
    closing = _object(files.get("closing.json"))
    result = files.get("result.csv")
    if result is not None and closing.get("result_sha256", "") != sha256_hex(result):
        raise ResultMismatch.of("result_mismatch")
    state = "void" if "void" in closing else "closed" if closing else "approved"
    facts = _facts(
        plan,
        state,
        result_sha256=sha256_hex(result) if result is not None else "",
        closing_hash=closing_hash(files["closing.json"], plan.alg) if "closing.json" in files else "",
        logged=_logged(files.get("log.json")),
    )
    listed = _listed(frame, result.decode("ascii") if result is not None else None)
    hidden = promised(plan, frame) if plan.frame == "blinded" else None
    return Paper(certify("files", facts, plan.mode, listed, None, hidden, plan.min_anonymity))


def _facts(
    plan: Plan, state: str, *, result_sha256: str, closing_hash: str, logged: Mapping[str, int]
) -> Facts:
    named = [f"beacon:{plan.beacon.round}"] if plan.beacon else []
    named += [f"lottery:{source.game}:{source.issue}" for source in plan.lottery]
    public = iter(named)
    return Facts(
        draw_id=plan.draw_id,
        state=state,
        mode=_mode_name(plan.mode),
        D=0,
        register_n=plan.register_n,
        blinded=plan.frame == "blinded",
        sealed=plan.disclosure == "sealed",
        sources=tuple("party" if commit else next(public) for commit in plan.commits),
        plan_hash=plan.plan_hash,
        register_root=plan.register_root,
        result_sha256=result_sha256,
        closing_hash=closing_hash,
        log_plan=logged.get("plan"),
        log_closing=logged.get("closing"),
    )


def _mode_name(mode: RateMode | FixedMode | PpsMode) -> str:
    return "rate" if isinstance(mode, RateMode) else "fixed" if isinstance(mode, FixedMode) else "pps"


def _listed(frame: Frame, result: str | None) -> Listed:
    paths, classes, places = [], [], {}
    for at, entity in enumerate(frame):
        paths.append(entity.path)
        classes.append(entity.cls)
        places[entity.id] = at
    drawn = None
    if result is not None:
        drawn = [places[line.partition(",")[0]] for line in result.splitlines()]
    return Listed(paths, classes, keys_of(frame), drawn)


def _registered(
    session: Session, entity_ids: Sequence[int], usccs: Sequence[str], *, with_drawn: bool
) -> Registered:
    known = traits(session, entity_ids)
    found = [known.get(entity_id, NOWHERE) for entity_id in entity_ids]
    counties = [region or "gone" for region, _, _, _ in found]
    return Registered(
        counties=counties,
        ownerships=[ownership(kind, type_name) for _, kind, type_name, _ in found],
        capitals=[capital_band(capital) for _, _, _, capital in found],
        order=sorted(range(len(found)), key=lambda at: (counties[at], usccs[at])),
        with_drawn=with_drawn,
    )


def _object(text: bytes | None) -> Mapping[str, object]:
    value = parse(text) if text is not None else {}
    return value if isinstance(value, dict) else {}


def _logged(text: bytes | None) -> dict[str, int]:
    """Kind → index of the entries of a bundle's ``log.json``."""
    entries = _object(text).get("entries")
    found: dict[str, int] = {}
    for each in entries if isinstance(entries, list) else ():
        if (
            isinstance(each, dict)
            and isinstance(each.get("entry"), dict)
            and isinstance(each.get("index"), int)
        ):
            found[str(each["entry"].get("kind"))] = each["index"]
    return found
