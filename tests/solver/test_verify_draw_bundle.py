"""The one-file verifier and bundles: every step as the library takes it, and its own curves, signatures and proofs."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from py_arkworks_bls12381 import G1Point

from solver import bundle
from solver.errors import BundleError
from solver.log.checkpoint import VerifierKey
from solver.sm3 import SM3
from solver.verify import verify
from tests.solver.drawing import SCRIPT, hex_list, vector
from tests.solver.drawing import verifier as loaded
from tests.vectors import frauds_replacement, ledger
from tests.vectors.evidence import GOOD, QUICKNET, SIGNATURES, Files, Good, beacon_file, honest
from tests.vectors.frauds import FRAUDS, Fraud, zipped
from tests.vectors.frauds_zip import GOOD_ZIPS, ZIPS
from tests.vectors.ledger import LOG, WITNESS, Key

ALL_FRAUDS = [*FRAUDS, *frauds_replacement.FRAUDS]
PLAN = {"beacon": {"chain": QUICKNET, "round": 123}, "commits": [None]}


@pytest.fixture
def verifier(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The verifier, with pairings and signatures that it has verified once remembered: they are most of its time."""
    for name in ("pairings_cancel", "signed_by"):
        monkeypatch.setattr(loaded, name, remembered(name))
    return loaded


@functools.cache
def remembered(name: str) -> Any:
    plain = getattr(loaded, name)
    known = functools.cache(lambda *arguments: plain(*map(list, arguments) if name[0] == "p" else arguments))
    return lambda *arguments: known(*(tuple(x) if isinstance(x, list) else x for x in arguments))


def steps_of(verifier: ModuleType, files: Files, log_key: str | None) -> list[tuple[str, str]]:
    """What the verifier says of a bundle: every step with its status."""
    evidence = verifier.Bundle(dict(files), log_key)
    told: list[str] = []
    evidence.run(told.append)
    assert [line.split()[1].rstrip(":") for line in told] == list(evidence.done)
    return list(evidence.done.items())


def of_the_library(files: Files, log_key: str | None) -> list[tuple[str, str]]:
    key = VerifierKey.parse(log_key) if log_key else None
    return [(step.name, step.status) for step in verify(bundle.read(files), log_key=key).steps]


def run(folder: Path, *arguments: str) -> tuple[int, bytes, list[str]]:
    """The script in a process of its own: exit code, standard output, lines of standard error."""
    command = [sys.executable, "-I", "-X", "utf8", str(SCRIPT), *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr.decode().splitlines()


# --- bundles ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_an_honest_bundle_holds_in_every_step_as_the_library_says(verifier: ModuleType, good: Good) -> None:
    steps = steps_of(verifier, good.files(), good.log_key)
    assert {status for _, status in steps} == ({"ok"} if good.complete else {"ok", "skipped"})
    assert steps == of_the_library(good.files(), good.log_key)


@pytest.mark.parametrize("fraud", ALL_FRAUDS, ids=lambda fraud: fraud.name)
def test_a_fraud_is_refused_at_its_step_and_all_others_fare_as_in_the_library(
    verifier: ModuleType, fraud: Fraud, tmp_path: Path
) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(zipped(fraud.files()))
    if fraud.step == "bundle":
        with pytest.raises(verifier.Disagreement):
            verifier.read_bundle(path)
        return
    files = verifier.read_bundle(path)
    steps = steps_of(verifier, files, fraud.log_key)
    assert next(name for name, status in steps if status == "failed") == fraud.step
    assert steps == of_the_library(files, fraud.log_key)


@pytest.mark.parametrize("done", ZIPS)
def test_a_zip_that_could_be_read_in_two_ways_is_no_bundle(
    verifier: ModuleType, done: str, tmp_path: Path
) -> None:
    (tmp_path / "evidence.zip").write_bytes(ZIPS[done]())
    with pytest.raises(verifier.Disagreement):
        verifier.read_bundle(tmp_path / "evidence.zip")


@pytest.mark.parametrize("done", GOOD_ZIPS)
def test_a_zip_of_another_tool_is_as_good(verifier: ModuleType, done: str, tmp_path: Path) -> None:
    (tmp_path / "evidence.zip").write_bytes(GOOD_ZIPS[done]())
    assert verifier.read_bundle(tmp_path / "evidence.zip") == bundle.files_of(GOOD_ZIPS[done]())


def test_replacements_by_the_next_tickets_are_accepted(verifier: ModuleType) -> None:
    files = frauds_replacement.twice_replaced().files()
    assert {status for _, status in steps_of(verifier, files, LOG.verifier)} == {"ok"}


def test_the_script_prints_a_line_a_step_the_summary_and_the_drawn_lines(tmp_path: Path) -> None:
    files = GOOD[0].files()
    (tmp_path / "evidence.zip").write_bytes(zipped(files))
    code, out, told = run(tmp_path, "evidence.zip", "--log-key", LOG.verifier)
    assert (code, out) == (0, files["result.csv"])
    assert told[:16] == [f"ok {name}" for name in loaded.STEPS]
    assert json.loads(told[16])["result_sha256"] == hashlib.sha256(out).hexdigest()
    assert told[17:] == ["验证通过，每一步都一致 (every step is ok)"]


def test_a_folder_of_the_same_files_is_a_bundle_too(tmp_path: Path) -> None:
    for name, data in GOOD[0].files().items():
        (tmp_path / name).write_bytes(data)
    assert run(tmp_path, ".")[0] == 0


def test_of_a_sealed_draw_the_script_says_what_cannot_be_checked_yet(tmp_path: Path) -> None:
    (tmp_path / "evidence.zip").write_bytes(zipped(next(x for x in GOOD if x.name == "sealed").files()))
    code, out, told = run(tmp_path, "evidence.zip")
    assert (code, out) == (2, b"")
    assert "skipped reveals" in told
    assert told[-1].endswith(": reveals, sources, draw, closing")


def test_the_last_line_names_the_first_step_that_failed(tmp_path: Path) -> None:
    fraud = next(x for x in FRAUDS if x.name == "entity-swapped")
    (tmp_path / "evidence.zip").write_bytes(zipped(fraud.files()))
    code, out, told = run(tmp_path, "evidence.zip")
    assert (code, out) == (1, b"")
    assert any(line.startswith("failed register: 名录快照的根摘要与方案不一致") for line in told)
    assert told[-1].endswith(": register")


def test_what_is_no_bundle_is_refused_before_the_first_step(tmp_path: Path) -> None:
    (tmp_path / "evidence.zip").write_bytes(b"PK\x03\x04 and no more")
    code, _, told = run(tmp_path, "evidence.zip")
    assert code == 1
    assert told[0].startswith("failed bundle: ")
    assert told[-1].endswith(": bundle")


def doubled() -> bytes:
    """A zip with two plans: one reader takes the first, another the last."""
    packed = io.BytesIO(zipped(GOOD[0].files()))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("plan.json", b"{}")
    return packed.getvalue()


def with_comment() -> bytes:
    packed = io.BytesIO(zipped(GOOD[0].files()))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.comment = b"corrected"
    return packed.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        doubled,
        with_comment,
        lambda: b"another zip may stand here" + zipped(GOOD[0].files()),
        lambda: zipped(GOOD[0].files())[:-30],
        lambda: zipped(GOOD[0].files()).replace(b"plan.json", b"plan.jsom"),
        lambda: b"",
    ],
)
def test_a_zip_that_two_readers_could_read_differently_is_none(make: Any, tmp_path: Path) -> None:
    data = make()
    (tmp_path / "evidence.zip").write_bytes(data)
    with pytest.raises(loaded.Disagreement):
        loaded.read_bundle(tmp_path / "evidence.zip")
    with pytest.raises(BundleError):
        bundle.read(data)


def test_a_log_that_names_other_files_does_not_lead_the_script_astray(verifier: ModuleType) -> None:
    files = {name: data for name, data in GOOD[0].files().items() if name != "summary.json"}
    log = json.loads(files["log.json"]) | {"summary.json": 1, "closing.json": 1, "lottery": 1}
    files["log.json"] = json.dumps(log, sort_keys=True, separators=(",", ":")).encode()
    steps = steps_of(verifier, files, None)
    assert steps == of_the_library(files, None)
    assert ("log", "failed") in steps


def test_the_key_of_a_witness_is_not_the_key_of_a_log(verifier: ModuleType) -> None:
    assert ("checkpoint", "failed") in steps_of(verifier, GOOD[0].files(), WITNESS.verifier)


CONTENTS = (
    None,
    b"",
    b"null",
    b"5",
    b"[]",
    b"{}",
    b'"x"',
    b"[5]",
    b'{"entries":5}',
    b'{"entries":[5]}',
    b"\xff",
)


@pytest.mark.parametrize("content", CONTENTS)
def test_whatever_a_file_holds_the_script_says_what_the_library_says(
    verifier: ModuleType, content: bytes | None
) -> None:
    good = GOOD[6].files()
    for name in good.keys() - {"README.txt", "frame.csv.gz"}:
        files = {key: data for key, data in good.items() if key != name}
        if content is not None:
            files[name] = content
        elif name == "plan.json":
            continue  # that is no bundle
        assert steps_of(verifier, files, None) == of_the_library(files, None), name


def test_without_the_log_the_script_says_that_it_has_not_seen_the_order_of_events(tmp_path: Path) -> None:
    files = {
        name: x for name, x in GOOD[0].files().items() if name not in {"checkpoint", "earlier", "log.json"}
    }
    (tmp_path / "evidence.zip").write_bytes(zipped(files))
    code, _, told = run(tmp_path, "evidence.zip")
    assert code == 2
    assert told[-1].endswith("(nothing failed, but the bundle has no log)")


def test_the_script_says_when_it_took_the_key_of_the_log_from_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "evidence.zip").write_bytes(zipped(GOOD[0].files()))
    code, _, told = run(tmp_path, "evidence.zip", "--witness", WITNESS.verifier)
    assert code == 0
    assert told[-1].endswith("(every step is ok; the log's key is the bundle's own)")


def test_an_asked_for_witness_must_have_cosigned(verifier: ModuleType) -> None:
    files = GOOD[0].files()
    stranger = Key("witness.example.org/b", 9, kind=4)
    for witness, status in ((WITNESS, "ok"), (stranger, "failed")):
        evidence = verifier.Bundle(dict(files), LOG.verifier, (witness.verifier,))
        evidence.run([].append)
        assert evidence.done["checkpoint"] == status


# --- three files ------------------------------------------------------------------------------------------------


def lay(folder: Path, files: Files) -> tuple[str, str, str]:
    for name in ("plan.json", "frame.csv.gz", "reveals.json", "campaign.json", "beacon.json"):
        if name in files:
            (folder / name).write_bytes(files[name])
    return "plan.json", "frame.csv.gz", "reveals.json"


@pytest.mark.parametrize("name", ["campaign", "campaign-pps"])
def test_a_campaign_gives_the_tickets_and_without_its_record_the_plan_does(name: str, tmp_path: Path) -> None:
    files = next(x for x in GOOD if x.name == name).files()
    three = lay(tmp_path, files)
    code, out, _ = run(tmp_path, *three, "--campaign", "campaign.json", "--beacon", "beacon.json")
    assert (code, out) == (0, files["result.csv"])
    code, out, _ = run(tmp_path, *three)
    assert code == 0
    assert out != files["result.csv"]


def test_a_beacon_of_another_round_is_refused_when_it_is_given(tmp_path: Path) -> None:
    three = lay(tmp_path, GOOD[0].files())
    (tmp_path / "beacon.json").write_text(json.dumps(beacon_file(1000)))
    code, out, told = run(tmp_path, *three, "--beacon", "beacon.json")
    assert (code, out, len(told)) == (1, b"", 1)
    assert "round" in told[0]


def test_without_openssl_the_script_hashes_sm3_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    files = next(x for x in GOOD if x.name == "sm3").files()
    monkeypatch.setattr(loaded.hashlib, "algorithms_available", {"sha256"})
    lines, _ = loaded.replay(files["plan.json"], files["frame.csv.gz"], files["reveals.json"])
    assert lines == files["result.csv"]


@pytest.mark.parametrize("length", [0, 3, 55, 56, 63, 64, 65, 119, 120, 200])
def test_sm3_of_the_script_is_that_of_the_library(length: int) -> None:
    text = bytes(range(200))[:length]
    twin = loaded.SM3(text[: length // 2]).copy()
    twin.update(text[length // 2 :])
    assert twin.digest() == SM3(text).digest()


def test_known_answers_hold_for_the_three_files_of_old(tmp_path: Path) -> None:
    plan, frame, reveals = vector("rate60")
    lines, summary = loaded.replay(plan, frame, reveals)
    assert summary["result_sha256"] == "bf15e34caf714f69857192c17f17f9c2b4ddaa28f25e3c4edb0186472e50a8e2"
    with pytest.raises(loaded.Disagreement):
        loaded.replay(plan, frame, hex_list([b"\0" * 32] * 3))
    assert lines.count(b"\n") == summary["n"]


# --- the beacon: BLS12-381 against another implementation ----------------------------------------------------------


@pytest.mark.parametrize("message", [b"", b"abc", hashlib.sha256(b"x").digest(), bytes(range(256))])
def test_hashing_to_the_curve_agrees_with_arkworks(message: bytes) -> None:
    expected = bytes(G1Point.hash_to_curve(message, loaded.SUITE).to_compressed_bytes())
    x, y = loaded.hash_to_curve(message)
    flags = 0xA0 if y > loaded.P // 2 else 0x80
    assert (x | flags << 376).to_bytes(48, "big") == expected


def test_both_published_rounds_verify_and_neither_under_the_other_number() -> None:
    for number, other in ((123, 1000), (1000, 123)):
        answer = beacon_file(number)
        plan = {"beacon": {"chain": QUICKNET, "round": number}, "commits": [None]}
        secrets = [bytes.fromhex(answer["randomness"])]
        loaded.check_beacon(answer, plan, secrets)
        plan["beacon"]["round"] = other  # type: ignore[index]
        with pytest.raises(loaded.Disagreement, match="verify"):
            loaded.check_beacon(answer | {"round": other}, plan, secrets)


def test_a_pairing_is_bilinear_and_not_trivial() -> None:
    p = loaded.hash_to_curve(b"some point")
    double, minus = loaded.times(2, p), (p[0], loaded.P - p[1])
    assert loaded.pairings_cancel([(double, loaded.KEY), (minus, loaded.KEY), (minus, loaded.KEY)])
    assert not loaded.pairings_cancel([(double, loaded.KEY), (minus, loaded.KEY)])
    assert not loaded.pairings_cancel([(p, loaded.GENERATOR)])


def test_a_point_outside_the_subgroup_is_refused() -> None:
    x = next(x for x in range(1, 99) if loaded.root_of(x**3 + 4) is not None)
    with pytest.raises(loaded.Disagreement, match="subgroup"):
        loaded.signature_point((x | 0x80 << 376).to_bytes(48, "big"))
    with pytest.raises(ValueError, match=r".+"):
        G1Point.from_compressed_bytes((x | 0x80 << 376).to_bytes(48, "big"))


def test_the_key_of_the_chain_is_the_one_that_drand_publishes() -> None:
    high, low = loaded.KEY[:2]
    published = (
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    )
    assert (high | 0x80 << 376).to_bytes(48, "big").hex() + low.to_bytes(48, "big").hex() == published
    assert hashlib.sha256(bytes.fromhex(SIGNATURES[123])).hexdigest() == beacon_file(123)["randomness"]


# --- the log: Ed25519 and proofs against other implementations -----------------------------------------------------


@pytest.mark.parametrize("number", range(4))
def test_ed25519_agrees_with_cryptography_on_good_and_bent_signatures(number: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(bytes([number])).digest())
    public, message = private.public_key().public_bytes_raw(), bytes(number)
    signature = private.sign(message)
    assert loaded.signed_by(public, message, signature)
    for at in (0, 31, 32, 63):
        bent = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        assert not loaded.signed_by(public, message, bent)
        with pytest.raises(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(public).verify(bent, message)
    assert not loaded.signed_by(public, message + b"x", signature)


def test_ed25519_takes_the_answer_of_the_rfc() -> None:
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert loaded.signed_by(public, b"", signature)


def test_ed25519_refuses_keys_of_small_order_and_second_spellings() -> None:
    identity = (1).to_bytes(32, "little")
    assert not loaded.signed_by(identity, b"anything", identity + bytes(32))
    for twice in (2**255 - 19 + 1, 1 | 1 << 255):  # y = p + 1; x = 0 with a sign
        with pytest.raises(loaded.Disagreement):
            loaded.signed_by(twice.to_bytes(32, "little"), b"anything", identity + bytes(32))


def test_inclusion_and_consistency_hold_in_every_tree_up_to_33_and_nowhere_else() -> None:
    data = [bytes([i]) for i in range(33)]
    trees = [(n, ledger.root(data[:n], ledger.sha)) for n in range(34)]
    for n in range(1, 34):
        for i in range(n):
            proof = [bytes.fromhex(x) for x in ledger.inclusion(data[:n], i)]
            assert loaded.included(data[i], i, trees[n], proof)
            assert not loaded.included(data[i], i, trees[n], [*proof, bytes(32)])
            assert not proof or not loaded.included(data[i], i, trees[n], proof[:-1])
            assert not loaded.included(data[i], i + n, trees[n], proof)
        for m in range(1, n + 1):
            proof = [bytes.fromhex(x) for x in ledger.consistency(data[:n], m)]
            assert loaded.is_prefix(trees[m], trees[n], proof)
            assert not loaded.is_prefix((m, bytes(32)), trees[n], proof)
            assert not loaded.is_prefix(trees[m], trees[n], [*proof, bytes(32)])
            assert m == n or not loaded.is_prefix(trees[n], trees[m], proof)


@pytest.mark.parametrize(
    "change", [lambda x: x.replace("+", "-", 1), lambda x: x[:-4], lambda x: x + "AAAA", str.lower]
)
def test_a_verifier_key_whose_parts_do_not_belong_together_is_none(change: Any) -> None:
    assert loaded.read_key(LOG.verifier) == (LOG.name, LOG.typed)
    with pytest.raises(loaded.Disagreement):
        loaded.read_key(change(LOG.verifier))


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.replace(b"\n\n", b"\n", 1),
        lambda x: x.replace(b"\n", b"\r\n"),
        lambda x: x + b"\n",
        lambda x: x[:-1],
        lambda x: x.replace("—".encode(), b"--"),
        lambda x: b"\xff" + x,
        lambda x: x.replace(b"\n", b"\n0", 1),
        lambda x: (
            x + b"\xe2\x80\x94 " + LOG.name.encode() + b" " + base64.b64encode(LOG.id + bytes(64)) + b"\n"
        ),
    ],
)
def test_a_checkpoint_that_is_not_as_it_should_be_is_refused(change: Any) -> None:
    good = honest("open").files()["checkpoint"]
    keys = [(LOG.name, LOG.typed)]
    assert loaded.read_checkpoint(good, keys)[0] == len(honest("open").log)
    with pytest.raises(loaded.Disagreement):
        loaded.read_checkpoint(change(good), keys)
