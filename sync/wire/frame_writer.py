"""Writing a frame: entries taken apart into columns."""

from collections.abc import Sequence
from typing import Any

from sync.journal.entry import Entry, Op, Reference, Write
from sync.journal.log import Parcel
from sync.wire.columns import PLAIN, RECORD_TAIL, REFERENCE, SEALED, VERBS, Columns, Raw
from sync.wire.compact import Table, id_bytes


class FrameWriter:
    """Puts parcels, one after the other, into the columns of a frame."""

    def __init__(self) -> None:
        self.columns = Columns()
        self.raw = Raw()
        self._journals = Table(self.columns.journals)
        self._names = Table(self.columns.names)
        self._records = Table(self.columns.records)
        self._shapes = Table(self.columns.shapes)
        self._ids = Table(self.raw.ids)
        self._values = Table(self.columns.values)
        self._places: dict[str, int] = {}
        self._tip = ""
        self._before = (0, 0, 0)

    def add(self, parcel: Parcel) -> None:
        """Add the next parcel; one that follows the parcel before costs no journal, number and previous hash."""
        entry, columns = parcel.entry, self.columns
        self._run(entry)
        columns.schemas.append(entry.schema)
        columns.acts.append(self._names.place(entry.act))
        columns.authors.append(self._names.place(entry.by))
        columns.behalves.append(self._names.place(entry.on_behalf))
        at, lam, record = self._before
        columns.times.append(entry.at - at)
        columns.lamports.append(entry.lam - lam)
        self._before = entry.at, entry.lam, record
        columns.reasons.append(True if entry.reason_personal else str(entry.reason) or None)
        columns.op_counts.append(len(entry.ops))
        self.raw.actions.append(bytes.fromhex(entry.aid))
        for op in entry.ops:
            self._op(op)
        self._proof(parcel)
        self._places[entry.id] = len(self._places)

    def _run(self, entry: Entry) -> None:
        if entry.prev and entry.prev == self._tip:
            self.columns.runs[-1] += 1
        else:
            journal = self._journals.place(entry.journal, id_bytes)
            self.columns.runs += [journal, entry.n, 1]
            self.raw.parents.append(bytes.fromhex(entry.prev))
        self._tip = entry.id

    def _op(self, op: Op) -> None:
        columns = self.columns
        columns.op_kinds.append(self._names.place(op.kind))
        columns.op_records.append(self._records.place(op.record, self._record))
        columns.op_verbs.append(VERBS.index(op.verb))
        shape: list[int] = []
        for write in op.writes:
            shape += [self._names.place(write.field), self._write(op.kind, write)]
        columns.op_shapes.append(self._shapes.place(tuple(shape)))

    def _record(self, record: str) -> int | bytes | str:
        """A ULID as the step of its time from the ULID before, its random part among the raw bytes."""
        packed = id_bytes(record)
        if isinstance(packed, str) or len(packed) != 16:
            return packed
        at, lam, before = self._before
        time = int.from_bytes(packed[:-RECORD_TAIL])
        self.raw.record_tails.append(packed[-RECORD_TAIL:])
        self._before = at, lam, time
        return time - before

    def _write(self, kind: str, write: Write) -> int:
        self._name_ids(write.replaces)
        if write.personal:
            return SEALED
        if isinstance(write.value, Reference):
            self._name_ids(write.value.entries)
            return REFERENCE
        column = self._values.place((kind, write.field), _column)
        self.columns.values[column].append(write.value)
        return PLAIN

    def _name_ids(self, names: Sequence[str]) -> None:
        self.columns.id_counts.append(len(names))
        for name in names:
            near = self._places.get(name)
            step = self._ids.place(name, bytes.fromhex) if near is None else near - len(self._places)
            self.columns.ids.append(step)

    def _proof(self, parcel: Parcel) -> None:
        seal = parcel.entry.seal
        if seal is not None:
            self.columns.epochs.append(seal.epoch)
            if parcel.ciphertext is None:
                self.columns.lengths.append(-seal.length)
                self.raw.erased.append(bytes.fromhex(seal.hash))
            else:
                self.columns.lengths.append(seal.length)
                self.raw.ciphertexts.append(parcel.ciphertext)
        if parcel.signature is not None:
            self.columns.signed.append(len(self._places))
            self.raw.signatures.append(parcel.signature)


def _column(_: object) -> list[Any]:
    return []
