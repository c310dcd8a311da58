"""Undoing the last action: a new action that brings back the values before, for the journal is never rewritten."""

from collections.abc import Mapping

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import RecordKind, Value
from qms_desktop.store.drafting import Change, reopen, restore, void, void_again
from qms_desktop.store.entries import Numbered
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.values import fields_of
from sync.journal import merge
from sync.journal.entry import VOID_FIELD, Entry, Hidden, Op, Verb, Write

UNDO = "action.undo"
REDO = "action.redo"
ANSWER = "question.answer"
FACTS = ("print.record",)
"""Actions that happened outside the program: they are passed over, and what was done before them is taken back."""
FINAL = ("office.found", "pc.admit", "revision.approve")
"""Actions that are never taken back by a key; they are corrected by a command of their own."""


def last_action(ledger: Ledger, person: str, *, undone: bool = False) -> tuple[Entry, ...]:
    """The entries of what the person did last on this PC; none when that was an undo, or is never taken back.

    `undone`: only the other way round, the entries of an undo, to be done again.
    """
    newest = ledger.entries.newest(mine=True, most=1, person=person, wanted=lambda entry: entry.act not in FACTS)
    if not newest or newest[0].entry.act in FINAL or (newest[0].entry.act == UNDO) is not undone:
        return ()
    ids = _of_one_action(ledger, newest[0])
    return tuple(entry for entry_id in ids if (entry := ledger.entry(entry_id)) is not None)


def _of_one_action(ledger: Ledger, last: Numbered) -> list[str]:
    """The entries of the action whose last one this is: they were written in one transaction, so their numbers follow."""
    found, num = [last.entry.id], last.num - 1
    while (before := ledger.entries.numbered(num)) is not None and before.aid == last.entry.aid:
        found.append(before.id)
        num -= 1
    return found[::-1]


def changes_back(ledger: Ledger, kinds: Mapping[str, RecordKind], entries: tuple[Entry, ...]) -> list[Change]:
    """What must be written so that everything stands as before these entries; a question they had settled is open again.

    RuleError QMS-280 when any of it has been changed since (the later change would be lost) or is of a newer program.
    """
    own = frozenset(entry.id for entry in entries)
    found: dict[tuple[str, str], Change] = {}
    for entry in entries:
        for op in entry.ops:
            found[op.kind, op.record] = _back(ledger, kinds.get(op.kind), entry, op, own)
    return list(found.values())


def _back(ledger: Ledger, kind: RecordKind | None, entry: Entry, op: Op, own: frozenset[str]) -> Change:
    record = ledger.record(entry.scope, op.kind, op.record)
    if kind is None or record is None:
        raise _too_late()
    if op.verb is Verb.CREATE:
        written = {name for heads in record.state.heads.values() for name, _ in heads}
        if written - {entry.id}:
            raise _too_late()
        return void(op.kind, op.record)
    for write in op.writes if op.verb is not Verb.VOID else ():
        _demand_untouched(record.state, write.field, own)
    if op.verb is Verb.VOID or any(write.field == VOID_FIELD for write in op.writes):
        _demand_untouched(record.state, VOID_FIELD, own)
        return _use_back(ledger, op)
    return _values_back(ledger, kind, entry, op)


def _use_back(ledger: Ledger, op: Op) -> Change:
    """In use, or out of use as the void before had it, with the edits that void had not seen."""
    named = next((write.replaces for write in op.writes if write.field == VOID_FIELD), ())
    voids = [before for name in named if (before := _op_of(ledger.entry(name), op)) is not None and before.verb is Verb.VOID]
    seen: dict[str, set[str]] = {}
    for before in voids:
        for write in before.writes:
            if write.field != VOID_FIELD:
                seen.setdefault(write.field, set()).update(write.replaces)
    if not voids:
        return restore(op.kind, op.record)
    return void_again(op.kind, op.record, {name: tuple(sorted(ids)) for name, ids in sorted(seen.items())})


def _op_of(entry: Entry | None, like: Op) -> Op | None:
    ops = entry.ops if entry is not None else ()
    return next((op for op in ops if (op.kind, op.record) == (like.kind, like.record)), None)


def _values_back(ledger: Ledger, kind: RecordKind, entry: Entry, op: Op) -> Change:
    if len(op.writes) == 1 and len(said := _said(ledger, op, op.writes[0])) > 1:
        return reopen(op.kind, op.record, {op.writes[0].field: said})
    if entry.act == ANSWER and all(len(_known(ledger, write)) == 1 for write in op.writes):
        # A rule across records asks who wrote first: the values come back as those of the people who gave them.
        return reopen(op.kind, op.record, {write.field: _said(ledger, op, write) for write in op.writes})
    values: dict[str, Value] = {}
    for write in op.writes:
        values.update(_before(ledger, kind, op, write))
    return Change(op.kind, op.record, "set", values)


def _known(ledger: Ledger, write: Write) -> list[Entry]:
    """The entries whose values the write replaced, the one that was shown last."""
    replaced = [entry for name in write.replaces if (entry := ledger.entry(name)) is not None]
    return sorted(replaced, key=lambda entry: (entry.lam, entry.id))


def _said(ledger: Ledger, op: Op, write: Write) -> tuple[str, ...]:
    """The entries that gave the values which the write replaced, the one that was shown last: one head that refers to several
    stands for all of them."""
    heads = [entry.id for entry in _known(ledger, write)]
    found = (source for head in heads for source in reversed(ledger.sources(head, op.kind, op.record, write.field)))
    return tuple(dict.fromkeys(found))


def _demand_untouched(state: merge.RecordState, field: str, own: frozenset[str]) -> None:
    heads = {name for name, _ in state.heads.get(field, ())}
    if not heads or heads - own:
        raise _too_late()


def _before(ledger: Ledger, kind: RecordKind, op: Op, write: Write) -> dict[str, Value]:
    """The values on show before the write, where it changed several fields at once."""
    names = fields_of(kind, write.field)
    if not names:
        raise _too_late()
    newest = next(reversed(_known(ledger, write)), None)
    value = None if newest is None else ledger.value(newest.id, op.kind, op.record, write.field)
    if isinstance(value, Hidden):
        raise _too_late()
    if names == (write.field,):
        return {write.field: value}
    parts = value if isinstance(value, dict) else {}
    return {name: parts.get(name) for name in names}


def _too_late() -> RuleError:
    return RuleError(
        "QMS-280", "Không hoàn tác được: đã có thay đổi khác sau thao tác đó.", do="Hãy mở hồ sơ và sửa bằng một thao tác mới."
    )
