"""A new PC of an office: it shows and finds what stands in the snapshot, is written on, and ends with the history alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.domain.ids import Entropy
from qms_desktop.keys import MemoryKeys
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.meta import Identity
from qms_desktop.store.underlay import UnitUnderlay
from qms_desktop.store.unit import Author, UnitStore, create, put, void
from qms_desktop.store.verify import verify
from sync.client.bootstrap import NAME, Bootstrap
from sync.client.transport import Answer
from sync.errors import TransportFault
from sync.journal.memory_log import MemoryLog
from sync.journal.merge import RecordState
from sync.newcomer import snapshot_making
from sync.newcomer.base import Base
from sync.newcomer.snapshot import Encoder, Part, SnapshotRequest
from tests.store.conftest import NOW, UNIT, UNIT_KEY, MakeStore
from tests.store.test_exchange import Known, exchange
from tests.store.test_journal import SCOPES
from tests.sync.newcomer.test_snapshot import Shelf

DOSSIERS = f"unit/{UNIT}/dossiers"
"""The scope these tests start from a snapshot; the others come as history only."""


class Giver:
    """Answers as the province does: snapshots of what a store holds, each answer cut after so many bytes."""

    def __init__(self, store: UnitStore, scopes: tuple[str, ...] = (DOSSIERS,)) -> None:
        self.contents = {scope: snapshot_of(store, scope) for scope in scopes}
        self.longest: int | None = None
        self.asked = 0

    def __call__(self, path: str, body: bytes) -> Answer:
        self.asked += 1
        asked = msgspec.json.decode(body, type=SnapshotRequest)
        content = self.contents.get(asked.scope, b"")
        name = hashlib.sha256(content).hexdigest() if content else ""
        return Answer(200, {NAME: name}, self._sent(content[asked.position if asked.name == name else 0 :]))

    def _sent(self, content: bytes) -> Iterator[bytes]:
        cut = self.longest is not None and len(content) > self.longest
        yield content[: self.longest]
        if cut:
            raise TransportFault(TransportFault.CUT, "cut")


def snapshot_of(store: UnitStore, scope: str) -> bytes:
    log, twin = UnitLog(store), MemoryLog()
    with store.reading() as ledger:
        rows = ledger.connection.execute("SELECT id FROM entry WHERE scope = ? ORDER BY num", (scope,)).fetchall()
    twin.append(scope, log.load(scope, [entry.hex() for (entry,) in rows]), {})
    return b"".join(snapshot_making.compose(Shelf(twin), scope, worth=1))


def started(store: UnitStore, giver: Giver) -> UnitUnderlay:
    underlay = UnitUnderlay(store)
    Bootstrap(UnitLog(store), underlay, giver).run(SCOPES, store.replica)
    return underlay


def edit(store: UnitStore, person: str, record: str, **values: Value) -> None:
    store.act("dossier.edit", Author(person, NOW), lambda _view: [put("dossier", record, values)])


def rows_of(store: UnitStore, *without: str) -> dict[str, dict[str, Value]]:
    with store.view() as view:
        rows = {str(row["id"]): row for row in view.find("dossier")}
    return {record: {name: value for name, value in row.items() if name not in without} for record, row in rows.items()}


@pytest.fixture
def office(make_store: MakeStore, author: Author) -> UnitStore:
    """A PC that received dossiers and changed them often; one was taken out of use."""
    store = make_store("A")
    for at in range(40):
        values: dict[str, Value] = {"code": f"T-A-{at}", "applicant_name": f"Nguyễn Thị Đường {at}", "sets": 1}
        store.act("dossier.receive", author, lambda _view, at=at, values=values: [create("dossier", f"d{at}", values)])  # type: ignore[misc]
    for step in range(120):
        edit(store, "an", f"d{step % 30}", note=f"lần {step}")
    store.act("dossier.void", author, lambda _view: [void("dossier", "d39")], "nhập nhầm")
    return store


def test_a_new_pc_shows_and_finds_what_stands_and_holds_nothing(office: UnitStore, make_store: MakeStore) -> None:
    new = make_store("B")
    started(new, Giver(office))
    assert rows_of(new) == rows_of(office)
    with new.view() as view:
        found = [hit.id for hit in view.search("duong 7")]
        assert view.get("dossier", "d39")["_voided"]  # type: ignore[index]
    with office.view() as view:
        assert found == [hit.id for hit in view.search("duong 7")] != []
    assert UnitLog(new).leaves(DOSSIERS) == ()
    assert UnitLog(new).state_digest(DOSSIERS) == 0
    assert verify(new) == []


def test_what_is_written_before_the_history_is_there_replaces_what_was_shown(office: UnitStore, make_store: MakeStore) -> None:
    new = make_store("B")
    underlay = started(new, Giver(office))
    edit(new, "binh", "d3", note="viết trên máy mới")
    assert rows_of(new)["d3"]["note"] == "viết trên máy mới"
    assert verify(new) == []
    assert not underlay.settle(DOSSIERS)
    known = Known(office, new)
    assert exchange(new, office, known).equal
    assert underlay.settle(DOSSIERS)
    assert rows_of(new)["d3"]["note"] == "viết trên máy mới"
    assert rows_of(new, "_entry") == rows_of(office, "_entry")
    with office.view() as view:
        assert view.questions() == []
    assert verify(new, known) == []
    assert verify(office, known) == []


def test_what_two_write_meanwhile_is_a_question(office: UnitStore, make_store: MakeStore) -> None:
    new = make_store("B")
    underlay = started(new, Giver(office))
    edit(office, "an", "d3", note="của An")
    edit(new, "binh", "d3", note="của Bình")
    known = Known(office, new)
    assert exchange(new, office, known).equal
    underlay.settle(DOSSIERS)
    for store in (new, office):
        with store.view() as view:
            assert [{value.value for value in one.values} for one in view.questions()] == [{"của An", "của Bình"}]
        assert verify(store, known) == []


def test_a_line_that_is_cut_again_and_again_brings_it_all(
    office: UnitStore, make_store: MakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_making, "PART_ENTRIES", 20)
    giver, new = Giver(office), make_store("B")
    giver.longest = len(giver.contents[DOSSIERS]) // 3
    started(new, giver)
    assert giver.asked > 2
    assert rows_of(new) == rows_of(office)
    asked = giver.asked
    started(new, giver)
    assert giver.asked == asked, "a complete snapshot is not fetched again"


def test_sealed_values_are_shown_when_the_key_has_come(office: UnitStore, tmp_path: Path, entropy: Entropy) -> None:
    identity = Identity(entropy(16).hex(), "C", UNIT)
    new = UnitStore.create(tmp_path / "C" / "office.db", identity, MemoryKeys(), lambda: NOW, entropy)
    started(new, Giver(office))
    assert rows_of(new)["d3"]["applicant_name"] is None
    new.add_unit_key(UNIT, 1, UNIT_KEY)
    assert rows_of(new) == rows_of(office)
    assert verify(new) == []
    new.close()


def test_what_only_a_wrong_snapshot_says_goes_with_it(office: UnitStore, make_store: MakeStore, author: Author) -> None:
    giver, forger, new = Giver(office), make_store("C"), make_store("B")
    forger.act(
        "dossier.receive", author, lambda _view: [create("dossier", "forged", {"code": "T-A-9", "note": "nobody wrote it"})]
    )
    (parcel,) = UnitLog(forger).load(DOSSIERS, [UnitLog(forger).leaves(DOSSIERS)[0].id])
    heads = {write.field: ((parcel.entry.id, 1),) for write in parcel.entry.ops[0].writes}
    encoder = Encoder(DOSSIERS)
    head = encoder.head(UnitLog(office).leaves(DOSSIERS), 1)
    part = encoder.part(Part((parcel,), {("dossier", "forged"): Base(RecordState(heads, {}, {}))}))
    giver.contents[DOSSIERS] = head + part + encoder.end()
    underlay = started(new, giver)
    assert "forged" in rows_of(new)
    known = Known(office, new)
    assert exchange(new, office, known).equal
    assert underlay.settle(DOSSIERS)
    assert rows_of(new, "_entry") == rows_of(office, "_entry")
    assert verify(new, known) == []


def test_what_decides_for_whom_this_pc_acts_is_never_taken_from_a_snapshot(
    office: UnitStore, make_store: MakeStore, author: Author
) -> None:
    """A server that cannot read must not plant a key of its own, nor an order to erase."""
    giver, forger, new = Giver(office), make_store("C"), make_store("B")
    forger.act("forged", author, lambda _view: [create("dossier", "forged", {"code": "T-A-9"})])
    (parcel,) = UnitLog(forger).load(DOSSIERS, [UnitLog(forger).leaves(DOSSIERS)[0].id])
    base = Base(RecordState({"code": ((parcel.entry.id, 1),)}, {}, {}))
    places = [(kind, "forged") for kind in ("unit_key", "role_grant", "person", "pc", "erasure", "verdict", "dossier")]
    encoder = Encoder(DOSSIERS)
    part = encoder.part(Part((parcel,), dict.fromkeys(places, base)))
    giver.contents = {scope: encoder.head((), 1) + part + encoder.end() for scope in SCOPES}
    started(new, giver)
    assert giver.asked == 1, "other scopes are not asked for"
    with new.view() as view:
        assert {kind for kind, _ in places if view.get(kind, "forged")} == {"dossier"}


def test_a_change_of_the_forms_definition_keeps_what_is_shown(office: UnitStore, make_store: MakeStore) -> None:
    new = make_store("B")
    started(new, Giver(office))
    new.forget_definitions()
    path, keys = new.path, new.keys
    new.close()
    again = UnitStore.open(path, keys, lambda: NOW, bytes)
    assert rows_of(again) == rows_of(office)
    again.close()


def test_a_pc_with_history_asks_for_none(office: UnitStore, make_store: MakeStore) -> None:
    new = make_store("B")
    assert exchange(new, office, Known(office, new)).equal
    giver = Giver(office)
    started(new, giver)
    with new.reading() as ledger:
        assert not ledger.bases
    edit(new, "an", "d1", note="x")
    new.act("x", Author("an", NOW), lambda _view: [put("dossier", "d1", {"note": "y"})])
    assert verify(new) == []
