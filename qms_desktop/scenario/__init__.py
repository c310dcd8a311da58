"""The scripted journey as data: which unit, which PCs, which dossiers, which edits, who answers the question.

A scenario is one JSON object; `docs/scenarios.md` says what may stand in it. Other usual names are understood (`keys.py`), a slip
of the pen and whatever makes no sense is refused by its place, and names that mean nothing end up in `Scenario.remarks`.
"""

from qms_desktop.scenario.keys import usual
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
    "usual",
]
