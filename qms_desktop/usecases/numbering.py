"""Permanent codes made on a PC without a server: series, PC letter, day, running number, two characters of the record (I17)."""

from datetime import datetime

from qms_desktop.domain.errors import StoreError
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.unit import UnitStore
from qms_desktop.store.view import View


def day_code(view: View, store: UnitStore, field: tuple[str, str], series: str, identity: str, at: datetime) -> str:
    """The next code of a series on this PC and day, for the `field` (kind, name) that keeps such codes.

    The end of the record's id keeps the codes of a copied disk apart. StoreError QMS-410 while the PC has no letter.
    """
    letter = store.letter
    if not letter:
        raise StoreError(
            "QMS-410", "Máy này chưa có ký hiệu máy.", do="Hãy ghi danh máy với tỉnh hoặc lập đơn vị trên máy này trước."
        )
    start = f"{series}-{letter}-{at:%y%m%d}-"
    return f"{start}{_taken(view, field, start) + 1}-{identity[-2:]}"


def _taken(view: View, field: tuple[str, str], start: str) -> int:
    """How many codes begin so; records taken out of use keep theirs, and rows of one batch share theirs."""
    kind, name = field
    of_day = ((name, ">=", start), (name, "<", start[:-1] + "."))
    codes: set[object] = set()
    for voided in (False, True):
        keys = view.keys(ListQuery(kind, where=of_day, voided=voided))
        codes |= {row[name] for row in view.rows(kind, list(keys), (name,))}
    return len(codes)
