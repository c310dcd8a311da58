"""Which PCs may call: one-time codes, enrolment, certificates, and the letter each PC of a unit bears for ever."""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from qms_desktop.domain.fields import Area
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.domain.records.merging import HEIR, MERGER, former_units
from qms_desktop.domain.records.people import PC
from qms_desktop.domain.records.units import UNIT
from sync.canonical import Value
from sync.errors import AccessFault
from sync.joining.enrolment import CodeFault, EnrolAnswer, EnrolRequest, make_code, read_code
from sync.joining.following import proved_former
from sync.journal.keys import KEY_BYTES, Certificate, issue, read_certificate
from sync.server import following
from sync.server.database import Database
from sync.server.errors import ServerError
from sync.server.identity import Clock, Entropy, Identity
from sync.server.ingest import Ingest
from sync.server.records import current
from sync.server.schema import CODES, DEVICES, SCOPES
from sync.server.writer import Put, ServerWriter

CODE_LIFETIME_MS = 7 * 24 * 3600 * 1000
_DEVICE = select(DEVICES).where(DEVICES.c.replica == bindparam("replica"))
_REPLICA = re.compile(r"[0-9A-Za-z]{8,40}")
_LONGEST_NAME = 80

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled PC. Moments are milliseconds since 1970 UTC; revoked_at None: still welcome.

    followed_by: the id under which this PC goes on, after a restore or beside a copy. former: the units that were merged into
    its own, whose scopes it reads as well.
    """

    replica: str
    unit: str
    letter: str
    name: str
    sign_key: bytes
    enrolled_at: int
    revoked_at: int | None
    followed_by: str | None = None
    former: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[str, ...]:
        """The PC's own unit and those that went into it."""
        return (self.unit, *self.former)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the PC shares with the server."""
        areas = (Area.QMS, Area.DOSSIERS)
        return (Area.PROVINCE.value, *(area.scope(unit) for unit in self.units for area in areas))


class Accounts:
    """Codes and devices of one server."""

    def __init__(self, database: Database, identity: Identity, writer: ServerWriter, clock: Clock, entropy: Entropy) -> None:
        self._database = database
        self._identity = identity
        self._writer = writer
        self._clock = clock
        self._entropy = entropy
        self._mergers: tuple[int, frozenset[tuple[str, str]]] = (-1, frozenset())
        self._lock = threading.Lock()

    def new_code(self, unit: str, lifetime_ms: int = CODE_LIFETIME_MS) -> str:
        """A code with which one PC of the unit may join, once; ServerError if the province has no such unit."""
        code = make_code(self._entropy(32), self._identity.province_key)
        with self._database.writing() as connection:
            if not unit_known(connection, unit):
                raise ServerError(ServerError.UNKNOWN_UNIT, f"không có đơn vị mã “{unit}” trong danh mục của tỉnh")
            into = [new for old, new in self._known_mergers(connection) if old == unit]
            if into:
                raise ServerError(ServerError.UNKNOWN_UNIT, f"đơn vị {unit} đã sáp nhập vào {into[0]}; hãy ghi danh máy vào đó")
            values = {"digest": self._digest(code.chance), "unit": unit, "expires_at": self._clock() + lifetime_ms}
            connection.execute(insert(CODES).values(**values, used_by=None))
        return code.text()

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Let a PC in. The same PC asking again with the same code (its answer was lost) gets the same certificate."""
        answer = self._enrolled(request)
        self.name_heir(request.replica)
        return answer

    def _enrolled(self, request: EnrolRequest) -> EnrolAnswer:
        name = _checked(request)
        former = proved_former(request, self._identity.province_key)
        if former is not None and not request.code:
            return self._gone_on(former, name, request)
        digest = self._digest(_chance(request.code))
        with self._database.writing() as connection:
            code = connection.execute(select(CODES).where(CODES.c.digest == digest)).first()
            if code is None:
                raise AccessFault(AccessFault.BAD_CODE, "no such code")
            known = self._device_row(connection, request.replica)
            if code.used_by is None and code.expires_at < self._clock():
                raise AccessFault(AccessFault.CODE_EXPIRED, "the code has expired")
            if code.used_by is not None or known is not None:
                return self._again(code, known, request)
            connection.execute(update(CODES).where(CODES.c.digest == digest).values(used_by=request.replica))
            return self._let_in(connection, code.unit, name, request, former)

    def _gone_on(self, former: Certificate, name: str, request: EnrolRequest) -> EnrolAnswer:
        """Without a code: the first PC that takes the place of one that is known here and was not shut out."""
        with self._database.writing() as connection:
            known = self._device_row(connection, request.replica)
            if known is not None:
                return self._back(known, former.unit, request)
            if any(old == former.unit for old, _ in self._known_mergers(connection)):
                raise AccessFault(AccessFault.BAD_CODE, "the unit was merged into another one: a code of that unit is needed")
            return self._let_in(connection, former.unit, name, request, former)

    def readmit(self, blob: bytes) -> None:
        """Let in a PC this server does not know but its province does: after the server's database was lost.

        KeyFault unless the province signed the certificate; AccessFault for a revoked PC, or other keys under its name.
        """
        certificate = read_certificate(blob, self._identity.province_key)
        with self._database.writing() as connection:
            known = self._device_row(connection, certificate.replica)
            if known is None and certificate.unit:
                self._keep(connection, certificate, blob)
                self._revoked_before(connection, certificate)
            elif known is None or known.sign_key != certificate.sign_key:
                raise AccessFault(AccessFault.REPLICA_TAKEN, "the certificate of a server, or of a PC under another's name")
            elif known.revoked_at is not None:
                raise AccessFault(AccessFault.REVOKED, "this PC was revoked")

    def name_heir(self, replica: str) -> None:
        """Tell the PCs of the units that went into this PC's unit that they may hand it their keys."""
        with self._database.reading() as connection:
            row = self._device_row(connection, replica)
            former = () if row is None else self._device(connection, row).former
        if row is None or not former:
            return
        values: dict[str, Value] = {
            "unit": row.unit,
            "letter": row.letter,
            "name": row.name,
            "certificate": row.certificate.hex(),
        }
        for unit in former:
            with self._database.writing() as connection:
                self._writer.put(connection, Area.QMS.scope(unit), "unit.heir", [Put(HEIR, replica, values)])

    def caller(self, replica: str) -> Device | None:
        """The enrolled PC at the door; AccessFault when it goes on under another id, so that a copy takes a new one as well."""
        device = self.device(replica)
        if device is not None and device.followed_by and device.revoked_at is None:
            raise AccessFault(AccessFault.FOLLOWED, "another PC goes on for this one")
        return device

    def device(self, replica: str) -> Device | None:
        """The enrolled PC of that replica id."""
        with self._database.asking() as connection:
            row = self._device_row(connection, replica)
            return None if row is None else self._device(connection, row)

    def devices(self) -> tuple[Device, ...]:
        """Every PC ever enrolled, by unit and letter."""
        with self._database.reading() as connection:
            found = [self._device(connection, row) for row in connection.execute(select(DEVICES)).all()]
        return tuple(sorted(found, key=lambda device: (device.unit, len(device.letter), device.letter)))

    def _device(self, connection: Connection, row: AnyRow) -> Device:
        former = former_units(row.unit, self._known_mergers(connection))
        named = (row.replica, row.unit, row.letter, row.name, row.sign_key, row.enrolled_at, row.revoked_at, row.followed_by)
        return Device(*named, former)

    def _known_mergers(self, connection: Connection) -> frozenset[tuple[str, str]]:
        """Read again only when the province's scope has grown: this is asked with every request."""
        last = connection.scalar(select(SCOPES.c.last_pos).where(SCOPES.c.scope == Area.PROVINCE.value)) or 0
        with self._lock:
            if self._mergers[0] == last:
                return self._mergers[1]
        found = mergers(connection)
        with self._lock:
            self._mergers = (last, found)
        return found

    def _let_in(
        self, connection: Connection, unit: str, name: str, request: EnrolRequest, former: Certificate | None
    ) -> EnrolAnswer:
        scope = Area.QMS.scope(unit)
        Ingest(connection, scope)  # locks the unit's scope: letters are given by one at a time, and one PC is followed once
        place = following.place(connection, unit, former, request.replica)
        if not request.code and "follows" not in place:
            raise AccessFault(AccessFault.BAD_CODE, "another PC goes on for it, or it is not known here: a code is needed")
        letter = _next_letter(list(connection.scalars(select(DEVICES.c.letter).where(DEVICES.c.unit == unit))))
        moment = _moment(self._clock())
        keys = (request.sign_key, request.wrap_key)
        certificate = Certificate(request.replica, unit, letter, *keys, name=name, issued=moment.date().isoformat())
        blob = issue(certificate, self._identity.province_private)
        self._keep(connection, certificate, blob)
        values: dict[str, Value] = {
            "letter": letter,
            "name": name,
            "certificate": blob.hex(),
            "enrolled_at": moment.strftime("%Y-%m-%dT%H:%M"),
            **place,
        }
        self._writer.put(connection, scope, "pc.enrol", [Put(PC, request.replica, values)])
        return self._answer(unit, letter, blob)

    def _keep(self, connection: Connection, certificate: Certificate, blob: bytes) -> None:
        connection.execute(
            insert(DEVICES).values(
                replica=certificate.replica,
                unit=certificate.unit,
                letter=certificate.letter,
                name=certificate.name,
                sign_key=certificate.sign_key,
                wrap_key=certificate.wrap_key,
                certificate=blob,
                enrolled_at=self._clock(),
            )
        )
        Ingest(connection, Area.QMS.scope(certificate.unit)).keep_certificate(certificate.replica, blob)

    def _revoked_before(self, connection: Connection, certificate: Certificate) -> None:
        """A PC that the server before this one revoked, or let go on under another id, stays so, as its records say."""
        known = current(connection, Area.QMS.scope(certificate.unit), PC.name).get(certificate.replica, {})
        if known.get("revoked_at"):
            row = update(DEVICES).where(DEVICES.c.replica == certificate.replica)
            connection.execute(row.values(revoked_at=self._clock()))
        following.close(connection, certificate.unit)

    def _again(self, code: AnyRow, known: AnyRow | None, request: EnrolRequest) -> EnrolAnswer:
        """A PC that joined before: with the code it used then, or with a fresh one of its own unit."""
        if code.used_by is not None and code.used_by != request.replica:
            raise AccessFault(AccessFault.CODE_USED, "the code was used by another PC")
        return self._back(known, code.unit, request)

    def _back(self, known: AnyRow | None, unit: str, request: EnrolRequest) -> EnrolAnswer:
        same = known is not None and (known.sign_key, known.wrap_key) == (request.sign_key, request.wrap_key)
        if known is None or not same or known.unit != unit:
            raise AccessFault(AccessFault.REPLICA_TAKEN, "a PC of this name has joined with other keys or in another unit")
        if known.revoked_at is not None:
            raise AccessFault(AccessFault.REVOKED, "this PC was revoked")
        return self._answer(known.unit, known.letter, known.certificate)

    def _answer(self, unit: str, letter: str, certificate: bytes) -> EnrolAnswer:
        identity = self._identity
        return EnrolAnswer(
            certificate=certificate,
            province_key=identity.province_key,
            unit=unit,
            letter=letter,
            server=identity.server,
            server_replica=identity.replica,
            server_certificate=identity.certificate(_moment(self._clock()).date().isoformat()),
            recovery_key=identity.signed_recovery_key,
        )

    def _device_row(self, connection: Connection, replica: str) -> AnyRow | None:
        return connection.execute(_DEVICE, {"replica": replica}).first()

    def _digest(self, chance: str) -> bytes:
        """Bound to this server; a code has 40 random bits, lives for days and is tried a few times a minute at most."""
        return hashlib.sha256(f"qms-enrol-code\0{self._identity.server}\0{chance}".encode()).digest()


def unit_known(connection: Connection, unit: str) -> bool:
    """Whether the province's register has a unit of that code, on whatever day."""
    return any(values.get("code") == unit for values in current(connection, Area.PROVINCE.value, UNIT.name).values())


def mergers(connection: Connection) -> frozenset[tuple[str, str]]:
    """Which unit went into which, by their codes."""
    rows = current(connection, Area.PROVINCE.value, MERGER.name).values()
    return frozenset((str(row.get("old")), str(row.get("into"))) for row in rows)


def _chance(typed: str) -> str:
    try:
        return read_code(typed).chance
    except CodeFault as fault:
        raise AccessFault(AccessFault.BAD_CODE, str(fault)) from fault


def _checked(request: EnrolRequest) -> str:
    name = unicodedata.normalize("NFC", " ".join(request.name.split()))
    keys_fit = len(request.sign_key) == KEY_BYTES and len(request.wrap_key) == KEY_BYTES
    if not keys_fit or not _REPLICA.fullmatch(request.replica) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise AccessFault(AccessFault.BAD_REQUEST, "name, replica id or keys are not in order")
    return name


def _next_letter(taken: list[str]) -> str:
    """A, B … Z, AA, AB …: one more than were ever given, so that no letter is used twice."""
    number, letters = len(taken) + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _moment(clock: int) -> datetime:
    return datetime.fromtimestamp(clock / 1000, UTC).astimezone(VIET_NAM)
