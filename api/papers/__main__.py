"""Print papers: ``python -m api.papers certificate TARGET [FRAME] [--out FOLDER] [--lang …] [--public]``."""

import argparse
import sys
import zipfile
from pathlib import Path

from api.i18n import LANGUAGES, SOURCE, error_message
from api.papers.printing import Print
from solver.errors import SolverError
from supervision.commands.common import opened
from supervision.draw.certifying import Paper, files_paper, office_paper, preview_paper
from supervision.draw.records import draw_by_number
from supervision.errors import InvalidInput, SupervisionError
from supervision.people.service import SYSTEM
from supervision.publication.certificates import public_paper
from supervision.settings import settings

BUNDLED = ("plan.json", "frame.csv.gz", "frame.csv", "result.csv", "closing.json", "summary.json", "log.json")
"""What a certificate takes from a bundle; of the two frames one is there."""
LIMIT = 2 * 2**30


def bundle(file: Path) -> dict[str, bytes]:
    """The files of an ``evidence.zip`` that a certificate needs; their names may begin with the draw's."""
    try:
        with zipfile.ZipFile(file) as packed:
            found = {}
            for entry in packed.infolist():
                name = next(
                    (
                        each
                        for each in BUNDLED
                        if entry.filename == each or entry.filename.endswith(f"-{each}")
                    ),
                    "",
                )
                if name and entry.file_size <= LIMIT:
                    found[name] = packed.read(entry)
    except (OSError, zipfile.BadZipFile) as error:
        raise InvalidInput(field=str(file), problem=f"无法读取：{error}") from error
    return found


def paper_for(target: str, frame: Path | None, *, public: bool) -> Paper:
    """The certificate of a bundle, of a plan with its frame, of a draw, or of a task not frozen yet."""
    file = Path(target)
    if file.suffix.lower() == ".zip":
        files = bundle(file)
        if "plan.json" not in files or not {"frame.csv.gz", "frame.csv"} & set(files):
            raise InvalidInput(field=target, problem="验证包中缺少 plan.json 或 frame.csv。")
        return files_paper(files)
    if file.suffix.lower() == ".json":
        if frame is None:
            raise InvalidInput(field=target, problem="请在方案之后再给出名录快照，例如 PLAN.json FRAME.csv。")
        try:
            return files_paper({"plan.json": file.read_bytes(), "frame.csv": frame.read_bytes()})
        except OSError as error:
            raise InvalidInput(field=target, problem=f"无法读取：{error}") from error
    with opened() as database, database.reading() as session:
        if public:
            return public_paper(session, target)
        if draw_by_number(session, SYSTEM, target) is not None:
            return office_paper(session, SYSTEM, target)
        chosen = settings()
        return preview_paper(session, SYSTEM, target, chosen.annual_visit_cap, chosen.min_anonymity)


def main(arguments: list[str] | None = None) -> int:
    """Write the files of a certificate and say its digest; a refusal is one sentence and exit code 2."""
    options = argparse.ArgumentParser(prog="python -m api.papers")
    options.add_argument("paper", choices=["certificate"])
    options.add_argument("target")
    options.add_argument("frame", nargs="?", type=Path)
    options.add_argument("--out", type=Path, default=Path())
    options.add_argument("--lang", choices=list(LANGUAGES), default=SOURCE)
    options.add_argument("--public", action="store_true")
    chosen = options.parse_args(arguments)
    try:
        printed = Print(paper_for(chosen.target, chosen.frame, public=chosen.public), chosen.lang)
        chosen.out.mkdir(parents=True, exist_ok=True)
        for name, body in printed.files().items():
            (chosen.out / name).write_bytes(body)
    except (SupervisionError, SolverError) as error:
        sys.stderr.write(f"{error_message(error, chosen.lang)}\n")
        return 2
    given = printed.paper.certificate
    sys.stdout.write(f"{chosen.out / 'certificate.pdf'}\nSHA-256 {given.digest}  certificate.json\n")
    return 0 if given.never == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
