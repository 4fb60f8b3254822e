"""日志核验: the steps of a verification that read the transparency log: signed, complete, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solver.beacon import Chain, parse_answer
from solver.draw import DrawResult
from solver.errors import CheckpointError, LogError
from solver.evidence import Evidence
from solver.log import file as log_file
from solver.log.checkpoint import Checkpoint, VerifierKey, parse_note, verify, verify_cosignature
from solver.log.entries import Entry
from solver.log.file import LogFile
from solver.log.order import Published, check_order
from solver.log.replacements import check_replacements
from solver.plan import Plan
from solver.report import Recorder, given


class LogChecks:
    """The last four steps. ``key``: the log's, as the verifier knows it; else the one the bundle tells.

    ``witnesses``: the keys of those whose cosignatures the checkpoint has to bear.
    """

    def __init__(
        self,
        record: Recorder,
        evidence: Evidence,
        plan: Plan | None,
        result: DrawResult | None,
        key: VerifierKey | None,
        chains: Mapping[str, Chain],
        witnesses: Sequence[VerifierKey],
    ) -> None:
        self.record, self.evidence = record, evidence
        self.plan, self.result = plan, result
        self.key, self.chains, self.witnesses = key, chains, witnesses
        self.told = log_file.told_key(evidence.log) if evidence.log is not None else None
        self.checkpoint: Checkpoint | None = None
        self.earlier: Checkpoint | None = None
        self.log: LogFile | None = None

    def run(self) -> None:
        e, step = self.evidence, self.record.step
        signed = False
        if self.key is not None or any(part is not None for part in (e.checkpoint, e.earlier, e.log)):
            signed = step("checkpoint", self.key is not None or self.told is not None, self._checkpoint)
        if e.log is not None and not self._readable(e.log):
            signed = True  # what cannot be read at all fails, whoever signed
        logged = e.log is not None and step("log", signed, self._log)
        if e.earlier is not None or (self.log is not None and self.log.consistency is not None):
            step("consistency", logged, self._consistency)
        if e.log is not None:
            step("order", logged and self.plan is not None, self._order)

    def _readable(self, text: bytes) -> bool:
        try:
            self.log = log_file.parse_log(text)
        except LogError:
            return False
        return True

    def _checkpoint(self) -> None:
        e = self.evidence
        if e.checkpoint is None or e.log is None:
            raise CheckpointError.of("checkpoint_missing")
        key = self.key or VerifierKey.parse(given(self.told))
        note = parse_note(e.checkpoint)
        self.checkpoint = verify(note, key)
        for witness in self.witnesses:
            verify_cosignature(note, witness)
        self.earlier = verify(parse_note(e.earlier), key) if e.earlier is not None else None

    def _log(self) -> None:
        if self.log is None:
            raise LogError.of("log_malformed")
        log_file.check_inclusion(self.log, given(self.checkpoint))

    def _consistency(self) -> None:
        log_file.check_consistency(given(self.log), self.earlier, given(self.checkpoint))

    def _order(self) -> None:
        e = self.evidence
        if self.record.faulty("reveals"):  # it is there, and no opening can equal it
            raise LogError.of("log_opening")
        entries = [Entry.of(logged.entry, logged.index) for logged in given(self.log).entries]
        published = Published(
            plan=given(self.plan),
            reveals=e.reveals,
            beacon=parse_answer(e.beacon) if e.beacon is not None else None,
            closing=e.closing,
            campaign=e.campaign,
            earlier=self.earlier.size if self.earlier is not None else None,
        )
        check_order(entries, published, self.chains)
        if any(entry.void for entry in entries) and e.outcome:
            raise LogError.of("log_closing")
        if self.result is not None:
            check_replacements(entries, self.result)
