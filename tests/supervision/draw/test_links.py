"""An auditor links every line of a frame; nobody else does, and no look goes unnoted."""

import gzip

import pytest
from sqlmodel import select

from solver.blind import blind_id, salt
from supervision.database import Database
from supervision.draw import links
from supervision.draw.tables import Draw, DrawnEntity, FrozenFrame
from supervision.errors import Forbidden
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.people.tables import Organ
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, NOW, Office


@pytest.fixture
def office(planner: Actor, approver: Actor, witness: Actor) -> Office:
    return Office(planner, approver, witness)


@pytest.fixture
def closed(database: Database, organ: Organ, office: Office) -> Draw:
    with database.writing() as session:
        county.settle(session, organ.id or 0, 300)
        return county.drawn(session, office, county.new_task(session, office))


def test_every_line_is_linked_with_its_stratum_in_clear(
    database: Database, closed: Draw, auditor: Actor
) -> None:
    with database.writing() as session:
        page = links.links(session, auditor, closed.draw_id, NOW)
        drawn = {row.frame_id: row.position for row in session.exec(select(DrawnEntity))}
    assert page.after is None
    assert len(page.rows) == 300
    assert {row.path.split("/")[0] for row in page.rows} == {"360681"}
    assert {row.frame_id: row.drawn for row in page.rows if row.drawn is not None} == drawn
    assert all(row.frame_id == blind_id(salt(FRAME_KEY, row.uscc), row.uscc) for row in page.rows)
    assert {row.risk_class for row in page.rows} == set("ABCD")


def test_a_long_table_is_read_in_stretches(database: Database, closed: Draw, auditor: Actor) -> None:
    seen: list[str] = []
    after: str | None = ""
    with database.writing() as session:
        while after is not None:
            page = links.links(session, auditor, closed.draw_id, NOW, after, 70)
            seen += [row.frame_id for row in page.rows]
            after = page.after
    assert len(seen) == len(set(seen)) == 300
    assert seen == sorted(seen)


def test_every_look_is_journalled_and_the_key_never(database: Database, closed: Draw, auditor: Actor) -> None:
    with database.writing() as session:
        links.links(session, auditor, closed.draw_id, NOW, limit=10)
        assert links.frame_key(session, auditor, closed.draw_id, NOW) == FRAME_KEY.hex()
    with database.reading() as session:
        entries = [entry for entry in session.exec(select(Entry)) if entry.actor == auditor.username]
    assert [(entry.act, entry.detail) for entry in entries] == [
        ("draw.links", {"after": "", "rows": 10}),
        ("draw.frame_key", {}),
    ]


def test_nobody_but_an_auditor_links(database: Database, closed: Draw, office: Office) -> None:
    with database.writing() as session:
        for actor in (office.planner, office.approver, office.witness):
            with pytest.raises(Forbidden):
                links.links(session, actor, closed.draw_id, NOW)
            with pytest.raises(Forbidden):
                links.frame_key(session, actor, closed.draw_id, NOW)
            with pytest.raises(Forbidden):
                links.check(session, actor, closed.draw_id)


def test_links_blinding_and_register_agree(database: Database, closed: Draw, auditor: Actor) -> None:
    with database.reading() as session:
        claims = links.check(session, auditor, closed.draw_id)
    assert [(claim.name, claim.ok) for claim in claims] == [
        (name, True) for name in ("ids", "paths", "frame", "register", "drawn")
    ]


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        (b",913606810000000", b",913606810000009", {"ids"}),  # another's credit code
        (b",360681\n", b",360681/F\n", {"paths"}),  # another stratum
    ],
)
def test_links_that_were_changed_are_told(
    database: Database, closed: Draw, auditor: Actor, old: bytes, new: bytes, broken: set[str]
) -> None:
    with database.writing() as session:
        frozen = session.exec(select(FrozenFrame)).one()
        plain = gzip.decompress(frozen.links)
        assert old in plain
        frozen.links = gzip.compress(plain.replace(old, new, 1))
        session.add(frozen)
        session.flush()
        wrong = {claim.name for claim in links.check(session, auditor, closed.draw_id) if not claim.ok}
    assert wrong == broken


def test_a_line_that_is_missing_from_the_links_is_told(
    database: Database, closed: Draw, auditor: Actor
) -> None:
    with database.writing() as session:
        frozen = session.exec(select(FrozenFrame)).one()
        lines = gzip.decompress(frozen.links).splitlines(keepends=True)
        frozen.links = gzip.compress(b"".join(lines[1:]))
        session.add(frozen)
        session.flush()
        claims = {claim.name: claim for claim in links.check(session, auditor, closed.draw_id)}
    assert (claims["frame"].wrong, claims["frame"].first) == (1, (lines[0].split(b",")[0].decode(),))
