"""A merged state that left its entries is built again from them: the entries are proved, the state is only derived."""

from __future__ import annotations

import threading

from sqlalchemy import delete, select, update

from sync.journal import merge
from sync.journal.entry import parse
from sync.server.database import Database
from sync.server.identity import Clock
from sync.server.ingest import Ingest, upsert
from sync.server.rebuilt import Rebuilt
from sync.server.schema import ENTRIES, RECORDS, SCOPES
from sync.web.answers import note

REST_MS = 3600 * 1000
"""A scope is gone through at most so often: a PC that lies about its own state must not keep the server busy."""


class Mender:
    """Repairs scopes of which a PC with the same entries shows another state. Any thread may call."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._looked: dict[str, int] = {}
        self._lock = threading.Lock()

    def mend(self, scope: str) -> int:
        """How many records were wrong and are right now; 0 also where the scope was gone through a short while ago."""
        now = self._clock()
        with self._lock:
            if now - self._looked.get(scope, -REST_MS) < REST_MS:
                return 0
            self._looked[scope] = now
        wrong = reapply(self._database, scope)
        note("mended", scope=scope, records=wrong)
        return wrong


def reapply(database: Database, scope: str) -> int:
    """Build states and digest of a scope again, in one transaction that holds the scope; how many of them were wrong."""
    with database.writing() as connection:
        Ingest(connection, scope)
        rebuilt = Rebuilt()
        for body in connection.scalars(select(ENTRIES.c.body).where(ENTRIES.c.scope == scope).order_by(ENTRIES.c.pos)):
            rebuilt.apply(parse(body))
        here = RECORDS.c.scope == scope
        stored = {(row.kind, row.record): row.state for row in connection.execute(select(RECORDS).where(here))}
        right = {target: merge.pack(state) for target, state in rebuilt.states.items()}
        wrong = [target for target, state in right.items() if stored.get(target) != state]
        rows = [{"scope": scope, "kind": kind, "record": record, "state": right[kind, record]} for kind, record in wrong]
        upsert(connection, RECORDS, rows)
        strays = stored.keys() - right.keys()
        for kind, record in strays:
            connection.execute(delete(RECORDS).where(here, RECORDS.c.kind == kind, RECORDS.c.record == record))
        digest = rebuilt.digest.to_bytes(32, "big")
        other = connection.execute(
            update(SCOPES).where(SCOPES.c.scope == scope, SCOPES.c.digest != digest).values(digest=digest)
        ).rowcount
    return len(wrong) + len(strays) + int(other)
