"""Print papers: ``python -m api.papers certificate TARGET [FRAME] [--out FOLDER] [--lang …] [--public]``."""

import argparse
import sys
from pathlib import Path

from api.i18n import LANGUAGES, SOURCE, error_message
from api.papers.printing import Print
from solver import bundle
from solver.errors import SolverError
from solver.evidence import Evidence
from solver.verify import verify
from supervision.commands.common import opened
from supervision.draw.certifying import Paper, files_paper, office_paper, preview_paper
from supervision.draw.records import draw_by_number
from supervision.errors import InvalidInput, SupervisionError
from supervision.people.service import SYSTEM
from supervision.publication.certificates import public_paper
from supervision.settings import settings


def bundle_paper(source: Path) -> Paper:
    """The certificate of a bundle (zip or folder), if it verifies: a false bundle has no certificate."""
    try:
        files = bundle.files_of(source)
    except OSError as error:
        raise InvalidInput(field=str(source), problem=f"无法读取：{error}") from error
    for step in verify(Evidence.of(files)).failed:
        raise InvalidInput(field=str(source), problem=f"验证未通过（{step.title}）：{step.message}")
    return files_paper(files)


def paper_for(target: str, frame: Path | None, *, public: bool) -> Paper:
    """The certificate of a bundle, of a plan with its frame, of a draw, or of a task not frozen yet."""
    file = Path(target)
    if file.suffix.lower() == ".zip" or file.is_dir():
        return bundle_paper(file)
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
