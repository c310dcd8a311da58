"""Small transactions that wait for each other's flush to the disk go into one: those of all scopes that were brought meanwhile.

Whoever brings something is answered only after the transaction that holds it was committed. There is no thread for it and
nothing waits on purpose: the first who finds no one at work commits whatever waits, then hands on to the first who came
meanwhile. So a single visitor is as quick as before, and a crowd shares its flushes. If the common transaction fails, or
somebody else writes in a scope just now, each does his own by himself: nobody's fault is another's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from sync.journal.log import Parcel
from sync.server.database import Database
from sync.server.ingest import Ingest, add_all, lock_free

MOST_ENTRIES = 400
"""In one transaction, unless one visitor alone brings more."""


@dataclass(eq=False)
class Brought:
    """What one visitor brings to one scope. `stored`: committed; `over`: the common transaction has ended, for good or not."""

    scope: str
    parcels: Sequence[Parcel]
    certificates: Mapping[str, bytes]
    stored: bool = False
    over: bool = False
    leads: bool = False
    news: threading.Event = field(default_factory=threading.Event)


class Commits:
    """The queue before one database; any thread may bring something. `leaders`: transactions under way at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._leaders = database.writers
        self._waiting: list[Brought] = []
        self._leading = 0
        self._lock = threading.Lock()

    def bring(self, brought: Brought) -> None:
        """Return when it is committed; raise if that could not be done, with nothing of it stored."""
        with self._lock:
            self._waiting.append(brought)
            self._call()
        while not brought.over:
            brought.news.wait()
            brought.news.clear()
            if brought.leads:
                brought.leads = False
                self._lead()
        if not brought.stored:
            self._alone(brought)

    def _call(self) -> None:
        """Let the first who waits and is not called yet lead, if there is room for one."""
        first = next((brought for brought in self._waiting if not brought.leads), None)
        if first is not None and self._leading < self._leaders:
            self._leading += 1
            first.leads = True
            first.news.set()

    def _lead(self) -> None:
        taken: list[Brought] = []
        stored: list[Brought] = []
        try:
            with self._database.writing() as connection:
                taken = self._taken()
                found = _store(connection, taken)
            stored = found
        except Exception:  # noqa: BLE001 - whoever has to do it by himself meets his own fault
            stored = []
        finally:
            for brought in stored:
                brought.stored = True
            with self._lock:
                self._leading -= 1
                self._call()
            for brought in taken:
                brought.over = True
                brought.news.set()

    def _taken(self) -> list[Brought]:
        """Whatever waits, in the order it came. Those who were just answered and bring more are let through first."""
        before = -1
        while before != len(self._waiting):
            before = len(self._waiting)
            time.sleep(0)
        with self._lock:
            count = size = 0
            for brought in self._waiting:
                size += len(brought.parcels)
                if count and size > MOST_ENTRIES:
                    break
                count += 1
            taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    def _alone(self, brought: Brought) -> None:
        with self._database.writing() as connection:
            ingest = Ingest(connection, brought.scope)
            for journal, certificate in brought.certificates.items():
                ingest.keep_certificate(journal, certificate)
            ingest.add(brought.parcels)


def _store(connection: Connection, taken: Sequence[Brought]) -> list[Brought]:
    """Store what belongs to scopes that are free; which those were."""
    free = lock_free(connection, {brought.scope for brought in taken}) if taken else {}
    stored = [brought for brought in taken if brought.scope in free]
    parcels: dict[Ingest, list[Parcel]] = {}
    for brought in stored:
        ingest = free[brought.scope]
        parcels.setdefault(ingest, []).extend(brought.parcels)
        for journal, certificate in brought.certificates.items():
            ingest.keep_certificate(journal, certificate)
    add_all(connection, parcels)
    return stored
