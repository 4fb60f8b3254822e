"""Who must be a party, and of which kind."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from supervision.database import Database
from supervision.draw import records
from supervision.draw import service as draws
from supervision.draw.rules import TooFewParties, kinds_of
from supervision.draw.service import Freeze, NamedParty
from supervision.draw.tables import PartyKind
from supervision.errors import InvalidInput
from supervision.people.rules import Actor
from supervision.people.tables import Role
from supervision.settings import Settings
from tests.supervision import county
from tests.supervision.county import FRAME_KEY, HOW, NOW, Office

THREE = replace(HOW, party_kinds=(PartyKind.ORGANISER, PartyKind.DISCIPLINE, PartyKind.ENTERPRISE))


def test_as_shipped_an_organiser_discipline_inspection_and_an_enterprise_must_take_part() -> None:
    how = Freeze.of(Settings(_env_file=None))  # type: ignore[call-arg]
    assert how.party_kinds == THREE.party_kinds


def test_a_draw_without_a_kind_that_the_office_asks_for_is_not_frozen(
    database: Database, office: Office
) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        county.committed(session, office, task)
        with pytest.raises(TooFewParties, match="现在缺少：企业代表") as refusal:
            draws.freeze(session, office.planner, task.code, THREE, NOW, FRAME_KEY)
    assert refusal.value.params["wanted"] == "组织方、纪检监察、企业代表"


def test_three_kinds_commit_and_each_keeps_its_kind(
    database: Database, office: Office, enrol: Callable[..., Actor]
) -> None:
    people = (*office.parties, enrol(Role.WITNESS, "enterprise"))
    with database.writing() as session:
        task = county.new_task(session, office)
        named = county.named_as(THREE.party_kinds, people)
        draws.name_parties(session, office.planner, task.code, named, NOW)
        for actor, digit in zip(people, "123", strict=True):
            draws.commit(session, actor, task.code, digit * 64, NOW)
        draws.freeze(session, office.planner, task.code, THREE, NOW, FRAME_KEY)
        assert [party.kind for party in records.parties(session, task.id or 0)] == list(THREE.party_kinds)
        views = draws.parties_of(session, people[2], task.code)
        assert [view.kind for view in views] == list(THREE.party_kinds)


def test_the_right_kinds_without_a_witness_are_not_enough(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        named = county.named_as(county.TWO, (office.planner, office.approver))
        draws.name_parties(session, office.planner, task.code, named, NOW)
        with pytest.raises(TooFewParties, match="现在缺少：见证人"):
            draws.freeze(session, office.planner, task.code, HOW, NOW, FRAME_KEY)


def test_a_kind_that_the_freeze_will_ask_for_is_missed_before_anybody_commits(
    database: Database, office: Office, enrol: Callable[..., Actor]
) -> None:
    people = (*office.parties, enrol(Role.WITNESS, "enterprise"))
    with database.writing() as session:
        task = county.new_task(session, office)
        two = county.named_as(county.TWO, office.parties)
        with pytest.raises(TooFewParties, match="现在缺少：企业代表"):
            draws.name_parties(session, office.planner, task.code, two, NOW, THREE.party_kinds)
    with database.writing() as session:
        three = county.named_as(THREE.party_kinds, people)
        draws.name_parties(session, office.planner, task.code, three, NOW, THREE.party_kinds)
        draws.name_parties(session, office.planner, task.code, [], NOW, THREE.party_kinds)
        assert records.parties(session, task.id or 0) == []


def test_a_party_without_a_title_is_called_by_its_kind_not_by_a_persons_name(
    database: Database, office: Office, enrol: Callable[..., Actor]
) -> None:
    other = enrol(Role.WITNESS, "other")
    with database.writing() as session:
        task = county.new_task(session, office)
        named = [
            NamedParty("planner", " ", PartyKind.ORGANISER),
            NamedParty("witness", "", PartyKind.DISCIPLINE),
            NamedParty(other.username, "", PartyKind.OTHER),
        ]
        draws.name_parties(session, office.planner, task.code, named, NOW)
        titles = [party.title for party in records.parties(session, task.id or 0)]
    assert titles == ["组织方", "纪检监察", "witness 同志"]


def test_a_setting_names_kinds_by_blanks_or_commas() -> None:
    assert kinds_of("organiser, discipline  organiser") == county.TWO
    assert kinds_of("") == ()
    with pytest.raises(InvalidInput, match="police"):
        kinds_of("organiser police")
