"""Files that people send: kept on disk until the job that reads them is done."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import UploadFile

from supervision.people.rules import Actor
from supervision.register.importing import Progress, run_import
from supervision.settings import Settings

CHUNK = 1 << 20


def folder(settings: Settings) -> Path:
    found = settings.data_folder / "uploads"
    found.mkdir(parents=True, exist_ok=True)
    return found


def clear(settings: Settings) -> None:
    """Remove what an earlier run of the server left unread."""
    for path in folder(settings).iterdir():
        path.unlink()


def sha256(upload: UploadFile) -> str:
    digest = hashlib.sha256()
    upload.file.seek(0)
    while chunk := upload.file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(upload: UploadFile, settings: Settings) -> Path:
    """A copy that outlives the request. Its name is ours, never the sender's."""
    upload.file.seek(0)
    with tempfile.NamedTemporaryFile(dir=folder(settings), delete=False) as target:
        shutil.copyfileobj(upload.file, target, CHUNK)
    return Path(target.name)


def submit_import(app: FastAPI, import_id: int, path: Path, actor: Actor) -> None:
    """Hand an import that has begun, and is committed, to the server's jobs."""
    work = partial(_run, app, import_id, path, actor)
    app.state.jobs.submit(f"import:{import_id}", work)


def _run(app: FastAPI, import_id: int, path: Path, actor: Actor) -> Iterator[Progress]:
    try:
        yield from run_import(app.state.database, import_id, path, actor, app.state.clock)
    finally:
        path.unlink(missing_ok=True)
