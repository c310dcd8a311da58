"""A PC that receives one dossier after another until it is killed; prints the code of each one that is saved.

`python -m tests.journeys.busy_pc DATA KEY_FILE`
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from qms_desktop.demo.clerk import PlainClerk
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.scenario import Applicant, ScenarioDossier

NOW = datetime(2026, 11, 25, 8, 0)


def main(data: Path, keys: Path) -> None:
    """Work until killed."""
    office = Office(Paths(data), FileKeys(keys, data), lambda: NOW)
    office.open()
    clerk = PlainClerk(office)
    clerk.sign_in("Lê Thị Mẫu Đơn")
    citizen = Applicant("Người Vội Vàng", phone="0100 000 777")
    while True:
        sys.stdout.write(clerk.receive(ScenarioDossier("", "", "1.004873", "in_person", "", citizen, (), NOW)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
