"""Tables are shown in the words of their columns; a step is judged by the minute."""

from datetime import datetime, timedelta

import pytest

from qms_desktop.domain.fields import Value
from qms_desktop.domain.punctuality import Punctuality, of_step
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.domain.records.revisions import REVISION
from qms_desktop.domain.values import show


def test_a_table_is_shown_by_its_columns_in_their_order() -> None:
    paper: dict[str, Value] = {"state": "missing", "originals": 1, "name": "Tờ khai", "held": True, "copies": 0, "note": ""}
    assert show(DOSSIER.field("papers"), [paper]) == "Tờ khai, bản chính 1, Thiếu, giữ bản gốc"
    norm: dict[str, Value] = {"unit": "working_day", "value": "3", "channel": "online", "text": "", "variant": ""}
    assert show(REVISION.field("norms"), [norm]) == "Trực tuyến, 3, ngày làm việc"
    assert show(REVISION.field("fees"), [{"channel": "any", "amount": 15000}]) == "Mọi hình thức, 15.000 đ"


def test_what_has_no_columns_is_shown_as_it_is_and_nothing_twice() -> None:
    assert show(REVISION.field("results"), ["Giấy xác nhận", "Bản sao"]) == "Giấy xác nhận; Bản sao"
    assert show(REVISION.field("sources"), {"title": "Dòng 5", "field": "Dòng 5", "papers": "Dòng 6"}) == "Dòng 5, Dòng 6"


@pytest.mark.parametrize(("minutes", "kind"), [(-1, Punctuality.EARLY), (0, Punctuality.ON_TIME), (1, Punctuality.LATE)], ids=str)
def test_a_step_is_judged_by_the_minute(minutes: int, kind: Punctuality) -> None:
    due = datetime(2026, 11, 23, 11)
    assert of_step(due, due + timedelta(minutes=minutes)) is kind
