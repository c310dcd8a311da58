"""The printed forms of one dossier."""

from __future__ import annotations

from functools import partial

from qms_desktop.gui.desk import Sheet
from qms_desktop.gui.desks.dossiers import OfficeDossiers
from qms_desktop.usecases import slips_offered


class OfficeSlips(OfficeDossiers):
    """See ``gui.desk_slips.Slips``."""

    def slip(self, record: str, form: str) -> Sheet:
        """Draws it for the dossier."""
        title = slips_offered.FORMS[form].title if form in slips_offered.FORMS else form
        return self._sheet(partial(slips_offered.draw, form=form), record, title)
