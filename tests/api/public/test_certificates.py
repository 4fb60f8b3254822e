"""The certificate of fairness for everybody: for closed draws, and silent about every single entity."""

import hashlib
import json
import re

import pytest
from starlette.testclient import TestClient

from supervision.draw.certificate import OTHER
from tests.api.public.conftest import Built
from tests.api.published import CONTACT, INSPECTOR, INSPECTOR_PHONE, PHONE, Site


@pytest.mark.parametrize(
    ("kind", "media"), [("pdf", "application/pdf"), ("html", "text/html"), ("json", "application/json")]
)
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_closed_draw_has_a_certificate_of_each_kind(
    anyone: TestClient, site: Site, kind: str, media: str, lang: str
) -> None:
    answer = anyone.get(f"/draws/{site.draw_id}/certificate.{kind}", headers={"accept-language": lang})
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"].startswith(media)
    assert answer.headers["content-language"] == lang
    tag = answer.headers["etag"]
    again = anyone.get(
        f"/draws/{site.draw_id}/certificate.{kind}", headers={"accept-language": lang, "if-none-match": tag}
    )
    assert again.status_code == 304


def test_the_digest_on_the_page_is_that_of_the_data(anyone: TestClient, site: Site) -> None:
    data = anyone.get(f"/draws/{site.draw_id}/certificate.json").content
    assert hashlib.sha256(data).hexdigest() in anyone.get(f"/draws/{site.draw_id}/certificate.html").text
    told = json.loads(data)
    assert (told["scope"], told["never"], told["draw"]["draw_id"]) == ("public", 0, site.draw_id)


@pytest.mark.parametrize("which", ["open_id", "void_id"])
def test_before_the_draw_is_closed_and_when_it_is_void_there_is_none(
    anyone: TestClient, site: Site, which: str
) -> None:
    assert anyone.get(f"/draws/{getattr(site, which)}/certificate.pdf").status_code == 404
    assert anyone.get("/draws/360681-2026-9999/certificate.json").status_code == 404
    assert anyone.get(f"/draws/{site.draw_id}/certificate.exe").status_code == 404


def test_nothing_in_it_names_an_entity_a_person_or_a_number_of_theirs(
    anyone: TestClient, site: Site, built: Built
) -> None:
    for kind in ("json", "html"):
        text = anyone.get(f"/draws/{site.draw_id}/certificate.{kind}").text
        for secret in (PHONE, CONTACT, INSPECTOR, INSPECTOR_PHONE, *site.usccs, site.unpublished, "商店"):
            assert secret not in text
        assert not re.search(r"9[0-9A-Z]{17}", re.sub("[0-9a-f]{40,}", "", text))


def test_no_group_of_the_register_is_smaller_than_the_anonymity_or_of_one_class(
    anyone: TestClient, site: Site
) -> None:
    told = json.loads(anyone.get(f"/draws/{site.draw_id}/certificate.json").content)
    for grouping in ("county", "ownership", "capital"):
        rows = told["groups"][grouping]
        assert rows
        for row in rows:
            assert row["n"] >= told["min_anonymity"]
            assert (row["low"], row["high"]) == (None, None)
    assert {row["label"] for row in told["groups"]["class"]} <= {"A", "B", "C", "D", OTHER}
