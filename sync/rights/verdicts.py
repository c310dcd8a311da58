"""Verdicts: the ordinary writes by which a server sets a record right after entries that do not stand.

For each field, over the record's entries without those that do not stand and without earlier verdicts:

    standing = writes of the field − ids named by writes of the field

That is what the field would hold had the others never been made. A verdict replaces heads that do not stand, and earlier verdicts
that no longer fit, and brings back *by reference* what is missing, so that a server restores values it cannot read. Nothing is
removed: the entry stays where it is, in every chain. Asked again after any later merge, `correction` answers None as soon as the
record shows what stands; a verdict that proved wrong is taken back by the same rule.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from sync.journal.entry import VOID_FIELD, Entry, Op, Reference, Verb, Write
from sync.journal.merge import RecordState, field_writes, is_void

VERDICT = "verdict"
"""The action's name of a server's entries that only set right; also the kind of the records that say why."""

MOST_NAMED = 4_000
"""Entries that one change names at most, so that an entry never outgrows its format; what is left follows in the next change."""

Load = Callable[[Collection[str]], Mapping[str, Entry]]


@dataclass(frozen=True, slots=True)
class Judged:
    """How a record's entries are seen: those that do not stand, and those that are verdicts; all others stand."""

    bad: Callable[[Entry], bool]
    verdict: Callable[[Entry], bool]


def history(kind: str, record: str, state: RecordState, load: Load) -> dict[str, Entry]:
    """Every held entry that moved a head of the record, found from its heads backwards.

    A write that is no head was named by another one, and so on to a head: nothing can be hidden from this walk.
    """
    found: dict[str, Entry] = {}
    wanted = {name for heads in state.heads.values() for name, _ in heads}
    while wanted:
        loaded = load(wanted)
        found |= loaded
        wanted = {name for entry in loaded.values() for write in _writes(entry, kind, record) for name in write.replaces}
        wanted -= found.keys()
    return found


def standing(entries: Mapping[str, Entry], kind: str, record: str, judged: Judged) -> dict[str, set[str]]:
    """By field, the writes that stand and that no standing write replaced. Naming a verdict means naming what it brought back.

    What a verdict only repeated, because it stood beside something bad, is still there itself: who held it named it as well,
    and who did not hold it never saw it.
    """
    written: dict[str, set[str]] = {}
    named: dict[str, set[str]] = {}
    touched: dict[str, set[str]] = {}
    for entry in entries.values():
        for write in _writes(entry, kind, record):
            touched.setdefault(write.field, set()).update(write.replaces)
    for entry in entries.values():
        if judged.bad(entry) or judged.verdict(entry):
            continue
        for write in _writes(entry, kind, record):
            written.setdefault(write.field, set()).add(entry.id)
            meant = {source for name in write.replaces for source in _meant(entries, kind, record, write.field, name, judged)}
            named.setdefault(write.field, set()).update(meant & touched[write.field])
    return {name: ids - named[name] for name, ids in written.items()}


def correction(kind: str, record: str, state: RecordState, entries: Mapping[str, Entry], judged: Judged) -> Op | None:
    """The next change that brings the record nearer to what stands; None when it shows just that.

    Ask again after writing it: values are set right before the void mark is.
    """
    due = standing(entries, kind, record, judged)
    fields = [name for name in state.heads if name != VOID_FIELD]
    writes = [write for name in fields if (write := _field_correction(kind, record, state, entries, judged, name, due))]
    if writes:
        return Op(kind, record, Verb.SET, tuple(_as_far_as_there_is_room(writes)))
    return _void_correction(kind, record, state, entries, judged, due)


def _field_correction(
    kind: str,
    record: str,
    state: RecordState,
    entries: Mapping[str, Entry],
    judged: Judged,
    name: str,
    due: Mapping[str, set[str]],
) -> Write | None:
    heads = [head for head, _ in state.heads[name]]
    ours = [head for head in heads if judged.bad(entries[head]) or judged.verdict(entries[head])]
    wanted = due.get(name, set())
    if not ours:
        missing = sorted(wanted - set(heads))[:MOST_NAMED]
        return _bring(name, missing, ()) if missing else None
    meant = {head: _meant(entries, kind, record, name, head, judged) for head in heads}
    empty = any(not meant[head] for head in ours)
    bad = [head for head in ours if judged.bad(entries[head])]
    if set().union(*meant.values()) == wanted and not (empty and wanted) and not bad:
        return None
    sources = sorted(wanted - set(heads) or wanted)
    verdicts = [head for head in ours if head not in bad]
    if len(sources) <= MOST_NAMED:
        return _bring(name, sources, [*verdicts, *bad][:MOST_NAMED])
    brought = set().union(*(meant[head] for head in verdicts))
    stale = [head for head in verdicts if not meant[head] or not meant[head] <= wanted]
    return _bring(name, ([each for each in sources if each not in brought] or sources)[:MOST_NAMED], [*stale, *bad][:MOST_NAMED])


def _as_far_as_there_is_room(writes: Collection[Write]) -> Iterator[Write]:
    """The first of the corrections of a record; asked again, it gets the rest."""
    room = MOST_NAMED
    for write in writes:
        yield write
        room -= named_by(write)
        if room <= 0:
            return


def named_by(write: Write) -> int:
    """How many entries a write names."""
    return len(write.replaces) + (len(write.value.entries) if isinstance(write.value, Reference) else 0)


def _bring(name: str, sources: Collection[str], replaces: Collection[str]) -> Write:
    value = Reference(tuple(sorted(sources))) if sources else None
    return Write(name, value, tuple(sorted(replaces)))


def _void_correction(
    kind: str,
    record: str,
    state: RecordState,
    entries: Mapping[str, Entry],
    judged: Judged,
    due: Mapping[str, set[str]],
) -> Op | None:
    """A record of which nothing stands goes out of use; otherwise its void mark is what the standing marks say."""
    heads = [head for head, _ in state.heads.get(VOID_FIELD, ())]
    wrong = any(judged.bad(entries[head]) for head in heads)
    gone = bool(state.heads) and not any(ids for name, ids in due.items() if name != VOID_FIELD)
    marks = sorted((entries[name] for name in due.get(VOID_FIELD, ())), key=lambda entry: (entry.lam, entry.id))
    last = _op(marks[-1], kind, record) if marks else None
    out_of_use = gone or (last is not None and last.verb is Verb.VOID)
    unseen = {entry.id for entry in marks} - set(heads) and not any(judged.verdict(entries[head]) for head in heads)
    if not wrong and not unseen and is_void(state) == out_of_use:
        return None
    ours = [head for head in heads if judged.bad(entries[head]) or judged.verdict(entries[head])]
    replaces = tuple(sorted(sorted(ours, key=lambda head: judged.bad(entries[head]))[:MOST_NAMED]))
    if not out_of_use:
        return Op(kind, record, Verb.SET, (Write(VOID_FIELD, False, replaces),))
    seen = _named(last) if last is not None and last.verb is Verb.VOID else _present(state)
    named = (Write(name, None, ids[:MOST_NAMED]) for name, ids in sorted(seen.items()))
    return Op(kind, record, Verb.VOID, (Write(VOID_FIELD, None, replaces), *_as_far_as_there_is_room(tuple(named))))


def _meant(entries: Mapping[str, Entry], kind: str, record: str, name: str, entry_id: str, judged: Judged) -> frozenset[str]:
    """What naming an entry means: for a verdict what it brought back, nothing for what does not stand."""
    entry = entries.get(entry_id)
    if entry is None:
        return frozenset({entry_id})
    if judged.bad(entry):
        return frozenset()
    if not judged.verdict(entry):
        return frozenset({entry_id})
    values = [write.value for write in _writes(entry, kind, record) if write.field == name]
    return frozenset(source for value in values if isinstance(value, Reference) for source in value.entries)


def _named(op: Op) -> dict[str, tuple[str, ...]]:
    return {write.field: write.replaces for write in op.writes if write.field != VOID_FIELD}


def _present(state: RecordState) -> dict[str, tuple[str, ...]]:
    return {name: tuple(sorted(head for head, _ in heads)) for name, heads in state.heads.items() if name != VOID_FIELD}


def _op(entry: Entry, kind: str, record: str) -> Op | None:
    return next((op for op in entry.ops if (op.kind, op.record) == (kind, record)), None)


def _writes(entry: Entry, kind: str, record: str) -> tuple[Write, ...]:
    op = _op(entry, kind, record)
    return () if op is None else field_writes(op)
