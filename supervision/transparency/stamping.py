"""时间戳 (RFC 3161): an authority's word that a checkpoint existed at a moment."""

from __future__ import annotations

import hashlib
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session

from solver.log.checkpoint import Signer
from supervision.clock import Clock
from supervision.database import Database
from supervision.journal.service import record
from supervision.people.service import SYSTEM
from supervision.transparency import records
from supervision.transparency.keys import log_signer
from supervision.transparency.public import Stamped
from supervision.transparency.rules import ForkedCheckpoint, NotStamped
from supervision.transparency.service import head
from supervision.transparency.tables import LogStamp

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest, TimeStampResponse

SECONDS = 20
LARGEST_ANSWER = 1 << 20
SEARCHED = 10_000
"""So many of the newest checkpoints are tried for an answer that was brought by hand."""
REQUEST = "application/timestamp-query"


def stamped_bytes(session: Session, signer: Signer, size: int | None = None) -> bytes:
    """What is stamped: the checkpoint with the log's signature alone, the same at every call."""
    return signer.sign(head(session, signer.name, size)).encode()


def request_for(data: bytes) -> TimeStampRequest:
    """时间戳请求 over the SHA-256 of ``data``."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    return TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()


def ask(url: str, request: bytes) -> bytes:
    """The authority's answer; ``NotStamped`` where it gives none."""
    if not url.startswith(("http://", "https://")):
        raise NotStamped(reason="DR_TSA_URL 应为 http 或 https 地址。")
    asked = urllib.request.Request(url, data=request, headers={"Content-Type": REQUEST})
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
            body: bytes = answer.read(LARGEST_ANSWER + 1)
    except (OSError, ValueError) as error:  # URLError is an OSError
        raise NotStamped(reason=f"时间戳机构没有应答（{type(error).__name__}）。") from error
    if len(body) > LARGEST_ANSWER:
        raise NotStamped(reason="时间戳机构的应答过大。")
    return body


def verified(
    answer: bytes, data: bytes, roots: Sequence[Certificate], request: TimeStampRequest | None = None
) -> TimeStampResponse:
    """The answer, if it is a stamp over ``data`` by an authority under ``roots``; else ``NotStamped``."""
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    builder = VerifierBuilder.from_request(request) if request is not None else VerifierBuilder()
    for certificate in dict.fromkeys(roots):
        builder = builder.add_root_certificate(certificate)
    try:
        found = decode_timestamp_response(answer)
        builder.build().verify_message(found, data)
    except (VerificationError, ValueError) as error:
        raise NotStamped(reason=f"时间戳机构的应答没有通过验证（{error}）。") from error
    return found


def roots_of(file: Path | None) -> list[Certificate]:
    """The certificates of ``DR_TSA_ROOTS``."""
    from cryptography.x509 import load_pem_x509_certificates

    if file is None:
        raise NotStamped(reason="请用 DR_TSA_ROOTS 指定时间戳机构根证书的 PEM 文件。")
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise NotStamped(reason=f"无法读取 DR_TSA_ROOTS 的证书文件 {file.name}。") from error


def keep(
    session: Session,
    signer: Signer,
    size: int,
    answer: bytes,
    roots: Sequence[Certificate],
    request: TimeStampRequest | None = None,
) -> LogStamp:
    """保存时间戳 of the checkpoint of ``size``, verified; one that we have is kept as it is."""
    data = stamped_bytes(session, signer, size)
    found = verified(answer, data, roots, request)
    kept = records.stamp(session, size)
    if kept is not None:
        return kept
    row = LogStamp(
        size=size,
        at=found.tst_info.gen_time,
        authority=_authority(found),
        checkpoint=data.decode(),
        token=answer,
    )
    session.add(row)
    session.flush()
    return row


def stamp(database: Database, signer: Signer, url: str, roots: Sequence[Certificate]) -> LogStamp:
    """取时间戳 for the newest checkpoint: asked for between two transactions, so that nobody waits for it."""
    with database.reading() as session:
        size = records.size(session)
        kept = records.stamp(session, size)
        data = stamped_bytes(session, signer, size)
    if kept is not None:
        return kept
    request = request_for(data)
    answer = ask(url, request.as_bytes())
    with database.writing() as session:
        return keep(session, signer, size, answer, roots, request)


def stamp_in_background(
    database: Database, file: Path, origin: str, url: str, roots: Path | None, clock: Clock
) -> Iterator[None]:
    """A job of the server: stamps the newest checkpoint; that it failed is noted in the journal.

    Nothing waits for it, and the next stamp covers everything before it.
    """
    try:
        stamp(database, log_signer(file, origin), url, roots_of(roots))
    except NotStamped as error:
        with database.writing() as session:
            record(session, SYSTEM, "log.stamp_failed", "log", {"reason": error.message}, clock())
    yield


def size_of_answer(session: Session, signer: Signer, answer: bytes) -> int:
    """Which checkpoint an answer is about; refused if none of the newest."""
    from rfc3161_client import decode_timestamp_response

    try:
        wanted = decode_timestamp_response(answer).tst_info.message_imprint.message
    except ValueError as error:
        raise NotStamped(reason=f"文件不是时间戳机构的应答，或者不是严格的 DER 编码（{error}）。") from error
    newest = records.size(session)
    for size in range(newest, max(-1, newest - SEARCHED), -1):
        if hashlib.sha256(stamped_bytes(session, signer, size)).digest() == wanted:
            return size
    raise ForkedCheckpoint(size=newest)


def stamped(session: Session, limit: int | None = None) -> list[Stamped]:
    """时间戳一览, newest first."""
    return [Stamped(row.size, row.at, row.authority) for row in records.stamps(session, limit)]


def _authority(found: TimeStampResponse) -> str:
    """The common name in the certificate that signed, else its whole name."""
    from cryptography.x509 import NameOID, load_der_x509_certificate

    signer = next(iter(found.signed_data.signer_infos))
    for raw in found.signed_data.certificates:
        certificate = load_der_x509_certificate(raw)
        if (certificate.issuer, certificate.serial_number) == (signer.issuer, signer.serial_number):
            names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            return str(names[0].value if names else certificate.subject.rfc4514_string())[:200]
    return signer.issuer.rfc4514_string()[:200]
