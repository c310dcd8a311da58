"""From what a use case wants changed to the operations of an entry: what is replaced, what is sealed, what is no change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from qms_desktop.domain.errors import RuleError, StoreError
from qms_desktop.domain.fields import Area, RecordKind, Value
from qms_desktop.store.former import unit_of
from qms_desktop.store.ledger import Ledger, Record
from qms_desktop.store.values import area_of, composed, fields_of, is_personal, merged_name
from sync.journal import merge
from sync.journal.entry import VOID_FIELD, Hidden, Op, Reference, Verb, Write

Intent = Literal["create", "set", "void", "restore", "reopen"]

MOST_ARMS = 16
"""Entries that one question is opened again with; what is beyond stands beside the oldest of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a use case wants done to one record; `area` None: where the record is, or the kind's first area for a new one."""

    kind: str
    record: str
    op: Intent
    values: Mapping[str, Value] = field(default_factory=dict)
    area: Area | None = None
    settles: bool = False
    """Write the values even where they are shown already: this answers an open question."""
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a void: the heads it has seen, by merged field, where they are not those of now. Of a question that is opened again: the
    entries whose values stand beside each other once more, the one to be shown last."""


def create(kind: str, record: str, values: Mapping[str, Value], area: Area | None = None) -> Change:
    """A new record."""
    return Change(kind, record, "create", values, area)


def put(kind: str, record: str, values: Mapping[str, Value]) -> Change:
    """New values for fields of a record that is there."""
    return Change(kind, record, "set", values)


def void(kind: str, record: str) -> Change:
    """Take a record out of use; it stays in the journal, with the action's reason."""
    return Change(kind, record, "void")


def restore(kind: str, record: str) -> Change:
    """Take a voided record into use again."""
    return Change(kind, record, "restore")


def void_again(kind: str, record: str, seen: Mapping[str, tuple[str, ...]]) -> Change:
    """Out of use as it once was: who edited it without knowing of that void is asked about again."""
    return Change(kind, record, "void", named={VOID_FIELD: (), **seen})


def reopen(kind: str, record: str, said: Mapping[str, tuple[str, ...]]) -> Change:
    """Ask again what an answer had settled: the values that these entries gave the fields stand there, beside each other."""
    return Change(kind, record, "reopen", named=said)


class Drafter:
    """Turns changes into operations, scope by scope, against the merged state of the present transaction."""

    def __init__(self, ledger: Ledger, kinds: Mapping[str, RecordKind], unit_code: str) -> None:
        self._ledger = ledger
        self._kinds = kinds
        self._unit = unit_code

    def operations(self, joined: Iterable[Change]) -> list[tuple[str, tuple[Op, ...]]]:
        """The operations per scope, at most one per record; scopes in which nothing changes are left out."""
        drafted: dict[str, list[Op]] = {}
        for change in joined:
            scope, op = self._operation(change)
            if op.writes or op.verb is Verb.CREATE:
                drafted.setdefault(scope, []).append(op)
        return [(scope, tuple(ops)) for scope, ops in drafted.items()]

    def entries(self, changes: Iterable[Change]) -> list[tuple[str, tuple[Op, ...]]]:
        """The entries of one action: one for each scope, and for a question that is opened again one for each of its values, for
        an entry gives a field one value.
        """
        joined = list(_joined(changes))
        further = [part for change in joined if change.op == "reopen" for part in self._further(change)]
        return [*self.operations(joined), *further]

    def _further(self, change: Change) -> list[tuple[str, tuple[Op, ...]]]:
        scope, first = self._operation(change)
        arms = [
            replace(write, value=Reference((entry,))) for write in first.writes for entry in _arms(change.named[write.field])[1]
        ]
        return [(scope, (replace(first, writes=(arm,)),)) for arm in arms]

    def _operation(self, change: Change) -> tuple[str, Op]:
        kind = self._kinds[change.kind]
        present = self._present(change)
        if change.op == "create":
            if present is not None:
                raise ValueError(f"{change.kind} {change.record} exists already")
            scope = (change.area or kind.areas[0]).scope(self._unit)
            return scope, Op(change.kind, change.record, Verb.CREATE, self._new_writes(kind, change.values, area_of(scope)))
        if present is None:
            raise LookupError(f"there is no {change.kind} {change.record}")
        if self._unit and unit_of(present.scope) not in ("", self._unit):
            return self._continued(kind, change, present)
        return present.scope, self._later(kind, change, present)

    def _later(self, kind: RecordKind, change: Change, present: Record) -> Op:
        if change.op == "void":
            return Op(change.kind, change.record, Verb.VOID, _void_writes(present.state, change.named))
        if change.op == "reopen":
            return Op(change.kind, change.record, Verb.SET, _first_arms(present.state, change.named))
        if change.op == "restore":
            heads = _ids(present.state, VOID_FIELD)
            writes = (Write(VOID_FIELD, False, heads),) if heads else ()
            return Op(change.kind, change.record, Verb.SET, writes)
        return Op(change.kind, change.record, Verb.SET, self._writes(kind, change, present))

    def _present(self, change: Change) -> Record | None:
        """The record where it is; a record of the same id in several areas is meant where `area` says, else in the first."""
        kind = self._kinds[change.kind]
        for area in (change.area,) if change.area else kind.areas:
            found = self._ledger.record(area.scope(self._unit), change.kind, change.record)
            if found is not None:
                return found
        return None if change.op == "create" or change.area else self._elsewhere(change)

    def _elsewhere(self, change: Change) -> Record | None:
        """A record in the scope of another unit (a merged commune's, or any unit's for the province)."""
        row = self._ledger.connection.execute(
            "SELECT scope FROM state WHERE kind = ? AND record = ? ORDER BY num LIMIT 1", (change.kind, change.record)
        ).fetchone()
        return None if row is None else self._ledger.record(row[0], change.kind, change.record)

    def _continued(self, kind: RecordKind, change: Change, present: Record) -> tuple[str, Op]:
        """A record of a unit that was merged into this one goes on in this unit's own scope, under its own id: the first write
        takes over what is shown, sealed with this unit's key. The old scope is never written."""
        if change.op != "set" or not kind.inherited:
            raise RuleError(
                "QMS-253",
                "Bản ghi này của đơn vị cũ chỉ để xem.",
                do="Hãy xử lý tiếp hồ sơ như thường; hồ sơ của đơn vị cũ không bỏ và không khôi phục được.",
            )
        area = area_of(present.scope)
        values = {merged: self._shown(present, merged) for merged in present.state.heads if merged != VOID_FIELD}
        for merged, parts in _by_merged_name(kind, change.values).items():
            values[merged] = _one(kind, merged, parts, values.get(merged))
        if Hidden.SEALED in values.values():
            raise _no_former_key()
        writes = tuple(
            Write(merged, value, (), is_personal(kind, merged, area))
            for merged, value in sorted(values.items())
            if value is not None and not isinstance(value, Hidden)
        )
        return area.scope(self._unit), Op(change.kind, change.record, Verb.CREATE, writes)

    def _new_writes(self, kind: RecordKind, values: Mapping[str, Value], area: Area) -> tuple[Write, ...]:
        grouped = _by_merged_name(kind, values)
        writes: list[Write] = []
        for merged, parts in grouped.items():
            filled = {name: value for name, value in parts.items() if value is not None}
            if filled:
                writes.append(Write(merged, _one(kind, merged, filled), (), is_personal(kind, merged, area)))
        return tuple(writes)

    def _writes(self, kind: RecordKind, change: Change, present: Record) -> tuple[Write, ...]:
        area = area_of(present.scope)
        writes: list[Write] = []
        for merged, parts in _by_merged_name(kind, change.values).items():
            heads = _ids(present.state, merged)
            shown = self._shown(present, merged)
            value = _one(kind, merged, parts, shown)
            if change.settles or (value != shown or len(heads) > 1):
                writes.append(Write(merged, value, heads, is_personal(kind, merged, area)))
        return tuple(writes)

    def _shown(self, present: Record, merged: str) -> Value | Hidden:
        heads = present.state.heads.get(merged)
        if not heads:
            return None
        return self._ledger.value(merge.shown(heads)[0], present.kind, present.record, merged)


def _no_former_key() -> StoreError:
    return StoreError(
        "QMS-435",
        "Máy này chưa có khóa của đơn vị cũ nên chưa xử lý tiếp được hồ sơ của đơn vị đó.",
        do="Hãy nhờ một máy của đơn vị cũ bấm “Cho phép máy mới”, hoặc dùng mã phục hồi của đơn vị cũ.",
    )


def _joined(changes: Iterable[Change]) -> Iterable[Change]:
    """Changes to one record become one: a later value of a field takes the place of an earlier one."""
    found: dict[tuple[str, str], Change] = {}
    for change in changes:
        key = (change.kind, change.record)
        earlier = found.get(key)
        if earlier is None:
            found[key] = change
        elif change.op == "set" and earlier.op in ("create", "set"):
            found[key] = Change(*key, earlier.op, {**earlier.values, **change.values}, earlier.area, earlier.settles)
        else:
            raise ValueError(f"{earlier.op} and {change.op} of {change.kind} {change.record} in one action")
    return found.values()


def _by_merged_name(kind: RecordKind, values: Mapping[str, Value]) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    for name, value in values.items():
        if kind.field(name).derived:
            raise ValueError(f"{kind.name}.{name} is derived and never written")
        found.setdefault(merged_name(kind, name), {})[name] = composed(value)
    return found


def _one(kind: RecordKind, merged: str, parts: Mapping[str, Value], shown: Value | Hidden = None) -> Value:
    """The value of the write: the field's own, or for a group the fields as shown with those changed now."""
    if merged not in parts:
        known = fields_of(kind, merged)
        before = shown if isinstance(shown, dict) else {}
        together = {**before, **parts}
        return {name: value for name, value in together.items() if value is not None or name not in known}
    return parts[merged]


def _void_writes(state: merge.RecordState, named: Mapping[str, tuple[str, ...]]) -> tuple[Write, ...]:
    seen = {name: _ids(state, name) for name in state.heads}
    if named:
        seen = {**named, VOID_FIELD: seen.get(VOID_FIELD, ())}
    return tuple(Write(name, None, seen[name]) for name in sorted(seen) if seen[name])


def _first_arms(state: merge.RecordState, named: Mapping[str, tuple[str, ...]]) -> tuple[Write, ...]:
    """The lowest of the values that are asked about again; the further ones follow in entries of their own."""
    return tuple(Write(name, Reference(tuple(sorted(_arms(named[name])[0]))), _ids(state, name)) for name in named)


def _arms(entries: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the first entry refers to, and what each further one does."""
    beyond = max(1, len(entries) - MOST_ARMS + 1)
    return entries[:beyond], entries[beyond:]


def _ids(state: merge.RecordState, merged: str) -> tuple[str, ...]:
    return tuple(head[0] for head in state.heads.get(merged, ()))
