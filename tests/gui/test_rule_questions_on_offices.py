"""Rules across records at the real window, by keys alone: which records, who, from which PC, one key each, Ctrl+Z asks again."""

from __future__ import annotations

import os

from qms_desktop.domain.fields import Area, Value
from qms_desktop.store.unit import create
from tests.gui.test_questions_on_offices import Counter, counter
from tests.gui.test_rights_on_offices import commune

__all__ = ["commune", "counter"]


def asked(counter: Counter) -> list[int]:
    found = []
    for office in counter.offices:
        with office.demand_store().view() as view:
            found.append(view.question_count())
    return found


def another(counter: Counter, at: int, **values: Value) -> None:
    """A dossier that this PC received while the line was down."""
    facts: dict[str, Value] = {
        "code": f"T-X-{at}",
        "applicant_name": "Trần Văn Bình",
        "state": "received",
        "received_at": "2026-11-20T08:00",
    }
    counter.write(at, "dossier.receive", create("dossier", f"other-{at}", {**facts, **values}))


def picture(counter: Counter, name: str) -> None:
    folder = os.environ.get("QMS_PICTURES")
    if folder:
        counter.hands.window.grab().save(f"{folder}/{name}.png")


def test_one_official_code_on_two_dossiers(counter: Counter) -> None:
    counter.edit(0, official_code="H29.551-261120-0001")
    another(counter, 1, official_code="H29.551-261120-0001")
    counter.settle()
    assert asked(counter) == [1, 1, 1]
    screen, words = counter.look()
    picture(counter, "rule-official")
    text = "\n".join(words)
    assert "mã thuộc về bản nào?" in text
    assert [part for part in ("Nguyễn Thị Hoa", "Trần Văn Bình", "máy B", "máy này", "để trống") if part not in text] == []
    assert screen.desk.sync_state().questions == 1, "what the status bar says"
    assert screen.tabs.tabText(0) == "Câu hỏi (1)"
    counter.hands.press("1")
    assert "Ctrl+Z" in counter.hands.message()
    counter.settle()
    assert asked(counter) == [0, 0, 0]
    counter.hands.press("Ctrl+Z")
    counter.settle()
    assert asked(counter) == [1, 1, 1]
    counter.look()
    counter.hands.press("2")
    counter.settle()
    assert asked(counter) == [0, 0, 0]


def test_rival_revisions_are_the_leaders_to_decide(counter: Counter) -> None:
    for at, amendment in ((0, 7), (1, 8)):
        facts: dict[str, Value] = {"kind": "procedure", "code": "9.999", "title": "Đăng ký khai sinh", "stage": "approved"}
        issue: dict[str, Value] = {"issue_no": 1, "amendment_no": amendment, "effective_on": "2026-12-01"}
        more: dict[str, Value] = {"decision": f"1{at}/QĐ-UBND"}
        change = create("revision", f"rival-{at}", {**facts, **issue, **more}, Area.QMS)
        counter.write(at, "revision.approve", change)
    for office in counter.offices * 2:
        office.sync_once()
    _screen, words = counter.look()
    picture(counter, "rule-revisions")
    text = "\n".join(words)
    assert "theo bản nào?" in text
    assert "Bản 01/07, hiệu lực từ 01/12/2026, 10/QĐ-UBND" in text
    counter.hands.press("1")
    assert "lãnh đạo" in counter.hands.message()
