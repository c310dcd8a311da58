"""The history of a record, read from the journal: who, when, which field, from what, to what."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from qms_desktop.domain.fields import GROUP_SIGN, RecordKind
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.verdicts import reasons
from sync.canonical import Value
from sync.journal.entry import VOID_FIELD, Entry, Hidden, Op, Verb, Write

VIET_NAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One field changed by one action. `at` is local time, `who` a person's id, `replica` the PC.

    A record taken out of use, or into use again, is a line whose field is "" and whose `after` is True or False. What is
    sealed and cannot be read here, or was erased after its retention period, is None. `on_behalf`: for whom a deputy acted.
    `verdict`: why the province does not
    let it stand; the value that stood before is brought back by a line of its own.
    """

    at: str
    who: str
    action: str
    field: str
    before: Value
    after: Value
    replica: str
    reason: str = ""
    entry_id: str = ""
    verdict: str = ""
    on_behalf: str = ""


def local_time(at: int) -> str:
    """The entry's claimed moment (UTC milliseconds) as YYYY-MM-DDTHH:MM in Viet Nam."""
    return datetime.fromtimestamp(at / 1000, VIET_NAM).strftime("%Y-%m-%dT%H:%M")


def history_of(ledger: Ledger, kind: RecordKind | None, name: str, record: str) -> list[HistoryLine]:
    """All changes of a record in all scopes, causes before effects."""
    entries = [entry for entry_id in ledger.entries.touching(name, record) if (entry := ledger.entry(entry_id)) is not None]
    lines: list[HistoryLine] = []
    for entry in sorted(entries, key=lambda entry: (entry.lam, entry.id)):
        for op in entry.ops:
            if (op.kind, op.record) == (name, record):
                lines += _in_order(kind, list(_lines(ledger, entry, op)))
    why = reasons(ledger, {line.entry_id for line in lines})
    return [replace(line, verdict=why[line.entry_id]) if line.entry_id in why else line for line in lines]


def _in_order(kind: RecordKind | None, lines: list[HistoryLine]) -> list[HistoryLine]:
    """Fields of one action in the order of the form."""
    places = {field.name: place for place, field in enumerate(kind.fields)} if kind else {}
    return sorted(lines, key=lambda line: places.get(line.field, len(places)))


def _lines(ledger: Ledger, entry: Entry, op: Op) -> Iterator[HistoryLine]:
    if op.verb is Verb.VOID:
        yield _line(entry, VOID_FIELD, None, True)
        return
    for write in op.writes:
        before, after = _before(ledger, op, write), _plain(ledger, entry, op, write)
        if write.field == VOID_FIELD:
            yield _line(entry, VOID_FIELD, True, False)
        elif write.field.startswith(GROUP_SIGN):
            yield from _parts(entry, before, after)
        else:
            yield _line(entry, write.field, before, after)


def _parts(entry: Entry, before: Value, after: Value) -> Iterator[HistoryLine]:
    old = before if isinstance(before, dict) else {}
    new = after if isinstance(after, dict) else {}
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield _line(entry, name, old.get(name), new.get(name))


def _before(ledger: Ledger, op: Op, write: Write) -> Value:
    """The value on show among those replaced: the one with the highest (Lamport, id)."""
    replaced = [entry for entry_id in write.replaces if (entry := ledger.entry(entry_id)) is not None]
    if not replaced:
        return None
    newest = max(replaced, key=lambda entry: (entry.lam, entry.id))
    value = ledger.value(newest.id, op.kind, op.record, write.field)
    return None if isinstance(value, Hidden) else value


def _plain(ledger: Ledger, entry: Entry, op: Op, write: Write) -> Value:
    value = ledger.value(entry.id, op.kind, op.record, write.field)
    return None if isinstance(value, Hidden) else value


def _line(entry: Entry, field: str, before: Value, after: Value) -> HistoryLine:
    reason = entry.reason if isinstance(entry.reason, str) else ""
    values = (field, before, after)
    return HistoryLine(local_time(entry.at), entry.by, entry.act, *values, entry.journal, reason, entry.id, "", entry.on_behalf)
