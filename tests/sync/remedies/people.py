"""People who work at once and PCs whose clocks are wrong: nothing is overwritten unseen, no clock decides, and it is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from qms_desktop.domain.fields import RecordKind, Value
from qms_desktop.gui.desk_data import Intake
from qms_desktop.gui.desks.exchange import OfficeExchangeDesk
from qms_desktop.office import Office
from qms_desktop.store.unit import UnitStore, create, put, void
from qms_desktop.usecases import news, progress, receiving
from sync.journal import merge
from sync.journal.log import Parcel
from sync.journal.memory_log import MemoryLog
from sync.journal.merge import Head
from sync.journal.model import Write
from tests.store.test_journal import hand_over
from tests.sync.remedies.remedy import AUTHOR, Kit, Patch, Remedy, as_if
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.builders import JOURNAL, SCOPE, change, entry
from tests.sync.world.offices import Pc
from tests.usecases.office_kit import command
from tests.usecases.test_news import MINUTE_MS, result

AnyHeads = dict[str, Any]


def two_values_of_one_field_are_a_question(kit: Kit) -> None:
    """Two PCs change the same field without knowing of each other: both values stand, and a person decides."""
    for store in _edited_apart(kit):
        with store.view() as view:
            assert [{value.value for value in asked.values} for asked in view.questions()] == [{"của An", "của Bình"}]


def _edited_apart(kit: Kit) -> tuple[UnitStore, UnitStore]:
    one, two = kit.store("A"), kit.store("B")
    one.act("dossier.receive", AUTHOR, lambda _view: [create("dossier", "d1", {"code": "T-A-1"})])
    hand_over(one, two)
    one.act("dossier.edit", AUTHOR, lambda _view: [put("dossier", "d1", {"note": "của An", "fee": "10"})])
    two.act("dossier.edit", AUTHOR, lambda _view: [put("dossier", "d1", {"note": "của Bình", "sets": 2})])
    hand_over(one, two)
    hand_over(two, one)
    return one, two


def different_fields_of_one_record_are_both_kept(kit: Kit) -> None:
    """Each of two PCs changed another field: nobody is asked, and nothing is lost."""
    for store in _edited_apart(kit):
        with store.view() as view:
            found = view.get("dossier", "d1") or {}
        assert (found["fee"], found["sets"]) == ("10", 2)


def _last_writer_wins(patch: Patch) -> None:
    def alone(heads: AnyHeads, _pending: AnyHeads, write: Write, _head: Head) -> None:
        heads.pop(write.field, None)

    _before_each_write(patch, alone)


def _whole_records_win(patch: Patch) -> None:
    def alone(heads: AnyHeads, _pending: AnyHeads, _write: Write, head: Head) -> None:
        for name in [name for name, (first, *_) in heads.items() if first[1] <= head[1]]:
            heads.pop(name)

    _before_each_write(patch, alone)


def _before_each_write(patch: Patch, spoil: Callable[[AnyHeads, AnyHeads, Write, Head], None]) -> None:
    step = merge._step

    def spoiled(heads: AnyHeads, pending: AnyHeads, write: Write, head: Head, known: Callable[[str], bool]) -> object:
        spoil(heads, pending, write, head)
        return step(heads, pending, write, head, known)

    patch.setattr(merge, "_step", spoiled)


def a_replaced_value_that_comes_late_stays_replaced(kit: Kit) -> None:
    """The newer value arrives before the older one it replaces."""
    old = entry(change("R1", "note", "old"), journal=JOURNAL)
    new = entry(change("R1", "note", "new", [old.id]), journal="01JD0000000000000000000PC2", lam=5)
    log = MemoryLog()
    for made in (new, old):
        log.append(SCOPE, [Parcel(made)], {})
    assert log.states(SCOPE)["dossier", "R1"].heads == {"note": ((new.id, 5),)}


def _forget_what_was_named(patch: Patch) -> None:
    _before_each_write(patch, lambda _heads, pending, _write, _head: pending.clear())


def an_edit_beside_a_withdrawal_is_a_question(kit: Kit) -> None:
    """One PC takes the record out of use while the other still works on it."""
    one, two = kit.store("A"), kit.store("B")
    one.act("dossier.receive", AUTHOR, lambda _view: [create("dossier", "d1", {"code": "T-A-1"})])
    hand_over(one, two)
    one.act("dossier.void", AUTHOR, lambda _view: [void("dossier", "d1")], "nhập nhầm")
    two.act("dossier.edit", AUTHOR, lambda _view: [put("dossier", "d1", {"note": "vẫn cần"})])
    hand_over(two, one)
    with one.view() as view:
        assert [asked.field for asked in view.questions()] == [""]


def a_clock_wrong_by_years_stops_nothing(kit: Kit) -> None:
    """The refusal tells the server's moment, and the second request is signed for that moment."""
    province, road, clock = kit.province()
    pc = Pc("late", Clock(clock.now - 10 * 365 * 86_400_000), Entropy("late"))
    pc.join(road, province.accounts.new_code("28756"))
    pc.write("d1", state="received")
    assert pc.sync(road).equal


def a_wrong_clock_is_said_once_a_day(kit: Kit) -> None:
    """More than five minutes beside the province's clock: once a day, and not below."""
    office = kit.office()
    assert _told(office, 4) == []
    assert len(_told(office, 6)) == 1
    assert _told(office, 6) == []
    office.clock.pass_(days=1)  # type: ignore[attr-defined]
    assert len(_told(office, -6)) == 1


def _told(office: Office, minutes: int) -> list[str]:
    news.hear(office.demand_store(), result(clock_off=minutes * MINUTE_MS), office.clock())
    return news.take(office.demand_store())


def due_dates_warn_while_the_clock_is_wrong(kit: Kit) -> None:
    """The counter shows the doubt in front of the due date."""
    office = kit.office()
    desk = OfficeExchangeDesk(office)
    (procedure,) = desk.procedures()
    _told(office, -30)
    due = desk.preview_due(Intake(procedure.revision, "in_person", applicant={"full_name": "Nguyễn Thị Hoa"}))
    assert due.sentence.startswith("Đồng hồ máy này chậm 30 phút")


def codes_of_a_copied_pc_are_others(kit: Kit) -> None:
    """A PC and its clone receive a dossier at the same minute under the same letter, each the same number of the day."""
    office = kit.office()
    clone = kit.cloned(office)
    codes = [_received(pc) for pc in (office, clone)]
    assert codes[0].rpartition("-")[0] == codes[1].rpartition("-")[0] == "T-A-261123-1"
    assert codes[0] != codes[1]


def _received(office: Office) -> str:
    dossier = receiving.receive(office.work(), command(office, "2.000815"))
    with office.demand_store().view() as view:
        return str((view.get("dossier", dossier) or {})["code"])


def _number_without_the_record(patch: Patch) -> None:
    from qms_desktop.usecases.work import Work

    new_id = Work.new_id
    patch.setattr(Work, "new_id", lambda self: new_id(self)[:-2] + "00")


def an_official_number_comes_later_and_is_found(kit: Kit) -> None:
    """The number of the portal is typed or scanned when it is known; both numbers lead to the dossier."""
    office = kit.office()
    dossier = receiving.receive(office.work(), command(office, "2.000815"))
    progress.edit(office.work(), dossier, {"official_code": "000.00.01.H61-261120-0128"})
    with office.demand_store().view() as view:
        code = str((view.get("dossier", dossier) or {})["code"])
        for typed in ("000.00.01.H61-261120-0128", "0128", code):
            assert [hit.id for hit in view.search(typed, kinds=("dossier",))] == [dossier]


def _search_no_codes(patch: Patch) -> None:
    from qms_desktop.store import projection

    searched = projection.Projection._searched

    def without(self: projection.Projection, kind: RecordKind, num: int) -> dict[str, Value]:
        return searched(self, kind, num) | {"official_code": None}

    patch.setattr(projection.Projection, "_searched", without)


TWO, CLOCK, NUMBER = "two people edit one record offline", "wrong or jumping clock", "numbering without a server"
REMEDIES = (
    Remedy(TWO, two_values_of_one_field_are_a_question, _last_writer_wins),
    Remedy(TWO, different_fields_of_one_record_are_both_kept, _whole_records_win),
    Remedy(TWO, a_replaced_value_that_comes_late_stays_replaced, _forget_what_was_named),
    Remedy(TWO, an_edit_beside_a_withdrawal_is_a_question, as_if("sync.journal.merge.unseen_edits", lambda _state: ())),
    Remedy(CLOCK, a_clock_wrong_by_years_stops_nothing, as_if("sync.client.rounds.moment_of", lambda _answer: None)),
    Remedy(CLOCK, a_wrong_clock_is_said_once_a_day, as_if("qms_desktop.usecases.news.TOLERANCE", timedelta(days=365))),
    Remedy(CLOCK, due_dates_warn_while_the_clock_is_wrong, as_if("qms_desktop.usecases.news.clock_warning", lambda *_: "")),
    Remedy(NUMBER, codes_of_a_copied_pc_are_others, _number_without_the_record),
    Remedy(NUMBER, an_official_number_comes_later_and_is_found, _search_no_codes),
)
