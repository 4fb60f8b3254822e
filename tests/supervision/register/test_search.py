"""Finding entities by part of a name, or by the beginning of a code, on both databases."""

from datetime import datetime

import pytest
from sqlalchemy import true
from sqlmodel import Session

from supervision.database import Database
from supervision.register import records, search
from supervision.register.tables import Entity

NAMES = {
    "91360681MA35JDKC1J": "贵溪市酒店管理有限公司",
    "91360681MA35JDKC2H": "溪贵酒业商行",
    "91360681MA35JDKC3F": "A1 饮品(贵溪)店",
    "91360102MA35JDKC4D": "Ｂｅｓｔ－ＷＡＹ连锁",
    "91360102MA35JDKC5B": "𠮷祥里",
    "91360102MA35JDKC6A": "3.14公司_50%",
}


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("贵溪酒店", "贵溪 溪酒 酒店 店"),
        ("店", "店"),
        ("（Ａ１）-饮品", "a1 1饮 饮品 品"),
        ("—·—", ""),
        ("", ""),
    ],
)
def test_a_name_is_cut_into_pairs_of_letters_and_digits(name: str, pieces: str) -> None:
    assert search.grams(name) == pieces


@pytest.fixture
def filled(database: Database, moment: datetime) -> Database:
    with database.writing() as session:
        for uscc, name in NAMES.items():
            session.add(entity(uscc, name, moment))
            session.flush()
    return database


def entity(uscc: str, name: str, moment: datetime) -> Entity:
    return Entity(
        uscc=uscc,
        name=name,
        name_grams=search.grams(name),
        kind="enterprise",
        region_code=uscc[2:8],
        industry="F",
        digest="",
        updated_at=moment,
    )


def found(session: Session, words: str, after: int = 0, limit: int = 10) -> list[str]:
    return [each.name for each in records.search_entities(session, words, true(), limit=limit, after=after)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("酒店", ["贵溪市酒店管理有限公司"]),
        ("贵溪", ["贵溪市酒店管理有限公司", "A1 饮品(贵溪)店"]),
        ("溪", ["贵溪市酒店管理有限公司", "溪贵酒业商行", "A1 饮品(贵溪)店"]),
        ("店", ["贵溪市酒店管理有限公司", "A1 饮品(贵溪)店"]),
        ("贵溪市酒店管理有限公司", ["贵溪市酒店管理有限公司"]),
        ("酒业贵", []),
        ("饮品（贵溪", ["A1 饮品(贵溪)店"]),
        ("a1饮", ["A1 饮品(贵溪)店"]),
        ("best way", ["Ｂｅｓｔ－ＷＡＹ连锁"]),
        ("𠮷祥", ["𠮷祥里"]),
        ("里", ["𠮷祥里"]),
        ("50%", ["3.14公司_50%"]),
        ("314", ["3.14公司_50%"]),
        ("%", []),
        ("_", []),
        ("  ", []),
        ("91360681MA35JDKC2H", ["溪贵酒业商行"]),
        ("91360102ma35", ["Ｂｅｓｔ－ＷＡＹ连锁", "𠮷祥里", "3.14公司_50%"]),
        ("9136", list(NAMES.values())),
        ("'; DROP TABLE entity; --", []),
        ('" OR "', []),
        ("酒店 NEAR 公司", []),
    ],
)
def test_words_find_the_names_that_contain_them(filled: Database, words: str, names: list[str]) -> None:
    with filled.reading() as session:
        assert found(session, words) == names


def test_pieces_must_stand_side_by_side(database: Database, moment: datetime) -> None:
    with database.writing() as session:
        session.add(entity("91360681MA35JDKC1J", "公司贵溪酒溪公", moment))
    with database.reading() as session:
        assert found(session, "溪公司") == []
        assert found(session, "公司贵") == ["公司贵溪酒溪公"]


def test_a_page_follows_the_one_before_by_id(filled: Database) -> None:
    with filled.reading() as session:
        first = records.search_entities(session, "9136", true(), limit=4)
        rest = records.search_entities(session, "9136", true(), limit=4, after=first[-1].id or 0)
        assert [len(first), len(rest)] == [4, 2]


def test_a_change_of_name_is_found_at_once_and_the_old_name_no_more(
    filled: Database, moment: datetime
) -> None:
    with filled.writing() as session:
        renamed = records.search_entities(session, "溪贵酒业", true(), limit=1)[0]
        renamed.name, renamed.name_grams = "龙虎山茶行", search.grams("龙虎山茶行")
        session.add(renamed)
    with filled.writing() as session:
        assert found(session, "茶行") == ["龙虎山茶行"]
        assert found(session, "酒业") == []
        session.delete(records.search_entities(session, "龙虎山", true(), limit=1)[0])
    with filled.reading() as session:
        assert found(session, "龙虎山") == []


def test_the_index_can_be_dropped_and_laid_over_names_already_there(filled: Database) -> None:
    with filled.writing() as session:
        search.drop(session.connection())
        search.create(session.connection())
    with filled.reading() as session:
        assert found(session, "酒店") == ["贵溪市酒店管理有限公司"]
