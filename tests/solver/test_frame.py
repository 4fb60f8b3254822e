"""The bytes of a frame, and its blinded twin."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from solver import blind, merkle
from solver.errors import FrameError
from solver.frame import Entity, Frame
from tests.solver.drawing import entity_id, vector

A, B, C = (f"{entity_id(i)},330106/F,{cls}\n".encode() for i, cls in enumerate("ABC"))
KEY = b"k" * 32


def refusal(data: bytes) -> tuple[str, object]:
    with pytest.raises(FrameError) as caught:
        Frame.parse(data)
    return caught.value.code, caught.value.params.get("line")


def test_a_frame_of_the_vectors_keeps_its_bytes_and_its_root() -> None:
    data = vector("rate60")[1]
    frame = Frame.parse(data)
    assert frame.data == data
    assert len(frame) == 60
    assert frame.root() == "388bf104cd562eb2f78f01656984acd654cec8d45c6f82bef9eea8890b4f3890"
    assert frame.find("91330000000000007X") == Entity("91330000000000007X", "330106/I", "B")
    assert sum(frame.cells().values()) == 60


def test_entities_in_any_order_freeze_to_the_same_bytes() -> None:
    entities = list(Frame.parse(A + B + C))
    assert Frame.of(reversed(entities)).data == A + B + C


def test_the_root_leaves_out_the_line_feed() -> None:
    assert Frame.parse(A + B).root() == merkle.root([A[:-1], B[:-1]]).hex()


def test_the_empty_frame_has_the_empty_root() -> None:
    assert len(Frame.parse(b"")) == 0
    assert Frame.parse(b"").root() == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"\xef\xbb\xbf" + A, "frame_bom", None),
        (A + B.replace(b"\n", b"\r\n"), "frame_cr", 2),
        (A + B[:-1], "frame_no_final_newline", 2),
        (B + A, "frame_order", 2),
        (A + B + B + C, "frame_duplicate", 3),
        (A + A.replace(b",A", b",B"), "frame_duplicate", 2),
        (A + b"\n" + B, "frame_line", 2),
        (b"id,path,class\n" + A, "frame_line", 1),
        (A + B.replace(b",B", b",E"), "frame_line", 2),
        (A + B.replace(b",B", b",b"), "frame_line", 2),
        (A + B.replace(b",B", b",B "), "frame_line", 2),
        (A + B.replace(b",B", b',"B"'), "frame_line", 2),
        (A + B.replace(b"/F", b"//F"), "frame_line", 2),
        (A + B.replace(b"330106/F", b""), "frame_line", 2),
        (A + B.replace(b"330106/F", "滨江".encode()), "frame_line", 2),
        (A + B.replace(b",B", b",B,5"), "frame_line", 2),
        (A.replace(b",A", b",A,5") + B, "frame_line", 2),
        (A.replace(b",A", b",A,05"), "frame_line", 1),
        (A.replace(b",A", b",A,9007199254740992"), "frame_size", 1),
        (b"91330000000000000x,330106/F,A\n", "frame_line", 1),
        (b"9133,330106/F,A\n", "frame_line", 1),
        (A + b"f" * 40 + b",330106/F,A\n", "frame_line", 2),
    ],
)
def test_bytes_that_are_no_frame_are_refused_with_code_and_line(
    data: bytes, code: str, line: int | None
) -> None:
    assert refusal(data) == (code, line)


def test_a_name_outside_ascii_never_enters_a_frame() -> None:
    with pytest.raises(FrameError):
        Frame.of([Entity(entity_id(1), "滨江区", "A")])


@pytest.mark.parametrize("missing", [entity_id(9), "", "Z" * 18, "滨江"])
def test_an_entity_that_is_not_in_the_frame_is_a_typed_error(missing: str) -> None:
    with pytest.raises(FrameError) as caught:
        Frame.parse(A + B).find(missing)
    assert caught.value.code == "frame_no_entity"


def test_blinding_follows_the_definition() -> None:
    frame = Frame.parse(A)
    (line,) = blind.blind(frame, KEY)
    own_salt = hmac.digest(KEY, entity_id(0).encode(), "sha256")
    tag = b"draw/1 blind".ljust(32, b"\0")
    assert line.id == hashlib.sha256(tag + own_salt + entity_id(0).encode()).hexdigest()[:40]
    tag = b"draw/1 label".ljust(32, b"\0")
    labels = [hashlib.sha256(tag + KEY + prefix).hexdigest()[:16] for prefix in (b"330106", b"330106/F")]
    assert (line.path, line.cls) == ("/".join(labels), "A")


def test_blinding_keeps_classes_and_cells_and_nothing_readable() -> None:
    frame = Frame.parse(vector("rate60")[1])
    twin = blind.blind(frame, KEY)
    assert twin.blinded
    assert sorted(twin.cells().values()) == sorted(frame.cells().values())
    assert sorted(e.cls for e in twin) == sorted(e.cls for e in frame)
    assert b"330106" not in twin.data
    assert b"9133" not in twin.data


def test_another_key_gives_another_frame() -> None:
    frame = Frame.parse(A + B)
    assert blind.blind(frame, KEY).data != blind.blind(frame, b"x" * 32).data


@pytest.mark.parametrize("key", [b"", b"k" * 31, b"k" * 33])
def test_a_frame_key_has_32_bytes(key: bytes) -> None:
    for act in (lambda: blind.salt(key, "x"), lambda: blind.label(key, "x")):
        with pytest.raises(FrameError):
            act()
