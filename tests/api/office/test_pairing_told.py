"""Claims: what the pages tell of a team agrees with its table, and shows who sits there now."""

from dataclasses import replace
from fractions import Fraction

from api.office.pairing_told import UNFIT_WORDS, Reseated, chance_told, closed_up
from solver.pairing.explain import Chance
from supervision.pairing.rules import Unfit

ONE = 1 << 20
ZHANG = Chance(
    "V1", "qualification:食品安全检查员", "张三 A", Fraction(94_185, ONE), people=10, eligible=12, demand=1
)


def _as_written(text: str) -> str:
    return text


def test_a_seat_is_explained_by_the_figures_of_its_table() -> None:
    assert chance_told(_as_written, ZHANG, ONE) == (
        "食品安全检查员资格席位：张三 A，从 10 名符合条件的人员中抽签产生，抽中的概率为 8.98%（94185/1048576）。"
    )


def test_what_was_certain_is_told_with_its_reason() -> None:
    certain = replace(ZHANG, seat="lead", probability=Fraction(1), people=1)
    assert "符合条件的虽有 12 人，按任务量均衡等规则只能由其担任" in chance_told(_as_written, certain, ONE)
    only = replace(certain, eligible=1)
    assert "必然搭配，符合条件的共 1 人，恰为所需人数" in chance_told(_as_written, only, ONE)


def test_a_seat_that_changed_hands_twice_names_who_sits_there_now() -> None:
    changed = Reseated({("V1", "lead"): [("张三 A", "李四 B"), ("李四 B", "张三 A"), ("张三 A", "王五 C")]})
    assert changed.now("V1", "lead", "张三 A") == "王五 C"
    assert changed.now("V1", "lead", "赵六 D") == "赵六 D", "the other one in the same seat stays"
    assert changed.now("V2", "lead", "张三 A") == "张三 A"
    assert changed.told(_as_written, "V1")[0] == "换人：张三 A（组长）不能前往，抽签产生的接替人员是李四 B。"
    assert changed.told(_as_written, "V2") == []


def test_names_stand_in_a_sentence_without_blanks_and_numbers_keep_theirs() -> None:
    told = "检查任务 瑞仁小吃店（V0018） 的组长席位共需 24 人次：只有 余晓梅（WL-02）、J05"
    assert closed_up(told) == "检查任务瑞仁小吃店（V0018）的组长席位共需 24 人次：只有余晓梅（WL-02）、J05"


def test_every_reason_has_words_of_its_own() -> None:
    assert UNFIT_WORDS.keys() == set(Unfit)
    assert len(set(UNFIT_WORDS.values())) == len(Unfit)
