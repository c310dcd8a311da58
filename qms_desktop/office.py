"""The composition root: one office on one PC, without Qt. The window, the command line and the demo are each handed one.

It opens the store, signs people in, knows the province it is enrolled with, and runs the sync agent.
"""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from qms_desktop import keys as secret
from qms_desktop.domain.errors import SetupError, SyncError
from qms_desktop.domain.ids import VIET_NAM, Entropy
from qms_desktop.keys import Keys
from qms_desktop.paths import Paths
from qms_desktop.store import erasing
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.meta import Identity
from qms_desktop.store.unit import UnitStore, office_exists
from qms_desktop.usecases import leaving, packets, setup, succession, unit_keys
from qms_desktop.usecases import session as sessions
from qms_desktop.usecases.derivers import DERIVERS
from qms_desktop.usecases.exchanging import OfficeExchange, founded_elsewhere, revoked_here
from qms_desktop.usecases.importing import ImportReport, import_procedures
from qms_desktop.usecases.work import Session, Work
from sync import errors as core

if TYPE_CHECKING:
    from sync.client.agent import Agent
    from sync.client.credentials import Credentials
    from sync.client.packets import Post
    from sync.client.rounds import Rounds, SyncResult
    from sync.client.transport import Traffic

_CREDENTIALS = unit_keys.CREDENTIALS
FIRST_LETTER = "A"
"""The letter of the first PC of a unit: of two offices founded apart, the province takes the one that enrols first."""
_MACHINE = Session("pc", "Dòng lệnh trên máy này", frozenset({"IS"}))


def viet_nam_now() -> datetime:
    """Now, as naive local time of Viet Nam."""
    return datetime.now(VIET_NAM).replace(tzinfo=None)


class Stage(Enum):
    """How far this PC is set up; each stage has its own page."""

    NEW = "new"
    UNFOUNDED = "unfounded"
    WAITING_FOR_KEY = "waiting_for_key"
    READY = "ready"


class Office:
    """One office on one PC. ``store`` is None until the office is founded, enrolled, restored or opened."""

    def __init__(
        self,
        paths: Paths,
        keys: Keys,
        clock: Callable[[], datetime] = viet_nam_now,
        entropy: Entropy = os.urandom,
    ) -> None:
        self.paths = paths
        self.keys = keys
        self.clock = clock
        self.entropy = entropy
        self.store: UnitStore | None = None
        self.session: Session | None = None
        self.agent: Agent | None = None
        self._exchange: OfficeExchange | None = None
        self._unsubscribe: Callable[[], None] = _nothing
        self.left = leaving.read_note(paths) is not None  # revoked, its keys destroyed: what is left goes with `erase`

    @property
    def exists(self) -> bool:
        """Whether the data folder holds an office."""
        return self.paths.database.exists() and not self.left

    def open(self) -> None:
        """Open the office of the data folder; SetupError on a PC that was revoked."""
        if self.left:
            self.erase()
            raise revoked_here()
        self.store = UnitStore.open(self.paths.database, self.keys, self.clock, self.entropy, DERIVERS)

    def close(self) -> None:
        """End the agent and close the store."""
        self.stop_agent()
        if self.store is not None:
            self.store.close()
            self.store = None

    def erase(self) -> None:
        """Delete the data of a PC that was revoked, and tell the province if the road allows it. Not in the agent's thread."""
        self.close()
        self.session = None
        leaving.erase(self.paths)
        with suppress(core.SyncError):
            leaving.report(self.paths)

    def demand_store(self) -> UnitStore:
        """The store; SetupError before set-up and on a PC that was revoked."""
        if self.left:
            raise revoked_here()
        if self.store is None:
            raise SetupError("QMS-811", "Máy này chưa được thiết lập.", do="Hãy thiết lập đơn vị trước.")
        return self.store

    def work(self) -> Work:
        """The working context of the person signed in; SetupError when nobody is."""
        if self.session is None:
            raise SetupError("QMS-812", "Chưa có ai đăng nhập.", do="Hãy chọn tên và gõ mã PIN.")
        return Work(self.demand_store(), self.session, self.clock, self.entropy)

    def sign_in(self, person: str, pin: str) -> Session:
        """Open a session with a PIN."""
        self.session = sessions.sign_in(self.demand_store(), person, pin, self.clock())
        succession.take_over_grants(self.work())
        unit_keys.settle(self.work())
        return self.session

    def sign_out(self) -> None:
        """End the session."""
        self.session = None

    def found(self, unit_code: str, foundation: setup.Foundation) -> str:
        """Found the office on this PC, with or without a network; returns the recovery code, shown once.

        A PC that was enrolled already keeps its unit and letter; one without is PC “A” of the unit given.
        """
        if self.store is None:
            self._create(Identity(self._new_replica(), FIRST_LETTER, unit_code))
        store = self.demand_store()
        if self.is_founded:
            raise office_exists(self.paths.database)
        if not store.unit_code:
            store.enrol(unit_code=unit_code, letter=FIRST_LETTER)
        _first, code = setup.record_foundation(store, foundation, self.clock(), self.entropy)
        return code

    def _create(self, identity: Identity) -> None:
        self.paths.prepare()
        if self.left and leaving.forget(self.paths):
            self.left = False
        self.store = UnitStore.create(self.paths.database, identity, self.keys, self.clock, self.entropy, DERIVERS)

    def _new_replica(self) -> str:
        return self.entropy(16).hex()

    @property
    def stage(self) -> Stage:
        """New; enrolled in a unit nobody has founded yet; waiting for “Cho phép máy mới” on another PC; or ready to work."""
        if self.store is None:
            return Stage.NEW
        if not self.is_founded:
            return Stage.UNFOUNDED
        return Stage.READY if self.can_read else Stage.WAITING_FOR_KEY

    @property
    def is_founded(self) -> bool:
        """Whether the unit has its office record and first key, here or from another PC."""
        with self.demand_store().view() as view:
            return view.count("unit_key") > 0

    @property
    def can_read(self) -> bool:
        """Whether this PC holds a key of the unit and may therefore read and write dossiers."""
        return bool(self.demand_store().unit_keys())

    def enrol(self, url: str, code: str, pc_name: str) -> None:
        """Join the province with a one-time code; creates the store on a PC that has none, and receives what is there."""
        fresh = self.store is None
        if fresh:
            self._create(Identity(self._new_replica(), "", ""))
        try:
            self._join(url, code, pc_name)
        except Exception:
            if fresh:
                self._discard()
            raise

    def _join(self, url: str, code: str, pc_name: str) -> None:
        from sync.client.enrol import Applicant, enrol
        from sync.client.http import Road

        store = self.demand_store()
        applicant = Applicant(store.replica, pc_name, self._secret(secret.SIGNING), self._secret(secret.WRAPPING))
        road = Road(url)
        try:
            credentials = enrol(road, url, code, applicant)
        finally:
            road.close()
        if store.unit_code not in ("", credentials.unit) and self.is_founded:
            raise SetupError(
                "QMS-816",
                f"Mã ghi danh này của đơn vị {credentials.unit}, còn dữ liệu trên máy là của đơn vị {store.unit_code}.",
                do=f"Hãy xin quản trị tỉnh mã ghi danh của đơn vị {store.unit_code}.",
            )
        if self.is_founded and credentials.letter != FIRST_LETTER and not UnitLog(store).has_met_a_province():
            raise founded_elsewhere(credentials.unit)
        store.enrol(unit_code=credentials.unit, letter=credentials.letter)
        UnitLog(store).keep_certificate(store.replica, credentials.certificate)
        store.local.set_setting(_CREDENTIALS, credentials.public())

    def _discard(self) -> None:
        """Leave a PC that could not join as new as it was: nothing has been written on it yet."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            self.paths.database.with_name(self.paths.database.name + ending).unlink(missing_ok=True)

    def _secret(self, name: str) -> bytes:
        value = self.keys.get(name)
        if value is None:
            raise SetupError("QMS-813", "Kho khóa không có khóa riêng của máy này.", do="Hãy ghi danh lại máy với tỉnh.")
        return value

    @property
    def credentials(self) -> "Credentials | None":
        """What this PC holds of its province; None before enrolment, and after a restore or clone gave it a new replica id."""
        from sync.client.credentials import Credentials

        store = self.demand_store()
        text = store.local.get_setting(_CREDENTIALS)
        credentials = Credentials.restore(text) if text else None
        return credentials if credentials is not None and credentials.replica == store.replica else None

    def demand_credentials(self) -> "Credentials":
        """The credentials; SyncError before enrolment."""
        credentials = self.credentials
        if credentials is None:
            raise self.why_not_enrolled()
        return credentials

    def why_not_enrolled(self) -> SyncError:
        """What keeps this PC from the province: never enrolled, or under another replica id than now."""
        if self.demand_store().renamed:
            return SyncError(
                "QMS-512",
                "Dữ liệu của máy này được khôi phục hoặc đã bị sao chép sang máy khác, nên máy mang mã mới và phải ghi danh lại.",
                do="Hãy xin quản trị tỉnh một mã ghi danh mới rồi ghi danh ở màn hình Hệ thống.",
            )
        return SyncError("QMS-510", "Máy này chưa ghi danh với máy chủ tỉnh.", do="Hãy ghi danh ở màn hình Hệ thống.")

    def use_server(self, url: str) -> None:
        """Keep another address of the same province: its server has moved. SyncError before enrolment."""
        credentials = replace(self.demand_credentials(), url=url)
        self.demand_store().local.set_setting(_CREDENTIALS, credentials.public())

    def exchange(self) -> OfficeExchange:
        """The exchange with the province, ready to run rounds; SyncError before enrolment."""
        from qms_desktop.store.underlay import UnitUnderlay
        from sync.client.http import Road
        from sync.client.rounds import Rounds

        credentials, store = self.demand_credentials(), self.demand_store()
        road = Road(credentials.url)
        rounds = Rounds(
            log=UnitLog(store),
            transport=road,
            credentials=credentials,
            sign_private=self._secret(secret.SIGNING),
            clock=self._moment_ms,
            entropy=self.entropy,
            before=store.sign_tips,
            underlay=UnitUnderlay(store),
        )
        return OfficeExchange(rounds, road, self._after_exchange, self._leave, store.files)

    def _after_exchange(self) -> None:
        """Take keys that came for this PC, make the one that is due, erase what was ordered."""
        if self.left:
            return
        self.take_keys()
        if self.session is not None:
            unit_keys.settle(self.work())
        erasing.obey(self.demand_store(), self.is_server)

    def _leave(self, rounds: "Rounds") -> None:
        """This PC was revoked: hand over, destroy the keys. The data itself goes when nobody has it open any more."""
        if not self.left:
            leaving.hand_over(rounds, rounds.credentials.url, self.paths, self.keys)
            self.left = True

    def is_server(self, journal: str) -> bool:
        """Whether the province certified a journal as a server's."""
        credentials = self.credentials
        return credentials is not None and credentials.names_server(UnitLog(self.demand_store()).certificate(journal))

    def _moment_ms(self) -> int:
        """The office's moment, which each request to the province is signed with."""
        return int(self.clock().replace(tzinfo=VIET_NAM).timestamp() * 1000)

    def sync_once(self) -> "SyncResult":
        """One exchange with the province, in the calling thread."""
        exchange = self.exchange()
        try:
            return exchange.run_all()
        finally:
            exchange.close()
            if self.left:
                self.erase()

    def _post(self) -> "Post":
        from sync.client.packets import Post

        store = self.demand_store()
        return Post(
            log=UnitLog(store),
            credentials=self.demand_credentials(),
            sign_private=self._secret(secret.SIGNING),
            wrap_private=self._secret(secret.WRAPPING),
            clock=self._moment_ms,
            entropy=self.entropy,
            before=store.sign_tips,
        )

    def export_packet(self, file: Path, letter: str = "") -> packets.PacketLine:
        """Write what the province, or the PC with that letter, lacks into a file for a USB stick."""
        return packets.export(self.demand_store(), self._post(), self.clock(), file, letter)

    def import_packet(self, file: Path) -> packets.PacketLine:
        """Take in a packet of the province or of a PC of the unit; keys that came for this PC are taken at once."""
        try:
            return packets.take(self.demand_store(), self._post(), self.clock(), file)
        finally:
            self._after_exchange()

    def take_keys(self) -> int:
        """Unwrap unit keys that came for this PC; returns how many are new."""
        return unit_keys.take_keys(self.demand_store(), self._secret(secret.WRAPPING))

    def start_agent(self) -> "Agent | None":
        """Sync in the background from now on; None before enrolment."""
        from sync.client.agent import Agent

        if self.agent is None and self.credentials is not None:
            self._exchange = self.exchange()
            self.agent = Agent(self._exchange, clock=self._moment_ms, chance=random.random, carry=self._exchange.carry)
            self._unsubscribe = self.demand_store().subscribe(self._changed)
            self.agent.start()
        return self.agent

    def _changed(self, _kinds: frozenset[str]) -> None:
        if self.agent is not None:
            self.agent.changed()

    @property
    def traffic(self) -> "Traffic | None":
        """What went over the agent's road since it started, failed rounds included; None while no agent runs."""
        return None if self._exchange is None else self._exchange.road.traffic

    def stop_agent(self) -> None:
        """End background syncing; waits for its thread."""
        if self.agent is not None and self._exchange is not None:
            self._unsubscribe()
            self.agent.stop()
            self._exchange.close()
            self.agent = self._exchange = None

    def verify(self) -> list[str]:
        """Faults found by recomputing chains and state; empty when all is well."""
        from qms_desktop.store.verify import verify

        store, credentials = self.demand_store(), self.credentials
        verifier = credentials.verifier(UnitLog(store)) if credentials is not None else None
        return verify(store, verifier, erasing.erased_entries(store, self.is_server))

    def erased(self) -> list[str]:
        """What was erased by order, a sentence each: no fault, and said beside the faults."""
        return erasing.erased_words(self.demand_store(), self.is_server)

    def backup(self, target: Path) -> None:
        """Write a backup file while people go on working."""
        from qms_desktop.store.backup import backup

        backup(self.demand_store(), target)

    def restore(self, source: Path, code: str) -> None:
        """Make this PC work again from a backup and the recovery code, under a new replica id."""
        from qms_desktop.store.backup import restore

        self.paths.prepare()
        restore(source, code, self.paths.database, self.keys, self.clock, self.entropy)
        self.open()

    def import_procedures(self, file: Path) -> ImportReport:
        """Take in procedures of the national export as drafts, for the person signed in or for the command line."""
        session = self.session or _MACHINE
        return import_procedures(Work(self.demand_store(), session, self.clock, self.entropy), file)


def _nothing() -> None:
    """No subscription to end."""
