"""The body of an entry as a map of plain JSON: written from a draft, checked as strictly when read back."""

import itertools
import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from sync.canonical import INT_LIMIT, Value
from sync.errors import EntryError
from sync.journal.model import VOID_FIELD, Draft, Entry, Hidden, Op, Reference, Seal, Verb, Write

FORMAT = 1
SEAL_OVERHEAD = 16

_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,128}")
_SCOPE = re.compile(r"[a-z0-9][a-z0-9._/-]{0,79}")
_JOURNAL = re.compile(r"[0-9A-Za-z]{8,40}")
_HASH = re.compile(r"[0-9a-f]{64}")
_ACTION_ID = re.compile(r"[0-9a-f]{32}")
_KEYS = frozenset({"v", "schema", "scope", "journal", "n", "prev", "act", "aid", "by", "at", "lam", "ops"})
_OPTIONAL = frozenset({"for", "reason", "seal"})
_VERBS = {verb.value: verb for verb in Verb}
_SEAL_KEYS = frozenset({"h", "k", "len"})

T = TypeVar("T")


def content_of(draft: Draft) -> dict[str, Value]:
    """The body of a draft as a map, without its seal."""
    content: dict[str, Value] = {
        "v": FORMAT,
        "schema": draft.schema,
        "scope": draft.scope,
        "journal": draft.journal,
        "n": draft.n,
        "prev": draft.prev,
        "act": draft.act,
        "aid": draft.aid,
        "by": draft.by,
        "at": draft.at,
        "lam": draft.lam,
        "ops": [_op_content(op) for op in draft.ops],
    }
    if draft.on_behalf:
        content["for"] = draft.on_behalf
    if draft.reason_personal:
        content["reason"] = True
    elif draft.reason:
        content["reason"] = cast(str, draft.reason)
    return content


def _op_content(op: Op) -> Value:
    slots: dict[str, Value] = {}
    for write in op.writes:
        replaced: Value = list(write.replaces)
        if write.personal:
            slots[write.field] = [replaced]
        elif isinstance(write.value, Reference):
            slots[write.field] = [replaced, None, list(write.value.entries)]
        else:
            slots[write.field] = [replaced, cast(Value, write.value)]
    return [op.kind, op.record, op.verb.value, slots]


def entry_of(content: Mapping[str, Value], entry_id: str, body: bytes) -> Entry:
    """The entry a body spells; EntryError for anything `content_of` would not have written."""
    _check_keys(content)
    seal = _seal_of(content)
    reason = content.get("reason", "")
    if "reason" in content and reason is not True and not (type(reason) is str and reason):
        raise EntryError(EntryError.BAD_HEADER, "reason")
    entry = Entry(
        schema=_number(content, "schema", 1),
        scope=_text(content, "scope", _SCOPE),
        journal=_text(content, "journal", _JOURNAL),
        n=_number(content, "n", 1),
        prev="" if content["prev"] == "" else _text(content, "prev", _HASH),
        act=_text(content, "act", _NAME),
        aid=_text(content, "aid", _ACTION_ID),
        by=_text(content, "by", _NAME),
        at=_number(content, "at", 0),
        lam=_number(content, "lam", 1),
        ops=_ops_of(content["ops"]),
        on_behalf=_text(content, "for", _NAME) if "for" in content else "",
        reason=Hidden.SEALED if reason is True else cast(str, reason),
        reason_personal=reason is True,
        id=entry_id,
        body=body,
        seal=seal,
    )
    _check_whole(entry)
    return entry


def trusted_entry(content: Mapping[str, Any], entry_id: str, body: bytes) -> Entry:
    """The same for a body that `entry_of` accepted before: nothing is looked at twice."""
    seal = content.get("seal")
    reason = content.get("reason", "")
    personal = reason is True
    return Entry(
        content["schema"],
        content["scope"],
        content["journal"],
        content["n"],
        content["prev"],
        content["act"],
        content["aid"],
        content["by"],
        content["at"],
        content["lam"],
        tuple([Op(kind, record, _VERBS[verb], _trusted_writes(slots)) for kind, record, verb, slots in content["ops"]]),
        content.get("for", ""),
        Hidden.SEALED if personal else reason,
        personal,
        entry_id,
        body,
        None if seal is None else Seal(seal["h"], seal["k"], seal["len"]),
    )


def _trusted_writes(slots: Mapping[str, list[Any]]) -> tuple[Write, ...]:
    return tuple([_trusted_write(field, slots[field]) for field in sorted(slots)])


def _trusted_write(field: str, slot: list[Any]) -> Write:
    replaced = tuple(slot[0])
    if len(slot) == 2:
        return Write(field, slot[1], replaced)
    if len(slot) == 1:
        return Write(field, Hidden.SEALED, replaced, True)
    return Write(field, Reference(tuple(slot[2])), replaced)


def _check_keys(content: Mapping[str, Value]) -> None:
    if content.get("v") != FORMAT or content["v"] is True:
        raise EntryError(EntryError.UNKNOWN_FORMAT, "an entry format this program does not know")
    if not _KEYS <= content.keys() <= _KEYS | _OPTIONAL:
        raise EntryError(EntryError.BAD_HEADER, "keys of the body")


def _check_whole(entry: Entry) -> None:
    if (entry.n == 1) != (entry.prev == ""):
        raise EntryError(EntryError.BAD_HEADER, "only the first entry has no entry before it")
    personal = entry.reason_personal or any(write.personal for op in entry.ops for write in op.writes)
    if personal != (entry.seal is not None):
        raise EntryError(EntryError.BAD_HEADER, "a seal exactly where something is personal")
    targets = {(op.kind, op.record) for op in entry.ops}
    if len(targets) != len(entry.ops):
        raise EntryError(EntryError.BAD_CHANGE, "a record is changed twice in one entry")


def _seal_of(content: Mapping[str, Value]) -> Seal | None:
    seal = content.get("seal")
    if "seal" not in content:
        return None
    if not isinstance(seal, dict) or seal.keys() != _SEAL_KEYS:
        raise EntryError(EntryError.BAD_HEADER, "seal")
    return Seal(_text(seal, "h", _HASH), _number(seal, "k", 1), _number(seal, "len", SEAL_OVERHEAD))


def _ops_of(value: Value) -> tuple[Op, ...]:
    return tuple(_op_of(item) for item in _list(value, "ops"))


def _op_of(value: Value) -> Op:
    parts = _list(value, "change")
    if len(parts) != 4 or not isinstance(parts[3], dict):
        raise EntryError(EntryError.BAD_CHANGE, "a change is kind, record, verb and fields")
    kind, record, verb, slots = parts[0], parts[1], parts[2], parts[3]
    if verb not in (Verb.CREATE, Verb.SET, Verb.VOID):
        raise EntryError(EntryError.BAD_CHANGE, "verb")
    writes = tuple(_write_of(field, slots[field]) for field in sorted(slots))
    op = Op(_name(kind), _name(record), Verb(verb), writes)
    for write in writes:
        _check_write(op.verb, write)
    return op


def _write_of(field: str, slot: Value) -> Write:
    parts = _list(slot, "field")
    if not 1 <= len(parts) <= 3:
        raise EntryError(EntryError.BAD_CHANGE, "a field holds replaced ids and at most one value")
    replaces = _hashes(parts[0])
    if len(parts) == 1:
        return Write(field, Hidden.SEALED, replaces, personal=True)
    if len(parts) == 2:
        return Write(field, parts[1], replaces)
    sources = _hashes(parts[2])
    if parts[1] is not None or not sources:
        raise EntryError(EntryError.BAD_CHANGE, "a reference names entries and no value")
    return Write(field, Reference(sources), replaces)


def _hashes(value: Value) -> tuple[str, ...]:
    items = _list(value, "entry ids")
    if not all(type(item) is str and _HASH.fullmatch(item) for item in items):
        raise EntryError(EntryError.BAD_CHANGE, "an entry id")
    ids = tuple(cast(list[str], items))
    if any(first >= second for first, second in itertools.pairwise(ids)):
        raise EntryError(EntryError.BAD_CHANGE, "entry ids are sorted and named once")
    return ids


def _check_write(verb: Verb, write: Write) -> None:
    if write.field != VOID_FIELD:
        _name(write.field)
    if verb is Verb.VOID:
        in_order = write.value is None
    else:
        in_order = write.field != VOID_FIELD or (verb is Verb.SET and write.value is False)
    if not in_order:
        raise EntryError(EntryError.BAD_CHANGE, "void carries no values, and only void and restore use the empty name")


def _list(value: Value, what: str) -> list[Value]:
    if not isinstance(value, list):
        raise EntryError(EntryError.BAD_CHANGE, f"{what} is not a list")
    return value


def _name(value: Value) -> str:
    if type(value) is not str or not _NAME.fullmatch(value):
        raise EntryError(EntryError.BAD_CHANGE, "a name of 1 to 128 printable characters")
    return value


def _text(content: Mapping[str, Value], key: str, pattern: re.Pattern[str]) -> str:
    value = content[key]
    if type(value) is not str or not pattern.fullmatch(value):
        raise EntryError(EntryError.BAD_HEADER, key)
    return value


def _number(content: Mapping[str, Value], key: str, least: int) -> int:
    value = content[key]
    if type(value) is not int or not least <= value <= INT_LIMIT:
        raise EntryError(EntryError.BAD_HEADER, key)
    return value
