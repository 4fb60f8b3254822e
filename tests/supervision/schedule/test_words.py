"""The solver's sentences with names in the place of codes."""

from supervision.schedule.viewing import in_words

PEOPLE = {"360681-001": "周梅军", "360681-006": "孙超", "360681-011": "高志婷"}


def test_one_team_is_called_by_its_members() -> None:
    assert in_words("第 360681-001+360681-006 组当天不能外出。", {}, PEOPLE) == "周梅军、孙超组当天不能外出。"


def test_several_teams_in_one_sentence_are_told_apart() -> None:
    said = in_words("同时被排在第 360681-001+360681-006、360681-001+360681-011 组。", {}, PEOPLE)
    assert said == "同时被排在（周梅军、孙超）、（周梅军、高志婷）组。"
