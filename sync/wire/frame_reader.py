"""Reading a frame: bodies rebuilt from columns and hashed again.

Whatever does not fit together raises; what fits but differs gets another hash, which no signature covers.
"""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

from sync.canonical import Value, canonical
from sync.errors import WireError
from sync.journal.body import FORMAT, entry_of
from sync.journal.entry import MAX_BODY, MAX_CIPHERTEXT, Entry, entry_id
from sync.journal.log import Parcel
from sync.wire.columns import ACTION, HASH, PLAIN, RECORD_TAIL, SEALED, SIGNATURE, VERBS, Columns
from sync.wire.compact import id_text

MAX_IDS = 500_000
MAX_REBUILT = 16_000_000


class FrameReader:
    """Takes the parcels of a frame out of its columns, in the order they were put in."""

    def __init__(self, scope: str, columns: Columns, raw: bytes) -> None:
        if len(columns.ids) > MAX_IDS:
            raise WireError(WireError.TOO_LARGE, f"{len(columns.ids)} ids in a frame")
        self._scope = scope
        self._columns = columns
        self._raw = io.BytesIO(raw)
        self._feeds = {name: iter(getattr(columns, name)) for name in Columns.__dataclass_fields__}
        self._values = [iter(column) for column in columns.values]
        self._value_places: dict[tuple[str, str], int] = {}
        self._made: list[str] = []
        self._rebuilt = 0
        self._cut_raw()

    def parcels(self) -> list[Parcel]:
        """The parcels, each entry read from its rebuilt body."""
        found: list[Parcel] = []
        at = lam = 0
        for journal, n, parent in self._chain():
            at, lam = at + self._feed("times"), lam + self._feed("lamports")
            content: dict[str, Value] = {"v": FORMAT, "scope": self._scope, "journal": journal, "n": n, "at": at}
            content |= {"lam": lam, "prev": self._made[-1] if parent is None else parent}
            content |= self._action()
            ciphertext = self._seal(content)
            entry = self._hashed(content)
            found.append(Parcel(entry, ciphertext, self._signatures.get(len(found))))
            self._made.append(entry.id)
        return found

    def _cut_raw(self) -> None:
        """Divide the raw bytes, whose lengths the columns tell."""
        columns = self._columns
        self._parents = iter(self._cut(HASH, sum(n > 1 for n in columns.runs[1::3])))
        self._actions = iter(self._cut(ACTION, len(columns.schemas)))
        tails = iter(self._cut(RECORD_TAIL, sum(type(item) is int for item in columns.records)))
        self._records = list(_records(columns.records, tails))
        self._ids = [item.hex() for item in self._cut(HASH, 1 + max(columns.ids, default=-1))]
        self._erased = iter(self._cut(HASH, sum(length < 0 for length in columns.lengths)))
        self._ciphertexts = iter([self._take(length) for length in columns.lengths if length >= 0])
        self._signatures = dict(zip(columns.signed, self._cut(SIGNATURE, len(columns.signed)), strict=True))
        if self._raw.read(1):
            raise WireError(WireError.MALFORMED, "bytes too many")

    def _cut(self, width: int, count: int) -> list[bytes]:
        joined = self._take(width * max(count, 0))
        return [joined[at : at + width] for at in range(0, len(joined), width)]

    def _take(self, length: int) -> bytes:
        taken = self._raw.read(length)
        if len(taken) != length:
            raise WireError(WireError.MALFORMED, "bytes missing")
        return taken

    def _feed(self, column: str) -> Any:
        return next(self._feeds[column])

    def _chain(self) -> Iterator[tuple[str, int, str | None]]:
        """Journal, number and parent of each entry; parent None means the entry rebuilt just before."""
        runs = self._columns.runs
        if sum(runs[2::3]) != len(self._columns.schemas) or len(runs) % 3:
            raise WireError(WireError.MALFORMED, "runs and entries differ")
        for at in range(0, len(runs), 3):
            place, first, count = runs[at : at + 3]
            journal = id_text(self._columns.journals[place])
            yield journal, first, next(self._parents).hex() if first > 1 else ""
            for n in range(first + 1, first + count):
                yield journal, n, None

    def _action(self) -> dict[str, Value]:
        names = self._columns.names
        content: dict[str, Value] = {
            "schema": self._feed("schemas"),
            "act": names[self._feed("acts")],
            "aid": next(self._actions).hex(),
            "by": names[self._feed("authors")],
        }
        behalf, reason = names[self._feed("behalves")], self._feed("reasons")
        if behalf:
            content["for"] = behalf
        if reason is not None:
            content["reason"] = reason
        content["ops"] = [self._op() for _ in range(self._feed("op_counts"))]
        return content

    def _op(self) -> Value:
        kind = self._columns.names[self._feed("op_kinds")]
        record = self._records[self._feed("op_records")]
        verb = VERBS[self._feed("op_verbs")]
        shape = self._columns.shapes[self._feed("op_shapes")]
        slots: dict[str, Value] = {}
        for at in range(0, len(shape), 2):
            field = self._columns.names[shape[at]]
            slots[field] = self._slot(kind, field, shape[at + 1])
        return [kind, record, verb.value, slots]

    def _slot(self, kind: str, field: str, form: int) -> Value:
        replaced: Value = self._named()
        if form == SEALED:
            return [replaced]
        if form != PLAIN:
            return [replaced, None, self._named()]
        place = self._value_places.setdefault((kind, field), len(self._value_places))
        return [replaced, next(self._values[place])]

    def _named(self) -> list[Value]:
        names: list[Value] = []
        for _ in range(self._feed("id_counts")):
            place = self._feed("ids")
            if place < -len(self._made):
                raise WireError(WireError.MALFORMED, "an id before the frame")
            names.append(self._ids[place] if place >= 0 else self._made[place])
        return names

    def _seal(self, content: dict[str, Value]) -> bytes | None:
        """Add the seal of an entry with personal values; its ciphertext, unless that was erased."""
        ops: Any = content["ops"]
        if content.get("reason") is not True and not any(len(slot) == 1 for op in ops for slot in op[3].values()):
            return None
        epoch, length = self._feed("epochs"), self._feed("lengths")
        if length > MAX_CIPHERTEXT:
            raise WireError(WireError.TOO_LARGE, "a ciphertext")
        ciphertext = next(self._ciphertexts) if length >= 0 else None
        spelled = next(self._erased).hex() if ciphertext is None else hashlib.sha256(ciphertext).hexdigest()
        content["seal"] = {"h": spelled, "k": epoch, "len": abs(length)}
        return ciphertext

    def _hashed(self, content: dict[str, Value]) -> Entry:
        body = canonical(content)
        self._rebuilt += len(body)
        if len(body) > MAX_BODY or self._rebuilt > MAX_REBUILT:
            raise WireError(WireError.TOO_LARGE, "bodies of a frame")
        return entry_of(content, entry_id(body), body)


def _records(packed: list[int | bytes | str], tails: Iterator[bytes]) -> Iterator[str]:
    time = 0
    for item in packed:
        if isinstance(item, int):
            time += item
            yield id_text(time.to_bytes(6) + next(tails))
        else:
            yield id_text(item)
