"""Every way to cheat that we could think of, each with the step of verification that has to refuse it.

``FRAUDS`` is the table: ``files()`` is the bundle a cheat would hand out, ``step`` the first step that fails (the
codes of docs/transparency-log.md, section 5), ``log_key`` the log's verifier key where the verifier is given one,
``done`` says in Chinese what was done. ``GOOD`` are the honest bundles.

Where a story is told anew (``redraw``), all hashes outside the log agree with the lie; where the log is rewritten
(``relog``), its keeper is the cheat and signs.
"""

from __future__ import annotations

import io
import zipfile

from tests.vectors import (
    frauds_events,
    frauds_log,
    frauds_outcome,
    frauds_packing,
    frauds_pairing,
    frauds_register,
)
from tests.vectors.cheating import FRAUDS, Fraud
from tests.vectors.evidence import GOOD, Files, Good

__all__ = [
    "FRAUDS",
    "GOOD",
    "Files",
    "Fraud",
    "Good",
    "frauds_events",
    "frauds_log",
    "frauds_outcome",
    "frauds_packing",
    "frauds_pairing",
    "frauds_register",
    "zipped",
]


def zipped(files: Files) -> bytes:
    """The bundle as one file, always the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2023, 9, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
