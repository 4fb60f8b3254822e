"""How journal entries are chained."""

import hashlib
import json
from collections.abc import Iterable

from supervision.errors import SupervisionError
from supervision.journal.tables import Entry

START = "0" * 64


class BrokenJournal(SupervisionError):
    code = "broken_journal"
    status = 500
    sentence = "留痕日志第 {seq} 条与前后记录不一致，日志可能被改动。请立即保全数据库并联系审计人员。"


class KeyReused(SupervisionError):
    code = "idempotency_key_reused"
    status = 422
    sentence = "幂等键“{key}”已用于另一个内容不同的请求，请换一个新的幂等键。"


def entry_hash(entry: Entry) -> str:
    """SHA-256 over the entry's fields as JSON with sorted keys and ASCII escapes, ``prev_hash`` included."""
    fields = entry.model_dump(exclude={"hash", "at"}) | {"at": entry.at.isoformat(timespec="microseconds")}
    text = json.dumps(fields, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_chain(entries: Iterable[Entry]) -> int:
    """Number of entries, each linked to the one before; refuses the first that is not."""
    before, count = START, 0
    for count, entry in enumerate(entries, start=1):
        if entry.seq != count or entry.prev_hash != before or entry.hash != entry_hash(entry):
            raise BrokenJournal(seq=count)
        before = entry.hash
    return count
