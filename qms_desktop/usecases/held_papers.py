"""Original papers that are still here although their dossier has ended: the count must be zero by then (I13)."""

from collections import Counter
from datetime import datetime, timedelta

from qms_desktop.domain.fields import Values
from qms_desktop.domain.records.dossiers import ANSWERED, OPEN
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.view import View

_LOOKED_BACK = timedelta(days=400)
_AT_WORK = frozenset(state.value for state in OPEN | ANSWERED)
_COUNTED = ("dossier", "taken", "returned", "lost")


def held_of_ended(view: View, now: datetime) -> list[Values]:
    """The dossiers, by what was counted in and out during the last 400 days."""
    since = (now - _LOOKED_BACK).isoformat(timespec="minutes")
    keys = view.keys(ListQuery("original_paper", where=(("at", ">=", since),)))
    count: Counter[str] = Counter()
    for row in view.rows("original_paper", list(keys), _COUNTED):
        count[str(row.get("dossier"))] += _whole(row, "taken") - _whole(row, "returned") - _whole(row, "lost")
    rows = (view.get("dossier", dossier) for dossier, left in count.items() if left > 0)
    return [row for row in rows if row is not None and row.get("state") not in _AT_WORK]


def _whole(row: Values, name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) else 0
