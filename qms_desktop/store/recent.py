"""The newest entries of the journal as a list to look at: what waits for the province, what came, what it did not let stand."""

from dataclasses import dataclass

from qms_desktop.store.history import local_time
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.unit import UnitStore
from qms_desktop.store.verdicts import condemned, reasons
from sync.journal.entry import Entry

MOST = 200


@dataclass(frozen=True, slots=True)
class RecentEntry:
    """One entry: when it was written, by whom, on which PC, and the first record it touched ("" if it names none)."""

    at: str
    who: str
    action: str
    replica: str
    kind: str
    record: str


def recent(store: UnitStore, *, mine: bool, peer: str, limit: int = MOST) -> list[RecentEntry]:
    """Newest first. `mine`: entries of this PC that the peer has not reported to hold; else entries of other replicas."""
    with store.reading() as ledger:
        entries = [one.entry for one in ledger.entries.newest(mine=mine, most=limit)]
    held = _held_by(store, peer, {entry.scope for entry in entries}) if mine else {}
    return [_line(entry) for entry in entries if not mine or entry.n > held.get((entry.scope, entry.journal), 0)]


def _held_by(store: UnitStore, peer: str, scopes: set[str]) -> dict[tuple[str, str], int]:
    log, highest = UnitLog(store), dict[tuple[str, str], int]()
    for scope in scopes:
        for leaf in log.peer_have(peer, scope) or ():
            key = (scope, leaf.journal)
            highest[key] = max(leaf.n, highest.get(key, 0))
    return highest


def _line(entry: Entry) -> RecentEntry:
    kind, record = (entry.ops[0].kind, entry.ops[0].record) if entry.ops else ("", "")
    return RecentEntry(local_time(entry.at), entry.by, entry.act, entry.journal, kind, record)


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that does not stand, and why in words; `mine`: written on this PC."""

    line: RecentEntry
    why: str
    mine: bool


def refused(store: UnitStore) -> list[Refused]:
    """Everything the province did not let stand and has not recognised since, newest first."""
    with store.reading() as ledger:
        names = condemned(ledger)
        why = reasons(ledger, names)
        entries = [entry for name in names if (entry := ledger.entry(name)) is not None]
    entries.sort(key=lambda entry: (entry.lam, entry.id), reverse=True)
    found = []
    for entry in entries:
        found.append(Refused(_line(entry), why[entry.id], entry.journal == store.replica))
    return found
