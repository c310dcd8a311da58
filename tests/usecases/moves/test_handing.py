"""From desk to desk: both sides sign, the work is given to somebody else, a deputy stands in (d.2 handover, d.5)."""

from collections.abc import Callable
from datetime import date

import pytest

from qms_desktop.domain.errors import InputError, RightsError, RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossier_moves import Transition
from qms_desktop.office import Office
from qms_desktop.usecases import delegations, people, progress
from qms_desktop.usecases.session import session_for
from tests.usecases.moves.conftest import Move, colleague, rows
from tests.usecases.office_kit import Clock, sign_in

Shown = Callable[[], dict[str, Value]]


def seat(office: Office, person: str) -> None:
    """The person sits down at the PC."""
    office.session = session_for(office.demand_store(), person, office.clock())


def test_a_hand_over_is_signed_by_who_gives_and_by_who_takes(
    office: Office, dossier: str, move: Move, shown: Shown, moment: Clock
) -> None:
    specialist = colleague(office, "Phạm Thị Thủy", "SP")
    move("forward", assignee=specialist)
    clerk = office.work().session.person
    (given,) = rows(office, "hand_over", dossier=dossier)
    assert (given["giver"], given["receiver"], given.get("taken_at")) == (clerk, specialist, None)
    assert (shown()["holder"], shown()["unsigned"]) == (specialist, given["id"])
    moment.pass_(minutes=15)
    seat(office, specialist)
    progress.perform(office.work(), dossier, "sign_for")
    (given,) = rows(office, "hand_over", dossier=dossier)
    assert (given["taken_by"], given["taken_at"]) == (specialist, "2026-11-23T08:15")
    assert not shown().get("unsigned")
    with pytest.raises(RuleError, match="không chờ ai ký nhận"):
        progress.perform(office.work(), dossier, "sign_for")


def test_whoever_works_on_a_dossier_has_taken_it(office: Office, dossier: str, move: Move) -> None:
    specialist = colleague(office, "Phạm Thị Thủy", "SP", "SH")
    move("forward", assignee=specialist)
    seat(office, specialist)
    progress.perform(office.work(), dossier, "request_supplement", "Thiếu ảnh")
    (given,) = rows(office, "hand_over", dossier=dossier)
    assert given["taken_by"] == specialist


def test_what_stays_in_the_same_hands_needs_no_signature(office: Office, dossier: str, move: Move) -> None:
    move("forward", assignee=office.work().session.person)
    assert not rows(office, "hand_over", dossier=dossier)


def test_nobody_works_on_what_lies_on_another_desk(office: Office, dossier: str, move: Move) -> None:
    specialist = colleague(office, "Phạm Thị Thủy", "SP")
    other = colleague(office, "Võ Thành Tâm", "SP")
    sign_in(office, "CL")
    progress.perform(office.work(), dossier, "forward", extra={"assignee": specialist})
    seat(office, other)
    with pytest.raises(RuleError, match="đang do Phạm Thị Thủy giữ"):
        progress.perform(office.work(), dossier, "forward")
    with office.demand_store().view() as view:
        assert {found.name for found in progress.actions_for(view, dossier, office.work().session)} == {"withdraw"}
    progress.perform(sign_in(office, "LD").work(), dossier, "back", "Phân công lại")


def test_a_head_gives_the_work_to_somebody_else_and_says_why(office: Office, dossier: str, move: Move, shown: Shown) -> None:
    specialist = colleague(office, "Phạm Thị Thủy", "SP")
    other = colleague(office, "Võ Thành Tâm", "SP")
    move("forward", assignee=specialist)
    with pytest.raises(InputError, match="Người xử lý mới"):
        move("reassign", "Nghỉ phép", by="LD")
    move("reassign", "Nghỉ phép", by="LD", assignee=other)
    assert (shown()["holder"], shown()["step"]) == (other, "B2")
    assert [run.get("assignee") for run in rows(office, "step_run", dossier=dossier)][-1] == other
    with pytest.raises(RuleError, match="đang xử lý hồ sơ rồi"):
        move("reassign", "Nghỉ phép", by="LD", assignee=other)
    seat(office, specialist)
    with pytest.raises(RuleError, match="Võ Thành Tâm"):
        progress.perform(office.work(), dossier, "reassign", "Lấy lại", {"assignee": specialist})


def test_the_next_desk_is_proposed_when_only_one_person_sits_there(office: Office, dossier: str, move: Move) -> None:
    head = colleague(office, "Bùi Văn Trưởng", "SH")
    sign_in(office, "CL")
    transition = next(m for m in offered(office, dossier) if m.name == "forward")
    with office.demand_store().view() as view:
        (asked,) = progress.asked_now(view, view.get("dossier", dossier) or {}, transition, office.clock())
    assert (asked.name, asked.default) == ("assignee", head)
    colleague(office, "Đỗ Thị Phó", "SH")
    with office.demand_store().view() as view:
        (asked,) = progress.asked_now(view, view.get("dossier", dossier) or {}, transition, office.clock())
    assert asked.default is None


def offered(office: Office, dossier: str) -> list[Transition]:
    with office.demand_store().view() as view:
        return progress.actions_for(view, dossier, office.work().session)


def test_a_late_step_is_left_with_its_reason_only(office: Office, dossier: str, move: Move, moment: Clock) -> None:
    moment.pass_(days=2)
    with office.demand_store().view() as view:
        transition = next(m for m in offered(office, dossier) if m.name == "forward")
        asked = progress.asked_now(view, view.get("dossier", dossier) or {}, transition, moment())
    assert [field.name for field in asked] == ["assignee", "overdue_reason"]
    with pytest.raises(InputError, match="chưa ghi lý do trễ"):
        move("forward")
    move("forward", overdue_reason="Mất điện cả ngày")
    first, _second = rows(office, "step_run", dossier=dossier)
    assert first["overdue_reason"] == "Mất điện cả ngày"


def test_a_deputy_acts_on_behalf_of_who_is_away(office: Office, dossier: str, move: Move, moment: Clock) -> None:
    away = colleague(office, "Phạm Thị Thủy", "SP")
    deputy = colleague(office, "Võ Thành Tâm", "SP")
    move("forward", assignee=away)
    seat(office, away)
    delegations.delegate(office.work(), away, deputy, date(2026, 11, 23), date(2026, 11, 25), "Nghỉ phép")
    seat(office, deputy)
    with office.demand_store().view() as view:
        names = [m.name for m in progress.actions_for(view, dossier, office.work().session, moment().date())]
    assert names[0] == "sign_for"
    progress.perform(office.work(), dossier, "sign_for")
    with office.demand_store().view() as view:
        (given,) = view.find("hand_over", dossier=dossier)
        line = next(line for line in view.history("hand_over", str(given["id"])) if line.action == "dossier.sign_for")
    assert (line.who, line.on_behalf) == (deputy, away)
    moment.pass_(days=3)
    with pytest.raises(RuleError, match="đang do Phạm Thị Thủy giữ"):
        progress.perform(office.work(), dossier, "forward", extra={"overdue_reason": "Chờ"})


def test_who_may_stand_in_for_whom(office: Office) -> None:
    away = colleague(office, "Phạm Thị Thủy", "SP")
    clerk = colleague(office, "Đặng Thị Quầy", "CL")
    first, last = date(2026, 11, 23), date(2026, 11, 25)
    seat(office, clerk)
    with pytest.raises(RightsError):
        delegations.delegate(office.work(), away, clerk, first, last, "Nghỉ phép")
    leader = sign_in(office, "LD").work()
    with pytest.raises(RuleError, match="chưa được giao đủ quyền"):
        delegations.delegate(leader, away, clerk, first, last, "Nghỉ phép")
    with pytest.raises(InputError, match="người khác"):
        delegations.delegate(leader, away, away, first, last, "Nghỉ phép")
    with pytest.raises(InputError, match="trước ngày đầu"):
        delegations.delegate(leader, away, clerk, last, first, "Nghỉ phép")
    secretary = sign_in(office, "IS").work()
    with pytest.raises(RuleError, match="chưa được giao đủ quyền"):
        people.save(
            secretary,
            "delegation",
            None,
            {"person": away, "deputy": clerk, "valid_from": "2026-11-23", "valid_to": "2026-11-25", "reason": "Nghỉ phép"},
        )
