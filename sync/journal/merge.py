"""Merging: what stands in a record, the same on every replica, in any order of arrival and without a clock.

A field is a set of heads: writes that no other write has replaced. A write removes the heads it names and becomes one
itself. In set terms, over all entries that are here:

    heads(field)   = writes of the field − ids named by writes of the field
    pending(field) = ids named by writes of the field − writes of the field

Both are functions of the set of entries, so the order they came in cannot matter. `pending` are writes that were replaced
before they arrived: without it they would come back to life. Values are opaque here; only ids and Lamport counters count.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from sync.canonical import spell
from sync.journal.entry import VOID_FIELD, Entry, Op, Verb, Write

Head: TypeAlias = tuple[str, int]
Wrote: TypeAlias = Callable[[str, str, str, str], bool]
Heads: TypeAlias = Mapping[str, tuple[Head, ...]]
Names: TypeAlias = Mapping[str, tuple[str, ...]]

DIGEST_MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class RecordState:
    """One record's heads per field as (entry id, Lamport), oldest first; see the module for `pending`.

    `seen` holds, for each standing void, the heads it named. The void flag itself is the pseudo-field "".
    """

    heads: Heads
    pending: Names
    seen: Names


@dataclass(frozen=True, slots=True)
class Applied:
    """The state after a change, what to add to the scope's digest, and the fields whose heads changed ("": void)."""

    state: RecordState
    delta: int
    touched: tuple[str, ...]


EMPTY = RecordState(MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))


def apply(state: RecordState, op: Op, entry_id: str, lamport: int, wrote: Wrote) -> Applied:
    """Apply one entry's change to its record; exactly once per entry.

    `wrote(entry id, kind, record, field)` tells whether an entry applied before writes that field of that record. It is
    asked only when a replaced id is no head here, and must not count entries that are stored but not applied yet.
    """
    heads, pending, seen = dict(state.heads), dict(state.pending), dict(state.seen)
    delta = 0
    for write in field_writes(op):
        known = _known(op, write.field, wrote)
        delta += _weighed(op, write.field, _step(heads, pending, write, (entry_id, lamport), known))
    if op.verb is Verb.VOID:
        seen[entry_id] = tuple(sorted({name for write in op.writes if write.field for name in write.replaces}))
    standing = {name for name, _ in heads.get(VOID_FIELD, ())}
    seen = {name: names for name, names in seen.items() if name in standing}
    after = RecordState(heads, pending, seen)
    touched = tuple(write.field for write in field_writes(op) if heads.get(write.field) != state.heads.get(write.field))
    return Applied(after, delta % DIGEST_MODULUS, touched)


def writes(entry: Entry, kind: str, record: str, field: str) -> bool:
    """Whether the entry writes this field of this record (a void writes the pseudo-field only); for `wrote`."""
    for op in entry.ops:
        if (op.kind, op.record) == (kind, record):
            return any(write.field == field for write in field_writes(op))
    return False


def shown(heads: tuple[Head, ...]) -> Head:
    """The head whose value is shown while a question is open: the highest (Lamport, entry id)."""
    return max(heads, key=_rank)


def in_force(heads: tuple[Head, ...]) -> Head:
    """The head that stays in force where a rule across records is broken: the lowest (Lamport, entry id)."""
    return min(heads, key=_rank)


def conflicts(state: RecordState, referring: Collection[str] = ()) -> tuple[str, ...]:
    """Fields with several heads: open questions wherever the values, once readable, differ.

    `referring` are entries that bring values back by reference: one head of theirs may stand for several values.
    """
    several = (field for field, heads in state.heads.items() if len(heads) > 1 or any(name in referring for name, _ in heads))
    return tuple(sorted(several))


def is_void(state: RecordState) -> bool:
    """Whether the record counts as voided."""
    heads = state.heads.get(VOID_FIELD)
    return heads is not None and shown(heads)[0] in state.seen


def unseen_edits(state: RecordState) -> tuple[str, ...]:
    """Fields that hold an edit no standing void had seen: an open question on a voided record."""
    if not is_void(state):
        return ()
    seen = {name for names in state.seen.values() for name in names}
    fields = (field for field, heads in state.heads.items() if field and any(name not in seen for name, _ in heads))
    return tuple(sorted(fields))


def digest_of(kind: str, record: str, state: RecordState) -> int:
    """The record's share of the scope's digest: the sum over its heads and pending ids, modulo 2^256."""
    total = sum(_term("head", kind, record, field, name) for field, heads in state.heads.items() for name, _ in heads)
    total += sum(_term("gone", kind, record, field, name) for field, names in state.pending.items() for name in names)
    return total % DIGEST_MODULUS


def pack(state: RecordState, local: Callable[[str], int | str] = str) -> bytes:
    """The state as compact JSON, fields grouped by the entry that wrote them.

    `local` may turn entry ids into a store's own integers; ids it does not know (pending ones) it returns as they are.
    """
    by_head: dict[Head, list[str]] = {}
    for field in sorted(state.heads):
        for head in state.heads[field]:
            by_head.setdefault(head, []).append(field)
    heads = [[local(name), lamport, fields] for (name, lamport), fields in by_head.items()]
    pending = {field: [local(name) for name in names] for field, names in state.pending.items()}
    seen = [[local(name), [local(other) for other in names]] for name, names in state.seen.items()]
    parts: list[Any] = [heads, pending, seen]
    while parts and not parts[-1]:
        parts.pop()
    return spell(parts)


def unpack(data: bytes, remote: Callable[[int | str], str] = str) -> RecordState:
    """The state `pack` wrote; `remote` turns a store's integers back into entry ids and leaves text as it is."""
    parts: list[Any] = json.loads(data)
    heads: list[Any] = parts[0] if parts else []
    pending: dict[str, list[Any]] = parts[1] if len(parts) > 1 else {}
    seen: list[Any] = parts[2] if len(parts) > 2 else []
    by_field: dict[str, list[Head]] = {}
    for name, lamport, fields in heads:
        for field in fields:
            by_field.setdefault(field, []).append((remote(name), lamport))
    return RecordState(
        {field: tuple(sorted(found, key=_rank)) for field, found in by_field.items()},
        {field: tuple(remote(name) for name in names) for field, names in pending.items()},
        {remote(name): tuple(remote(other) for other in names) for name, names in seen},
    )


def field_writes(op: Op) -> tuple[Write, ...]:
    """The writes that move heads: a void writes the pseudo-field only, whatever else it names."""
    if op.verb is not Verb.VOID:
        return op.writes
    return tuple(write for write in op.writes if write.field == VOID_FIELD) or (Write(VOID_FIELD, None),)


def _known(op: Op, field: str, wrote: Wrote) -> Callable[[str], bool]:
    return lambda name: wrote(name, op.kind, op.record, field)


Moves: TypeAlias = tuple[tuple[str, Collection[str], Collection[str]], ...]
"""For each tag of the digest, the ids that a write added and those it took away."""


def _step(
    heads: dict[str, tuple[Head, ...]],
    pending: dict[str, tuple[str, ...]],
    write: Write,
    head: Head,
    known: Callable[[str], bool],
) -> Moves:
    """Costs next to nothing where a value merely joins many that stand: a field may have thousands."""
    before, waiting, named = heads.get(write.field, ()), pending.get(write.field, ()), set(write.replaces)
    gone = {name for name, _ in before if name in named} if named else set()
    kept = tuple(old for old in before if old[0] not in gone) if gone else before
    fresh = head[0] not in waiting
    if fresh:
        in_order = not kept or _rank(kept[-1]) < _rank(head)
        kept = (*kept, head) if in_order else tuple(sorted((*kept, head), key=_rank))
    awaited = {name for name in named - gone if name not in waiting and not known(name)}
    if awaited or not fresh:
        _put(pending, write.field, tuple(sorted({*waiting, *awaited} - {head[0]})))
    _put(heads, write.field, kept)
    came = head[:1]
    return ("head", came if fresh else (), gone), ("gone", awaited, () if fresh else came)


def _put(target: dict[str, tuple[Any, ...]], field: str, items: tuple[Any, ...]) -> None:
    if items:
        target[field] = items
    else:
        target.pop(field, None)


def _weighed(op: Op, field: str, moves: Moves) -> int:
    total = 0
    for tag, added, taken in moves:
        total += sum(_term(tag, op.kind, op.record, field, name) for name in added)
        total -= sum(_term(tag, op.kind, op.record, field, name) for name in taken)
    return total


def _term(tag: str, kind: str, record: str, field: str, entry_id: str) -> int:
    return int.from_bytes(hashlib.sha256(spell([tag, kind, record, field, entry_id])).digest())


def _rank(head: Head) -> tuple[int, str]:
    return head[1], head[0]
