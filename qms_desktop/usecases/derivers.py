"""Which derived columns are computed by which function (``Field.derived``): handed to the store when it opens."""

from collections.abc import Mapping

from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN
from qms_desktop.store.derived import Deriver
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.view import View
from qms_desktop.usecases.clock import derive_due
from qms_desktop.usecases.moves.handing import pending_hand_over
from qms_desktop.usecases.units import former_name

_UNDER_WAY = tuple(sorted(state.value for state in OPEN | ANSWERED))


def dossiers_under_way(view: View) -> list[str]:
    """Those whose due date somebody waits for. A calendar may arrive after the dossiers that were received under it."""
    numbers = view.keys(ListQuery("dossier", where=(("state", "in", list(_UNDER_WAY)),)))
    return [str(row["id"]) for row in view.rows("dossier", numbers, ["code"])]


def derived_of(view: View, dossier: str) -> Mapping[str, Value]:
    """The derived columns of a dossier: due date, the hand-over without its second signature, the unit of before a merger."""
    waiting = pending_hand_over(view, dossier)
    return {**derive_due(view, dossier), "unsigned": waiting, "former_unit": former_name(view, dossier)}


DERIVERS = {
    "dossier": Deriver(
        watches=frozenset({"clock_event", "hand_over"}),
        owner_field="dossier",
        derive=derived_of,
        shared=frozenset({"calendar"}),
        resting=dossiers_under_way,
    )
}
