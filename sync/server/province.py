"""One provincial server without its web face: everything that belongs to one data folder, put together."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from qms_desktop.domain.fields import Area
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.domain.records.units import UNIT
from sync.canonical import Value
from sync.joining.enrolment import EnrolAnswer, EnrolRequest
from sync.server import identity as identities
from sync.server.accounts import Accounts
from sync.server.blobs import FOLDER, Blobs
from sync.server.custody import Custody
from sync.server.database import Database
from sync.server.errors import ServerError
from sync.server.identity import Clock, Entropy, Identity
from sync.server.ingest import Ingest
from sync.server.mending import Mender
from sync.server.records import current
from sync.server.store import ServerLog
from sync.server.writer import Put, ServerWriter

RECORDS_PER_ENTRY = 20
"""How many records one entry of the server changes: an entry stays far below one frame."""


@dataclass(frozen=True)
class Province:
    """The server's parts. Any thread may use them."""

    identity: Identity
    database: Database
    log: ServerLog
    writer: ServerWriter
    accounts: Accounts
    custody: Custody
    clock: Clock
    entropy: Entropy

    @staticmethod
    def init(folder: Path, database: str = "", clock: Clock | None = None, entropy: Entropy = os.urandom) -> Province:
        """Make a new server in an empty folder, on an empty database."""
        if database:
            _demand_empty(database)
        return _founded(folder, identities.create(folder, entropy, database), clock or _now, entropy)

    @staticmethod
    def rebuild(folder: Path, clock: Clock | None = None, entropy: Entropy = os.urandom) -> Province:
        """Go on with the id and keys of a folder whose database is lost; the PCs hand everything over again."""
        if (folder / identities.DATABASE).exists():
            raise ServerError(ServerError.ALREADY_THERE, f"{folder} vẫn còn cơ sở dữ liệu; không dựng lại")
        address = identities.load(folder).database
        if not address.startswith("sqlite"):
            _demand_empty(address)
        return _founded(folder, identities.renew(folder, entropy), clock or _now, entropy)

    @staticmethod
    def open(folder: Path, clock: Clock | None = None, entropy: Entropy = os.urandom) -> Province:
        """The server of a folder made by `init`; ServerError if there is none."""
        province = _assemble(identities.load(folder), clock or _now, entropy)
        try:
            province.database.open()
        except BaseException:
            province.close()
            raise
        return province

    def publish(self, act: str, puts: Sequence[Put]) -> int:
        """Write records of the province's scope, what differs only; how many records changed."""
        changed = 0
        for start in range(0, len(puts), RECORDS_PER_ENTRY):
            with self.database.writing() as connection:
                changed += self.writer.put(connection, Area.PROVINCE.value, act, puts[start : start + RECORDS_PER_ENTRY])
        return changed

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Let a PC in; one that goes on for another is given that one's roles."""
        answer = self.accounts.enrol(request)
        if request.former:
            self.custody.hand_on(answer.unit, request.replica)
        return answer

    def units(self) -> list[Mapping[str, Value]]:
        """Every dated row of the register of units, by code and first day."""
        with self.database.reading() as connection:
            rows = current(connection, Area.PROVINCE.value, UNIT.name).values()
        return sorted(rows, key=lambda row: (str(row.get("code")), str(row.get("valid_from"))))

    @cached_property
    def mender(self) -> Mender:
        """Repairs merged states."""
        return Mender(self.database, self.clock)

    @cached_property
    def blobs(self) -> Blobs:
        """The attachments of all units."""
        return Blobs(self.identity.folder / FOLDER)

    def close(self) -> None:
        """Give back the database."""
        self.database.close()


def _demand_empty(address: str) -> None:
    database = Database(address)
    try:
        database.demand_empty()
    finally:
        database.close()


def _founded(folder: Path, identity: Identity, clock: Clock, entropy: Entropy) -> Province:
    if identity.database.startswith("sqlite"):
        (folder / identities.DATABASE).touch(mode=0o600)
    province = _assemble(identity, clock, entropy)
    province.database.create()
    with province.database.writing() as connection:
        certificate = identity.certificate(_day(clock()))
        Ingest(connection, Area.PROVINCE.value).keep_certificate(identity.replica, certificate)
    return province


def _assemble(identity: Identity, clock: Clock, entropy: Entropy) -> Province:
    database = Database(identity.database)
    writer = ServerWriter(identity, clock, entropy)
    accounts = Accounts(database, identity, writer, clock, entropy)
    custody = Custody(database, identity, writer, clock)
    return Province(identity, database, ServerLog(database), writer, accounts, custody, clock, entropy)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(VIET_NAM).date().isoformat()
