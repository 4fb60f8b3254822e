"""The certificate of fairness for everybody: for closed draws, and silent about every single entity."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from solver import bundle
from supervision.draw.certificate import OTHER
from supervision.draw.certifying import files_paper
from supervision.draw.tables import Draw
from tests.api.public.conftest import Built, visitor
from tests.api.published import CONTACT, INSPECTOR, INSPECTOR_PHONE, LATER, PHONE, Site


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


def test_its_tables_by_class_and_path_are_what_anybody_has_from_the_public_bundle(
    anyone: TestClient, site: Site
) -> None:
    told = json.loads(anyone.get(f"/draws/{site.draw_id}/certificate.json").content)
    files = bundle.files_of(anyone.get(f"/draws/{site.draw_id}/evidence.zip").content)
    own = json.loads(files_paper(files).certificate.json)
    for grouping in ("class", "area", "path"):
        assert own["groups"][grouping] == told["groups"][grouping]
    for name in ("draw", "expected", "drawn", "never", "certain", "deviation", "fixed_step"):
        assert own[name] == told[name]


def test_a_sealed_draw_shows_probabilities_and_nothing_that_was_drawn(own: Built) -> None:
    draw_id = own.site.draw_id
    with own.database.writing() as session:
        draw = session.exec(select(Draw).where(Draw.draw_id == draw_id)).one()
        draw.sealed, draw.open_by, draw.opened_at = True, LATER + timedelta(days=3), None
        session.add(draw)
    anyone = visitor(own.database)
    told = json.loads(anyone.get(f"/draws/{draw_id}/certificate.json").content)
    assert (told["drawn"], told["deviation"], told["never"]) == (None, None, 0)
    assert {row["drawn"] for rows in told["groups"].values() for row in rows} == {None}
    assert told["anonymity"]["counted"] == 0
    assert "尚未公开" in anyone.get(f"/draws/{draw_id}/certificate.html").text
