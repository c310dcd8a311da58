"""The server as a writer: its own journal entries, made, signed and merged like those of any PC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from qms_desktop.domain.fields import RecordKind
from sync.canonical import Value
from sync.journal.entry import build, next_lamport
from sync.journal.keys import sign_head
from sync.journal.log import Parcel
from sync.journal.model import Draft, Op, Verb, Write
from sync.rights.verdicts import MOST_NAMED
from sync.server.errors import ServerError
from sync.server.identity import Clock, Entropy, Identity
from sync.server.ingest import Ingest
from sync.server.records import shown_values
from sync.server.schema import SCOPES, TIPS

SCHEMA = 1
ACTOR = "server"


@dataclass(frozen=True, slots=True)
class Put:
    """A record as it shall stand; fields not named stay as they are."""

    kind: RecordKind
    record: str
    values: Mapping[str, Value]


class ServerWriter:
    """Writes entries of the server's own journal inside a transaction of the caller."""

    def __init__(self, identity: Identity, clock: Clock, entropy: Entropy) -> None:
        self._identity = identity
        self._clock = clock
        self._entropy = entropy

    def put(
        self,
        connection: Connection,
        scope: str,
        act: str,
        puts: Sequence[Put],
        ingest: Ingest | None = None,
        reason: str = "",
        ahead: int = 0,
    ) -> int:
        """Write what differs from the shown state as one entry; how many records changed (0: nothing was written).

        `ahead` is left free below the entry's Lamport number, for what PCs have written and not handed over yet.
        """
        ingest = ingest or Ingest(connection, scope)
        ops = [op for put in puts if (op := _difference(connection, ingest, put)) is not None]
        if ops:
            self.write(connection, ingest, act, tuple(ops), reason, ahead)
        return len(ops)

    def write(
        self, connection: Connection, ingest: Ingest, act: str, ops: tuple[Op, ...], reason: str = "", ahead: int = 0
    ) -> None:
        """One entry of the server's journal in the scope of `ingest`; see `put`."""
        n, prev = self._tip(connection, ingest.scope)
        draft = Draft(
            schema=SCHEMA,
            scope=ingest.scope,
            journal=self._identity.replica,
            n=n + 1,
            prev=prev,
            act=act,
            aid=self._entropy(16).hex(),
            by=ACTOR,
            at=self._clock(),
            lam=next_lamport((connection.scalar(select(func.max(SCOPES.c.lam))) or 0) + ahead),
            ops=ops,
            reason=reason,
        )
        entry, _ = build(draft, None)
        signature = sign_head(self._identity.sign_private, entry.scope, entry.journal, entry.n, entry.id)
        ingest.add([Parcel(entry, None, signature)])
        connection.execute(delete(TIPS).where(TIPS.c.scope == entry.scope))
        connection.execute(insert(TIPS).values(scope=entry.scope, n=entry.n, id=entry.id))

    def _tip(self, connection: Connection, scope: str) -> tuple[int, str]:
        """The last entry this server wrote itself: never a leaf of its journal, which a restored copy may have forked."""
        row = connection.execute(select(TIPS.c.n, TIPS.c.id).where(TIPS.c.scope == scope)).first()
        return (0, "") if row is None else (row.n, row.id)


def _difference(connection: Connection, ingest: Ingest, put: Put) -> Op | None:
    state = ingest.state(put.kind.name, put.record)
    shown = shown_values(connection, ingest.scope, {(put.kind.name, put.record): state}, put.kind.name)[put.record]
    wanted = _slots(put, shown)
    writes = tuple(
        Write(field, value, tuple(head for head, _ in state.heads.get(field, ())[-MOST_NAMED:]))
        for field, value in wanted.items()
        if field not in shown or shown[field] != value
    )
    if not writes:
        return None
    return Op(put.kind.name, put.record, Verb.SET if state.heads else Verb.CREATE, writes)


def _slots(put: Put, shown: Mapping[str, Value]) -> dict[str, Value]:
    """The writes of a record: a field group is one write, which keeps the values of the group that are not named."""
    slots: dict[str, Value] = {}
    for name, value in put.values.items():
        field = put.kind.field(name)
        if any(put.kind.personal(name, area) for area in put.kind.areas):
            raise ServerError(ServerError.BAD_FILE, f"máy chủ không được ghi dữ liệu cá nhân ({put.kind.name}.{name})")
        if not field.group:
            slots[name] = value
            continue
        merged = put.kind.merged_name(name)
        before = shown.get(merged)
        group = slots.setdefault(merged, dict(before) if isinstance(before, dict) else {})
        assert isinstance(group, dict)
        group[name] = value
    return slots
