"""A draw under SM3 (GB/T 32905), chosen by a setting: every verifier follows its plan's own word."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlmodel import Session

from solver import verify_draw as one_file
from solver.blind import salt
from solver.evidence import Evidence
from solver.log.checkpoint import Signer
from solver.plan import Plan
from solver.seed import commitment
from solver.verify import check_own_line, verify
from supervision.database import Database
from supervision.draw import links
from supervision.draw import service as draws
from supervision.draw.rules import RevealRefused
from supervision.draw.service import Freeze
from supervision.draw.tables import Draw
from supervision.people.rules import Actor
from supervision.plan.tables import Task
from supervision.publication import material
from supervision.settings import Settings
from supervision.verification.service import verify_draw
from tests.supervision import county
from tests.supervision.county import HOW, NOW, Office

SIGNER = Signer("example.org/log", bytes(range(32)))
SM3 = replace(HOW, alg="sm3")


def frozen(session: Session, office: Office, **more: object) -> tuple[Draw, Task]:
    """Frozen and approved under SM3, the commitments made with it."""
    task = county.new_task(session, office, **more)
    draws.name_parties(session, office.planner, task.code, county.named_as(county.TWO, office.parties), NOW)
    for actor, secret in zip(office.parties, county.secrets_of(session, task), strict=True):
        draws.commit(session, actor, task.code, commitment(secret, "sm3").hex(), NOW)
    draw = draws.freeze(session, office.planner, task.code, SM3, NOW, county.FRAME_KEY)
    draws.approve(session, office.approver, draw.draw_id, NOW)
    return draw, task


def drawn(session: Session, office: Office, **more: object) -> Draw:
    draw, task = frozen(session, office, **more)
    for actor, secret in zip(office.parties, county.SECRETS, strict=True):
        draws.reveal(session, actor, task.code, secret.hex(), NOW)
    return draws.run(session, office.planner, draw.draw_id, NOW)


@pytest.mark.parametrize("blinded", [True, False])
def test_a_draw_under_sm3_passes_every_verifier(
    database: Database, office: Office, auditor: Actor, tmp_path: Path, blinded: bool
) -> None:
    more = {} if blinded else {"by_class": False, "rates": dict.fromkeys("ABCD", 50_000)}
    with database.writing() as session:
        draw = drawn(session, office, **more)
        files = material.bundle(session, draw.draw_id, SIGNER)
        packed = material.packed(session, draw.draw_id, SIGNER)
        inside = verify_draw(session, draw.draw_id)
        claims = links.check(session, auditor, draw.draw_id)
        code = salt(county.FRAME_KEY, county.uscc(7), "sm3").hex() if blinded else ""
        proof = material.own_proof(session, draw.draw_id, county.uscc(7), code)
    report = verify(Evidence.of(files), log_key=SIGNER.key)
    assert Plan.parse(draw.plan_json).alg == "sm3"
    assert report.ok, [str(step) for step in report.failed]
    assert inside.ok, str(inside)
    assert all(claim.ok for claim in claims), claims
    assert check_own_line(proof).draw_id == draw.draw_id
    bundle = tmp_path / "evidence.zip"
    bundle.write_bytes(packed)
    told = subprocess.run(
        [sys.executable, one_file.__file__, str(bundle)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_next_plan_follows_a_void_one_under_sm3(database: Database, office: Office) -> None:
    with database.writing() as session:
        draw, _ = frozen(session, office)
        draws.void(session, office.approver, draw.draw_id, "plan-error", "范围有误", NOW)
        void = verify(Evidence.of(material.bundle(session, draw.draw_id, SIGNER)), log_key=SIGNER.key)
        assert void.failed == (), [str(step) for step in void.failed]
        following = county.frozen(session, office, county.new_task(session, office))
        assert Plan.parse(following.plan_json).prev == draw.closing_hash


def test_a_commitment_made_with_another_digest_opens_nothing(database: Database, office: Office) -> None:
    with database.writing() as session:
        task = county.new_task(session, office)
        county.committed(session, office, task)  # SHA-256
        draw = draws.freeze(session, office.planner, task.code, SM3, NOW, county.FRAME_KEY)
        draws.approve(session, office.approver, draw.draw_id, NOW)
        with pytest.raises(RevealRefused):
            draws.reveal(session, office.planner, task.code, county.SECRETS[0].hex(), NOW)


def test_the_digest_is_a_setting_of_two_values() -> None:
    chosen = Settings(_env_file=None, alg="sm3")  # type: ignore[call-arg]
    assert Freeze.of(chosen).alg == "sm3"
    assert Freeze.of(Settings(_env_file=None)).alg == "sha256"  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Settings(_env_file=None, alg="md5")  # type: ignore[arg-type, call-arg]
