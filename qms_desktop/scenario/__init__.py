"""The scripted journey as data: which unit, which PCs, which dossiers, which edits, who answers the question.

A scenario is one JSON object. Only `unit` and `dossiers` are needed; the rest has a default::

    {"title": "…", "unit": "29317", "start": "2026-11-23T07:00",
     "pcs": [{"id": "pc1", "name": "Máy quầy số 1", "person": "Lê Thị Mẫu Đơn"}, "pc2"],
     "network": {"delay_ms": 120, "bytes_per_second": 16000, "cuts": 2},
     "dossiers": [
        {"id": "hs1", "pc": "pc1", "procedure": "1.004873", "channel": "in_person", "variant": "",
         "applicant": "CD01" | "Họ và tên" | {"full_name", "id_number", "born", "phone", "address"},
         "papers": ["Tờ khai …", {"name": "…", "originals": 1, "copies": 0, "state": "ok|missing|invalid|waived"}],
         "received": "2026-11-23T08:30", "sets": 1, "note": "", "result_place": "", "before_cut": false,
         "actions": [{"do": "forward", "at": "2026-11-23T08:50", "times": 1, "reason": "", "by": ""}]}],
     "edits": [{"pc": "pc2", "dossier": "hs1", "field": "note", "value": "…", "at": "2026-11-23T16:00"}],
     "answers": [{"pc": "pc1", "dossier": "hs1", "field": "note", "take": "mine|theirs|pc2", "value": "…"}]}

Also understood: `unit_code`, `start_time`, `procedure_code`, `received_at`, `time` and `action`, the names of the records.
Keys this reader does not know are left alone. Moments are local time of Viet Nam: `2026-11-23T15:20`,
`23/11/2026 15:20`, or `15:20` on the day of `start`.
Without `papers` every required paper is there; with it, a required paper that is not named is missing.
`before_cut` marks a dossier that both PCs know before the line is cut; a dossier edited by a PC that did not
receive it counts as such. Without `answers` the first PC keeps its own value.
What makes no sense (unknown codes, impossible dates, an edit of a dossier that is not there) is refused by name.
"""

from qms_desktop.scenario.model import (
    Action,
    Answer,
    Applicant,
    Edit,
    GivenPaper,
    Network,
    Scenario,
    ScenarioDossier,
    ScenarioPc,
)
from qms_desktop.scenario.office import OfficeSeed, SeedPerson, read_office
from qms_desktop.scenario.reading import load_scenario, read_citizens, read_scenario
from qms_desktop.scenario.shapes import ScenarioError

__all__ = [
    "Action",
    "Answer",
    "Applicant",
    "Edit",
    "GivenPaper",
    "Network",
    "OfficeSeed",
    "Scenario",
    "ScenarioDossier",
    "ScenarioError",
    "ScenarioPc",
    "SeedPerson",
    "load_scenario",
    "read_citizens",
    "read_office",
    "read_scenario",
]
