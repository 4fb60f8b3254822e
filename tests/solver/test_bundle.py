"""The bundle of a draw: what it may hold, how it is packed, and what no bundle is."""

from __future__ import annotations

import gzip
import io
import json
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from solver.bundle import NAMES, files_of, pack, read
from solver.errors import BundleError
from solver.verify import verify
from tests.vectors.evidence import GOOD, honest

FILES = honest("campaign").files()
LIMIT = 1_000_000


def refused(code: str) -> pytest.RaisesExc[BundleError]:
    return pytest.raises(BundleError, check=lambda error: error.code == code)


def zip_of(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)  # a name twice is what is tested
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_an_honest_bundle_agrees_as_far_as_it_is_public(good: object) -> None:
    report = verify(read(pack(good.files())))  # type: ignore[attr-defined]
    assert report.failed == ()
    assert report.ok == good.complete  # type: ignore[attr-defined]


def test_the_steps_come_in_the_order_of_the_contract() -> None:
    contract = Path("docs/transparency-log.md").read_text("utf-8").split("## 5")[1].split("## 6")[0]
    named = [line.split("`")[1] for line in contract.splitlines() if line.startswith("| `")]
    assert [step.name for step in verify(read(FILES)).steps] == named


def test_zip_folder_and_files_are_the_same_evidence(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    packed = tmp_path.parent / "evidence.zip"
    packed.write_bytes(pack(FILES))
    assert files_of(tmp_path) == files_of(packed) == files_of(packed.read_bytes()) == FILES


def test_the_same_files_give_the_same_bytes_in_whatever_order_they_come() -> None:
    assert pack(FILES) == pack(dict(reversed(list(FILES.items()))))
    assert set(zipfile.ZipFile(io.BytesIO(pack(FILES))).namelist()) == set(FILES)


def test_a_register_not_compressed_is_as_good() -> None:
    files = {name: data for name, data in FILES.items() if name != "frame.csv.gz"}
    plain = gzip.decompress(FILES["frame.csv.gz"])
    assert verify(read(files | {"frame.csv": plain})).ok
    for name, data in (("frame.csv", FILES["frame.csv.gz"]), ("frame.csv.gz", plain)):
        assert verify(read(files | {name: data})).failed[0].code == "frame_gzip"


PLAN, FRAME = ("plan.json", FILES["plan.json"]), ("frame.csv.gz", FILES["frame.csv.gz"])
NO_BUNDLES = {
    "not a zip": (b"PK\3\4 and so on", "bundle_not_zip"),
    "nothing": (b"", "bundle_not_zip"),
    "something before it": (b"MZ" + pack(FILES), "bundle_not_zip"),
    "another zip behind it": (pack(FILES)[:-2] + struct.pack("<H", 3) + b"PK!", "bundle_not_zip"),
    "cut short": (pack(FILES)[:-40], "bundle_not_zip"),
    "a file from elsewhere": (zip_of(PLAN, FRAME, ("note.txt", b"")), "bundle_unknown"),
    "a folder": (zip_of(PLAN, FRAME, ("reveals.json/", b"")), "bundle_unknown"),
    "files in a folder": (zip_of(("evidence/plan.json", b"{}"), FRAME), "bundle_unknown"),
    "a way out": (zip_of(PLAN, FRAME, ("../plan.json", b"")), "bundle_unknown"),
    "a name with an end in it": (zip_of(PLAN, FRAME, ("plan.json\0.txt", b"")), "bundle_duplicate"),
    "a file twice": (zip_of(PLAN, FRAME, PLAN), "bundle_duplicate"),
    "two registers": (zip_of(PLAN, FRAME, ("frame.csv", b"")), "bundle_two_frames"),
    "no plan": (zip_of(FRAME), "bundle_missing"),
    "no register": (zip_of(PLAN), "bundle_missing"),
    "a bomb": (zip_of(PLAN, FRAME, ("result.csv", bytes(LIMIT + 1))), "bundle_too_large"),
    "many bombs": (
        zip_of(PLAN, FRAME, *((name, bytes(LIMIT // 3)) for name in ("log.json", "cells.json", "earlier"))),
        "bundle_too_large",
    ),
}


@pytest.mark.parametrize("case", NO_BUNDLES)
def test_what_is_no_bundle_is_refused_in_one_sentence(case: str) -> None:
    data, code = NO_BUNDLES[case]
    with refused(code) as caught:
        files_of(data, LIMIT)
    assert caught.value.message.count("。") == 1


def test_a_bomb_that_lies_about_its_size_is_stopped_too() -> None:
    packed = bytearray(zip_of(PLAN, FRAME, ("result.csv", bytes(LIMIT + 1))))
    for heading, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = packed.rindex(heading)
        packed[at + offset : at + offset + 4] = struct.pack("<I", 5)
    with pytest.raises(BundleError) as caught:
        files_of(bytes(packed), LIMIT)
    assert caught.value.code in {"bundle_not_zip", "bundle_too_large"}


def test_a_register_that_unpacks_to_too_much_fails_in_its_step() -> None:
    files = FILES | {"frame.csv.gz": gzip.compress(bytes(LIMIT + 1))}
    assert [(s.name, s.code) for s in verify(read(files, LIMIT)).failed] == [("frame", "frame_too_large")]


def test_an_encrypted_file_is_refused() -> None:
    packed = bytearray(zip_of(PLAN, FRAME))
    for heading, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(heading) + offset] |= 1
    with refused("bundle_encrypted"):
        files_of(bytes(packed))


def test_a_folder_may_hold_neither_links_nor_strange_files(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "beacon.json").unlink()
    (tmp_path / "beacon.json").symlink_to(tmp_path / "plan.json")
    with refused("bundle_unknown"):
        files_of(tmp_path)


def test_what_is_no_bundle_is_not_packed_either() -> None:
    with refused("bundle_unknown"):
        pack(FILES | {"notes.txt": b""})


JUNK = [
    b"",
    b"\0",
    b"\xff" * 100,
    b"null",
    b"[]",
    b"{}",
    b"[" * 50_000,
    b'{"key":1}',
    b'{"entries":[],"key":""}',
]


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in {"README.txt", "verify_draw.py", "frame.csv"}]
)
def test_no_bytes_in_any_file_make_a_verification_crash(name: str) -> None:
    for junk in JUNK:
        assert verify(read(FILES | {name: junk})).failed, junk


@pytest.mark.parametrize("entry", [None, 1, "x", [], {}, {"kind": 1}, {"kind": "reveal", "position": None}])
def test_no_entry_of_the_log_makes_a_verification_crash(entry: object) -> None:
    log = json.loads(FILES["log.json"])
    log["entries"][3]["entry"] = entry
    canonical = json.dumps(log, sort_keys=True, separators=(",", ":")).encode()
    assert verify(read(FILES | {"log.json": canonical})).failed[0].name == "log"
