"""Hôm nay by role: what waits for this person's hand, and nothing of other desks."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.gui.desks.care import OfficeDesk
from qms_desktop.office import Office
from qms_desktop.store.unit import create, put
from qms_desktop.usecases import delegations, people, progress, receiving, today
from qms_desktop.usecases.session import session_for
from tests.usecases.moves.conftest import PROCEDURE, colleague
from tests.usecases.office_kit import Clock, command, found, sign_in

Counts = dict[str, int]


@pytest.fixture
def moment() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, moment: Clock) -> Office:
    return found(tmp_path, moment, publish={PROCEDURE}.__contains__)


@pytest.fixture
def receive(office: Office) -> Callable[..., str]:
    def made(name: str = "Nguyễn Thị Hoa") -> str:
        return receiving.receive(sign_in(office, "CL").work(), command(office, PROCEDURE, name))

    return made


def day_of(office: Office, person: str) -> Counts:
    """What that person's day holds, groups without anything left out."""
    store = office.demand_store()
    office.session = session_for(store, person, office.clock())
    with store.view() as view:
        groups = today.groups(view, office.session, office.clock())
    return {group.key: group.count for group in groups if group.count}


def person_with(office: Office, role: str) -> str:
    with office.demand_store().view() as view:
        return str(next(row for row in view.find("role_grant") if row["role"] == role)["person"])


def seated(office: Office, person: str, section: str) -> None:
    work = sign_in(office, "IS").work()
    post = people.save(work, "position", None, {"name": f"Công chức {section}", "section": section})
    work.store.act("person.save", work.author, lambda _view: [put("person", person, {"position": post})])


def test_a_specialist_sees_only_the_own_desk_and_what_waits_for_the_signature(
    office: Office, receive: Callable[..., str]
) -> None:
    thuy, binh = colleague(office, "Phạm Thị Thủy", "SP"), colleague(office, "Lê Văn Bình", "SP")
    progress.perform(sign_in(office, "CL").work(), receive(), "forward", extra={"assignee": thuy})
    receive("Trần Văn An")
    assert day_of(office, thuy) == {"today": 1, "sign_for": 1} or day_of(office, thuy) == {"later": 1, "sign_for": 1}
    assert day_of(office, binh) == {}


def test_a_deputy_sees_the_desk_of_the_one_who_is_away_while_it_lasts(
    office: Office, receive: Callable[..., str], moment: Clock
) -> None:
    thuy, binh = colleague(office, "Phạm Thị Thủy", "SP"), colleague(office, "Lê Văn Bình", "SP")
    progress.perform(sign_in(office, "CL").work(), receive(), "forward", extra={"assignee": thuy})
    delegations.delegate(sign_in(office, "IS").work(), thuy, binh, date(2026, 11, 23), date(2026, 11, 24), "Nghỉ phép")
    assert day_of(office, binh)["stand_in"] == 1
    titles = {group.key: group.title for group in OfficeDesk(office).today()}
    assert titles["stand_in"] == "Làm thay Thủy"
    moment.pass_(days=2)
    assert day_of(office, binh) == {}


def test_a_head_sees_the_own_section_only(office: Office, receive: Callable[..., str]) -> None:
    head, mine, other = (colleague(office, name, role) for name, role in (("Mai", "SH"), ("Thủy", "SP"), ("Bình", "SP")))
    seated(office, head, "Tư pháp")
    seated(office, mine, "Tư pháp")
    seated(office, other, "Địa chính")
    for person in (mine, other, other):
        progress.perform(sign_in(office, "CL").work(), receive(), "forward", extra={"assignee": person})
    assert sum(day_of(office, head).values()) == 1


def test_an_extension_that_is_asked_for_stands_before_the_leader_until_it_is_answered(
    office: Office, receive: Callable[..., str]
) -> None:
    record = receive()
    progress.perform(sign_in(office, "CL").work(), record, "forward", extra={"assignee": person_with(office, "CL")})
    progress.perform(sign_in(office, "CL").work(), record, "ask_extension", "Chờ xác minh", {"new_due": "2026-12-04"})
    leader = person_with(office, "LD")
    assert day_of(office, leader)["extensions"] == 1
    progress.perform(sign_in(office, "LD").work(), record, "refuse_extension", "Đủ thời gian")
    assert "extensions" not in day_of(office, leader)


def test_the_counter_is_told_when_a_citizen_is_waited_for_too_long(
    office: Office, receive: Callable[..., str], moment: Clock
) -> None:
    clerk = person_with(office, "CL")
    day_set, none_set = receive("An"), receive("Bình")
    wanted: dict[str, Value] = {"supplement_due": "2026-11-25"}
    progress.perform(sign_in(office, "CL").work(), day_set, "request_supplement", "Thiếu", wanted)
    progress.perform(sign_in(office, "CL").work(), none_set, "request_supplement", "Thiếu", {"supplement_due": None})
    assert "too_long" not in day_of(office, clerk)
    moment.pass_(days=3)
    assert day_of(office, clerk)["too_long"] == 1
    moment.pass_(days=13)
    assert day_of(office, clerk)["too_long"] == 2


def test_originals_still_here_after_the_end_are_seen(office: Office, receive: Callable[..., str]) -> None:
    record = receive()
    work = sign_in(office, "CL").work()
    taken: dict[str, Value] = {"dossier": record, "paper": "Sổ hộ khẩu", "taken": 2, "at": "2026-11-23T08:00"}
    work.store.act("dossier.edit", work.author, lambda _view: [create("original_paper", work.new_id(), taken)])
    assert "originals" not in day_of(office, work.session.person)
    progress.perform(work, record, "withdraw", "Xin rút")
    assert day_of(office, work.session.person)["originals"] == 1


def test_a_leader_reads_the_late_ones_by_section_and_is_reminded(
    office: Office, receive: Callable[..., str], moment: Clock
) -> None:
    thuy = colleague(office, "Phạm Thị Thủy", "SP")
    seated(office, thuy, "Tư pháp – Hộ tịch")
    progress.perform(sign_in(office, "CL").work(), receive(), "forward", extra={"assignee": thuy})
    moment.pass_(days=20)
    desk = OfficeDesk(sign_in(office, "LD"))
    late = next(group for group in desk.today() if group.key == "overdue")
    assert late.rows[0]["holder_name"] == "Tư pháp – Hộ tịch · Phạm Thị Thủy"
    assert (desk.reminder().text, desk.reminder().level) == ("1 quá hạn", "late")
    office.session = None
    assert desk.reminder().text == ""


def test_a_draft_waits_for_the_leader_and_opens_among_the_procedures(office: Office) -> None:
    desk = OfficeDesk(sign_in(office, "IS"))
    desk.import_models()
    desk = OfficeDesk(sign_in(office, "LD"))
    group = next(group for group in desk.today() if group.key == "procedures")
    assert group.count >= 1
    assert group.screen == "procedures"
    assert group.rows[0]["procedure_title"]
