"""Undoing the last action: a new action that brings back the values before, for the journal is never rewritten."""

from collections.abc import Mapping

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import RecordKind, Value
from qms_desktop.store.drafting import Change, restore, void
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.values import fields_of
from sync.journal import merge
from sync.journal.entry import VOID_FIELD, Entry, Hidden, Op, Verb, Write

UNDO = "action.undo"
REDO = "action.redo"
FACTS = ("print.record",)
"""Actions that happened outside the program: they are passed over, and what was done before them is taken back."""
FINAL = ("office.found", "pc.admit", "revision.approve")
"""Actions that are never taken back by a key; they are corrected by a command of their own."""


def last_action(ledger: Ledger, person: str, *, undone: bool = False) -> tuple[Entry, ...]:
    """The entries of what the person did last on this PC; none when that was an undo, or is never taken back.

    `undone`: only the other way round, the entries of an undo, to be done again.
    """
    marks = ", ".join("?" * len(FACTS))
    row = ledger.connection.execute(
        f"SELECT action_id, action FROM entry WHERE mine = 1 AND actor = ? AND action NOT IN ({marks}) ORDER BY num DESC LIMIT 1",
        (person, *FACTS),
    ).fetchone()
    if row is None or row[1] in FINAL or (row[1] == UNDO) is not undone:
        return ()
    ids = ledger.connection.execute("SELECT id FROM entry WHERE mine = 1 AND action_id = ? ORDER BY num", (row[0],)).fetchall()
    return tuple(entry for (entry_id,) in ids if (entry := ledger.entry(entry_id.hex())) is not None)


def changes_back(ledger: Ledger, kinds: Mapping[str, RecordKind], entries: tuple[Entry, ...]) -> list[Change]:
    """What must be written so that everything stands as before these entries.

    RuleError QMS-280 when any of it has been changed since (the later change would be lost) or is of a newer program.
    """
    return [_back(ledger, kinds.get(op.kind), entry, op) for entry in entries for op in entry.ops]


def _back(ledger: Ledger, kind: RecordKind | None, entry: Entry, op: Op) -> Change:
    record = ledger.record(entry.scope, op.kind, op.record)
    if kind is None or record is None:
        raise _too_late()
    if op.verb is Verb.CREATE:
        written = {name for heads in record.state.heads.values() for name, _ in heads}
        if written - {entry.id}:
            raise _too_late()
        return void(op.kind, op.record)
    if op.verb is Verb.VOID:
        _demand_untouched(record.state, VOID_FIELD, entry)
        return restore(op.kind, op.record)
    if any(write.field == VOID_FIELD for write in op.writes):
        return void(op.kind, op.record)
    values: dict[str, Value] = {}
    for write in op.writes:
        _demand_untouched(record.state, write.field, entry)
        values.update(_before(ledger, kind, op, write))
    return Change(op.kind, op.record, "set", values)


def _demand_untouched(state: merge.RecordState, field: str, entry: Entry) -> None:
    if tuple(name for name, _ in state.heads.get(field, ())) != (entry.id,):
        raise _too_late()


def _before(ledger: Ledger, kind: RecordKind, op: Op, write: Write) -> dict[str, Value]:
    """The values on show before the write; a question it had answered comes back as the value that was on show."""
    names = fields_of(kind, write.field)
    if not names:
        raise _too_late()
    replaced = [entry for name in write.replaces if (entry := ledger.entry(name)) is not None]
    newest = max(replaced, key=lambda entry: (entry.lam, entry.id), default=None)
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
