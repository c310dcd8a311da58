"""One field in which very many values stand: taking a further one in costs no more than the first."""

from collections.abc import Sequence

from qms_desktop.store.journal import UnitLog
from qms_desktop.store.unit import UnitStore
from qms_desktop.store.verify import verify
from sync.journal.entry import Entry, Op, Verb, Write
from sync.journal.log import Parcel
from tests.sync.world.builders import entry

SCOPE = "unit/29677/dossiers"


def standing(count: int) -> list[Entry]:
    """Entries that all write the same field and know of none of the others."""
    made: list[Entry] = []
    for number in range(count):
        op = Op("dossier", "d1", Verb.SET, (Write("note", f"ý {number}", ()),))
        made.append(entry(op, scope=SCOPE, after=made[-1] if made else None))
    return made


def statements(store: UnitStore, entries: Sequence[Entry]) -> list[str]:
    """What the database was told to do while these entries were taken in as one frame."""
    told: list[str] = []
    store.connection.set_trace_callback(told.append)
    UnitLog(store).append(SCOPE, [Parcel(entry) for entry in entries], {})
    store.connection.set_trace_callback(None)
    return told


def test_a_frame_writes_a_record_once_however_many_values_it_brings(store: UnitStore) -> None:
    made = standing(400)
    first, second = statements(store, made[:200]), statements(store, made[200:])
    for told in (first, second):
        assert sum(statement.startswith(("UPDATE state", "INSERT INTO state")) for statement in told) == 1
        assert sum("k_dossier" in statement and not statement.startswith("SELECT") for statement in told) <= 2
    assert len(second) <= len(first) + 200
    with store.view() as view:
        assert len(view.questions()) == 1
        assert (view.get("dossier", "d1") or {})["note"] == "ý 399"
    assert verify(store) == []
