"""What the window asks of the office about the printed forms of one dossier; a part of ``Desk``."""

from __future__ import annotations

from typing import Protocol

from qms_desktop.gui.desk_data import Sheet


class Slips(Protocol):
    """The forms that ``DossierPage.slips`` names."""

    def slip(self, record: str, form: str) -> Sheet:
        """One of them, drawn; raises what the form itself says when it does not apply."""
