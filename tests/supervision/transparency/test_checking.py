"""Whatever is done to the log, the check says which entry it was done to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from solver.log.checkpoint import Signer, parse_note
from solver.merkle import leaf_hash
from supervision.database import Database
from supervision.transparency import auditing, records, service, witnesses
from supervision.transparency.checking import Saved, check_files
from supervision.transparency.problems import LogReport
from supervision.transparency.tiles import bundle, unbundle
from tests.conftest import MOMENT
from tests.supervision.transparency.log import (
    FIRST,
    SIGNER,
    WITNESS,
    files_of,
    fill,
    grow,
    rewritten,
    tamper,
)

ENTRIES, HASHES = "tile/entries/000.p/7", "tile/0/000.p/7"


@pytest.fixture
def log(database: Database) -> Database:
    with database.writing() as session:
        fill(session)
    return database


@pytest.fixture
def files(log: Database, tmp_path: Path) -> dict[str, bytes]:
    """The seven entries as public files."""
    with log.reading() as session:
        auditing.export(session, SIGNER, tmp_path / "log")
    return files_of(tmp_path / "log")


def found(report: LogReport) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.index) for problem in report.problems]


def fsck(database: Database) -> LogReport:
    with database.reading() as session:
        return auditing.fsck(session, SIGNER, witnesses=[WITNESS.witness_key])


def test_an_untouched_log_agrees_and_its_root_is_that_of_the_checkpoint(files: dict[str, bytes]) -> None:
    assert sorted(files) == ["checkpoint", "key", HASHES, ENTRIES]
    report = check_files(files.get, SIGNER.key)
    assert report.ok
    assert report.size == 7
    assert bytes.fromhex(report.root) == parse_note(files["checkpoint"]).checkpoint.root
    assert "共 7 条" in str(report)


def changed(files: dict[str, bytes], change: Callable[[list[bytes]], list[bytes]]) -> LogReport:
    return check_files((files | {ENTRIES: bundle(change(unbundle(files[ENTRIES])))}).get, SIGNER.key)


def test_a_changed_entry_is_named(files: dict[str, bytes]) -> None:
    report = changed(files, lambda e: [*e[:3], e[3].replace(b'"position":0', b'"position":9'), *e[4:]])
    assert found(report) == [("changed", 3)]
    assert report.problems[0].sentence == "第 3 条的内容被改动，与其摘要不符。"


def test_a_removed_entry_is_named(files: dict[str, bytes]) -> None:
    assert found(changed(files, lambda e: [*e[:4], *e[5:]])) == [("removed", 4)]


def test_an_added_entry_is_named(files: dict[str, bytes]) -> None:
    assert found(changed(files, lambda e: [*e[:4], e[3].replace(b"c0", b"c7"), *e[4:]])) == [("added", 4)]


def test_two_entries_in_another_order_are_named(files: dict[str, bytes]) -> None:
    report = changed(files, lambda e: [*e[:3], e[4], e[3], *e[5:]])
    assert found(report)[0] in [("moved", 3), ("moved", 4)]
    assert ("backdated", 4) in found(report)


def test_a_backdated_entry_is_named_even_where_everything_was_signed_anew(
    database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        fill(session)
        bodies = [row.body for row in records.everything(session)]
    bodies[5] = rewritten(bodies[5], at="2026-11-19T02:00:00Z")
    leaves = [leaf_hash(body.encode()) for body in bodies]
    forged = {
        "key": str(SIGNER.key).encode(),
        "checkpoint": signed(SIGNER, leaves),
        ENTRIES: bundle(body.encode() for body in bodies),
        HASHES: b"".join(leaves),
    }
    assert found(check_files(forged.get)) == [("backdated", 5)]


def signed(signer: Signer, leaves: list[bytes]) -> bytes:
    from solver.log.checkpoint import Checkpoint
    from solver.merkle import root_of_hashes

    return signer.sign(Checkpoint(signer.name, len(leaves), root_of_hashes(leaves))).encode()


def test_a_wrong_hash_in_a_tile_is_not_laid_to_the_entry(files: dict[str, bytes]) -> None:
    hashes = bytearray(files[HASHES])
    hashes[32 * 2] ^= 1
    assert found(check_files((files | {HASHES: bytes(hashes)}).get)) == [("tile", 2)]


def test_a_checkpoint_by_another_key_is_refused(files: dict[str, bytes]) -> None:
    other = replace(SIGNER, seed=b"\x09" * 32)
    leaves = [leaf_hash(body) for body in unbundle(files[ENTRIES])]
    forged = files | {"checkpoint": signed(other, leaves)}
    assert found(check_files(forged.get)) == [("checkpoint_unsigned", None)]
    forged["key"] = str(other.key).encode()
    assert check_files(forged.get).ok  # one who pins no key believes the log's own
    assert [code for code, _ in found(check_files(forged.get, SIGNER.key))] == ["key", "checkpoint_unsigned"]


def test_a_forged_signature_is_refused(files: dict[str, bytes]) -> None:
    text = files["checkpoint"].decode().replace("\n7\n", "\n6\n")
    assert ("checkpoint_signature", None) in found(check_files((files | {"checkpoint": text.encode()}).get))


def test_a_missing_or_cut_file_is_named(files: dict[str, bytes]) -> None:
    without = {name: content for name, content in files.items() if name != ENTRIES}
    assert found(check_files(without.get))[0] == ("no_file", 0)
    assert found(check_files((files | {ENTRIES: files[ENTRIES][:-1]}).get))[0] == ("bad_file", 0)


def test_a_claim_of_a_million_entries_is_answered_at_the_first_file_that_is_missing(
    files: dict[str, bytes],
) -> None:
    from solver.log.checkpoint import Checkpoint

    forged = files | {"checkpoint": SIGNER.sign(Checkpoint(SIGNER.name, 10**14, b"\0" * 32)).encode()}
    assert ("no_file", 0) in found(check_files(forged.get))


def test_a_kept_checkpoint_finds_a_log_that_was_written_anew(files: dict[str, bytes], log: Database) -> None:
    with log.reading() as session:
        kept = Saved("去年保存", service.head(session, SIGNER.name, 5))
    bodies = unbundle(files[ENTRIES])
    bodies[4] = bodies[4].replace(b'"position":0', b'"position":1')
    leaves = [leaf_hash(body) for body in bodies]
    anew = files | {"checkpoint": signed(SIGNER, leaves), ENTRIES: bundle(bodies), HASHES: b"".join(leaves)}
    assert check_files(anew.get, SIGNER.key).ok
    report = check_files(anew.get, SIGNER.key, [kept])
    assert found(report) == [("fork", None)]
    assert "前 5 条被改过" in str(report)
    assert check_files(files.get, SIGNER.key, [kept]).compared == 1


def test_a_log_cut_short_is_found_by_a_kept_checkpoint(files: dict[str, bytes], log: Database) -> None:
    with log.reading() as session:
        kept = Saved("见证单位", service.head(session, SIGNER.name))
    bodies = unbundle(files[ENTRIES])[:5]
    leaves = [leaf_hash(body) for body in bodies]
    short = {
        "key": files["key"],
        "checkpoint": signed(SIGNER, leaves),
        "tile/entries/000.p/5": bundle(bodies),
        "tile/0/000.p/5": b"".join(leaves),
    }
    assert check_files(short.get).ok
    assert found(check_files(short.get, None, [kept])) == [("fork", 5)]


def test_the_database_untouched_agrees(log: Database) -> None:
    report = fsck(log)
    assert report.ok, str(report)
    assert report.size == 7


def test_an_entry_changed_in_the_database_is_named(log: Database) -> None:
    tamper(log, "UPDATE log_entry SET body = replace(body, 'c0c0', 'c9c9') WHERE \"index\" = 3")
    assert found(fsck(log)) == [("changed", 3)]


def test_an_entry_changed_with_its_hash_is_found_by_the_subtree_above(log: Database) -> None:
    with log.reading() as session:
        row = records.by_index(session, [2])[2]
        body = row.body.replace("2026-joint", "2026-other")
    leaf = leaf_hash(body.encode()).hex()
    tamper(log, f"UPDATE log_entry SET body = '{body}', hashes = '{leaf}' WHERE \"index\" = 2")
    report = fsck(log)
    assert ("changed", 2) in found(report)
    assert "第 2 至 3 条中有被改动或调换的条目" in str(report)


def test_an_entry_removed_from_the_database_is_named(log: Database) -> None:
    tamper(log, 'DELETE FROM log_entry WHERE "index" = 4')
    report = fsck(log)
    assert found(report) == [("removed", 4)]
    assert str(report) == "第 4 条被删去。"


def test_entries_exchanged_in_the_database_are_found(log: Database) -> None:
    swap = 'UPDATE log_entry SET "index" = {to} WHERE "index" = {at}'
    tamper(log, *(swap.format(at=at, to=to) for at, to in ((3, 99), (5, 3), (99, 5))))
    assert ("changed", 2) in found(fsck(log)) or ("changed", 3) in found(fsck(log))


def test_a_moment_changed_beside_the_entry_is_found(log: Database) -> None:
    tamper(log, "UPDATE log_entry SET at = '2026-01-01 00:00:00+00:00' WHERE \"index\" = 6")
    assert found(fsck(log)) == [("columns", 6)]


def test_the_end_cut_off_in_the_database_is_found_by_a_witness(log: Database) -> None:
    with log.writing() as session:
        note = parse_note(service.checkpoint(session, SIGNER))
        cosigned = parse_note(WITNESS.cosign(note, int(MOMENT.timestamp())))
        witnesses.accept(session, cosigned, SIGNER.name, [WITNESS.witness_key], MOMENT)
    assert fsck(log).compared == 1
    tamper(log, 'DELETE FROM log_entry WHERE "index" = 6')
    report = fsck(log)
    assert found(report) == [("fork", 6)]
    assert "见证单位 xiehui.example.org" in str(report)


def test_a_log_of_several_tiles_agrees_and_a_change_in_the_middle_is_named(database: Database) -> None:
    with database.writing() as session:
        fill(session)
        grow(session, 600)
    report = fsck(database)
    assert report.ok, str(report)
    assert report.size == 600
    tamper(database, "UPDATE log_entry SET body = replace(body, '12c\"', '12d\"') WHERE \"index\" = 300")
    assert found(fsck(database)) == [("changed", 300)]


def test_the_proofs_of_a_draw_cover_its_entries_and_its_campaign(log: Database) -> None:
    import json

    from solver import merkle

    with log.reading() as session:
        proofs = service.proofs_of_draw(session, SIGNER, FIRST)
        assert service.proofs_of_draw(session, SIGNER, "360681-2026-0099") is None
    assert proofs is not None
    told = json.loads(proofs.log_json)
    head, earlier = (parse_note(note).checkpoint for note in (proofs.checkpoint, proofs.earlier))
    assert (head.size, earlier.size) == (7, 1)
    assert [(one["index"], one["entry"]["kind"]) for one in told["entries"]] == [
        (0, "plan"),
        (2, "campaign"),
        (3, "reveal"),
        (5, "missing"),
        (6, "closing"),
    ]
    for one in told["entries"]:
        body = json.dumps(one["entry"], sort_keys=True, separators=(",", ":")).encode()
        proof = [bytes.fromhex(each) for each in one["proof"]]
        assert merkle.check_inclusion(body, one["index"], 7, proof, head.root)
    joined = [bytes.fromhex(each) for each in told["consistency"]]
    assert merkle.check_consistency(1, 7, earlier.root, head.root, joined)
    assert told["key"] == str(SIGNER.key)
