"""How much the server holds, in numbers an administrator watches. Cheap: nothing of it reads an entry."""

from __future__ import annotations

from sqlalchemy import func, select

from sync.server.database import Database
from sync.server.schema import DEVICES, SCOPES

WEEK_MS = 7 * 24 * 3600 * 1000


def held(database: Database, now: int) -> dict[str, int]:
    """Counts by name; `now` is milliseconds since 1970 UTC."""
    devices = select(
        func.count(),
        func.count(func.distinct(DEVICES.c.unit)),
        func.count(DEVICES.c.revoked_at),
        func.count().filter(DEVICES.c.seen_at > now - WEEK_MS),
    ).select_from(DEVICES)
    with database.reading() as connection:
        scopes, entries = connection.execute(select(func.count(), func.coalesce(func.sum(SCOPES.c.last_pos), 0))).one()
        enrolled, units, revoked, seen = connection.execute(devices).one()
    return {
        "units": units,
        "devices": enrolled,
        "devices_revoked": revoked,
        "devices_seen_in_7_days": seen,
        "scopes": scopes,
        "entries": int(entries),
    }
