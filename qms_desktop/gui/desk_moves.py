"""What the window asks of the office about many dossiers at once, and about those it does not receive; a part of ``Desk``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from qms_desktop.domain.fields import Value
from qms_desktop.gui.desk_data import Accepted, Intake


class Moves(Protocol):
    """Moves that do not belong to the page of one dossier."""

    def move_many(self, records: Sequence[str], name: str, reason: str, values: Mapping[str, Value]) -> str:
        """Makes "forward", "sign_for" or "reassign" with each dossier; returns a sentence on what was done and what not."""

    def refuse(self, intake: Intake, reason: str, basis: str) -> Accepted:
        """Refuses to receive, with the legal basis; the visit is recorded."""
