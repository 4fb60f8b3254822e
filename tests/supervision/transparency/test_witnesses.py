"""Witnesses sign only what continues what they have seen; the log keeps only what they signed of it."""

from datetime import timedelta

import pytest

from solver.errors import CheckpointError
from solver.log.checkpoint import Checkpoint, Note, Signer, VerifierKey, parse_note, verify_cosignature
from supervision.database import Database
from supervision.transparency import records, service, witnesses
from supervision.transparency.rules import ForkedCheckpoint, NotCosigned, WitnessRefuses
from tests.conftest import MOMENT
from tests.supervision.transparency.log import ORIGIN, SIGNER, WITNESS, fill, grow

KEYS = [WITNESS.witness_key]
LATER = MOMENT + timedelta(hours=2)


@pytest.fixture
def log(database: Database) -> Database:
    with database.writing() as session:
        fill(session)
        grow(session, 20)
    return database


def note(log: Database, size: int) -> Note:
    with log.reading() as session:
        return parse_note(service.checkpoint(session, SIGNER, size))


def proof(log: Database, old: int, size: int) -> list[bytes]:
    with log.reading() as session:
        return [bytes.fromhex(one) for one in service.consistency(session, old, size).proof]


def cosign(new: Note, seen: Note | None, joined: list[bytes] | None, key: VerifierKey = SIGNER.key) -> str:
    return witnesses.cosign(WITNESS, new, key, seen, joined, LATER)


def test_a_witness_signs_what_it_sees_first_and_what_continues_it(log: Database) -> None:
    first = parse_note(cosign(note(log, 7), None, None))
    second = parse_note(cosign(note(log, 20), first, proof(log, 7, 20)))
    assert verify_cosignature(second, WITNESS.witness_key) == int(LATER.timestamp())
    assert second.checkpoint.size == 20
    assert cosign(note(log, 20), second, None)  # the same once more needs no proof


def test_a_witness_refuses_what_does_not_continue(log: Database) -> None:
    seven, twenty = note(log, 7), note(log, 20)
    fork = parse_note(SIGNER.sign(Checkpoint(ORIGIN, 20, b"\7" * 32)))
    cases = {
        "少于上次见过的 20 条": (seven, twenty, None),
        "缺少从 7 条到 20 条的一致性证明": (twenty, seven, None),
        "一致性证明不成立": (fork, seven, proof(log, 7, 20)),
        "根摘要却与上次见过的不同": (fork, twenty, None),
    }
    for reason, (new, seen, joined) in cases.items():
        with pytest.raises(WitnessRefuses, match=reason):
            cosign(new, seen, joined)
    with pytest.raises(WitnessRefuses, match="一致性证明不成立"):
        cosign(twenty, seven, proof(log, 6, 20))


def test_a_witness_refuses_what_the_log_did_not_sign(log: Database) -> None:
    impostor = Signer(ORIGIN, b"\5" * 32)
    with pytest.raises(CheckpointError):
        cosign(note(log, 7), None, None, impostor.key)


def test_a_cosignature_is_kept_and_served_with_its_checkpoint(log: Database) -> None:
    cosigned = parse_note(cosign(note(log, 7), None, None))
    with log.writing() as session:
        [row] = witnesses.accept(session, cosigned, ORIGIN, KEYS, LATER)
    assert (row.size, row.witness, row.at) == (7, "xiehui.example.org", LATER)
    assert str(note(log, 7)) == str(cosigned)
    assert len(note(log, 20).signatures) == 1
    with log.reading() as session:
        [seen] = witnesses.witnessed(session, KEYS)
        assert (seen.name, seen.size) == ("xiehui.example.org", 7)


def test_the_first_cosignature_of_a_size_stays(log: Database) -> None:
    for moment in (LATER, LATER + timedelta(minutes=1)):
        cosigned = WITNESS.cosign(note(log, 7), int(moment.timestamp()))
        with log.writing() as session:
            witnesses.accept(session, parse_note(cosigned), ORIGIN, KEYS, LATER)
    with log.reading() as session:
        assert [row.at for row in records.cosignatures(session)] == [LATER]


def test_what_is_not_of_our_log_or_not_of_our_witnesses_is_not_kept(log: Database) -> None:
    unix = int(LATER.timestamp())
    longer = parse_note(SIGNER.sign(Checkpoint(ORIGIN, 21, b"\7" * 32)))
    foreign = parse_note(
        Signer("other/log", SIGNER.seed).sign(Checkpoint("other/log", 7, note(log, 7).checkpoint.root))
    )
    with log.writing() as session:
        for refused in (longer, foreign):
            with pytest.raises(ForkedCheckpoint):
                witnesses.accept(session, parse_note(WITNESS.cosign(refused, unix)), ORIGIN, KEYS, LATER)
        with pytest.raises(NotCosigned):
            witnesses.accept(session, note(log, 7), ORIGIN, KEYS, LATER)
        namesake = Signer(WITNESS.name, b"\6" * 32)
        with pytest.raises(NotCosigned):
            witnesses.accept(session, parse_note(namesake.cosign(note(log, 7), unix)), ORIGIN, KEYS, LATER)
        assert list(records.cosignatures(session)) == []
