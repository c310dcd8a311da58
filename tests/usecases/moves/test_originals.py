"""Original papers are counted in and out, and the count of a dossier that has ended is zero (I13; ISO 9001:2015, 8.5.3)."""

from collections.abc import Callable

import pytest

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Value
from qms_desktop.office import Office
from qms_desktop.usecases import progress, receiving
from qms_desktop.usecases.moves import originals
from tests.usecases.moves.conftest import PROCEDURE, rows
from tests.usecases.office_kit import command

Kept = Callable[[], str]


def held(office: Office, dossier: str) -> int:
    with office.demand_store().view() as view:
        return originals.balance(view, dossier)


@pytest.fixture
def kept(office: Office) -> str:
    """A dossier of which the office keeps both originals."""
    complete = command(office, PROCEDURE)
    papers = tuple({**paper, "held": True, "originals": 2 - number} for number, paper in enumerate(complete.papers))
    return receiving.receive(office.work(), command(office, PROCEDURE, papers=papers))


def test_what_is_kept_at_the_counter_is_counted_in(office: Office, kept: str) -> None:
    assert held(office, kept) == 3
    assert [row["taken"] for row in rows(office, "original_paper", dossier=kept)] == [2, 1]


def test_a_paper_kept_later_or_given_back_by_correction_is_counted_too(office: Office, kept: str) -> None:
    with office.demand_store().view() as view:
        papers = originals.papers_of(view.get("dossier", kept) or {})
    progress.edit(office.work(), kept, {"papers": [{**papers[0], "held": False}, papers[1]]})
    assert held(office, kept) == 1


def test_some_go_back_while_the_dossier_goes_on(office: Office, kept: str) -> None:
    with pytest.raises(InputError, match="Chưa chọn giấy tờ gốc"):
        progress.perform(office.work(), kept, "return_originals")
    progress.perform(office.work(), kept, "return_originals", extra={"paper_0": True, "delivered_to": "Trần Văn Bình"})
    assert held(office, kept) == 1
    assert rows(office, "original_paper", dossier=kept)[-1]["to"] == "Trần Văn Bình"


@pytest.mark.parametrize("ending", ["withdraw", "deliver"])
def test_no_dossier_ends_before_its_originals_are_counted_out(office: Office, kept: str, ending: str) -> None:
    if ending == "deliver":
        progress.perform(office.work(), kept, "result_ready")
    for wrong in ({}, {"originals_returned": 2}):
        with pytest.raises(InputError, match="Đang giữ 3 bản gốc"):
            progress.perform(office.work(), kept, ending, "Xin rút", wrong)
    progress.perform(office.work(), kept, ending, "Xin rút", {"originals_returned": 3})
    assert held(office, kept) == 0
    (record,) = rows(office, "dossier", id=kept)
    assert originals.held(record) == 0


def test_a_lost_original_is_written_off_with_a_nonconformity(office: Office, kept: str) -> None:
    progress.perform(office.work(), kept, "lose_originals", "Ướt do mưa dột", {"paper_1": True})
    assert held(office, kept) == 2
    (sheet,) = rows(office, "nonconformity")
    assert sheet["statement"] == "Mất, hỏng giấy tờ gốc: Ướt do mưa dột"
    progress.perform(office.work(), kept, "withdraw", "Xin rút", {"originals_returned": 2})
    assert held(office, kept) == 0


def test_taking_a_move_back_takes_its_count_back(office: Office, kept: str) -> None:
    progress.perform(office.work(), kept, "withdraw", "Xin rút", {"originals_returned": 3})
    work = office.work()
    work.store.undo_last(work.author)
    assert held(office, kept) == 3


def test_a_form_asks_for_the_count_only_where_something_is_kept(office: Office, kept: str, dossier: str) -> None:
    def asked(record: str) -> dict[str, Value]:
        with office.demand_store().view() as view:
            moves = {move.name: move for move in progress.actions_for(view, record, office.work().session)}
            fields = progress.asked_now(view, view.get("dossier", record) or {}, moves["withdraw"], office.clock())
        return {field.name: field.required for field in fields}

    assert asked(kept) == {"originals_returned": True}
    assert asked(dossier) == {}
