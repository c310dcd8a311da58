"""What a journey ends with: the dossiers, the exchanges, the questions, the digests and the verdicts, as `summary.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from qms_desktop.office import Office
from qms_desktop.usecases.clock import deadline_of
from sync.journal.log import Log

OK = "ok"


@dataclass(frozen=True)
class DossierLine:
    """A dossier as the citizen's slip shows it; a visit that ended at the counter has no due date."""

    code: str
    procedure: str
    received: str
    due: str
    sentence: str


@dataclass(frozen=True)
class SyncLine:
    """All that one PC exchanged after it had joined, failed attempts included."""

    replica: str
    requests: int
    bytes_up: int
    bytes_down: int


@dataclass(frozen=True)
class QuestionLine:
    """Open questions of the whole day."""

    opened: int
    answered: int
    left: int


@dataclass(frozen=True)
class Summary:
    """The outcome; digests and verdicts by replica: the PCs' names in the scenario, and "server"."""

    dossiers: Sequence[DossierLine]
    syncs: Sequence[SyncLine]
    questions: QuestionLine
    digests: Mapping[str, str]
    verify: Mapping[str, str]

    def faults(self) -> list[str]:
        """What is wrong with the outcome, in words; empty when all is well."""
        found = [f"{name}: {verdict}" for name, verdict in self.verify.items() if verdict != OK]
        if len(set(self.digests.values())) != 1:
            found.append("các máy và máy chủ không cùng dữ liệu: " + ", ".join(f"{n} {d[:8]}" for n, d in self.digests.items()))
        return found

    def write(self, path: Path) -> None:
        """Keep it as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def line_of(office: Office, record: str) -> DossierLine:
    """One dossier as it stands on a PC now."""
    with office.demand_store().view() as view:
        row = view.get("dossier", record) or {}
        code, procedure, received = (str(row.get(name) or "") for name in ("code", "procedure_code", "received_at"))
        if not row.get("original_due") and not row.get("norm"):
            return DossierLine(code, procedure, received, "", "Hướng dẫn bổ sung tại quầy, chưa tính hạn")
        deadline = deadline_of(view, record, office.clock())
    due = deadline.current_due.text() if deadline.current_due else ""
    return DossierLine(code, procedure, received, due, deadline.sentence)


def digest_of(log: Log, scopes: Iterable[str]) -> str:
    """One fingerprint over the merged states of several scopes: equal on every side that holds the same."""
    states = "\n".join(f"{scope} {log.state_digest(scope):064x}" for scope in sorted(scopes))
    return sha256(states.encode()).hexdigest()


def verdict(faults: Sequence[str]) -> str:
    """ "ok", or what verification found."""
    return "; ".join(faults) or OK
