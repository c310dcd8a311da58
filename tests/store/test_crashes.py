"""Whatever stops the program, the store afterwards is whole: the old state or the new one, never something between."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import pytest

from qms_desktop.domain.errors import StoreError
from qms_desktop.domain.fields import Value
from qms_desktop.keys import FileKeys
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.unit import Author, Identity, UnitStore, create, put
from qms_desktop.store.verify import verify
from tests.store.conftest import NOW, UNIT, UNIT_KEY, MakeStore
from tests.store.test_journal import SCOPES, hand_over

WRITER = """
import os, sys
from datetime import datetime
from pathlib import Path
from qms_desktop.keys import FileKeys
from qms_desktop.store.packer import Packer
from qms_desktop.store.unit import Author, UnitStore, create, put
folder, round_ = Path(sys.argv[1]), sys.argv[2]
now = datetime(2026, 11, 20, 9, 0)
store = UnitStore.open(folder / "office.db", FileKeys(folder / "keys.json"), lambda: now, os.urandom)
for at in range(100000):
    record = f"d-{round_}-{at}"
    values = {"code": record, "applicant_name": "Nguyễn Thị Đường", "received_at": "2026-11-20T09:00"}
    person = create("position", f"p-{round_}-{at}", {"name": "Văn thư"})
    store.act("dossier.receive", Author("an", now), lambda view: [create("dossier", record, values), person])
    store.act("dossier.edit", Author("an", now), lambda view: [put("dossier", record, {"note": f"lần {at}"})])
    print(record, flush=True)
    Packer(store, kept_open=3, in_block=4).step()
"""


def test_killed_at_random_moments_nothing_acknowledged_is_missing(tmp_path: Path) -> None:
    keys = FileKeys(tmp_path / "keys.json")
    store = UnitStore.create(tmp_path / "office.db", Identity("a" * 32, "A", UNIT), keys, lambda: NOW, os.urandom)
    store.add_unit_key(UNIT, 1, UNIT_KEY)
    store.close()
    chance = random.Random(5)
    acknowledged: list[str] = []
    for number in range(4):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline().strip() for _ in range(chance.randrange(1, 25))]
            writer.send_signal(signal.SIGKILL)
            said += [line.strip() for line in writer.stdout if line.endswith("\n")]
        acknowledged += said
        store = UnitStore.open(tmp_path / "office.db", keys, lambda: NOW, os.urandom)
        assert verify(store) == []
        with store.view() as view:
            assert [record for record in acknowledged if (view.get("dossier", record) or {}).get("note") is None] == []
        store.close()


class Cut(Exception):
    """The program stopped here."""


class StatementLimit:
    """Lets a number of statements of a connection pass and then fails, as a full disk or a power cut between two would."""

    def __init__(self, connection: object, allowed: int) -> None:
        self.connection, self.left = connection, allowed

    def execute(self, statement: str, *rest: object) -> object:
        if statement != "ROLLBACK":
            self._count()
        return self.connection.execute(statement, *rest)  # type: ignore[attr-defined]

    def executemany(self, statement: str, rows: Iterable[object]) -> object:
        """One after the other, each may be the last."""
        for row in rows:
            self._count()
            self.connection.execute(statement, row)  # type: ignore[attr-defined]
        return None

    def _count(self) -> None:
        if self.left == 0:
            raise Cut
        self.left -= 1

    def __getattr__(self, name: str) -> object:
        return getattr(self.connection, name)


def receive(store: UnitStore, author: Author, record: str) -> None:
    values: dict[str, Value] = {"code": record, "applicant_name": "Đường"}
    store.act("dossier.receive", author, lambda _view: [create("dossier", record, values)])


def survives_cut(store: UnitStore, cut: int, work: Callable[[], object]) -> bool:
    """Run `work` with so many statements allowed; False if it was cut. The connection is whole again afterwards."""
    real = store.connection
    store.database.conn = cast(Any, StatementLimit(real, cut))
    try:
        work()
    except Cut:
        assert not real.in_transaction
        return False
    finally:
        store.database.conn = real
    return True


def contents(store: UnitStore) -> list[object]:
    """Everything the database holds, table by table."""
    names = [row[0] for row in store.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return [(name, store.connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names if name != "search"]


def test_cut_between_any_two_statements_leaves_the_old_state(store: UnitStore, author: Author) -> None:
    receive(store, author, "d1")
    changes = [put("dossier", "d1", {"note": "mới", "state": "processing"}), create("position", "p1", {"name": "Văn thư"})]
    before, cuts = contents(store), 0
    while not survives_cut(store, cuts, lambda: store.act("both", author, lambda _view: changes)):
        assert contents(store) == before, f"cut after {cuts} statements"
        cuts += 1
    assert cuts > 30
    assert verify(store) == []
    with store.view() as view:
        assert (view.get("dossier", "d1") or {})["note"] == "mới"


def test_a_frame_from_outside_comes_whole_or_not_at_all(make_store: MakeStore, author: Author) -> None:
    one, two = make_store("A"), make_store("B")
    for at in range(3):
        receive(one, author, f"d{at}")
    log = UnitLog(one)
    ids = [row.id for row in log.rows(SCOPES[1], one.replica, 0, 9)]
    parcels, before, cuts = log.load(SCOPES[1], ids), contents(two), 0
    while not survives_cut(two, cuts, lambda: UnitLog(two).append(SCOPES[1], parcels, {})):
        assert contents(two) == before, f"cut after {cuts} statements"
        cuts += 1
    assert cuts > 20
    hand_over(one, two)
    hand_over(one, two)
    assert verify(two) == []
    with two.view() as view:
        assert view.count("dossier") == 3


def test_two_programs_write_to_one_office(store: UnitStore, author: Author) -> None:
    other = UnitStore.open(store.path, store.keys, store.clock, random.Random(8).randbytes)
    faults: list[BaseException] = []

    def write(into: UnitStore, name: str) -> None:
        try:
            for at in range(25):
                receive(into, author, f"{name}{at}")
        except BaseException as fault:  # noqa: BLE001 (shown by the assertion below)
            faults.append(fault)

    threads = [threading.Thread(target=write, args=pair) for pair in ((store, "one"), (other, "two"), (store, "three"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert verify(store) == []
    assert len(UnitLog(store).leaves(SCOPES[1])) == 1
    with other.view() as view:
        assert view.count("dossier") == 75
    other.close()


def test_a_full_disk_is_said_and_loses_nothing(store: UnitStore, author: Author) -> None:
    store.act("dossier.receive", author, lambda _view: [create("dossier", "d1", {"code": "T-A-1"})])
    (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    changes = [create("dossier", f"big{at}", {"code": "x" * 2000, "note": "y" * 2000}) for at in range(60)]
    with pytest.raises(StoreError, match="QMS-404"):
        store.act("dossier.import", author, lambda _view: changes)
    store.connection.execute("PRAGMA max_page_count = 1000000")
    assert verify(store) == []
    store.act("dossier.import", author, lambda _view: changes)
    with store.view() as view:
        assert view.count("dossier") == 61
