"""匹配的公开材料: problem, table, outcome and second secrets of a draw's pairing, with what verifies them.

Everybody is called by an alias in them, so they are public as soon as the draw is open.
"""

import gzip
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlmodel import Session

import solver.verify_bundles
import solver.verify_pairing
from solver.pairing.problem import canon
from supervision.draw import records as draw_records
from supervision.draw.tables import Draw
from supervision.pairing import records as pairing_records
from supervision.pairing import storing
from supervision.pairing.service import seconds_of
from supervision.pairing.tables import Pairing, Reassignment
from supervision.pairing.units import public
from supervision.publication.pairings import open_pairing

VERIFIER = "verify_pairing.py"
BUNDLES = "bundles.json"
BUNDLES_VERIFIER = "verify_bundles.py"
BUNDLES_COMMAND = f"python3 {BUNDLES_VERIFIER} {BUNDLES} --problem problem.json"
UNITS_README = Path(__file__).parent / "pairing_units_readme.txt"
README = Path(__file__).parent / "pairing_readme.txt"
_MOMENT = (2026, 1, 1, 0, 0, 0)
_STRONG = "各参与方的匹配随机数在概率表登记之后才交出，共 {count} 份进入种子。"
_WEAK = "注意：没有匹配随机数进入种子，检查组由登记概率表之前已知的内容决定。"
_WAITING = "检查组还没有抽出：现在可以核对概率表，留待比对。"


def pairing_pieces(session: Session, draw_id: str) -> dict[str, bytes]:
    """The files of a pairing that are public by now, byte for byte.

    Before the teams are drawn ``pairing.json`` is the table alone, and ``second.json`` is absent.
    """
    draw, pairing = open_pairing(session, draw_id)
    found = {
        "problem.json": gzip.decompress(pairing.problem),
        "pairing.json": gzip.decompress(pairing.outcome or pairing.table or b""),
    }
    if (told := storing.told_of(pairing)) is not None:
        listed = draw_records.task_by_id(session, draw.task_id).publish_drawn_list
        found[BUNDLES] = canon(public(told, listed=listed))
    if pairing.is_drawn:
        found["second.json"] = canon(_seconds(session, draw, pairing))
    for each in _reassigned(session, draw):
        found[f"reassignment-{each.number}-problem.json"] = gzip.decompress(each.problem or b"")
        found[f"reassignment-{each.number}.json"] = gzip.decompress(each.outcome or b"")
    return found


def pairing_names(waiting: bool, reassigned: int, *, units: bool = False) -> list[str]:
    """What ``pairing_pieces`` has, by name. ``waiting``: no teams yet; ``units``: for bundles or routes."""
    names = [
        "problem.json",
        "pairing.json",
        *([BUNDLES] if units else []),
        *([] if waiting else ["second.json"]),
    ]
    for number in range(1, reassigned + 1):
        names += [f"reassignment-{number}-problem.json", f"reassignment-{number}.json"]
    return names


def pairing_bundle(session: Session, draw_id: str) -> dict[str, bytes]:
    """匹配验证包: name → content; the pieces, the one-file verifier, and how to use it for this draw."""
    draw, pairing = open_pairing(session, draw_id)
    readme = README.read_text("utf-8").format(
        draw_id=draw_id,
        command=pairing_command(draw, pairing, _seconds(session, draw, pairing)),
        problem_sha256=pairing.problem_sha256,
        table_sha256=pairing.table_sha256,
        assignment_sha256=pairing.assignment_sha256 or "—",
        seed=pairing.seed or "—",
        note=_note(pairing),
    )
    units = {} if pairing.units is None else {BUNDLES_VERIFIER: bundles_verifier()}
    if units:
        readme += UNITS_README.read_text("utf-8").format(
            draw_id=draw_id, command=BUNDLES_COMMAND, bundles_sha256=pairing.bundles_sha256
        )
    return (
        pairing_pieces(session, draw_id)
        | units
        | {
            VERIFIER: pairing_verifier(),
            "README.txt": readme.encode(),
        }
    )


def pairing_packed(session: Session, draw_id: str) -> bytes:
    """``pairing.zip``: the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, data in sorted(pairing_bundle(session, draw_id).items()):
            info = zipfile.ZipInfo(name, _MOMENT)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            info.external_attr = 0o100644 << 16
            target.writestr(info, data)
    return packed.getvalue()


def pairing_verifier() -> bytes:
    """The one-file program that holds the lot again with nothing but Python's standard library."""
    return Path(solver.verify_pairing.__file__).read_bytes()


def bundles_verifier() -> bytes:
    """The one-file program that cuts the bundles again."""
    return Path(solver.verify_bundles.__file__).read_bytes()


def pairing_command(draw: Draw, pairing: Pairing, seconds: Sequence[str | None]) -> str:
    """What to type to verify the files, with this draw's own seed and second secrets."""
    command = f"python3 {VERIFIER} problem.json pairing.json"
    if not pairing.is_drawn:
        return command
    return f"{command} --draw-seed {draw.seed} --second {' '.join(each or '-' for each in seconds)}"


def command_of(session: Session, draw_id: str) -> str:
    """As ``pairing_command``, of a draw that is open."""
    draw, pairing = open_pairing(session, draw_id)
    return pairing_command(draw, pairing, _seconds(session, draw, pairing))


def commands_again(session: Session, draw_id: str, numbers: Iterable[int]) -> list[str]:
    """What to type to verify the reassignments with these numbers."""
    _draw, pairing = open_pairing(session, draw_id)
    return [
        f"python3 {VERIFIER} reassignment-{n}-problem.json reassignment-{n}.json"
        f" --again {n} --seed {pairing.seed}"
        for n in numbers
    ]


def _seconds(session: Session, draw: Draw, pairing: Pairing) -> list[str | None]:
    parties = draw_records.parties(session, draw.task_id)
    return [second.hex() if second else None for second in seconds_of(pairing, parties)]


def _reassigned(session: Session, draw: Draw) -> list[Reassignment]:
    found = pairing_records.reassignments(session, draw.id or 0)
    return sorted((each for each in found if each.number is not None), key=lambda each: each.number or 0)


def _note(pairing: Pairing) -> str:
    if not pairing.is_drawn:
        return _WAITING
    return _STRONG.format(count=pairing.second) if pairing.second else _WEAK
