"""The public log, read by an independent little reader of tlog-tiles and by its page."""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.v1.log import Kind
from solver.log.entries import KINDS
from supervision.database import Database
from supervision.settings import Settings
from supervision.transparency import records, service
from supervision.transparency.rules import KIND_NAMES
from tests.conftest import MOMENT
from tests.supervision.transparency.log import FIRST, ORIGIN, SECOND, SIGNER, WITNESS, fill, grow


@pytest.fixture
def log(database: Database, app_over: Callable[..., FastAPI], tmp_path: Path) -> TestClient:
    """Anybody, before a log of 300 entries."""
    with database.writing() as session:
        fill(session)
        grow(session, 300)
    (tmp_path / "log.key").write_bytes(SIGNER.seed)
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        log_key_file=tmp_path / "log.key",
        log_origin=ORIGIN,
        witness_keys=str(WITNESS.witness_key),
    )
    return TestClient(app_over(database, settings, lambda: MOMENT), follow_redirects=False)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def tree(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, as it is written."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha(b"\1", tree(leaves[:split]), tree(leaves[split:]))


def test_a_reader_of_tiles_finds_the_signed_root(log: TestClient) -> None:
    text = log.get("/log/checkpoint").text
    body, _, signatures = text.partition("\n\n")
    origin, size, root = body.split("\n")
    name, line = signatures.split()[1:3]
    assert (origin, name, int(size)) == (ORIGIN, ORIGIN, 300)
    key = base64.b64decode(log.get("/log/key").text.split("+", 2)[2])
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(base64.b64decode(line)[4:], f"{body}\n".encode())
    leaves, hashes = [], b""
    for tile in ("000", "001.p/44"):
        data = log.get(f"/log/tile/entries/{tile}").content
        while data:
            length = int.from_bytes(data[:2], "big")
            leaves.append(sha(b"\0", data[2 : 2 + length]))
            data = data[2 + length :]
        hashes += log.get(f"/log/tile/0/{tile}").content
    assert hashes == b"".join(leaves)
    assert tree(leaves) == base64.b64decode(root)
    upper = log.get("/log/tile/1/000.p/1").content
    assert upper == tree(leaves[:256])


def test_full_tiles_are_kept_for_ever_and_others_for_moments(log: TestClient) -> None:
    full, partial, head = (
        log.get(f"/log/{path}") for path in ("tile/0/000", "tile/0/001.p/44", "checkpoint")
    )
    assert full.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert partial.headers["cache-control"] == head.headers["cache-control"] == "public, max-age=5"
    assert full.headers["content-type"] == "application/octet-stream"
    assert head.headers["content-type"] == "text/plain; charset=utf-8"
    again = log.get("/log/tile/0/000", headers={"if-none-match": full.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["tile/0/001", "tile/0/002", "tile/0/001.p/45", "tile/0/0", "tile/0/000.p/256", "tile/8/000",
     "tile/0/x000/000", "tile/entries/x", "stamps/5.tsr", "stamps/999999999999999.tsr", "entries/300",
     "entries/99999999999"],
)  # fmt: skip
def test_what_is_not_there_yet_is_not_found(log: TestClient, path: str) -> None:
    assert log.get(f"/log/{path}").status_code == 404


def test_narrower_tiles_stay_to_be_had(log: TestClient) -> None:
    wide, narrow = log.get("/log/tile/0/001.p/44").content, log.get("/log/tile/0/001.p/5").content
    assert narrow == wide[: 5 * 32]


def test_the_page_says_in_words_what_each_entry_is(log: TestClient) -> None:
    first = log.get("/log").text
    assert "公示结果" in first
    assert 'href="/releases/R297"' in first
    shown = log.get("/log", params={"draw": FIRST}).text
    assert f'公布方案 <a href="/draws/{FIRST}">{FIRST}</a>' in shown
    assert f'交出随机数 <a href="/draws/{FIRST}">{FIRST}</a> 第 1 方' in shown
    assert f'作废 <a href="/draws/{FIRST}">{FIRST}</a>' in shown
    assert SECOND not in shown.partition("<table")[2]
    assert "登记联合抽取 <code>2026-joint</code>" in log.get("/log?kind=campaign").text
    english = log.get("/log", params={"draw": FIRST, "lang": "en"}).text
    assert f'Plan published <a href="/draws/{FIRST}">' in english
    assert not [name for name in KIND_NAMES.values() if name in english]


def test_the_list_is_paged_and_is_data_as_well(log: TestClient) -> None:
    page = log.get("/log.json", params={"limit": 120}).json()
    seen = [row["index"] for row in page["items"]]
    while page["next"]:
        page = log.get(page["next"]).json()
        seen += [row["index"] for row in page["items"]]
    assert seen == list(range(299, -1, -1))
    assert log.get("/log.csv", params={"draw": FIRST}).text.count("\n") == 5
    assert log.get("/log.xlsx").status_code == 200


def test_an_entry_has_a_page_with_its_proof(log: TestClient) -> None:
    told = log.get("/log/entries/3.json").json()
    body = json.dumps(told["entry"], sort_keys=True, separators=(",", ":")).encode()
    node, index, width = sha(b"\0", body), 3, 300
    for sibling in map(bytes.fromhex, told["inclusion"]["proof"]):
        while index % 2 == 0 and index + 1 == width:
            index, width = index // 2, (width + 1) // 2
        node = sha(b"\1", sibling, node) if index % 2 else sha(b"\1", node, sibling)
        index, width = index // 2, (width + 1) // 2
    assert node.hex() == told["inclusion"]["root"]
    assert base64.b64encode(node).decode() in told["checkpoint"]
    assert "第 3 条" in log.get("/log/entries/3").text


def test_an_empty_log_is_a_signed_log_of_nothing(empty: TestClient) -> None:
    assert empty.get("/log/checkpoint").text.split("\n")[1:3] == [
        "0",
        base64.b64encode(hashlib.sha256(b"").digest()).decode(),
    ]
    assert empty.get("/log").status_code == 200


def test_the_api_gives_checkpoints_entries_and_proofs(log: TestClient, database: Database) -> None:
    earlier = log.get("/api/v1/log/checkpoint", params={"size": 7}).json()
    assert (earlier["size"], earlier["origin"], earlier["witnesses"]) == (7, ORIGIN, [])
    joined = log.get("/api/v1/log/proofs/consistency", params={"old": 7}).json()
    with database.reading() as session:
        assert joined["old_root"] == earlier["root"] == service.head(session, ORIGIN, 7).root.hex()
        assert joined["proof"] == list(service.consistency(session, 7, 300).proof)
    proof = log.get("/api/v1/log/proofs/inclusion", params={"index": 0, "size": 7}).json()
    assert (proof["index"], proof["size"], len(proof["proof"])) == (0, 7, 3)
    found = log.get("/api/v1/log/entries", params={"draw": FIRST}).json()["items"]
    assert [row["index"] for row in found] == [6, 5, 3, 0]
    assert log.get("/api/v1/log/entries/0").json() == found[-1]
    assert log.get("/api/v1/log/key").json() == {
        "origin": ORIGIN,
        "key": str(SIGNER.key),
        "witnesses": [str(WITNESS.witness_key)],
    }
    assert log.get("/api/v1/log/proofs/inclusion", params={"index": 300}).json()["code"] == "no_such_tree"


def test_a_witness_brings_its_cosignature_without_signing_in(log: TestClient, database: Database) -> None:
    from solver.log.checkpoint import parse_note

    note = parse_note(log.get("/log/checkpoint").text)
    cosigned = WITNESS.cosign(note, int(MOMENT.timestamp()))
    for _ in range(2):  # a second time changes nothing
        answer = log.post("/api/v1/log/cosignatures", json={"checkpoint": cosigned})
        assert answer.status_code == 201
        assert answer.json()["items"] == [
            {"witness": "xiehui.example.org", "size": 300, "at": "2026-11-20T02:00:00Z"}
        ]
    assert log.get("/log/checkpoint").text == cosigned
    assert log.get("/api/v1/log/checkpoint").json()["witnesses"] == ["xiehui.example.org"]
    assert "xiehui.example.org" in log.get("/log").text
    with database.reading() as session:
        assert len(records.cosignatures(session)) == 1


def test_a_foreign_or_forked_checkpoint_is_refused(log: TestClient, database: Database) -> None:
    from solver.log.checkpoint import Checkpoint, Signer, parse_note

    now = int(MOMENT.timestamp())
    own = parse_note(log.get("/log/checkpoint").text)
    forked = parse_note(SIGNER.sign(Checkpoint(ORIGIN, 300, b"\7" * 32)))
    longer = parse_note(SIGNER.sign(Checkpoint(ORIGIN, 301, own.checkpoint.root)))
    stranger = Signer("stranger.example.org", b"\3" * 32)
    cases = {
        "forked_checkpoint": [WITNESS.cosign(forked, now), WITNESS.cosign(longer, now)],
        "not_cosigned": [str(own), stranger.cosign(own, now)],
        "checkpoint_signature": [WITNESS.cosign(own, now).replace("\n300\n", "\n299\n")],
        "cosigned_later": [WITNESS.cosign(own, now + 3600)],
        "checkpoint_no_signature": ["", "x\n\n"],
    }
    cases["forked_checkpoint"] += cases.pop("checkpoint_signature")  # another size under the same root
    for code, notes in cases.items():
        for note in notes:
            answer = log.post("/api/v1/log/cosignatures", json={"checkpoint": note})
            assert answer.json()["code"] == code
    with database.reading() as session:
        assert list(records.cosignatures(session)) == []


def test_cosignatures_come_seldom(log: TestClient) -> None:
    codes = [log.post("/api/v1/log/cosignatures", json={"checkpoint": ""}).status_code for _ in range(61)]
    assert codes == [422] * 60 + [429]


def test_every_kind_of_entry_can_be_asked_for_and_is_told_in_words() -> None:
    assert set(get_args(Kind)) == set(KINDS) == set(KIND_NAMES)
