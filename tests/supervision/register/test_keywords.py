"""The keyword table in force: readable, replaceable, and applied anew to what was inferred."""

from pathlib import Path

import pytest
from sqlmodel import Session, select

from supervision.database import Database
from supervision.errors import Forbidden, InvalidInput
from supervision.journal.tables import Entry
from supervision.people.rules import Actor
from supervision.reference.tags import KeywordTableInvalid
from supervision.register import classifying, service
from supervision.register.tables import Entity
from tests.supervision.register.files import MOMENT, code, imported, shop, written

OWN = "kind,code,name,where,keyword,weight,note\nsection,H,住宿和餐饮业,,食品,5,\ntag,snack,小吃,,食品,3,\n"


def classification(session: Session) -> dict[str, tuple[str, str]]:
    return {each.uscc: (each.industry, each.tags) for each in session.exec(select(Entity))}


def test_the_shipped_table_is_in_force_until_an_office_puts_its_own(
    database: Database, planner: Actor
) -> None:
    with database.writing() as session:
        before = classifying.table_in_force(session)
        assert (before.shipped, before.csv[:9]) == (True, "kind,code")
        after = classifying.replace_table(session, planner, "\ufeff" + OWN, MOMENT)
        assert (after.shipped, after.csv, after.changed_by) == (False, OWN, "planner")
        assert classifying.effective_table(session).tags == {"snack": "小吃"}
        back = classifying.replace_table(session, planner, "", MOMENT)
        assert (back.shipped, back.sha256) == (True, before.sha256)


def test_replacing_the_table_is_journalled_by_digest(database: Database, planner: Actor) -> None:
    with database.writing() as session:
        before = classifying.table_in_force(session).sha256
        after = classifying.replace_table(session, planner, OWN, MOMENT).sha256
    with database.reading() as session:
        detail = session.exec(select(Entry).where(Entry.act == "keywords.replace")).one().detail
        assert detail == {"before": before, "after": after, "shipped": False}


def test_a_wrong_table_is_refused_by_line_and_nothing_changes(database: Database, planner: Actor) -> None:
    with database.writing() as session:
        with pytest.raises(KeywordTableInvalid, match="第 3 行"):
            classifying.replace_table(session, planner, OWN.replace("3,", "三,"), MOMENT)
        with pytest.raises(InvalidInput, match="关键词表"):
            classifying.replace_table(session, planner, OWN + " " * 2_000_001, MOMENT)
        assert classifying.table_in_force(session).shipped


def test_an_auditor_reads_the_table_and_does_not_replace_it(database: Database, auditor: Actor) -> None:
    with database.writing() as session, pytest.raises(Forbidden):
        classifying.replace_table(session, auditor, OWN, MOMENT)


def test_an_import_infers_with_the_table_in_force(database: Database, planner: Actor, tmp_path: Path) -> None:
    with database.writing() as session:
        classifying.replace_table(session, planner, OWN, MOMENT)
    imported(database, planner, written(tmp_path / "a.csv", [shop(1)]))
    with database.reading() as session:
        assert classification(session) == {code(1): ("H", " snack ")}


def test_inferring_anew_changes_what_was_inferred_and_leaves_what_people_set(
    database: Database, planner: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifying, "CHUNK", 2)
    rows = [shop(1), shop(2), shop(3), shop(4, 企业名称="贵溪第4茶行", 经营范围="茶叶种植"), shop(5)]
    imported(database, planner, written(tmp_path / "a.csv", rows))
    with database.writing() as session:
        service.correct_entity(session, planner, code(2), industry="G", tags=[], now=MOMENT)
        classifying.replace_table(session, planner, OWN, MOMENT)
    steps = list(classifying.reclassify(database, planner, lambda: MOMENT))
    assert [(step.seen, step.changed) for step in steps] == [(2, 2), (4, 4)]
    with database.reading() as session:
        assert classification(session) == {
            code(1): ("H", " snack "),
            code(2): ("G", " "),
            code(3): ("H", " snack "),
            code(4): ("Z", " "),
            code(5): ("H", " snack "),
        }
        detail = session.exec(select(Entry).where(Entry.act == "entity.reclassify")).one().detail
        assert (detail["seen"], detail["changed"]) == (4, 4)
    again = list(classifying.reclassify(database, planner, lambda: MOMENT))
    assert again[-1].changed == 0
