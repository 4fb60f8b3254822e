"""Checkpoints: signed notes, verifier keys, cosignatures."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from solver.errors import CheckpointError
from solver.log import checkpoint as cp
from solver.log.checkpoint import Checkpoint, Note, Signer, VerifierKey, parse_note

# The example of the Go package golang.org/x/mod/sumdb/note, which the signed-note specification describes.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of the specification of checkpoints, with a witness's line.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)

LOG = Signer("scj.example.gov.cn/log", bytes(range(32)))
WITNESS = Signer("xiehui.example.org", b"\x09" * 32)
HEAD = Checkpoint("scj.example.gov.cn/log", 42, bytes(range(100, 132)))
SIGNED = LOG.sign(HEAD)


def refused(code: str) -> pytest.RaisesExc[CheckpointError]:
    return pytest.raises(CheckpointError, check=lambda error: error.code == code)


def test_the_published_key_signs_the_published_note_byte_for_byte() -> None:
    peter = Signer("PeterNeumann", PETER_SEED)
    assert str(peter.key) == PETER
    assert VerifierKey.parse(PETER) == peter.key
    assert peter.key.key_id.hex() == "c74f20a3"
    signature = Ed25519PrivateKey.from_private_bytes(PETER_SEED).sign(PETER_TEXT.encode())
    line = cp.Signature("PeterNeumann", peter.key.key_id, signature)
    assert line.line == PETER_LINE
    assert parse_note(f"{PETER_TEXT}\n{PETER_LINE}") == Note(PETER_TEXT, (line,))


def test_the_published_checkpoint_reads_and_writes_itself() -> None:
    note = parse_note(SOFA)
    assert str(note) == SOFA
    assert note.checkpoint.size == 20852163
    assert note.checkpoint.text == note.text
    assert [s.name for s in note.signatures] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert int.from_bytes(note.signatures[1].value[:8], "big") == 1679315147


def test_a_signed_checkpoint_verifies_with_the_key_of_its_log() -> None:
    assert SIGNED.startswith("scj.example.gov.cn/log\n42\nZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=\n\n— ")
    assert cp.verify(parse_note(SIGNED), LOG.key) == HEAD
    assert cp.verify(parse_note(SIGNED.encode()), VerifierKey.parse(str(LOG.key))) == HEAD


def test_another_key_another_log_or_another_text_does_not_verify() -> None:
    stranger = Signer(LOG.name, bytes(32))
    with refused("checkpoint_unsigned"):
        cp.verify(parse_note(SIGNED), stranger.key)
    with refused("checkpoint_origin"):
        cp.verify(parse_note(SIGNED), WITNESS.key)
    with refused("checkpoint_key"):
        cp.verify(parse_note(SIGNED), LOG.witness_key)
    with refused("checkpoint_signature"):
        cp.verify(parse_note(SIGNED.replace("\n42\n", "\n41\n")), LOG.key)
    with refused("checkpoint_origin"):
        LOG.sign(Checkpoint("another.example/log", 1, bytes(32)))


def test_a_forged_signature_under_the_right_key_id_is_refused_even_beside_a_good_one() -> None:
    note = parse_note(SIGNED)
    forged = cp.Signature(LOG.name, LOG.key.key_id, bytes(64))
    with refused("checkpoint_signature"):
        cp.verify(Note(note.text, (*note.signatures, forged)), LOG.key)
    with refused("checkpoint_signature"):
        cp.verify(Note(note.text, (cp.Signature(LOG.name, LOG.key.key_id, b"short"),)), LOG.key)


def test_a_witness_cosigns_the_text_with_its_time() -> None:
    cosigned = parse_note(WITNESS.cosign(parse_note(SIGNED), 1795330617))
    assert cp.verify(cosigned, LOG.key) == HEAD
    assert cp.verify_cosignature(cosigned, WITNESS.witness_key) == 1795330617
    value = cosigned.signatures[1].value
    message = f"cosignature/v1\ntime 1795330617\n{HEAD.text}".encode()
    Ed25519PrivateKey.from_private_bytes(WITNESS.seed).public_key().verify(value[8:], message)
    again = parse_note(WITNESS.cosign(cosigned, 1795330618))
    assert [s.name for s in again.signatures] == [LOG.name, WITNESS.name]


def test_a_cosignature_with_another_time_or_by_nobody_is_refused() -> None:
    cosigned = parse_note(WITNESS.cosign(parse_note(SIGNED), 1795330617))
    first, second = cosigned.signatures
    later = cp.Signature(second.name, second.key_id, (1795330618).to_bytes(8, "big") + second.value[8:])
    with refused("checkpoint_signature"):
        cp.verify_cosignature(Note(cosigned.text, (first, later)), WITNESS.witness_key)
    with refused("checkpoint_unsigned"):
        cp.verify_cosignature(parse_note(SIGNED), WITNESS.witness_key)
    with refused("checkpoint_key"):
        cp.verify_cosignature(cosigned, WITNESS.key)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "checkpoint_no_signature"),
        (b"\xff\n\n", "checkpoint_encoding"),
        (SIGNED.replace("\n", "\r\n").encode(), "checkpoint_encoding"),
        (HEAD.text.encode(), "checkpoint_no_signature"),
        (SIGNED[:-1].encode(), "checkpoint_no_signature"),
        (SIGNED.replace("— ", "- ").encode(), "checkpoint_signature_line"),
        (SIGNED.replace("=\n\n— ", "=\n\n—  ").encode(), "checkpoint_signature_line"),
        (f"{HEAD.text}\n— {LOG.name} AAAA\n".encode(), "checkpoint_signature_line"),
        (b"x" * 70_000, "checkpoint_too_large"),
    ],
)
def test_what_is_no_signed_note_is_refused(data: bytes, code: str) -> None:
    with refused(code):
        parse_note(data)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        f"log\n01\n{HEAD.text.split()[2]}\n",
        f"log\n-1\n{HEAD.text.split()[2]}\n",
        f"a log\n1\n{HEAD.text.split()[2]}\n",
        f"log\n1\n{HEAD.text.split()[2]}\nmore\n",
        f"log\n1\n{HEAD.text.split()[2]}",
        "log\n1\nZGVm\n",
        f"log\n1\n{HEAD.text.split()[2].replace('oM=', 'oN=')}\n",
        f"log\n{10**15}\n{HEAD.text.split()[2]}\n",
    ],
)
def test_a_checkpoint_is_exactly_three_canonical_lines(text: str) -> None:
    with refused("checkpoint_text"):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER.replace("PeterNeumann", "Peter Neumann"),
        PETER + "AAAA",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_verifier_key_whose_parts_do_not_belong_together_is_refused(text: str) -> None:
    with refused("checkpoint_key"):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    ("name", "seed"), [("log", b"short"), ("a log", bytes(32)), ("a+b", bytes(32)), ("", bytes(32))]
)
def test_a_signer_has_a_plain_name_and_32_bytes(name: str, seed: bytes) -> None:
    with refused("checkpoint_signer"):
        Signer(name, seed)
