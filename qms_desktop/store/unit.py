"""The store of one office on one PC, and the only way anything is written into it.

``act`` runs a use case's decision inside one ``BEGIN IMMEDIATE`` transaction: what it decides is journalled, merged, shown in
the tables and found by search when the transaction commits, or none of it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import Any

from sqlite_utils import Database

from qms_desktop import keys as secret
from qms_desktop.domain.fields import RecordKind, Value
from qms_desktop.domain.ids import VIET_NAM, Entropy
from qms_desktop.domain.records import KINDS
from qms_desktop.domain.text import clean
from qms_desktop.keys import Keys
from qms_desktop.sqlite import KEY_BYTES, open_database, spoken_faults
from qms_desktop.store import former, meta, schema
from qms_desktop.store.blocks import Opened
from qms_desktop.store.clashes import Clashes, take_over
from qms_desktop.store.columns import Reshaped, derive
from qms_desktop.store.derived import Derivation, Deriver
from qms_desktop.store.drafting import Change, Drafter, create, put, restore, void
from qms_desktop.store.files import UnitFiles
from qms_desktop.store.founding import database_key, emptied, make_database, office_exists
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.local import LocalStore
from qms_desktop.store.meta import Identity
from qms_desktop.store.projection import Projection
from qms_desktop.store.readers import Readers
from qms_desktop.store.undo import ANSWER, REDO, UNDO, changes_back, last_action
from qms_desktop.store.unit_keys import keep_unit_key, load_unit_keys
from qms_desktop.store.view import View
from qms_desktop.store.writer import Action, Writer

__all__ = ["Author", "Change", "Committed", "Identity", "UnitStore", "create", "office_exists", "put", "restore", "void"]

NO_DERIVERS: Mapping[str, Deriver] = MappingProxyType({})

Clock = Callable[[], datetime]
Decide = Callable[[View], Sequence[Change]]
KeyOfQuestion = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts: a person's id, the local time of Viet Nam (naive), and on whose behalf, if not his own."""

    person: str
    at: datetime
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Committed:
    """What an action left in the journal; without entries when nothing was different. ``undone``: the action it took back."""

    action_id: str
    entries: tuple[str, ...]
    records: tuple[tuple[str, str], ...]
    undone: str = ""


class UnitStore:
    """Open store; usable from any thread. ``create`` makes one, ``open`` opens it, ``close`` ends it."""

    def __init__(
        self,
        path: Path,
        keys: Keys,
        clock: Clock,
        entropy: Entropy,
        derivers: Mapping[str, Deriver] = NO_DERIVERS,
        kinds: tuple[RecordKind, ...] = KINDS,
    ) -> None:
        self.database_key = key = database_key(keys)
        self.path = path
        self.keys = keys
        self.clock = clock
        self.entropy = entropy
        self.kinds: dict[str, RecordKind] = {kind.name: kind for kind in kinds}
        self.local = LocalStore(self, entropy)
        self._derivers = derivers
        self._lock = RLock()
        self._opened = Opened()
        self._acting = False
        self._subscribers: list[Callable[[frozenset[str]], None]] = []
        self._database = open_database(path, key)
        self._readers = Readers(lambda: open_database(path, key, read_only=True))
        self.files = UnitFiles(self, path.parent / "files")
        try:
            self._prepare()
        except BaseException:
            self._database.close()
            raise

    @staticmethod
    def create(
        path: Path,
        identity: Identity,
        keys: Keys,
        clock: Clock,
        entropy: Entropy,
        derivers: Mapping[str, Deriver] = NO_DERIVERS,
    ) -> "UnitStore":
        """Make the database of an office on this PC, with fresh secrets in `keys`; StoreError QMS-408 if there is one."""
        if path.exists():
            raise office_exists(path)
        for name in (secret.DATABASE, secret.SIGNING, secret.WRAPPING):
            keys.set(name, entropy(KEY_BYTES))
        make_database(path, keys, identity)
        return UnitStore(path, keys, clock, entropy, derivers)

    @staticmethod
    def open(
        path: Path, keys: Keys, clock: Clock, entropy: Entropy, derivers: Mapping[str, Deriver] = NO_DERIVERS
    ) -> "UnitStore":
        """Open an office's database; StoreError when the file, its key or its form do not fit."""
        return UnitStore(path, keys, clock, entropy, derivers)

    def _prepare(self) -> None:
        """Refuse a newer form before anything is written; then bring tables and columns up to date."""
        schema.check_version(self.connection)
        if schema.version_of(self.connection) == schema.EMPTY:
            raise emptied(self.path)
        with self._transaction():
            before = schema.version_of(self.connection)
            schema.migrate(self.connection)
            if before < schema.ACROSS:
                take_over(self._ledger(self.connection))
            changed = derive(self._database, tuple(self.kinds.values()))
            self._identity = meta.read_identity(self.connection)
            self._project(changed)
            if before < schema.ACROSS:
                self._clashes(self._ledger(self.connection)).settle_all()

    def _project(self, changed: Sequence[Reshaped]) -> None:
        """Fill in what a changed definition asks for, and derive what hangs on it."""
        ledger = self._ledger(self.connection)
        projection = Projection(ledger, self.kinds)
        for reshaped in changed:
            projection.reshape(reshaped)
        self.derive(ledger, projection.shown)
        for reshaped in changed:
            if any(field.derived for field in reshaped.added):
                Derivation(ledger, self.kinds, self._derivers, self.replica).settle_kind(reshaped.kind.name)

    def _clashes(self, ledger: Ledger) -> Clashes:
        return Clashes(ledger, self.kinds, self.unit_code)

    @property
    def connection(self) -> Any:
        """The writing connection; only for code that holds ``writing``."""
        return self._database.conn

    @property
    def database(self) -> Database:
        """The writing connection as sqlite-utils sees it."""
        return self._database

    @property
    def replica(self) -> str:
        """The journal this PC writes."""
        return self._identity.replica

    @property
    def letter(self) -> str:
        """The PC's letter within its unit, "" until it is enrolled."""
        return self._identity.letter

    @property
    def unit_code(self) -> str:
        """The code of the unit this PC belongs to."""
        return self._identity.unit_code

    def enrol(self, *, unit_code: str, letter: str) -> None:
        """Take over what enrolment decided: unit and letter."""
        with self.writing() as ledger:
            self._identity = replace(self._identity, unit_code=unit_code, letter=letter)
            meta.write_identity(ledger.connection, self._identity)
            meta.write(ledger.connection, meta.RENAMED, "")

    @property
    def renamed(self) -> bool:
        """Whether this PC took a new replica id (restored, cloned) and has not enrolled under it yet."""
        with self.reading() as ledger:
            return bool(meta.read(ledger.connection, meta.RENAMED))

    @property
    def predecessors(self) -> tuple[str, ...]:
        """The ids this PC had, while roles granted for them have not been granted for its present id."""
        with self.reading() as ledger:
            return tuple(meta.read(ledger.connection, meta.PREDECESSORS).split())

    def forget_predecessors(self) -> None:
        """Their roles have been granted anew."""
        with self.writing() as ledger:
            meta.write(ledger.connection, meta.PREDECESSORS, "")

    def forget_definitions(self) -> None:
        """Let the next opening rebuild every row and derived column from the journal."""
        with self.writing() as ledger:
            ledger.connection.execute("DELETE FROM derived")

    def close(self) -> None:
        """Close every connection and remove what was opened from attachments; the store is of no use afterwards."""
        self.files.close()
        with self._lock:
            self._readers.close()
            self._database.close()

    def subscribe(self, callback: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Be told, in the committing thread, which kinds of records changed; returns how to end it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def notify(self, kinds: frozenset[str]) -> None:
        """Tell the subscribers; called after a commit and outside the write lock."""
        for callback in tuple(self._subscribers) if kinds else ():
            callback(kinds)

    @contextmanager
    def view(self) -> Iterator[View]:
        """A consistent snapshot for reading, on a connection of its own; any thread."""
        with self.reading() as ledger:
            yield View(ledger, self.kinds, self.replica)

    @contextmanager
    def reading(self, *, afresh: bool = False) -> Iterator[Ledger]:
        """The journal and merge states, in a snapshot, for reading."""
        with spoken_faults(), self._readers.snapshot(afresh=afresh) as connection:
            yield self._ledger(connection)

    @contextmanager
    def writing(self) -> Iterator[Ledger]:
        """The journal and merge states in one write transaction: committed at the end, rolled back on any exception."""
        with self._lock:
            if self._acting:
                raise RuntimeError("an action inside an action: decide only reads")
            self._acting = True
            try:
                with self._transaction():
                    ledger = self._ledger(self.connection)
                    yield ledger
                    ledger.flush()
            finally:
                self._acting = False

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with spoken_faults():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def _ledger(self, connection: Any) -> Ledger:
        return Ledger(connection, load_unit_keys(connection), self._opened)

    def act(self, name: str, author: Author, decide: Decide, reason: str = "") -> Committed:
        """One action of a person: decide on the current state, then write rows and entries, all or nothing.

        `name` as in ``dossier.receive``. One entry per scope touched, all with the same action id. An exception from
        `decide` rolls back and is passed on. StoreError when the data cannot be written.
        """
        with self.writing() as ledger:
            former.demand_open(ledger.connection, self.unit_code, name)
            changes = decide(View(ledger, self.kinds, self.replica))
            writer = self.writer(ledger)
            drafted = Drafter(ledger, self.kinds, self.unit_code).entries(changes)
            action = Action(name, self.entropy(16).hex(), author.person, _utc_ms(author.at), author.on_behalf, clean(reason))
            entries = tuple(writer.write(action, scope, ops) for scope, ops in drafted)
            self.derive(ledger, writer.shown)
        records = tuple(dict.fromkeys((op.kind, op.record) for _, ops in drafted for op in ops))
        self.notify(frozenset(kind for kind, _ in records))
        return Committed(action.action_id, entries, records)

    def writer(self, ledger: Ledger) -> Writer:
        """Writes this PC's journal; a PC that met its own id in foreign entries (a clone) first takes a new one."""
        self._identity = meta.read_identity(ledger.connection)
        if meta.read(ledger.connection, meta.CLONED):
            Writer(ledger, self.kinds, self.replica, self.keys).sign_tips()
            self._identity = meta.rename(ledger.connection, self.entropy(16).hex())
        return Writer(ledger, self.kinds, self.replica, self.keys)

    def sign_tips(self) -> None:
        """Sign the ends of this PC's journals: before a hand-over, for unsigned entries are not sent."""
        with self.writing() as ledger:
            Writer(ledger, self.kinds, self.replica, self.keys).sign_tips()

    def answer(self, question: KeyOfQuestion, value: Value, author: Author, reason: str = "") -> Committed:
        """Decide an open question (kind, record, field): one write that replaces every value standing there."""
        kind, record, field = question
        return self.act(ANSWER, author, lambda _view: [self._answering(kind, record, field, value)], reason)

    def _answering(self, kind: str, record: str, field: str, value: Value) -> Change:
        if field == "":
            return void(kind, record) if value else restore(kind, record)
        if isinstance(value, dict) and field.startswith("#"):
            return Change(kind, record, "set", value, settles=True)
        return Change(kind, record, "set", {field: value}, settles=True)

    def undo_last(self, author: Author) -> Committed | None:
        """Take back what the person did last on this PC, by a new action; None when there is nothing to take back.

        RuleError QMS-280 when it has been built upon since. An undo is not undone.
        """
        return self._take_back(UNDO, author, undone=False)

    def redo_last(self, author: Author) -> Committed | None:
        """Do again what the person has just taken back; None when the last action was no undo. RuleError QMS-280 as above."""
        return self._take_back(REDO, author, undone=True)

    def _take_back(self, name: str, author: Author, *, undone: bool) -> Committed | None:
        found: list[Change] = []
        acts: list[str] = []

        def decide(_view: View) -> list[Change]:
            ledger = self._ledger(self.connection)
            last = last_action(ledger, author.person, undone=undone)
            acts.extend(entry.act for entry in last if entry.act != UNDO)
            found.extend(changes_back(ledger, self.kinds, last))
            return found

        done = self.act(name, author, decide)
        return replace(done, undone=next(iter(acts), "")) if found else None

    def add_unit_key(self, unit: str, epoch: int, key: bytes) -> None:
        """Keep a key of the unit and show what could not be read without it."""
        with self.writing() as ledger:
            keep_unit_key(ledger.connection, unit, epoch, key)
        self.project_all()

    def forget_erased(self) -> None:
        """Empty the write-ahead log, where what was erased would still stand (encrypted, but with a key that is here)."""
        with self._lock, spoken_faults():
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def project_all(self) -> int:
        """Show the values of entries whose key has come since they arrived; returns how many entries were opened."""
        with self.writing() as ledger:
            projection = Projection(ledger, self.kinds)
            opened = projection.open_late()
            self.derive(ledger, projection.shown)
        self.notify(frozenset(kind for kind, _ in projection.shown))
        return opened

    def derive(self, ledger: Ledger, changed: Iterable[tuple[str, str]]) -> None:
        """Bring derived columns up to date after changes, in the transaction of the changes."""
        ledger.flush()
        changed = tuple(changed)
        self._clashes(ledger).settle(changed)
        if self._derivers:
            Derivation(ledger, self.kinds, self._derivers, self.replica).settle(changed)

    def rederive(self, kind: str) -> None:
        """Compute the derived columns of all records of a kind anew (after the calendar changed, say)."""
        with self.writing() as ledger:
            Derivation(ledger, self.kinds, self._derivers, self.replica).settle_kind(kind)
        self.notify(frozenset({kind}))

    @property
    def former_units(self) -> tuple[str, ...]:
        """The units that were merged into this one, as far as this PC has heard."""
        with self.reading() as ledger:
            return former.former_units_here(ledger.connection, self.unit_code)

    @property
    def successor(self) -> str:
        """The unit that this PC's unit was merged into; "" while it goes on."""
        with self.reading() as ledger:
            return former.successor(ledger.connection, self.unit_code)

    def unit_keys(self, unit: str = "") -> dict[int, bytes]:
        """The keys of this PC's unit (or of a former one), by epoch; empty until one is made or has come."""
        wanted = unit or self.unit_code
        with self.reading() as ledger:
            rows = ledger.connection.execute("SELECT epoch, key FROM unit_key WHERE unit = ?", (wanted,)).fetchall()
        return {epoch: bytes(key) for epoch, key in rows}


def _utc_ms(moment: datetime) -> int:
    return int(moment.replace(tzinfo=VIET_NAM).timestamp() * 1000)
