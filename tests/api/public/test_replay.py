"""A citizen downloads the files of a draw and replays it."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlmodel import select
from starlette.testclient import TestClient

from supervision.draw.tables import Draw
from tests.api.public.conftest import Built, visitor
from tests.api.published import Site

FILES = ("plan.json", "frame.csv.gz", "reveals.json")


def replay(folder: Path, draw_id: str, *more: str) -> tuple[int, bytes, str]:
    names = [f"{draw_id}-{name}" if draw_id else name for name in FILES]
    command = [sys.executable, "-I", "verify_draw.py", *names, *more]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.decode()


def test_the_downloaded_files_replay_to_the_published_digest(
    anyone: TestClient, site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "citizen"
    folder.mkdir()
    for address in ("/verify_draw.py", *(f"/draws/{site.draw_id}/{name}" for name in FILES)):
        answer = anyone.get(address)
        name = answer.headers["content-disposition"].split('filename="')[1].split('"')[0]
        (folder / name).write_bytes(answer.content)
    published: dict[str, Any] = anyone.get(f"/draws/{site.draw_id}.json").json()
    status, lines, summary = replay(folder, site.draw_id, "--expect", published["result_sha256"])
    assert status == 0, summary
    assert json.loads(summary)["result_sha256"] == published["result_sha256"]
    assert lines == anyone.get(f"/draws/{site.draw_id}/result.csv").content
    status, _, sentence = replay(folder, site.draw_id, "--expect", "0" * 64)
    assert status == 1
    assert "不一致" in sentence


def test_one_file_holds_all_of_them(anyone: TestClient, site: Site, tmp_path: Path) -> None:
    answer = anyone.get(f"/draws/{site.draw_id}/evidence.zip")
    with zipfile.ZipFile(BytesIO(answer.content)) as bundle:
        bundle.extractall(tmp_path)
    status, _, summary = replay(tmp_path, "")
    assert status == 0, summary


def test_the_lines_on_the_page_fetch_verifier_and_bundle_and_check_every_step(
    anyone: TestClient, site: Site, tmp_path: Path
) -> None:
    page = anyone.get(f"/draws/{site.draw_id}").text
    key = anyone.get("/log/key").text.strip()
    name = f"{site.draw_id}-evidence.zip"
    fetched = (
        f"curl -O http://testserver/verify_draw.py -OJ http://testserver/draws/{site.draw_id}/evidence.zip"
    )
    line = f"python3 verify_draw.py {name} --log-key {key}"
    shown = f"{fetched}\n{line} &gt; {site.draw_id}-drawn.csv"
    assert shown in page
    assert shown in anyone.get("/verify").text
    (tmp_path / "verify_draw.py").write_bytes(anyone.get("/verify_draw.py").content)
    answer = anyone.get(f"/draws/{site.draw_id}/evidence.zip")
    assert f'filename="{name}"' in answer.headers["content-disposition"]
    (tmp_path / name).write_bytes(answer.content)
    typed = [sys.executable, "-I", *line.split()[1:]]
    done = subprocess.run(typed, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert "\nok order\n" in done.stderr.decode()
    assert done.stdout == anyone.get(f"/draws/{site.draw_id}/result.csv").content


def test_the_verifier_begins_with_the_newest_draw_that_can_be_replayed(
    anyone: TestClient, site: Site
) -> None:
    chosen = f'<option value="{site.draw_id}" selected>'
    assert chosen in anyone.get("/verify").text
    assert chosen not in anyone.get(f"/verify?draw={site.open_id}").text


def test_the_page_leads_to_the_certificate(anyone: TestClient, site: Site) -> None:
    page = anyone.get(f"/draws/{site.draw_id}").text
    for kind in ("html", "pdf", "json"):
        address = f"/draws/{site.draw_id}/certificate.{kind}"
        assert f'href="{address}"' in page
    assert anyone.get(f"/draws/{site.draw_id}/certificate.json").status_code == 200


def test_the_server_replays_a_draw_step_by_step(anyone: TestClient, site: Site) -> None:
    page = anyone.get(f"/draws/{site.draw_id}/check").text
    assert "验证通过" in page
    assert "不一致" not in page
    verdict = anyone.get(f"/draws/{site.draw_id}/check.json").json()
    assert verdict["ok"] is True
    assert {step["status"] for step in verdict["steps"]} == {"ok"}
    assert {"plan_hash", "previous", "register", "reveals", "result", "closing"} <= {
        step["name"] for step in verdict["steps"]
    }


def test_a_result_changed_in_the_database_shows_red(own: Built) -> None:
    with own.database.writing() as session:
        draw = session.exec(select(Draw).where(Draw.draw_id == own.site.draw_id)).one()
        draw.result = (draw.result or "").replace("a", "b")
        session.add(draw)
    page = visitor(own.database).get(f"/draws/{own.site.draw_id}/check").text
    assert "验证未通过" in page
    assert "tag--red" in page
