"""Which PC goes on for which: the first that proves it, and only that one, also after the server was rebuilt from its PCs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, select, update

from qms_desktop.domain.fields import Area
from qms_desktop.domain.records.people import PC, ROLE_GRANT
from sync.canonical import Value
from sync.journal.keys import Certificate
from sync.rights.custody import GRANT_CUT
from sync.rights.rights import Grant
from sync.server.court import SqlCourt
from sync.server.records import current
from sync.server.schema import DEVICES
from sync.server.writer import Put

FOLLOWS, COPY_OF = "follows", "copy_of"
_KEPT = ("person", "role", "valid_from", "valid_to", "decision")


def place(connection: Connection, unit: str, former: Certificate | None, replica: str) -> dict[str, Value]:
    """What a PC's record says of the one it was; nothing for a new PC, and for one that was shut out or is not known here.

    The caller holds the lock of the unit's scope.
    """
    if former is None or former.unit != unit:
        return {}
    device = connection.execute(select(DEVICES).where(DEVICES.c.replica == former.replica)).first()
    pcs = current(connection, Area.QMS.scope(unit), PC.name)
    old = pcs.get(former.replica)
    if old is None or old.get("revoked_at") or old.get("revoke_asked") or (device is not None and device.revoked_at is not None):
        return {}
    taken = (device is not None and device.followed_by) or any(row.get(FOLLOWS) == former.replica for row in pcs.values())
    if taken:
        return {COPY_OF: former.replica}
    _shut(connection, former.replica, replica)
    return {FOLLOWS: former.replica}


def close(connection: Connection, unit: str) -> None:
    """PCs that go on under another id are let in under the old one no more, also by a server that only now hears of it."""
    for replica, row in current(connection, Area.QMS.scope(unit), PC.name).items():
        if row.get(FOLLOWS):
            _shut(connection, str(row[FOLLOWS]), replica)


def grants(court: SqlCourt, replica: str) -> Iterator[Put]:
    """What was granted for the PC that this one goes on for, counts, and has not been handed on."""
    scope = court.scopes[0]
    old = current(court.connection, scope, PC.name).get(replica, {}).get(FOLLOWS)
    counts = court.judged_by().grants
    for record, row in current(court.connection, scope, ROLE_GRANT.name).items() if old else ():
        granted = Grant(str(row.get("person")), str(old), str(row.get("role")))
        if row.get("replica") != old or row.get("ended_at") or row.get(GRANT_CUT) or granted not in counts:
            continue
        name = hashlib.sha256(f"{record} {replica}".encode()).hexdigest()[:32]
        if not court.state(scope, ROLE_GRANT.name, name).heads:
            yield Put(ROLE_GRANT, name, {**{field: row[field] for field in _KEPT if row.get(field)}, "replica": replica})


def _shut(connection: Connection, old: str, new: str) -> None:
    row = update(DEVICES).where(DEVICES.c.replica == old, DEVICES.c.followed_by.is_(None))
    connection.execute(row.values(followed_by=new))
