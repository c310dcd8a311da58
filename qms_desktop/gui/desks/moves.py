"""Many dossiers at once, and those that are not received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossier_moves import transition
from qms_desktop.gui.desk import Accepted, Intake
from qms_desktop.gui.desks.slips import OfficeSlips
from qms_desktop.usecases import bulk, receiving


class OfficeMoves(OfficeSlips):
    """See ``gui.desk_moves.Moves``."""

    def move_many(self, records: Sequence[str], name: str, reason: str, values: Mapping[str, Value]) -> str:
        """Makes the move with each dossier."""
        report = bulk.move_many(self.office.work(), records, name, reason, values)
        return f"{transition(name).label}: {report.sentence}"

    def refuse(self, intake: Intake, reason: str, basis: str) -> Accepted:
        """Refuses to receive."""
        return self._accepted(receiving.refuse(self.office.work(), self._receive(intake), reason, basis))
