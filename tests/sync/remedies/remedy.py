"""What a remedy is for these tests: a promise, a scenario that checks it on the real code, and what takes the remedy out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.store.meta import Identity
from qms_desktop.store.unit import Author, UnitStore
from sync.server.api import make_app
from sync.server.province import Province
from tests.store.conftest import NOW, UNIT, UNIT_KEY
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.in_process import InProcess
from tests.usecases.office_kit import Clock as OfficeClock
from tests.usecases.office_kit import Dice, found, sign_in

AUTHOR = Author("an", NOW)


@dataclass
class Kit:
    """Places and machines for a scenario; everything it makes is closed by `close`."""

    folder: Path
    _open: ExitStack = field(default_factory=ExitStack)
    _made: int = 0

    def store(self, name: str) -> UnitStore:
        """A PC's store with the unit's key."""
        entropy = Dice(len(name) + 100 * self._next())
        identity = Identity(replica=entropy(16).hex(), letter=name, unit_code=UNIT)
        store = UnitStore.create(self._place(name) / "office.db", identity, MemoryKeys(), lambda: NOW, entropy)
        store.add_unit_key(UNIT, 1, UNIT_KEY)
        self._open.callback(store.close)
        return store

    def copied(self, store: UnitStore) -> UnitStore:
        """The same disk once more, with the same keys."""
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target = self._place("copy") / "office.db"
        target.parent.mkdir(parents=True)
        target.write_bytes(store.path.read_bytes())
        twin = UnitStore.open(target, store.keys, store.clock, Dice(900 + self._made))
        self._open.callback(twin.close)
        return twin

    def office(self, role: str = "CL") -> Office:
        """A founded office with a person signed in, and a procedure in force."""
        office = found(self._place("office"), OfficeClock(), publish={"2.000815"}.__contains__)
        self._open.callback(office.close)
        return sign_in(office, role)

    def cloned(self, office: Office) -> Office:
        """The office's data folder and keys on another PC, with the same person signed in."""
        import shutil

        office.demand_store().connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        folder = self._place("clone")
        shutil.copytree(office.paths.data, folder)
        twin = Office(Paths(folder), office.keys, office.clock, Dice(77))
        twin.open()
        self._open.callback(twin.close)
        return sign_in(twin, "CL")

    def province(self) -> tuple[Province, InProcess, Clock]:
        """A server with two units, the road to it, and its clock."""
        clock = Clock()
        province = Province.init(self._place("server"), clock=clock, entropy=Entropy())
        self._open.callback(province.close)
        province.publish("unit.import", unit_puts())
        return province, InProcess(make_app(province, chance=lambda: 0.5)), clock

    def close(self) -> None:
        """End everything that was made."""
        self._open.close()

    def _place(self, name: str) -> Path:
        return self.folder / f"{name}-{self._next()}"

    def _next(self) -> int:
        self._made += 1
        return self._made


Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Remedy:
    """One line of docs/sync-remedies.md: the `case`, a scenario that checks what must happen, and the way to take just
    that remedy out of the program."""

    case: str
    scenario: Callable[[Kit], None]
    without: Callable[[Patch], None]

    @property
    def name(self) -> str:
        """As the page names it: module and scenario."""
        return f"{self.scenario.__module__.rpartition('.')[2]}.{self.scenario.__name__}"


def as_if(target: str, value: object) -> Callable[[Patch], None]:
    """Takes a remedy out by putting something else in its place."""
    return lambda patch: patch.setattr(target, value)
