"""Nothing that must never be public is in any answer, header, file, feed, tile or log of the server."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from solver.blind import salt
from supervision.database import Database
from supervision.publication.material import PIECES
from supervision.settings import Settings
from tests.api.public.crawling import addresses, crawl, forms, layers
from tests.api.public.secrets_planted import Planted, plant
from tests.api.published import LATER
from tests.conftest import lay_tables
from tests.supervision.county import FRAME_KEY

PAIRING_PIECES = (
    "problem.json", "pairing.json", "second.json", "reassignment-1.json", "reassignment-1-problem.json",
)  # fmt: skip
Answers = dict[str, tuple[bytes, ...]]


class Seen:
    """All that a visitor saw: address → the layers of the answer; and what the server wrote to its logs."""

    def __init__(self, planted: Planted, answers: Answers, logs: str) -> None:
        self.planted, self.answers, self.logs = planted, answers, logs

    def where(self, needle: bytes) -> list[str]:
        found = [a for a, parts in self.answers.items() if any(needle in part for part in parts)]
        return found + (["the logs"] if needle.decode("utf-8", "replace") in self.logs else [])


class Listener(logging.Handler):
    """Keeps every message of every logger."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("leaks")
    url = f"sqlite:///{folder / 'site.db'}"
    lay_tables(url)
    database = Database(url)
    planted = plant(database, folder / "log.key")
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None, public_address="http://testserver", log_key_file=folder / "log.key"
    )
    app = create_app(database, settings, lambda: LATER)
    anyone = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    listener, root = Listener(), logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        answers = crawl(anyone, list(addresses(app, _values(planted))))
        answers |= _typed(anyone, planted)
    finally:
        root.removeHandler(listener)
        root.setLevel(level)
    yield Seen(planted, {a: tuple(layers(body)) for a, body in answers.items()}, "\n".join(listener.lines))
    database.close()


def _values(planted: Planted) -> dict[str, list[str]]:
    """What the parameters of addresses can be; what is not here is tried with ``1``."""
    site = planted.site
    return {
        "draw_id": list(planted.draws),
        "piece": [*PIECES, *PAIRING_PIECES, "links", "key"],
        "name": [*PIECES, "1"],
        "suffix": ["json", "csv", "xlsx"],
        "ending": ["csv", "xlsx"],
        "kind": ["json", "html"],
        "code": [*site.releases, site.task_code, site.visit_codes[0]],
        "uscc": [site.usccs[0], site.unpublished, planted.probe],
        "rest": ["0/000", "0/000.p/3", "entries/000", "entries/000.p/9"],
        "index": [str(number) for number in range(40)],
    }


def _typed(anyone: TestClient, planted: Planted) -> dict[str, bytes]:
    """Forms that a visitor can send, with wrong codes: their answers and refusals."""
    answers = {}
    for draw_id in planted.draws:
        for who in (planted.site.usccs[0], planted.hidden[3]):
            answer = anyone.post(f"/draws/{draw_id}/mine", data={"uscc": who, "code": "f" * 64})
            # the visitor's own words come back in the form, and nothing else of them
            answers[f"POST /draws/{draw_id}/mine {who}"] = answer.content.replace(who.encode(), b"")
    return answers


def test_the_crawl_reaches_every_kind_of_answer(seen: Seen) -> None:
    kinds = {
        address: [a for a, parts in seen.answers.items() if address in a and parts[0].startswith(b"200")]
        for address in (
            "/log/tile/entries", "/log/entries/", "/feed.atom", "evidence.zip", "/frame.csv.gz", "/api/v1/public",
            "/mine", "/drawn.xlsx", "/certificate.json", "/log/checkpoint", "/releases/", "/entities/", "openapi.json",
            "/pairing.zip", "/pairing/problem.json", "/pairing/second.json", "/pairing/reassignment-1.json",
            "/pairing.xlsx", "/teams", "/verify_pairing.py",
        )
    }  # fmt: skip
    assert [address for address, found in kinds.items() if not found] == []
    assert len(seen.answers) > 400
    assert not any(parts[0].startswith(b"500") for parts in seen.answers.values())


def test_what_is_behind_a_sign_in_says_nothing(seen: Seen) -> None:
    for address, parts in seen.answers.items():
        if address.startswith(("/office", "/field")) and "sign-in" not in address:
            assert parts[0][:3] in (b"303", b"401", b"404", b"422"), address


@pytest.mark.parametrize("own", ["texts", "hidden", "sealed_tickets"])
def test_no_planted_text_is_public(seen: Seen, own: str) -> None:
    planted: tuple[str, ...] = getattr(seen.planted, own)
    assert {text: where for text in planted if (where := seen.where(text.encode()))} == {}


def test_no_key_salt_or_unopened_secret_is_public_however_it_is_written(seen: Seen) -> None:
    assert len(seen.planted.keys) > 60
    for key in seen.planted.keys:
        for form in forms(key):
            assert seen.where(form) == [], key.hex()


def test_the_search_would_find_what_is_planted(seen: Seen) -> None:
    """Public things are found by the same search, in the plain, in zips, in gzip and in base64."""
    seed = json.loads(seen.answers[f"/draws/{seen.planted.site.draw_id}.json"][0].partition(b"\n\n")[2])[
        "seed"
    ]
    found = seen.where(forms(bytes.fromhex(seed))[1])
    assert f"/draws/{seen.planted.site.draw_id}/evidence.zip" in found
    in_clear = seen.where(b"91360681000000000X,360681/C")
    assert {address.rpartition("/")[2] for address in in_clear} >= {"frame.csv.gz", "evidence.zip"}
    key = salt(FRAME_KEY, "91360681000000007X")
    import base64

    for before in (b"", b"a", b"ab"):
        coded = base64.b64encode(before + key + b"xyz")
        assert any(form in coded for form in forms(key))


def test_no_answer_of_a_blinded_draw_holds_both_a_credit_code_and_a_line_of_the_frame(seen: Seen) -> None:
    """Named lists and blinded lines never stand side by side, so that no order or count links them."""
    codes = [code.encode() for code in (*seen.planted.site.usccs, seen.planted.site.unpublished)]
    wrong = []
    for draw_id in seen.planted.blinded:
        lines = _frame_lines(seen, draw_id)
        ids = [line.split(b",")[0] for line in lines]
        cells = {b"/".join(line.split(b",")[1:]) for line in lines}
        for address, parts in seen.answers.items():
            named = any(code in part for part in parts for code in codes)
            lined = named and any(x in part for part in parts for x in (*ids[::7], *cells))
            wrong += [(draw_id, address)] if lined else []
    assert wrong == []


def _frame_lines(seen: Seen, draw_id: str) -> list[bytes]:
    return seen.answers[f"/draws/{draw_id}/frame.csv.gz"][1].splitlines()


def test_no_class_stands_beside_a_name_or_a_credit_code(seen: Seen) -> None:
    """In data, no object with a name or a credit code has a class, points, or a field that tells of risk."""
    for address, parts in seen.answers.items():
        body = parts[0].partition(b"\n\n")[2]
        if b"application/json" not in parts[0][:600] or "openapi" in address:
            continue
        for row in _objects(json.loads(body)):
            if {"uscc", "entity_name", "name"} & row.keys():
                told = {str(value) for value in row.values()} & set("ABCD")
                assert not told, (address, row)
            assert not {key for key in row if "risk" in key or "points" in key}, address


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def test_nothing_that_was_typed_into_a_form_reaches_the_logs(seen: Seen) -> None:
    assert "HTTP/1.1" in seen.logs  # they were listened to
    assert seen.planted.hidden[3] not in seen.logs
    assert "f" * 64 not in seen.logs


def test_a_sealed_draw_shows_the_digests_of_its_teams_and_nothing_else_of_them(seen: Seen) -> None:
    sealed, paired = seen.planted.sealed, seen.planted.paired
    for tail in ("pairing.zip", *(f"pairing/{piece}" for piece in PAIRING_PIECES)):
        assert seen.answers[f"/draws/{sealed}/{tail}"][0].startswith(b"404"), tail
        assert seen.answers[f"/draws/{paired}/{tail}"][0].startswith(b"200"), tail
    assert seen.answers[f"/draws/{sealed}/pairing"][0].startswith(b"200")
    told = json.loads(seen.answers[f"/draws/{sealed}/pairing.json"][0].partition(b"\n\n")[2])
    assert len(told["pairing"]["assignment_sha256"]) == 64
    assert (told["figures"], told["items"], told["pairing"]["seed"]) == (None, [], None)


def test_while_second_secrets_are_awaited_the_table_is_public_and_no_secret(seen: Seen) -> None:
    awaiting = seen.planted.awaiting
    assert seen.answers[f"/draws/{awaiting}/pairing/pairing.json"][0].startswith(b"200")
    assert seen.answers[f"/draws/{awaiting}/pairing/second.json"][0].startswith(b"404")
    told = json.loads(seen.answers[f"/draws/{awaiting}/pairing.json"][0].partition(b"\n\n")[2])
    assert [bool(each["handed_in"]) for each in told["pairing"]["seconds"]] == [True, False]
    assert {each["secret"] for each in told["pairing"]["seconds"]} == {None}


def test_the_search_would_find_an_alias_in_the_files_of_a_pairing(seen: Seen) -> None:
    problem = json.loads(
        seen.answers[f"/draws/{seen.planted.paired}/pairing/problem.json"][0].partition(b"\n\n")[2]
    )
    found = seen.where(problem["inspectors"][0]["id"].encode())
    assert f"/draws/{seen.planted.paired}/pairing.zip" in found
    assert f"/draws/{seen.planted.paired}/pairing" in found
