"""Many dossiers handed over, signed for or given to somebody else in one action: one number, one step of undo."""

import pytest

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.office import Office
from qms_desktop.usecases import bulk, progress, receiving
from qms_desktop.usecases.session import session_for
from tests.usecases.moves.conftest import PROCEDURE, colleague, rows
from tests.usecases.office_kit import command, sign_in


@pytest.fixture
def pile(office: Office) -> list[str]:
    """Four dossiers on the clerk's desk, the last one with the citizen."""
    made = [receiving.receive(office.work(), command(office, PROCEDURE, name)) for name in ("Lan", "Huệ", "Cúc", "Mai")]
    progress.perform(office.work(), made[-1], "request_supplement", "Thiếu ảnh")
    return made


def test_a_pile_is_handed_over_under_one_number_and_taken_by_the_receiver(office: Office, pile: list[str]) -> None:
    specialist = colleague(office, "Phạm Thị Thủy", "SP")
    report = bulk.move_many(sign_in(office, "CL").work(), pile[:3], "forward", extra={"assignee": specialist})
    assert report.sentence == "đã làm với 3 hồ sơ."
    given = rows(office, "hand_over")
    assert len(given) == 3
    assert len({row["batch"] for row in given}) == 1
    office.session = session_for(office.demand_store(), specialist, office.clock())
    bulk.move_many(office.work(), pile[:3], "sign_for")
    assert {row["taken_by"] for row in rows(office, "hand_over")} == {specialist}
    assert not any(row.get("unsigned") for row in rows(office, "dossier"))


def test_what_cannot_go_along_is_left_and_named(office: Office, pile: list[str]) -> None:
    report = bulk.move_many(office.work(), pile, "forward")
    assert (report.done, len(report.left)) == (3, 1)
    assert "Chờ bổ sung" in report.sentence
    with pytest.raises(RuleError, match="Không làm được với hồ sơ nào"):
        bulk.move_many(office.work(), pile[-1:], "forward")
    with pytest.raises(InputError, match="Chưa chọn hồ sơ"):
        bulk.move_many(office.work(), [], "forward")


def test_one_undo_takes_the_whole_pile_back(office: Office, pile: list[str]) -> None:
    work = office.work()
    bulk.move_many(work, pile[:3], "forward")
    work.store.undo_last(work.author)
    assert {row["step"] for row in rows(office, "dossier")} == {"B1"}
    assert not rows(office, "hand_over")


def test_a_head_gives_a_whole_desk_to_somebody_else(office: Office, pile: list[str]) -> None:
    other = colleague(office, "Võ Thành Tâm", "SP")
    leader = sign_in(office, "LD").work()
    with pytest.raises(InputError, match="lý do"):
        bulk.move_many(leader, pile, "reassign", extra={"assignee": other})
    bulk.move_many(leader, pile, "reassign", "Nghỉ thai sản", {"assignee": other})
    assert {row["holder"] for row in rows(office, "dossier")} == {other}
    with office.demand_store().view() as view:
        line = next(line for line in view.history("dossier", pile[0]) if line.action == "dossier.reassign_many")
    assert line.reason == "Nghỉ thai sản"
