from api.i18n import SOURCE, choose, error_message, translate
from api.messages import missing_messages, unused_messages, used_messages
from solver.errors import CanonicalError
from supervision.errors import NotFound


def test_every_text_in_use_has_an_english_entry() -> None:
    assert missing_messages("en") == []


def test_no_entry_outlives_its_text() -> None:
    assert unused_messages("en") == []


def test_texts_are_found_in_pages_calls_errors_and_label_tables() -> None:
    used = used_messages()
    assert "跳到正文" in used  # templates/base.html
    assert NotFound.sentence in used  # supervision
    assert CanonicalError.SENTENCES["json_depth"] in used  # solver
    assert "" not in used


def test_a_refusal_reads_in_the_language_of_its_reader() -> None:
    refusal = NotFound(what="x", key="7")
    assert error_message(refusal, SOURCE) == refusal.message
    assert "“7”" in error_message(refusal, "en")
    assert "没有找到" not in error_message(refusal, "en")


def test_a_text_without_entry_stays_chinese_and_nothing_stays_nothing() -> None:
    assert translate("此句不在译文表中", "en") == "此句不在译文表中"
    assert translate("", "en") == ""


def test_the_address_decides_the_language_then_the_cookie_then_the_browser() -> None:
    assert choose("en", "zh-CN", "zh-CN") == "en"
    assert choose(None, "en", "zh-CN") == "en"
    assert choose(None, None, "fr;q=0.9, en-GB;q=0.8, zh;q=0.1") == "en"
    assert choose(None, None, "zh-TW,en;q=0.9") == "zh-CN"


def test_an_unknown_or_malformed_choice_of_language_means_chinese() -> None:
    assert choose("xx", "../etc", "fr, de;q=high, ;;,") == "zh-CN"
    assert choose(None, None, None) == "zh-CN"
    assert choose(None, None, "en;q=0") == "zh-CN"
