"""New PCs, attachments, other versions, states that left their journal."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from qms_desktop.store.journal import UnitLog
from qms_desktop.store.projection import Projection
from qms_desktop.store.rebuild import reapply
from qms_desktop.store.unit import UnitStore, create, put
from qms_desktop.store.verify import verify
from sync.errors import BlobFault, EntryError
from sync.files import blobs
from sync.files.shelf import Shelf
from sync.journal import body
from sync.journal import entry as entries
from sync.journal.entry import Op, Verb, Write
from sync.journal.log import Parcel
from sync.journal.memory_log import MemoryLog
from tests.store.test_exchange import Known, exchange
from tests.store.test_journal import SCOPES, hand_over
from tests.store.test_underlay import DOSSIERS, Giver, edit, rows_of, started
from tests.store.test_upgrade import NEWER
from tests.sync.files.test_blobs import sealed, text_of
from tests.sync.newcomer.test_snapshot import Under, a_clones_entry_arrives
from tests.sync.remedies.remedy import AUTHOR, Kit, Patch, Remedy, as_if
from tests.sync.world.builders import SCOPE, draft


def a_new_pc_is_of_use_before_its_history_is_there(kit: Kit) -> None:
    """It shows what a snapshot shows, holds nothing it cannot prove, and ends with the history alone."""
    office, new = kit.store("A"), kit.store("B")
    for at in range(4):
        office.act("dossier.receive", AUTHOR, lambda _view, at=at: [create("dossier", f"d{at}", {"code": f"T-A-{at}"})])  # type: ignore[misc]
    underlay = started(new, Giver(office))
    assert rows_of(new) == rows_of(office)
    assert UnitLog(new).leaves(DOSSIERS) == ()
    edit(office, "an", "d1", note="sau khi lập bản chụp")
    assert exchange(new, office, Known(office, new)).equal
    assert underlay.settle(DOSSIERS)
    assert rows_of(new, "_entry") == rows_of(office, "_entry")


def what_a_snapshot_covers_is_known_by_ids(kit: Kit) -> None:
    """A clone's entry under a number that the snapshot covers is not taken for covered."""
    a_clones_entry_arrives(Under)


def a_snapshot_goes_on_where_it_was_cut(kit: Kit) -> None:
    """A part that arrived whole is never fetched again."""
    office, new = kit.store("A"), kit.store("B")
    for at in range(60):
        office.act("dossier.receive", AUTHOR, lambda _view, at=at: [create("dossier", f"d{at}", {"code": f"T-A-{at}"})])  # type: ignore[misc]
    from sync.newcomer import snapshot_making

    usual, snapshot_making.PART_ENTRIES = snapshot_making.PART_ENTRIES, 10
    try:
        giver = Giver(office)
    finally:
        snapshot_making.PART_ENTRIES = usual
    giver.longest = len(giver.contents[DOSSIERS]) // 2
    started(new, giver)
    assert rows_of(new) == rows_of(office)


def _start_again_from_nothing(patch: Patch) -> None:
    from qms_desktop.store.underlay import UnitUnderlay

    patch.setattr(UnitUnderlay, "arrived", lambda *_: None)


def an_arriving_file_goes_on_where_it_was_cut(kit: Kit) -> None:
    """After a kill the length of what is there says what is missing."""
    name, data = _file()
    Shelf(kit.folder).append(name, 0, data[:70_000])
    shelf = Shelf(kit.folder)
    assert shelf.held(name) == 70_000
    shelf.append(name, 70_000, data[70_000:])
    shelf.finish(name, len(data))
    assert b"".join(shelf.chunks(name)) == data


def a_piece_that_comes_twice_or_late_spoils_nothing(kit: Kit) -> None:
    """What is here is not written again, and nothing is written beyond a gap."""
    name, data = _file()
    shelf = Shelf(kit.folder)
    for start, end in ((0, 50_000), (0, 50_000), (90_000, 100_000), (40_000, len(data))):
        shelf.append(name, start, data[start:end])
    shelf.finish(name, len(data))
    assert b"".join(shelf.chunks(name)) == data


def _write_whatever_comes(patch: Patch) -> None:
    def careless(self: Shelf, name: str, at: int, data: bytes, by: str = "") -> int:
        part = self._part(name, by)
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as file:
            file.write(data)
        return self._length(part)

    patch.setattr(Shelf, "append", careless)


def a_file_is_whole_only_by_its_hash(kit: Kit) -> None:
    """Bytes that are not those of the name never become the file."""
    name, data = _file()
    shelf = Shelf(kit.folder)
    shelf.append(name, 0, b"x" + data[1:])
    with pytest.raises(BlobFault):
        shelf.finish(name, len(data))
    assert shelf.size(name) is None


def the_same_file_is_kept_once_within_an_area_only(kit: Kit) -> None:
    """Whether another area holds the same file cannot be seen from its name."""
    plain = text_of(5_000)
    assert sealed(plain) == sealed(plain)
    assert sealed(plain) != sealed(plain, scope="unit/28756/qms")


def _forget_the_area(patch: Patch) -> None:
    keyed = blobs._keyed
    patch.setattr(blobs, "_keyed", lambda key, purpose, _scope, *rest: keyed(key, purpose, b"", *rest))


def _file() -> tuple[str, bytes]:
    data = text_of(130_000)
    return sha256(data).hexdigest(), data


def unknown_fields_are_carried_and_understood_after_the_upgrade(kit: Kit) -> None:
    """A newer program's kinds and fields pass through an older one, which goes on writing, and are there after its update."""
    newer, older = _as(kit.store("new"), NEWER), kit.store("old")
    values = {"code": "T-N-1", "shelf": "Kệ Đông"}
    newer.act("dossier.receive", AUTHOR, lambda _view: [create("dossier", "d1", values), create("box", "b1", {"label": "Số 9"})])
    hand_over(newer, older)
    older.act("dossier.edit", AUTHOR, lambda _view: [put("dossier", "d1", {"note": "từ bản cũ"})])
    hand_over(older, newer)
    upgraded = _as(older, NEWER)
    try:
        for store in (newer, upgraded):
            with store.view() as view:
                dossier, box = view.get("dossier", "d1") or {}, view.get("box", "b1") or {}
            assert (dossier["shelf"], dossier["note"], box["label"]) == ("Kệ Đông", "từ bản cũ", "Số 9")
    finally:
        newer.close()
        upgraded.close()


def _as(store: UnitStore, kinds: object) -> UnitStore:
    return UnitStore(store.path, store.keys, store.clock, store.entropy, kinds=kinds)  # type: ignore[arg-type]


def a_newer_schema_is_no_reason_to_refuse(kit: Kit) -> None:
    """An entry of a later version of the application is merged like any other."""
    from dataclasses import replace

    future = Op("hologram", "H1", Verb.CREATE, (Write("depth", {"x": [1, None]}),))
    made = entries.build(replace(draft(future), schema=99), None)[0]
    log = MemoryLog()
    log.append(SCOPE, [Parcel(entries.parse(made.body))], {})
    assert ("hologram", "H1") in log.states(SCOPE)


def _refuse_newer_schemas(patch: Patch) -> None:
    parse = body.entry_of

    def strict(*parts: object) -> entries.Entry:
        found = parse(*parts)  # type: ignore[arg-type]
        if found.schema > 1:
            raise EntryError(EntryError.UNKNOWN_FORMAT, "newer")
        return found

    patch.setattr(entries, "entry_of", strict)


def a_state_that_left_its_journal_is_built_again(kit: Kit) -> None:
    """The same entries on both sides and another digest: the journal is right, what is derived from it is made anew."""
    store = kit.store("A")
    store.act("dossier.receive", AUTHOR, lambda _view: [create("dossier", "d1", {"code": "T-A-1"})])
    store.connection.execute("UPDATE state SET heads = '[]'")
    assert reapply(store, SCOPES[1]) == 1
    assert verify(store) == []


def _fill_nothing_in(patch: Patch) -> None:
    patch.setattr(Projection, "reshape", lambda *_: None)


NEW, FILE, VERSION, STATE = (
    "new PC in an office",
    "attachment bytes not there yet",
    "older or newer program on the other side",
    "same entries, another merged state",
)
REMEDIES = (
    Remedy(
        NEW,
        a_new_pc_is_of_use_before_its_history_is_there,
        as_if("sync.client.bootstrap.Bootstrap._wanted", lambda *_: False),
    ),
    Remedy(NEW, what_a_snapshot_covers_is_known_by_ids, as_if("sync.newcomer.base.Base.covers", lambda *_: True)),
    Remedy(NEW, a_snapshot_goes_on_where_it_was_cut, _start_again_from_nothing),
    Remedy(FILE, an_arriving_file_goes_on_where_it_was_cut, lambda patch: patch.setattr(Shelf, "held", lambda *_: 0)),
    Remedy(FILE, a_piece_that_comes_twice_or_late_spoils_nothing, _write_whatever_comes),
    Remedy(FILE, a_file_is_whole_only_by_its_hash, as_if("sync.files.shelf._hash_of", lambda part: Path(part).name)),
    Remedy(FILE, the_same_file_is_kept_once_within_an_area_only, _forget_the_area),
    Remedy(
        VERSION,
        unknown_fields_are_carried_and_understood_after_the_upgrade,
        lambda patch: patch.setattr(Projection, "reshape", lambda *_: None),
    ),
    Remedy(VERSION, a_newer_schema_is_no_reason_to_refuse, _refuse_newer_schemas),
    Remedy(STATE, a_state_that_left_its_journal_is_built_again, as_if("qms_desktop.store.rebuild._mended", lambda *_: False)),
)
