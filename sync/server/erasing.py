"""Erasing ciphertexts by order: only what an order names that a server accepted, and again whenever it comes back."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from qms_desktop.domain.records.custody import ERASURE
from sync.canonical import Value
from sync.journal.model import Hidden, Reference
from sync.server.court import SqlCourt
from sync.server.ingest import inserting
from sync.server.records import current
from sync.server.schema import ENTRIES, ERASED

ACCEPTED = "accepted"
_ID_LENGTH = 64


def ids_in(value: Value | Hidden | Reference) -> list[Value]:
    """The entry ids in a field, what is none left out."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str) and len(item) == _ID_LENGTH and set(item) <= set("0123456789abcdef")]


def words(connection: Connection) -> list[str]:
    """What was erased, a sentence for each order."""
    counts = select(ERASED.c.scope, ERASED.c.record, func.count()).group_by(ERASED.c.scope, ERASED.c.record)
    found = []
    for scope, record, count in connection.execute(counts.order_by(ERASED.c.scope, ERASED.c.record)):
        decision = current(connection, scope, ERASURE.name).get(record, {}).get("decision", record)
        found.append(f"{scope}: đã xóa theo lệnh {decision}: phần niêm phong của {count} mục nhật ký; các chuỗi vẫn nguyên vẹn")
    return found


def blank(court: SqlCourt, scope: str) -> bool:
    """Erase what accepted orders of the scope name; whether anything was there to be erased."""
    connection = court.connection
    known = set(connection.scalars(select(ERASED.c.record).where(ERASED.c.scope == scope).distinct()))
    for record in court.records(scope, ERASURE.name):
        if record not in known:
            _learn(court, scope, record)
    named = select(ERASED.c.id).where(ERASED.c.scope == scope)
    there = (ENTRIES.c.scope == scope) & ENTRIES.c.sealed.is_not(None) & ENTRIES.c.id.in_(named)
    return connection.execute(update(ENTRIES).where(there).values(sealed=None)).rowcount > 0


def _learn(court: SqlCourt, scope: str, record: str) -> None:
    heads = court.state(scope, ERASURE.name, record).heads.get(ACCEPTED, ())
    for entry in court.load(scope, [head for head, _ in heads]).values():
        if court.is_server(entry.journal):
            values = [write.value for op in entry.ops if op.record == record for write in op.writes if write.field == ACCEPTED]
            rows = [{"scope": scope, "id": bytes.fromhex(str(name)), "record": record} for v in values for name in ids_in(v)]
            if rows:
                court.connection.execute(inserting(court.connection.dialect.name, ERASED).on_conflict_do_nothing(), rows)
