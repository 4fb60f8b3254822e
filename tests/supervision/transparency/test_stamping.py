"""Time stamps by a local authority (openssl): asked for, verified, kept, and verified by openssl again."""

from pathlib import Path

import pytest

from supervision.database import Database
from supervision.journal.records import everything as journal
from supervision.transparency import auditing, records, stamping
from supervision.transparency.rules import ForkedCheckpoint, NotStamped
from tests.conftest import MOMENT
from tests.supervision.transparency.authority import Authority
from tests.supervision.transparency.log import ORIGIN, SIGNER, fill, grow


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture
def log(database: Database) -> Database:
    with database.writing() as session:
        fill(session)
    return database


def test_a_stamp_is_asked_for_verified_and_kept(log: Database, authority: Authority) -> None:
    roots = stamping.roots_of(authority.roots)
    with authority.serving() as address:
        row = stamping.stamp(log, SIGNER, address, roots)
        assert stamping.stamp(log, SIGNER, address, roots).token == row.token  # not asked again
    assert (row.size, row.authority) == (7, "Test-TSA")
    with log.reading() as session:
        assert row.checkpoint.encode() == stamping.stamped_bytes(session, SIGNER, 7)
        report = auditing.fsck(session, SIGNER, roots=roots)
    assert (report.ok, report.compared) == (True, 1)
    assert authority.vouches(row.checkpoint.encode(), row.token)
    assert not authority.vouches(row.checkpoint.encode() + b" ", row.token)


def test_a_stamp_brought_by_hand_finds_its_checkpoint(log: Database, authority: Authority) -> None:
    with log.reading() as session:
        request = stamping.request_for(stamping.stamped_bytes(session, SIGNER)).as_bytes()
    answer = authority.answer(request)
    roots = stamping.roots_of(authority.roots)
    with log.writing() as session:
        grow(session, 9)
        size = stamping.size_of_answer(session, SIGNER, answer)
        assert size == 7
        stamping.keep(session, SIGNER, size, answer, roots)
    with log.reading() as session:
        assert [row.size for row in records.stamps(session)] == [7]


def test_a_stamp_over_something_else_or_by_somebody_else_is_refused(
    log: Database, authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path / "stranger")
    own, foreign = stamping.roots_of(authority.roots), stamping.roots_of(stranger.roots)
    with log.writing() as session:
        data = stamping.stamped_bytes(session, SIGNER)
        answer = authority.answer(stamping.request_for(data).as_bytes())
        other = authority.answer(stamping.request_for(data + b" ").as_bytes())
        for size, token, roots in (
            (7, answer, foreign),
            (7, other, own),
            (6, answer, own),
            (7, b"junk", own),
        ):
            with pytest.raises(NotStamped):
                stamping.keep(session, SIGNER, size, token, roots)
        with pytest.raises(NotStamped):
            stamping.keep(session, SIGNER, 7, answer, own, stamping.request_for(data))  # another nonce
        with pytest.raises(ForkedCheckpoint):
            stamping.size_of_answer(session, SIGNER, other)
        assert list(records.stamps(session)) == []


def test_an_authority_that_is_away_is_noted_and_hinders_nobody(
    log: Database, authority: Authority, tmp_path: Path
) -> None:
    key = tmp_path / "log.key"
    with authority.serving() as address:
        pass  # closed again: nobody answers there

    def job(url: str) -> None:
        for _ in stamping.stamp_in_background(log, key, ORIGIN, url, authority.roots, lambda: MOMENT):
            pass

    job(address)
    with log.reading() as session:
        [entry] = list(journal(session))
        assert (entry.act, entry.actor) == ("log.stamp_failed", "system")
        assert "没有应答" in entry.detail["reason"]
        assert list(records.stamps(session)) == []
    with authority.serving() as address:
        job(address)
    with log.reading() as session:
        assert [row.size for row in records.stamps(session)] == [7]
