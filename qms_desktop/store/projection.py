"""What lists, forms and search read: one row per record, showing the winning heads of the merged state.

Rows are derived data. They can be thrown away and rebuilt from the journal, and are, when a definition changes or when the
key of sealed values arrives.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from qms_desktop.domain.fields import GROUP_SIGN, TEXTUAL, Kind, RecordKind, Value
from qms_desktop.store.columns import Reshaped, cells, decode, quoted, table_of
from qms_desktop.store.former import STANDS_BACK, Formers
from qms_desktop.store.ledger import Change, Ledger, Record
from qms_desktop.store.search import index_row
from qms_desktop.store.values import fields_of, merged_name
from sync.canonical import canonical
from sync.journal import merge
from sync.journal.entry import VOID_FIELD, Entry, Hidden

ERASED = "(đã xóa theo lệnh)"


class Projection:
    """Writes the rows of known kinds from merged states, within the caller's transaction."""

    def __init__(self, ledger: Ledger, kinds: Mapping[str, RecordKind]) -> None:
        self._ledger = ledger
        self._kinds = kinds
        self._formers = Formers(ledger.connection)
        self.shown: dict[tuple[str, str], None] = {}
        """The (kind, record)s shown through this object, in order: what screens and derived columns must follow."""

    def show(self, record: Record, touched: Iterable[str], entry: Entry | None = None, *, first: bool = False) -> None:
        """Bring the record's row up to date for the merged fields named; kinds this program does not know have none.

        `first`: nothing was known of the record before, so it has no row and search has nothing of it.
        """
        kind = self._kinds.get(record.kind)
        if kind is None:
            return
        touched = tuple(touched)
        self.shown[record.kind, record.record] = None
        columns = self.columns(kind, record, touched)
        voided = columns["_voided"]
        hidden = bool(voided)
        if not (first or self._ledger.bases or VOID_FIELD in touched):
            # Every index begins with this column; naming it would write each of them anew.
            del columns["_voided"]
        if entry is not None:
            columns["_entry"] = self._ledger.number_of(entry.id) or 0
        made = first or not self._update(record, kind, columns)
        if made:
            self._insert(record, kind, columns | {"_voided": voided})
        if made or "_voided" in columns or any(kind.knows(name) and kind.field(name).searched for name in columns):
            index_row(self._ledger.connection, kind, record.num, self._searched(kind, record.num), hidden=hidden, first=first)
        for num in self._formers.behind(record.scope, record.kind, record.record) if made else ():
            self.show_all(self._ledger.record_numbered(num))

    def show_changes(self, changes: Iterable[Change]) -> None:
        """The same for all that a frame changed, each record once and as it stands at the end."""
        together: dict[int, tuple[Change, dict[str, None], bool]] = {}
        for change in changes:
            _, touched, first = together.get(change.record.num, (change, {}, change.first))
            together[change.record.num] = (change, touched | dict.fromkeys(change.touched), first)
        for change, touched, first in together.values():
            self.show(change.record, touched, change.entry, first=first)

    def columns(self, kind: RecordKind, record: Record, touched: Iterable[str]) -> dict[str, Any]:
        """What the row must hold for the merged fields named, sort keys included; derived columns are not ours."""
        values: dict[str, Value] = {}
        for merged in touched:
            values.update(self._shown(kind, record, merged))
        known = {name: value for name, value in values.items() if kind.knows(name) and not kind.field(name).derived}
        if self._formers.stands_back(kind, record.scope, record.record):
            own = {"_voided": STANDS_BACK, "_questions": 0}
        else:
            own = {"_voided": int(merge.is_void(record.state)), "_questions": self.questions(record)}
        return {**own, **cells(kind, known)}

    def show_all(self, record: Record) -> None:
        """Rebuild the record's row from its state alone."""
        kind = self._kinds.get(record.kind)
        if kind is None:
            return
        self._ledger.flush()
        connection, table = self._ledger.connection, table_of(kind.name)
        newest = connection.execute("SELECT max(entry) FROM touched WHERE state = ?", (record.num,)).fetchone()[0]
        connection.execute(f"DELETE FROM {table} WHERE _num = ?", (record.num,))
        self.show(record, sorted(record.state.heads))
        connection.execute(f"UPDATE {table} SET _entry = ? WHERE _num = ?", (newest or 0, record.num))

    def reshape(self, reshaped: Reshaped) -> None:
        """Fill the rows of a kind whose definition changed: new fields only where they were written, or all of it."""
        kind = reshaped.kind
        merged = {merged_name(kind, field.name) for field in reshaped.added} | {field.name for field in reshaped.added}
        for record in self._ledger.records(kind.name):
            if reshaped.whole:
                self.show_all(record)
            elif written := sorted(merged & record.state.heads.keys()):
                self.show(record, written)

    def open_late(self) -> int:
        """Show records whose sealed values could not be read when they came; how many entries opened."""
        connection = self._ledger.connection
        opened = 0
        states: set[int] = set()
        for (num,) in connection.execute("SELECT entry FROM unopened").fetchall():
            entry = self._ledger.entry(self._ledger.entries.name(num))
            if entry is None or is_sealed(entry):
                continue
            opened += 1
            connection.execute("DELETE FROM unopened WHERE entry = ?", (num,))
            states.update(row[0] for row in connection.execute("SELECT state FROM touched WHERE entry = ?", (num,)))
        opened += self._open_bases(states)
        for state in sorted(states):
            self.show_all(self._ledger.record_numbered(state))
        return opened

    def _open_bases(self, states: set[int]) -> int:
        """The same for what a snapshot brought; the records of its scope are added to `states`."""
        connection = self._ledger.connection
        opened = 0
        for scope, entry_id in connection.execute("SELECT scope, id FROM base_entry WHERE closed = 1").fetchall():
            entry = self._ledger.entry(entry_id.hex())
            if entry is not None and not is_sealed(entry):
                opened += 1
                connection.execute("UPDATE base_entry SET closed = 0 WHERE id = ?", (entry_id,))
                states.update(row[0] for row in connection.execute("SELECT state FROM base_state WHERE scope = ?", (scope,)))
        return opened

    def questions(self, record: Record) -> int:
        """How many questions stand open on the record: differing heads of a field, and edits beside a void."""
        several = {*merge.conflicts(record.state, self._ledger.referring)} - {VOID_FIELD}
        differing = sum(1 for field in several if self.differ(record, field))
        return differing + (1 if merge.unseen_edits(record.state) else 0)

    def differ(self, record: Record, field: str) -> bool:
        """Whether the heads of a field show different values; the same value twice is no question.

        Nor is a field that only a newer program knows: it is asked about there, where an answer can be typed and sealed.
        """
        if not fields_known(self._kinds.get(record.kind), field):
            return False
        place = (record.kind, record.record, field)
        sources = (source for head in record.state.heads[field] for source in self._ledger.sources(head[0], *place))
        spelled = (self._spelled(record, source, field) for source in sources)
        one = next(spelled, None)
        return any(other != one for other in spelled)

    def _spelled(self, record: Record, entry_id: str, field: str) -> bytes:
        value = self._ledger.value(entry_id, record.kind, record.record, field)
        return entry_id.encode() if isinstance(value, Hidden) else canonical(value)

    def _shown(self, kind: RecordKind, record: Record, merged: str) -> dict[str, Value]:
        """The values of the fields behind a merged name; a group, once written, goes before older single writes."""
        heads = record.state.heads
        if not heads.get(merged):
            return dict.fromkeys(fields_of(kind, merged))
        if not merged.startswith(GROUP_SIGN) and kind.knows(merged) and merged_name(kind, merged) != merged:
            return {} if heads.get(merged_name(kind, merged)) else {merged: self._head_value(record, merged)}
        value = self._head_value(record, merged)
        if not merged.startswith(GROUP_SIGN):
            return {merged: value}
        parts = value if isinstance(value, dict) else {}
        return {name: parts.get(name) for name in fields_of(kind, merged)}

    def _head_value(self, record: Record, merged: str) -> Value:
        entry_id = merge.shown(record.state.heads[merged])[0]
        value = self._ledger.value(entry_id, record.kind, record.record, merged)
        if value is Hidden.ERASED:
            return self._erased(record.kind, merged)
        return None if isinstance(value, Hidden) else value

    def _erased(self, kind: str, name: str) -> Value:
        """What stands in lists, forms and search where a value was erased by order; only words have room for it."""
        known = self._kinds[kind]
        return ERASED if known.knows(name) and known.field(name).kind in TEXTUAL - {Kind.TABLE} else None

    def _update(self, record: Record, kind: RecordKind, columns: Mapping[str, Any]) -> bool:
        assignments = ", ".join(f"{quoted(name)} = ?" for name in columns)
        statement = f"UPDATE {table_of(kind.name)} SET {assignments} WHERE _num = ?"
        return bool(self._ledger.connection.execute(statement, (*columns.values(), record.num)).rowcount)

    def _insert(self, record: Record, kind: RecordKind, columns: Mapping[str, Any]) -> None:
        names = ", ".join(("_num", "id", "_scope", *map(quoted, columns)))
        marks = ", ".join("?" * (len(columns) + 3))
        values = (record.num, record.record, record.scope, *columns.values())
        self._ledger.connection.execute(f"INSERT INTO {table_of(kind.name)} ({names}) VALUES ({marks})", values)

    def _searched(self, kind: RecordKind, num: int) -> dict[str, Value]:
        fields = [field for field in kind.fields if field.searched]
        if not fields:
            return {}
        names = ", ".join(quoted(field.name) for field in fields)
        row = self._ledger.connection.execute(f"SELECT {names} FROM {table_of(kind.name)} WHERE _num = ?", (num,)).fetchone()
        return {field.name: decode(field, stored) for field, stored in zip(fields, row, strict=True)}


def fields_known(kind: RecordKind | None, merged: str) -> bool:
    """Whether this program knows the field, or a part of the group, behind a merged name."""
    if kind is None:
        return False
    return bool(fields_of(kind, merged)) if merged.startswith(GROUP_SIGN) else kind.knows(merged)


def is_sealed(entry: Entry) -> bool:
    """Whether personal values of the entry could not be read."""
    return any(write.value is Hidden.SEALED for op in entry.ops for write in op.writes)
