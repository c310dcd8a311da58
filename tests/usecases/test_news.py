"""What an exchange brought to light is said once, in words; a wrong clock once a day, and beside every due date."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from qms_desktop.gui.desk_data import Intake
from qms_desktop.gui.desks.exchange import OfficeExchangeDesk
from qms_desktop.office import Office
from qms_desktop.usecases import news
from sync.client.rounds import SyncResult
from tests.usecases.office_kit import MONDAY, Clock, found, put_models, sign_in

MINUTE_MS = 60_000


def result(**found_out: object) -> SyncResult:
    plain = {"requests": 1, "bytes_up": 0, "bytes_down": 0, "received": 0, "sent": 0, "digests": {}, "equal": True}
    return SyncResult(**(plain | found_out))  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    made = found(tmp_path / "office", clock, publish=lambda _code: False)
    yield made
    made.close()


def said(office: Office, **found_out: object) -> list[str]:
    news.hear(office.demand_store(), result(**found_out), office.clock())
    return news.take(office.demand_store())


def test_a_round_without_anything_remarkable_says_nothing(office: Office) -> None:
    assert said(office, clock_off=4 * MINUTE_MS) == []


@pytest.mark.parametrize(
    ("found_out", "words"),
    [
        ({"fell_back": ("province",)}, "khôi phục từ bản sao cũ"),
        ({"repaired": ("province",)}, "dựng lại từ nhật ký"),
        ({"mismatched": ("province",)}, "QMS-519"),
        ({"clock_off": 12 * MINUTE_MS}, "nhanh 12 phút"),
        ({"clock_off": -3 * 60 * MINUTE_MS}, "chậm 3 giờ"),
        ({"clock_off": -400 * 24 * 60 * MINUTE_MS}, "chậm 400 ngày"),
    ],
)
def test_what_came_to_light_is_said_once(office: Office, found_out: dict[str, object], words: str) -> None:
    (text,) = said(office, **found_out)
    assert words in text
    assert news.take(office.demand_store()) == []


def test_two_rounds_before_anybody_looks_say_it_once(office: Office) -> None:
    news.hear(office.demand_store(), result(fell_back=("province",)), office.clock())
    assert len(said(office, fell_back=("province",))) == 1


def test_a_wrong_clock_is_said_once_a_day_and_beside_each_due_date(office: Office, clock: Clock) -> None:
    store = office.demand_store()
    assert len(said(office, clock_off=6 * MINUTE_MS)) == 1
    assert said(office, clock_off=6 * MINUTE_MS) == []
    assert "nhanh 6 phút" in news.clock_warning(store, office.clock())
    clock.pass_(days=1)
    assert len(said(office, clock_off=6 * MINUTE_MS)) == 1
    assert said(office, clock_off=0) == []
    assert news.clock_warning(store, office.clock()) == ""


def test_without_a_line_a_clock_that_jumped_back_is_noticed_by_what_was_written_last(office: Office) -> None:
    store = office.demand_store()
    assert news.clock_warning(store, MONDAY - timedelta(minutes=4)) == ""
    assert "08:00 ngày 23/11/2026" in news.clock_warning(store, MONDAY - timedelta(days=1))


def test_the_due_date_at_the_counter_warns(tmp_path: Path) -> None:
    office = sign_in(found(tmp_path / "office", Clock(), publish=lambda _code: False), "CL")
    put_models(office, {"2.000815"}.__contains__)
    desk = OfficeExchangeDesk(office)
    (procedure,) = desk.procedures()
    intake = Intake(procedure.revision, "in_person", applicant={"full_name": "Nguyễn Thị Hoa"})
    assert "Đồng hồ" not in desk.preview_due(intake).sentence
    news.hear(office.demand_store(), result(clock_off=-30 * MINUTE_MS), office.clock())
    due = desk.preview_due(intake)
    assert (due.sentence.startswith("Đồng hồ máy này chậm 30 phút"), due.level) == (True, "late")
    assert desk.news() != []
    office.close()
