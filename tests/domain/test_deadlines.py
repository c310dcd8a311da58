"""Due dates: the vectors of the field, the sentence, and the facts of the clock."""

from datetime import date, datetime, timedelta, timezone

import pytest

from qms_desktop.domain.calendar import Calendars
from qms_desktop.domain.clock import ClockEvent, ClockEventKind
from qms_desktop.domain.deadline_model import ClockRules, Convention, Deadline
from qms_desktop.domain.deadlines import deadline_for, explain_due, parse_pause, step_due, step_plan
from qms_desktop.domain.errors import InputError
from qms_desktop.domain.norms import parse_norm
from qms_desktop.domain.punctuality import Punctuality, classify, days_left
from qms_desktop.resources import calendars

CALENDAR = calendars()
PAUSE, RESUME, EXTEND, STOP, REOPEN = ClockEventKind


def moment(text: str) -> datetime:
    """A moment written as on the slips: "20/11/2026 09:00", 09:00 where only a day is given."""
    return datetime.strptime(text if " " in text else f"{text} 09:00", "%d/%m/%Y %H:%M")


def due(received: str, norm: str, convention: Convention = Convention.A, *events: ClockEvent) -> Deadline:
    rules = ClockRules(convention=convention)
    return deadline_for(moment(received), parse_norm(norm), CALENDAR, rules=rules, events=events)


def due_text(deadline: Deadline) -> str | None:
    return deadline.current_due.text() if deadline.current_due else None


def fact(kind: ClockEventKind, at: str, reason: str = "", new_due: date | None = None) -> ClockEvent:
    return ClockEvent(kind, moment(at), reason, new_due)


# Number, received, norm, due day by convention A, due moment by convention B or by the hour.
VECTORS = [
    (1, "20/11/2026 09:00", "3 nlv", "26/11/2026", "09:00 26/11/2026"),
    (2, "23/11/2026 14:30", "3 nlv", "27/11/2026", "14:30 27/11/2026"),
    (3, "24/11/2026 09:00", "3 nlv", "27/11/2026", "17:00 27/11/2026"),
    (4, "23/11/2026 15:05", "trong ngày", "25/11/2026", None),
    (5, "20/11/2026 15:00", "trong ngày", "20/11/2026", None),
    (6, "12/02/2026 10:00", "3 nlv", "24/02/2026", "10:00 24/02/2026"),
    (7, "13/02/2026 15:30", "trong ngày", "23/02/2026", None),
    (8, "24/04/2026 08:00", "3 nlv", "04/05/2026", "08:00 04/05/2026"),
    (9, "20/08/2026 16:00", "3 nlv", "24/08/2026", "16:00 24/08/2026"),
    (10, "28/08/2026 09:00", "2 nlv", "04/09/2026", "09:00 04/09/2026"),
    (11, "08/01/2026 08:00", "2 nlv", "10/01/2026", "08:00 10/01/2026"),
    (12, "31/12/2026 08:00", "2 nlv", "05/01/2027", "08:00 05/01/2027"),
    (13, "02/11/2026 08:00", "25 nlv", "08/12/2026", "08:00 08/12/2026"),
    (14, "10/10/2026", "45 ngày", "25/11/2026", None),
    (15, "17/01/2026", "30 ngày", "23/02/2026", None),
    (16, "23/11/2026 16:00", "2 giờ", None, "08:00 25/11/2026"),
    (17, "23/11/2026 10:00", "2 giờ", None, "14:00 23/11/2026"),
    (18, "20/11/2026 16:30", "4 giờ", None, "10:30 23/11/2026"),
]


@pytest.mark.parametrize("number, received, norm, by_law, by_the_hour", VECTORS)
def test_vectors_of_the_field(number: int, received: str, norm: str, by_law: str | None, by_the_hour: str | None) -> None:
    if by_law:
        assert due_text(due(received, norm, Convention.A)) == by_law
    if by_the_hour:
        assert due_text(due(received, norm, Convention.B)) == by_the_hour


@pytest.mark.parametrize("convention", list(Convention))
@pytest.mark.parametrize("number, received, norm, by_law, by_the_hour", VECTORS[15:])
def test_norms_in_hours_do_not_depend_on_the_convention(
    convention: Convention, number: int, received: str, norm: str, by_law: None, by_the_hour: str
) -> None:
    assert due_text(due(received, norm, convention)) == by_the_hour


@pytest.mark.parametrize(
    "received, days, expected",
    [
        ("12/02/2026", 5, "26/02/2026"),
        ("20/08/2026", 2, "22/08/2026"),
        ("28/08/2026", 2, "04/09/2026"),
        ("24/04/2026", 3, "04/05/2026"),
        ("20/11/2026", 3, "26/11/2026"),
        ("30/12/2026", 3, "05/01/2027"),
        ("02/02/2027", 7, "18/02/2027"),
    ],
)
def test_working_days_step_over_holidays_and_onto_make_up_days(received: str, days: int, expected: str) -> None:
    assert due_text(due(received, f"{days} ngày làm việc")) == expected


@pytest.mark.parametrize(
    "received, since, until, original, current, count",
    [
        ("12/02/2026", "24/02/2026", "27/02/2026", "26/02/2026", "03/03/2026", 3),
        ("19/08/2026", "21/08/2026", "03/09/2026", "25/08/2026", "08/09/2026", 7),
    ],
)
def test_a_pause_moves_the_due_date_by_its_working_days(
    received: str, since: str, until: str, original: str, current: str, count: int
) -> None:
    deadline = due(received, "5 ngày làm việc", Convention.A, fact(PAUSE, since), fact(RESUME, until))
    assert deadline.original_due is not None
    assert deadline.original_due.text() == original
    assert due_text(deadline) == current
    assert [pause.count for pause in deadline.pauses] == [count]


def test_the_sentence_says_why() -> None:
    facts = fact(PAUSE, "24/02/2026", "chờ bổ sung"), fact(RESUME, "27/02/2026")
    assert due("12/02/2026", "5 ngày làm việc", Convention.A, *facts).sentence == (
        "Nhận 12/02 · 5 ngày làm việc · bỏ 16–20/02 (Tết) · tạm dừng 24→27/02 (3 ngày, chờ bổ sung)"
        " · hẹn 03/03/2026 (hẹn gốc 26/02)"
    )


@pytest.mark.parametrize(
    "received, norm, convention, expected",
    [
        ("20/11/2026", "5 nlv", "A", "Nhận 20/11 · 5 ngày làm việc · bỏ 24/11 (Ngày Văn hóa Việt Nam) · hẹn 30/11/2026"),
        ("20/08/2026", "2 nlv", "A", "Nhận 20/08 · 2 ngày làm việc · tính cả 22/08 (làm bù) · hẹn 22/08/2026"),
        ("10/10/2026", "45 ngày", "A", "Nhận 10/10 · 45 ngày · bỏ 24/11 (Ngày Văn hóa Việt Nam) · hẹn 25/11/2026"),
        ("02/11/2026", "5 ngày", "A", "Nhận 02/11 · 5 ngày · bỏ 07–08/11 (cuối tuần) · hẹn 09/11/2026"),
        ("20/11/2026 16:30", "4 giờ", "A", "Nhận 16:30 20/11 · 4 giờ · hẹn 10:30 23/11/2026"),
        (
            "23/11/2026 15:05",
            "trong ngày",
            "A",
            "Nhận 15:05 23/11 · trong ngày · nhận sau 15:00 nên hẹn ngày làm việc kế tiếp"
            " · bỏ 24/11 (Ngày Văn hóa Việt Nam) · hẹn 25/11/2026",
        ),
        (
            "24/11/2026 09:00",
            "3 nlv",
            "B",
            "Nhận 09:00 24/11 · 3 ngày làm việc tính theo giờ · nhận ngoài giờ làm việc, tính từ 07:00 25/11"
            " · hẹn 17:00 27/11/2026",
        ),
        ("12/02/2026", "Không quy định", "A", "Nhận 12/02 · không quy định thời hạn · không có ngày hẹn"),
        (
            "12/02/2026",
            "Chậm nhất là ngay trước khi tàu rời cảng",
            "A",
            "Nhận 12/02 · “Chậm nhất là ngay trước khi tàu rời cảng” · không tính được ngày hẹn",
        ),
    ],
)
def test_other_sentences(received: str, norm: str, convention: str, expected: str) -> None:
    assert due(received, norm, Convention(convention)).sentence == expected


def test_a_proposed_calendar_is_named() -> None:
    deadline = due("30/12/2026", "3 ngày làm việc")
    assert deadline.unconfirmed
    assert deadline.sentence.endswith("hẹn 05/01/2027 · lịch 2027 chưa xác nhận")
    assert not due("20/11/2026", "3 ngày làm việc").unconfirmed


def test_a_year_without_a_calendar_is_a_doubt() -> None:
    deadline = due("30/12/2027", "3 ngày làm việc")
    assert deadline.unconfirmed
    assert deadline.sentence.endswith("lịch 2027 chưa xác nhận · chưa có lịch 2028")
    assert deadline.doubts == ("Chưa có lịch nghỉ năm 2028: chỉ trừ ngày nghỉ hằng tuần.",)


@pytest.mark.parametrize(
    "received, norm, expected",
    [
        ("31/01/2025", "1 tháng", "28/02/2025"),
        ("31/01/2026", "1 tháng", "02/03/2026"),
        ("15/12/2025", "2 tháng", "23/02/2026"),
        ("31/10/2025", "4 tháng", "02/03/2026"),
    ],
)
def test_months_are_clamped_to_their_end_and_leave_days_off(received: str, norm: str, expected: str) -> None:
    assert due_text(due(received, norm)) == expected


@pytest.mark.parametrize(
    "received, expected",
    [
        ("20/11/2026 06:30", "20/11/2026"),
        ("20/11/2026 15:01", "23/11/2026"),
        ("21/11/2026 09:00", "23/11/2026"),
        ("21/11/2026 16:00", "23/11/2026"),
    ],
)
def test_same_day_limits(received: str, expected: str) -> None:
    assert due_text(due(received, "trong ngày", Convention.A)) == expected
    assert due_text(due(received, "trong ngày", Convention.B)) == expected


def test_convention_a_counts_from_the_day_of_receipt_whatever_the_hour() -> None:
    assert due_text(due("20/11/2026 23:50", "1 nlv")) == "23/11/2026"
    assert due_text(due("21/11/2026 10:00", "1 nlv")) == "23/11/2026"
    assert due_text(due("21/11/2026 10:00", "1 nlv", Convention.B)) == "17:00 23/11/2026"


def test_pauses_of_calendar_days_and_of_hours() -> None:
    days = due("02/11/2026", "10 ngày", Convention.A, fact(PAUSE, "04/11/2026"), fact(RESUME, "06/11/2026"))
    assert due_text(days) == "16/11/2026"
    hours = due("23/11/2026 08:00", "4 giờ", Convention.A, fact(PAUSE, "23/11/2026 09:00"), fact(RESUME, "23/11/2026 14:00"))
    assert due_text(hours) == "17:00 23/11/2026"
    assert "tạm dừng 09:00 23/11 → 14:00 23/11 (3 giờ)" in hours.sentence


def test_an_open_pause_shows_what_the_due_date_would_be() -> None:
    events = [fact(PAUSE, "24/02/2026", "chờ bổ sung")]
    deadline = deadline_for(moment("12/02/2026"), parse_norm("5 nlv"), CALENDAR, events=events, as_of=moment("27/02/2026"))
    assert deadline.paused
    assert due_text(deadline) == "03/03/2026"
    assert deadline.sentence.endswith(
        "đang tạm dừng từ 24/02 (chờ bổ sung) · nếu tiếp tục 27/02 thì hẹn 03/03/2026 (hẹn gốc 26/02)"
    )
    assert deadline.doubts == ("Đang tạm dừng từ 24/02/2026, chưa ghi ngày tiếp tục.",)


def test_an_extension_sets_the_due_date_and_later_pauses_move_it() -> None:
    granted = fact(EXTEND, "25/02/2026", "xác minh", date(2026, 3, 6))
    assert due_text(due("12/02/2026", "5 nlv", Convention.A, granted)) == "06/03/2026"
    later = fact(PAUSE, "03/03/2026"), fact(RESUME, "04/03/2026")
    deadline = due("12/02/2026", "5 nlv", Convention.A, granted, *later)
    assert due_text(deadline) == "09/03/2026"
    assert "gia hạn đến 06/03 (xác minh)" in deadline.sentence


def test_an_extension_never_shortens() -> None:
    deadline = due("12/02/2026", "5 nlv", Convention.A, fact(EXTEND, "13/02/2026", "", date(2026, 2, 24)))
    assert due_text(deadline) == "26/02/2026"
    assert deadline.doubts == ("Gia hạn đến 24/02/2026 sớm hơn hạn đang có (26/02/2026): giữ hạn đang có.",)


def test_facts_that_contradict_are_left_out_and_named() -> None:
    facts = fact(RESUME, "13/02/2026"), fact(PAUSE, "24/02/2026"), fact(PAUSE, "25/02/2026"), fact(RESUME, "27/02/2026")
    deadline = due("12/02/2026", "5 nlv", Convention.A, *facts)
    assert due_text(deadline) == "03/03/2026"
    assert deadline.doubts == (
        "Bỏ qua “tiếp tục” ngày 13/02/2026: hồ sơ đang được tính thời hạn.",
        "Bỏ qua “tạm dừng” ngày 25/02/2026: hồ sơ đang tạm dừng.",
    )


def test_a_pause_begun_before_receipt_counts_from_receipt() -> None:
    deadline = due("12/02/2026", "5 nlv", Convention.A, fact(PAUSE, "10/02/2026"), fact(RESUME, "13/02/2026"))
    assert due_text(deadline) == "27/02/2026"
    assert [(pause.since, pause.count) for pause in deadline.pauses] == [(moment("12/02/2026"), 1)]


def test_a_pause_without_length_moves_nothing() -> None:
    deadline = due("12/02/2026", "5 nlv", Convention.A, fact(PAUSE, "24/02/2026"), fact(RESUME, "24/02/2026"))
    assert due_text(deadline) == "26/02/2026"


def test_facts_from_a_wrong_clock_are_left_out() -> None:
    facts = fact(PAUSE, "24/02/2026"), fact(RESUME, "27/02/9999"), fact(EXTEND, "25/02/2026", "", date(9999, 1, 1))
    deadline = due("12/02/2026", "5 nlv", Convention.A, *facts)
    assert due_text(deadline) == "26/02/2026"
    assert deadline.doubts[0].startswith("Bỏ qua việc ghi với ngày cách ngày nhận quá xa")


def test_a_stop_ends_a_pause_and_a_reopened_dossier_goes_on() -> None:
    facts = fact(PAUSE, "24/02/2026"), fact(STOP, "25/02/2026")
    stopped = due("12/02/2026", "5 nlv", Convention.A, *facts)
    assert stopped.stopped_at == moment("25/02/2026")
    assert due_text(stopped) == "27/02/2026"
    reopened = due("12/02/2026", "5 nlv", Convention.A, *facts, fact(REOPEN, "26/02/2026"))
    assert reopened.stopped_at is None
    assert due_text(reopened) == "27/02/2026"


def test_a_moment_with_an_offset_is_read_in_local_time() -> None:
    utc = datetime(2026, 11, 20, 2, 0, tzinfo=timezone(timedelta()))
    deadline = deadline_for(utc, parse_norm("2 giờ"), CALENDAR)
    assert deadline.received == moment("20/11/2026 09:00")


@pytest.mark.parametrize(
    "stopped, expected",
    [("25/02/2026", Punctuality.EARLY), ("26/02/2026 23:00", Punctuality.ON_TIME), ("27/02/2026", Punctuality.LATE)],
)
def test_the_class_compares_the_day_of_the_result_with_the_due_day(stopped: str, expected: Punctuality) -> None:
    deadline = due("12/02/2026", "5 nlv", Convention.A, fact(STOP, stopped))
    assert classify(deadline, moment("01/03/2026"), CALENDAR) is expected


def test_norms_in_hours_compare_moments() -> None:
    deadline = due("23/11/2026 10:00", "2 giờ")
    asked = moment("30/11/2026")
    assert classify(deadline, asked, CALENDAR, stop=moment("23/11/2026 13:59")) is Punctuality.EARLY
    assert classify(deadline, asked, CALENDAR, stop=moment("23/11/2026 14:00")) is Punctuality.ON_TIME
    assert classify(deadline, asked, CALENDAR, stop=moment("23/11/2026 14:01")) is Punctuality.LATE


@pytest.mark.parametrize(
    "asked, kind, words",
    [
        ("23/02/2026", Punctuality.RUNNING, "còn 3 ngày"),
        ("25/02/2026", Punctuality.DUE_SOON, "còn 1 ngày"),
        ("26/02/2026 18:00", Punctuality.DUE_SOON, "hạn hôm nay"),
        ("27/02/2026", Punctuality.OVERDUE, "trễ 1 ngày"),
        ("28/02/2026", Punctuality.OVERDUE, "trễ 1 ngày"),
        ("03/03/2026", Punctuality.OVERDUE, "trễ 3 ngày"),
    ],
)
def test_days_left_in_words(asked: str, kind: Punctuality, words: str) -> None:
    deadline = due("12/02/2026", "5 nlv")
    assert classify(deadline, moment(asked), CALENDAR) is kind
    assert days_left(deadline, moment(asked), CALENDAR) == words


def test_days_left_of_an_hour_norm_and_of_what_is_not_counting() -> None:
    hours = due("23/11/2026 08:00", "2 giờ")
    assert days_left(hours, moment("23/11/2026 08:30"), CALENDAR) == "còn 1 giờ 30 phút"
    assert days_left(hours, moment("23/11/2026 10:20"), CALENDAR) == "trễ 20 phút"
    paused = due("12/02/2026", "5 nlv", Convention.A, fact(PAUSE, "24/02/2026"))
    assert days_left(paused, moment("10/03/2026"), CALENDAR) == "đang tạm dừng"
    assert days_left(due("12/02/2026", "Không quy định"), moment("10/03/2026"), CALENDAR) == "không có hạn"
    stopped = due("12/02/2026", "5 nlv", Convention.A, fact(STOP, "25/02/2026"))
    assert days_left(stopped, moment("10/03/2026"), CALENDAR) == "trước hạn"


def test_steps_are_due_after_their_working_minutes() -> None:
    start = moment("20/11/2026 16:00")
    assert step_due(start, 120, CALENDAR) == moment("23/11/2026 08:00")
    assert step_plan(start, [60, 60, 480], CALENDAR) == (
        moment("20/11/2026 17:00"),
        moment("23/11/2026 08:00"),
        moment("25/11/2026 08:00"),
    )


def test_the_answer_for_the_command_line() -> None:
    deadline = explain_due(
        moment("12/02/2026"),
        "5 ngày làm việc",
        calendar=CALENDAR,
        pauses=[parse_pause("2026-02-24/2026-02-27")],
    )
    answer = deadline.as_dict()
    assert answer["due"] == "03/03/2026"
    assert answer["original_due"] == "26/02/2026"
    assert answer["due_time"] is None
    assert answer["sentence"] == deadline.sentence
    assert answer["pauses"] == [
        {"from": "2026-02-24T00:00", "to": "2026-02-27T00:00", "reason": "chờ bổ sung", "count": 3, "unit": "working_day"}
    ]


@pytest.mark.parametrize("text", ["24/02/2026", "2026-02-27/2026-02-24", "mai", ""])
def test_a_pause_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(InputError, match="QMS-112"):
        parse_pause(text)


def test_without_any_calendar_only_weekends_are_left_out() -> None:
    deadline = deadline_for(moment("20/11/2026"), parse_norm("3 nlv"), Calendars())
    assert due_text(deadline) == "25/11/2026"
    assert deadline.unconfirmed


@pytest.mark.parametrize("year", [1, 9999])
def test_a_receipt_in_an_impossible_year_is_named(year: int) -> None:
    with pytest.raises(InputError, match="QMS-113"):
        deadline_for(datetime(year, 12, 30), parse_norm("5 nlv"), CALENDAR)


def test_many_years_without_a_calendar_are_one_remark() -> None:
    assert due("12/02/2026", "1300 nlv").sentence.endswith("lịch 2027 chưa xác nhận · chưa có lịch 2028–2031")
