"""Rubbish, bombs, forged and replayed pages: refused by number before anything is stored."""

from __future__ import annotations

import pytest

from sync.errors import AccessFault, EntryError, WireError
from sync.joining.access import Claim
from sync.journal.entry import MAX_BODY
from sync.web.door import Door
from sync.wire.compact import compress
from sync.wire.frames import MAX_EXPANDED, decode_frame
from sync.wire.pages import encode_page
from tests.sync.exchange.test_exchange import forged
from tests.sync.remedies.authority import unit_of
from tests.sync.remedies.remedy import Kit, Patch, Remedy, as_if
from tests.sync.server.test_custody import DOSSIERS, creation
from tests.sync.world.builders import change, entry
from tests.sync.world.in_process import Trouble
from tests.sync.world.office import Replica, ids, meet


def a_bomb_is_refused_while_it_expands(kit: Kit) -> None:
    """A few kilobytes that would expand to more than a frame may hold."""
    packed = compress([2, "unit/29551/dossiers", [], "0" * (MAX_EXPANDED + 1)])
    assert len(packed) < 10_000
    with pytest.raises(WireError, match=str(WireError.TOO_LARGE)):
        decode_frame(len(packed).to_bytes(4) + packed)


def an_entry_has_a_largest_size(kit: Kit) -> None:
    """One value cannot fill the disks of a province."""
    with pytest.raises(EntryError, match=str(EntryError.TOO_LARGE)):
        entry(change("R1", "note", "x" * MAX_BODY))


def a_forged_entry_is_not_stored(kit: Kit) -> None:
    """Bytes that the journal's own PC did not sign."""
    pc, server = Replica("pc1"), Replica("server")
    meet(pc, server)
    pc.edit("R1", "note", "x")
    session = server.session("pc1")
    session.hear(pc.session("server").say())
    session.take(forged(pc, signature=bytes(64)))
    assert ids(server.log) == set()


def a_repeated_request_is_refused(kit: Kit) -> None:
    """Somebody on the line sends a recorded request again."""
    _, road, pcs = unit_of(kit)
    pcs[0].act("an", creation("dossier", "d1", state="received"))
    road.troubles = [Trouble(repeat=True)]
    with pytest.raises(AccessFault, match=str(AccessFault.REPLAYED)):
        pcs[0].sync(road)


def a_body_that_was_not_signed_for_gets_no_answer(kit: Kit) -> None:
    """Somebody puts another page under a good sign-on: frames prove themselves, and nothing is told."""
    _, road, pcs = unit_of(kit)
    pcs[1].write("d1", state="received")
    other = encode_page(pcs[1].rounds(road)._session().say())
    ask = road.ask
    road.ask = lambda verb, path, body=b"", headers=None: ask(verb, path, other or body, headers)  # type: ignore[method-assign]
    with pytest.raises(AccessFault, match=str(AccessFault.BODY_CHANGED)):
        pcs[0].sync(road)


def a_pc_writes_in_no_area_but_its_own(kit: Kit) -> None:
    """What the province says comes from the province alone, whoever hands it over."""
    province, road, pcs = unit_of(kit)
    before = province.log.leaves("province")
    pcs[0].write("u1", scope="province", name="false unit")
    pcs[0].sync(road)
    assert province.log.leaves("province") == before
    assert province.log.leaves(DOSSIERS) == ()


def _unguarded(patch: Patch) -> None:
    from sync.exchange.guarded import GuardedLog

    patch.setattr(GuardedLog, "append", lambda self, *parts: self._log.append(*parts))


CASE = "rubbish, bombs, forged or replayed pages"
REMEDIES = (
    Remedy(CASE, a_bomb_is_refused_while_it_expands, as_if("sync.wire.frames.MAX_EXPANDED", 10**9)),
    Remedy(CASE, an_entry_has_a_largest_size, as_if("sync.journal.entry.MAX_BODY", 10**9)),
    Remedy(CASE, a_forged_entry_is_not_stored, as_if("sync.exchange.incoming.verify_head", lambda *_: None)),
    Remedy(CASE, a_repeated_request_is_refused, lambda patch: patch.setattr(Door, "_once", lambda *_: None)),
    Remedy(CASE, a_body_that_was_not_signed_for_gets_no_answer, lambda patch: patch.setattr(Claim, "fits", lambda *_: True)),
    Remedy(CASE, a_pc_writes_in_no_area_but_its_own, _unguarded),
)
