"""What must never be public is planted, and then looked for in every answer of the public site."""

import io
import zipfile
from gzip import decompress

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from supervision.draw.tables import FrozenFrame
from supervision.publication.material import PIECES
from tests.api.public.conftest import Built
from tests.api.public.test_pages import LISTS, addresses
from tests.api.published import CONTACT, INSPECTOR, INSPECTOR_PHONE, NOTE, PHONE, Site
from tests.supervision.county import FRAME_KEY


def plain(body: bytes) -> str:
    """The text of an answer, packed or not."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as bundle:
            return "\n".join(plain(bundle.read(name)) for name in bundle.namelist())
    return (decompress(body) if body.startswith(b"\x1f\x8b") else body).decode()


@pytest.fixture(scope="module")
def seen(built: Built, looker: TestClient) -> dict[str, str]:
    """Address → text, of all there is to see."""
    site, anyone = built.site, looker
    wanted = [*addresses(site), "/feed.atom", "/verify_draw.py"]
    wanted += [f"{address}.{suffix}" for address in LISTS for suffix in ("json", "csv", "xlsx")]
    pages = [address for address in addresses(site) if address.count("/") > 1 and "?" not in address]
    wanted += [f"{address}.{suffix}" for address in pages for suffix in ("json", "csv", "xlsx")]
    for number in (site.draw_id, site.void_id, site.open_id):
        wanted += [f"/draws/{number}/{piece}" for piece in (*PIECES, "evidence.zip")]
    wanted += [f"/releases/{code}/canonical.csv" for code in site.releases]
    answers = {address: anyone.get(address) for address in wanted}
    assert {answer.status_code for answer in answers.values()} == {200, 404}
    return {address: plain(answer.content) for address, answer in answers.items()}


def test_no_public_answer_holds_a_planted_secret(seen: dict[str, str], site: Site, built: Built) -> None:
    with built.database.reading() as session:
        keys = [frame.key for frame in session.exec(select(FrozenFrame))]
    assert keys == [FRAME_KEY.hex()] * 3  # the task under way is blinded by the same key
    secrets = (PHONE, INSPECTOR_PHONE, CONTACT, INSPECTOR, NOTE, "立案后已责令改正", FRAME_KEY.hex(),
               "fieldworker", "ZF0001", *site.visit_codes)  # fmt: skip
    found = [(address, secret) for address, text in seen.items() for secret in secrets if secret in text]
    assert found == []


def test_an_unpublished_result_appears_in_the_drawn_list_alone(seen: dict[str, str], site: Site) -> None:
    found = {address for address, text in seen.items() if site.unpublished in text}
    assert found == {f"/draws/{site.draw_id}/drawn{suffix}" for suffix in ("", ".json", ".csv", ".xlsx")}


def test_no_answer_puts_a_class_beside_an_entity(seen: dict[str, str], site: Site) -> None:
    """The blinded frame has classes and the lists have names: nothing public has both."""
    for address, text in seen.items():
        if any(uscc in text for uscc in (*site.usccs, site.unpublished)):
            assert "/A," not in text, address
            assert "/D," not in text, address


def test_signed_in_or_not_everyone_sees_the_same(anyone: TestClient, site: Site) -> None:
    before = anyone.get(f"/draws/{site.draw_id}").text
    assert anyone.get(f"/draws/{site.draw_id}", headers={"cookie": "dr_session=forged"}).text == before
