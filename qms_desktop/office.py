"""The composition root: one office on one PC, without Qt. The window, the command line and the demo are each handed one.

It opens the store, signs people in and keeps the data; how it exchanges with others is in ``roads``.
"""

from enum import Enum
from pathlib import Path

from qms_desktop import keys as secret
from qms_desktop.domain.errors import SetupError
from qms_desktop.roads import Roads, viet_nam_now
from qms_desktop.store import erasing
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.meta import Identity
from qms_desktop.store.unit import UnitStore, office_exists
from qms_desktop.usecases import going_on, leaving, setup, succession, unit_keys
from qms_desktop.usecases import session as sessions
from qms_desktop.usecases.derivers import DERIVERS
from qms_desktop.usecases.exchanging import founded_elsewhere, revoked_here
from qms_desktop.usecases.importing import ImportReport, import_procedures
from qms_desktop.usecases.work import Session, Work

FIRST_LETTER = "A"
"""The letter of the first PC of a unit: of two offices founded apart, the province takes the one that enrols first."""
__all__ = ["FIRST_LETTER", "Office", "Stage", "viet_nam_now"]
_MACHINE = Session("pc", "Dòng lệnh trên máy này", frozenset({"IS"}))


class Stage(Enum):
    """How far this PC is set up; each stage has its own page."""

    NEW = "new"
    UNFOUNDED = "unfounded"
    WAITING_FOR_KEY = "waiting_for_key"
    READY = "ready"


class Office(Roads):
    """One office on one PC. ``store`` is None until the office is founded, enrolled, restored or opened."""

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

    def sign_in(self, person: str, pin: str) -> Session:
        """Open a session with a PIN."""
        succession.let_go(self.demand_store())
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
        road = Road(url, login=self.proxy_login)
        try:
            credentials = enrol(road, url, code, applicant, going_on.former(store, applicant.sign_private))
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
        self._enter(credentials)

    def _discard(self) -> None:
        """Leave a PC that could not join as new as it was: nothing has been written on it yet."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            self.paths.database.with_name(self.paths.database.name + ending).unlink(missing_ok=True)

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
