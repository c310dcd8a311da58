"""Open questions: two people wrote different values without knowing of each other, and nobody has decided yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from qms_desktop.domain.fields import GROUP_SIGN, RecordKind
from qms_desktop.store.columns import table_of
from qms_desktop.store.history import local_time
from qms_desktop.store.ledger import Ledger, Record
from qms_desktop.store.projection import Projection
from qms_desktop.store.values import fields_of
from sync.canonical import Value
from sync.journal import merge
from sync.journal.entry import VOID_FIELD, Entry, Hidden


@dataclass(frozen=True, slots=True)
class Standing:
    """One of the values standing beside each other; `mine`: written on this PC, `journal` names the PC. `hidden`: it cannot be
    read here, for its key is missing or it was erased by order.
    """

    value: Value
    entry_id: str
    who: str
    at: str
    mine: bool
    journal: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What to decide. The value shown meanwhile comes first. `before` is the value all of them replaced, if there was one.

    `field` "" asks whether the record is out of use, for someone edited it without knowing that it was voided (values
    True: out of use, False: in use). A group of fields that belong together is asked as one: `field` is ``#group``, the
    values are maps, and `fields` names what is in them.
    """

    kind: str
    record: str
    field: str
    values: tuple[Standing, ...]
    before: Value
    fields: tuple[str, ...] = ()


def open_questions(ledger: Ledger, kinds: dict[str, RecordKind], replica: str) -> list[Question]:
    """All open questions of known kinds, by kind and in the order the records came."""
    projection = Projection(ledger, kinds)
    found: list[Question] = []
    for kind in kinds.values():
        rows = ledger.connection.execute(f"SELECT _num FROM {table_of(kind.name)} WHERE _questions > 0")
        for (num,) in sorted(rows.fetchall()):
            found += _of_record(ledger, projection, kind, ledger.record_numbered(num), replica)
    return found


def count_questions(ledger: Ledger, kinds: dict[str, RecordKind]) -> int:
    """How many questions are open, from the index of those rows alone: cheap enough for every glance at the status bar."""
    counts = (f"SELECT coalesce(sum(_questions), 0) FROM {table_of(name)} WHERE _questions > 0" for name in kinds)
    return sum(ledger.connection.execute(statement).fetchone()[0] for statement in counts)


def _of_record(ledger: Ledger, projection: Projection, kind: RecordKind, record: Record, replica: str) -> Iterator[Question]:
    for field in merge.conflicts(record.state, ledger.referring):
        if field != VOID_FIELD and projection.differ(record, field):
            standing = tuple(_standing(ledger, record, field, replica))
            names = fields_of(kind, field) if field.startswith(GROUP_SIGN) else (field,)
            yield Question(record.kind, record.record, field, standing, _before(ledger, record, field), names)
    edited = merge.unseen_edits(record.state)
    if edited:
        yield Question(record.kind, record.record, VOID_FIELD, _void_standing(ledger, record, edited, replica), None, edited)


def _standing(ledger: Ledger, record: Record, field: str, replica: str) -> Iterator[Standing]:
    """The values of the heads, the one on show first; equal values stand once."""
    seen: list[Value | Hidden] = []
    for head in sorted(record.state.heads[field], key=lambda head: (head[1], head[0]), reverse=True):
        for source in ledger.sources(head[0], record.kind, record.record, field):
            value = ledger.value(source, record.kind, record.record, field)
            entry = ledger.entry(source)
            if entry is not None and (isinstance(value, Hidden) or value not in seen):
                seen.append(value)
                yield _said(entry, value, replica)


def _void_standing(ledger: Ledger, record: Record, edited: tuple[str, ...], replica: str) -> tuple[Standing, ...]:
    void = ledger.entry(merge.shown(record.state.heads[VOID_FIELD])[0])
    edits = [ledger.entry(merge.shown(record.state.heads[field])[0]) for field in edited]
    newest = max((entry for entry in edits if entry is not None), key=lambda entry: (entry.lam, entry.id), default=None)
    said = ((void, True), (newest, False))
    return tuple(_said(entry, value, replica) for entry, value in said if entry is not None)


def _said(entry: Entry, value: Value | Hidden, replica: str) -> Standing:
    plain, hidden = (None, True) if isinstance(value, Hidden) else (value, False)
    return Standing(plain, entry.id, entry.by, local_time(entry.at), entry.journal == replica, entry.journal, hidden)


def _before(ledger: Ledger, record: Record, field: str) -> Value:
    """The value that was replaced in common by those who wrote what stands here: the newest of what each of them names."""
    place = (record.kind, record.record, field)
    named: list[set[str]] = []
    for head in record.state.heads[field]:
        for source in ledger.sources(head[0], *place):
            write = ledger.write(source, *place)
            named.append(set(write.replaces) if write else set())
    common = set.intersection(*named) if named else set()
    entries = [entry for entry_id in common if (entry := ledger.entry(entry_id)) is not None]
    if not entries:
        return None
    newest = max(entries, key=lambda entry: (entry.lam, entry.id))
    value = ledger.value(newest.id, record.kind, record.record, field)
    return None if isinstance(value, Hidden) else value
