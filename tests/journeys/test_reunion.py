"""PCs meet again: who settles what they set apart, when there are more than two of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qms_desktop.demo.clerk import PlainClerk
from qms_desktop.demo.ground import Folders
from qms_desktop.demo.journey import Journey
from qms_desktop.demo.material import gather
from qms_desktop.demo.summary import Summary

THREE: dict[str, Any] = {
    "unit": "29317",
    "pcs": [1, 2, 3],
    "network": {"delay_ms": 0, "bytes_per_second": 10_000_000, "cuts": 0},
    "dossiers": [{"procedure": "2.000884", "applicant": "Bà Ví Dụ", "received": "2026-12-01T09:00", "before_cut": True}],
    "edits": [
        {"pc": 2, "dossier": "hs1", "field": "note", "value": "Máy hai"},
        {"pc": 3, "dossier": "hs1", "field": "note", "value": "Máy ba"},
        {"pc": 1, "dossier": "hs1", "field": "result_place", "value": "Tại quầy"},
        {"pc": 2, "dossier": "hs1", "field": "result_place", "value": "Tại quầy"},
        {"pc": 3, "dossier": "hs1", "field": "result_place", "value": "Tại nhà"},
    ],
}


def played(folder: Path, said: list[str], **changes: Any) -> Summary:
    """The outcome of a scenario played without a window."""
    file = folder / "scenario.json"
    file.write_text(json.dumps(THREE | changes), encoding="utf-8")
    folders = Folders(folder / "out")
    folders.prepare()
    return Journey(gather(file), folders, lambda office, _pc: PlainClerk(office), said.append).run()


def test_a_field_the_first_pc_did_not_touch_is_settled_by_the_first_that_did(tmp_path: Path) -> None:
    said: list[str] = []
    summary = played(tmp_path, said)
    assert (summary.questions.opened, summary.questions.answered, summary.questions.left) == (2, 2, 0)
    assert "2. Mất mạng. 3 máy vẫn làm việc, không hỏi han gì." in said
    assert "   pc2 trả lời câu hỏi về “Ghi chú”." in said


def test_an_empty_list_of_answers_leaves_every_question_open(tmp_path: Path) -> None:
    summary = played(tmp_path, [], answers=[])
    assert (summary.questions.opened, summary.questions.answered, summary.questions.left) == (2, 0, 2)
    assert not summary.faults()
