"""A journal entry: one person's action, named by the hash of its canonical bytes. The format is permanent.

The exact format stands in docs/sync-details.md, "An entry". In short: `build` turns a draft into the hashed body and the
ciphertext beside it, `parse` reads a body back as strictly as it was written, `reveal` fills in the personal values.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, cast

import msgspec

from sync.canonical import INT_LIMIT, Value, canonical, check_value, read_canonical, spell
from sync.errors import EntryError
from sync.journal.body import FORMAT, SEAL_OVERHEAD, content_of, entry_of, trusted_entry
from sync.journal.model import VOID_FIELD, Draft, Entry, Hidden, Op, Reference, Seal, Verb, Write

__all__ = [
    "FORMAT",
    "MAX_BODY",
    "MAX_CIPHERTEXT",
    "SEAL_OVERHEAD",
    "VOID_FIELD",
    "Draft",
    "Entry",
    "Hidden",
    "Op",
    "Opener",
    "Reference",
    "Seal",
    "Sealer",
    "Value",
    "Verb",
    "Write",
    "build",
    "canonical",
    "check_ciphertext",
    "check_follows",
    "entry_id",
    "next_lamport",
    "parse",
    "reread",
    "reveal",
]

MAX_BODY = 1_000_000
MAX_CIPHERTEXT = 1_000_000


class Sealer(Protocol):
    """Holds the newest key of a scope."""

    def current_epoch(self, scope: str) -> int:
        """The key epoch new entries are sealed under; KeyFault when there is no key for the scope."""

    def seal(self, scope: str, epoch: int, context: bytes, plaintext: bytes) -> bytes:
        """Ciphertext bound to `context`, which no other entry shares; SEAL_OVERHEAD bytes longer than the plaintext."""


class Opener(Protocol):
    """Holds keys of earlier epochs too."""

    def open(self, scope: str, epoch: int, context: bytes, ciphertext: bytes) -> bytes:
        """The plaintext; KeyFault when the key is not here or the bytes were changed."""


def next_lamport(highest_seen: int) -> int:
    """The counter for a new entry, given the highest one in everything this replica holds, in all scopes.

    It stops at the largest storable integer, so a hostile counter can win a display but never block writing.
    """
    return min(highest_seen + 1, INT_LIMIT)


def build(draft: Draft, sealer: Sealer | None) -> tuple[Entry, bytes | None]:
    """Hash a draft: the entry and, when it holds personal values, the ciphertext stored and sent beside the body.

    EntryError names what the format has no room for; nothing personal may be drafted without a sealer.
    """
    draft = replace(draft, ops=tuple(_in_order(op) for op in draft.ops))
    hidden = _personal_values(draft)
    content = content_of(draft)
    ciphertext: bytes | None = None
    if hidden:
        ciphertext, seal = _seal(draft.scope, content, hidden, sealer)
        content["seal"] = {"h": seal.hash, "k": seal.epoch, "len": seal.length}
    body = canonical(content)
    _check_size(body)
    entry = entry_of(content, entry_id(body), body)
    return _fill(entry, hidden) if hidden else entry, ciphertext


def entry_id(body: bytes) -> str:
    """The name of an entry: the SHA-256 of its canonical body, which includes the name of the entry before it."""
    return hashlib.sha256(body).hexdigest()


def parse(body: bytes) -> Entry:
    """The entry spelled by `body`; EntryError unless it is exactly what `build` could have written."""
    _check_size(body)
    content = read_canonical(body)
    if not isinstance(content, dict):
        raise EntryError(EntryError.BAD_HEADER, "an entry is a map")
    return entry_of(content, entry_id(body), body)


def reread(body: bytes, name: str) -> Entry:
    """The entry of a body that was stored under its name after `parse` or `build` had made sure of it.

    The hash proves that these are the bytes of then, so their spelling and form are not checked once more, which takes most of
    the time. Bytes of another hash are read as those of a stranger.
    """
    if entry_id(body) != name:
        return parse(body)
    return trusted_entry(msgspec.json.decode(body), name, body)


def check_ciphertext(entry: Entry, ciphertext: bytes | None) -> None:
    """EntryError unless `ciphertext` is the one the body names (None, erased, is always in order)."""
    if ciphertext is None:
        return
    seal = entry.seal
    if seal is None or len(ciphertext) != seal.length or hashlib.sha256(ciphertext).hexdigest() != seal.hash:
        raise EntryError(EntryError.BAD_CIPHERTEXT, "the ciphertext is not the one the body names")


def check_follows(entry: Entry, parent: Entry | None) -> None:
    """EntryError unless `entry` is the next one after `parent` in its journal (None: it must be the first)."""
    if parent is None:
        in_order = entry.n == 1 and entry.prev == ""
    else:
        same = (entry.scope, entry.journal) == (parent.scope, parent.journal)
        grows = entry.lam > parent.lam or entry.lam == INT_LIMIT
        in_order = same and entry.n == parent.n + 1 and entry.prev == parent.id and grows
    if not in_order:
        raise EntryError(EntryError.BAD_CHAIN, f"entry {entry.n} does not follow its parent")


def reveal(entry: Entry, ciphertext: bytes | None, opener: Opener) -> Entry:
    """The same entry with its personal values in clear; without ciphertext they are Hidden.ERASED."""
    if entry.seal is None:
        return entry
    if ciphertext is None:
        return _fill(entry, None)
    check_ciphertext(entry, ciphertext)
    context = _context(content_of(entry), entry.seal.epoch)
    plaintext = opener.open(entry.scope, entry.seal.epoch, context, ciphertext)
    values = read_canonical(plaintext)
    if not isinstance(values, list) or len(values) != _hidden_count(entry):
        raise EntryError(EntryError.BAD_CIPHERTEXT, "sealed values do not match the entry's fields")
    return _fill(entry, values)


def _check_size(body: bytes) -> None:
    if len(body) > MAX_BODY:
        raise EntryError(EntryError.TOO_LARGE, f"body of {len(body)} bytes")


def _in_order(op: Op) -> Op:
    writes = tuple(replace(write, replaces=tuple(sorted(write.replaces))) for write in sorted(op.writes, key=lambda w: w.field))
    if len({write.field for write in writes}) != len(writes):
        raise EntryError(EntryError.BAD_CHANGE, "a field is written twice in one change")
    return replace(op, writes=writes)


def _personal_values(draft: Draft) -> list[Value]:
    values = [write.value for op in draft.ops for write in op.writes if write.personal]
    if draft.reason_personal:
        values.append(draft.reason)
    for value in values:
        if isinstance(value, Hidden | Reference):
            raise EntryError(EntryError.BAD_VALUE, "only a value in clear can be sealed")
        check_value(value)
    return cast(list[Value], values)


def _seal(scope: str, content: Mapping[str, Value], values: list[Value], sealer: Sealer | None) -> tuple[bytes, Seal]:
    if sealer is None:
        raise EntryError(EntryError.NO_SEALER, "personal values need the scope's key")
    epoch = sealer.current_epoch(scope)
    ciphertext = sealer.seal(scope, epoch, _context(content, epoch), spell(values))
    if len(ciphertext) > MAX_CIPHERTEXT:
        raise EntryError(EntryError.TOO_LARGE, f"ciphertext of {len(ciphertext)} bytes")
    return ciphertext, Seal(hashlib.sha256(ciphertext).hexdigest(), epoch, len(ciphertext))


def _context(content: Mapping[str, Value], epoch: int) -> bytes:
    """What the ciphertext is bound to: the hash of everything else the body says."""
    return hashlib.sha256(canonical({**content, "seal": {"k": epoch}})).digest()


def _fill(entry: Entry, values: Sequence[Value] | None) -> Entry:
    rest = iter(values) if values is not None else None

    def filled(write: Write) -> Write:
        if not write.personal:
            return write
        return replace(write, value=Hidden.ERASED if rest is None else next(rest))

    ops = tuple(replace(op, writes=tuple(filled(write) for write in op.writes)) for op in entry.ops)
    if not entry.reason_personal:
        return replace(entry, ops=ops)
    reason = Hidden.ERASED if rest is None else next(rest)
    if not isinstance(reason, (str, Hidden)):
        raise EntryError(EntryError.BAD_CIPHERTEXT, "the sealed reason is not text")
    return replace(entry, ops=ops, reason=reason)


def _hidden_count(entry: Entry) -> int:
    return sum(write.personal for op in entry.ops for write in op.writes) + entry.reason_personal
