"""Which derived columns are computed by which function (``Field.derived``): handed to the store when it opens."""

from qms_desktop.store.derived import Deriver
from qms_desktop.usecases.clock import derive_due

DERIVERS = {"dossier": Deriver(watches=frozenset({"clock_event"}), owner_field="dossier", derive=derive_due)}
