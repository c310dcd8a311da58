"""Units that are merged, and numbers of dossiers: nothing is renumbered, nothing disappears without a reason."""

from __future__ import annotations

from datetime import date

from qms_desktop.office import Office
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.unit import void
from qms_desktop.store.view import View
from qms_desktop.usecases import receiving
from sync.rights.rights import Authority
from sync.server import merging
from tests.sync.remedies.authority import unit_of
from tests.sync.remedies.remedy import Kit, Patch, Remedy
from tests.sync.server.conftest import Entropy
from tests.sync.server.test_custody import DOSSIERS, UNIT, creation, verdicts
from tests.sync.world.offices import Pc
from tests.usecases.office_kit import command

NEW_UNIT = "28777"
DAY = date(2025, 7, 1)


def the_books_of_a_merged_unit_are_closed(kit: Kit) -> None:
    """Whoever knows of the merger writes nothing there that stands."""
    province, road, pcs = unit_of(kit)
    merging.merge(province, [UNIT], NEW_UNIT, "1687/NQ", DAY)
    pcs[1].sync(road)
    after = pcs[1].act("an", creation("dossier", "d9", state="received"))
    pcs[1].sync(road)
    assert verdicts(province) == {after: "closed"}


def _close_at_the_next_number(patch: Patch) -> None:
    patch.setattr(merging, "UNSENT", 0)


def _let_all_stand(patch: Patch) -> None:
    patch.setattr(Authority, "_knew_of_closing", lambda *_: False)


def _keep_old_areas_apart(patch: Patch) -> None:
    patch.setattr("sync.server.accounts.former_units", lambda *_: ())


def work_of_a_pc_that_was_away_stands(kit: Kit) -> None:
    """What was written without knowing of the merger stands when it comes, however much it is."""
    province, road, pcs = unit_of(kit)
    written = [pcs[1].act("an", creation("dossier", f"d{number}", state="received")) for number in range(5)]
    merging.merge(province, [UNIT], NEW_UNIT, "1687/NQ", DAY)
    pcs[1].sync(road)
    assert province.log.held(DOSSIERS, written) == set(written)
    assert verdicts(province) == {}


def the_new_unit_reads_the_old_one_under_its_own_numbers(kit: Kit) -> None:
    """The old areas are granted to the new unit's PCs as they are."""
    province, road, pcs = unit_of(kit)
    written = pcs[0].act("an", creation("dossier", "d1", code="T-A-1"))
    pcs[0].sync(road)
    merging.merge(province, [UNIT], NEW_UNIT, "1687/NQ", DAY)
    new = Pc("new", pcs[0].clock, Entropy("new"))
    new.join(road, province.accounts.new_code(NEW_UNIT))
    device = province.accounts.device(new.applicant.replica)
    assert device is not None
    assert DOSSIERS in device.scopes
    (parcel,) = province.log.load(DOSSIERS, [written])
    assert parcel.entry.ops[0].writes[0].value == "T-A-1"


def a_missing_number_has_its_reason_on_record(kit: Kit) -> None:
    """A dossier taken out of use keeps its number and says why; the next one does not take it again."""
    office = kit.office()
    codes = [_received(office) for _ in range(2)]
    with office.demand_store().view() as view:
        last = str(next(row for row in view.find("dossier") if row["code"] == codes[1])["id"])
    work = office.work()
    work.store.act("dossier.void", work.author, lambda _view: [void("dossier", last)], "nhập nhầm")
    codes.append(_received(office))
    assert [code.split("-")[3] for code in codes] == ["1", "2", "3"]
    with office.demand_store().view() as view:
        reasons = [line.reason for line in view.history("dossier", last)]
    assert reasons[-1] == "nhập nhầm"


def _received(office: Office) -> str:
    dossier = receiving.receive(office.work(), command(office, "2.000815"))
    with office.demand_store().view() as view:
        return str((view.get("dossier", dossier) or {})["code"])


def _count_only_what_is_in_use(patch: Patch) -> None:
    keys = View.keys

    def in_use(self: View, query: ListQuery) -> object:
        return () if query.voided else keys(self, query)

    patch.setattr(View, "keys", in_use)


MERGED, NUMBER = "communes merged or renamed", "a gap in the numbers"
REMEDIES = (
    Remedy(MERGED, the_books_of_a_merged_unit_are_closed, _let_all_stand),
    Remedy(MERGED, work_of_a_pc_that_was_away_stands, _close_at_the_next_number),
    Remedy(MERGED, the_new_unit_reads_the_old_one_under_its_own_numbers, _keep_old_areas_apart),
    Remedy(NUMBER, a_missing_number_has_its_reason_on_record, _count_only_what_is_in_use),
)
