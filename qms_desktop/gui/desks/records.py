"""Reading lists and saving records by form."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from qms_desktop.domain.fields import Value
from qms_desktop.gui.desk import Condition, Found
from qms_desktop.gui.desks.shelf import OfficeShelf
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.view import View
from qms_desktop.usecases import people

_SEARCHED = ("dossier", "revision", "applicant", "person")
_MOST_HITS = 30
_KIND_WORDS = {"dossier": "hồ sơ", "revision": "quy trình", "applicant": "người nộp", "person": "cán bộ"}


class OfficeRecords(OfficeShelf):
    """See ``gui.desk.Records``."""

    def view(self) -> AbstractContextManager[View]:
        """A snapshot of the store."""
        return self.office.demand_store().view()

    def keys(self, kind: str, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        """Row numbers in order."""
        with self.view() as view:
            return view.keys(ListQuery(kind, tuple(where), text, order, descending))

    def totals(self, kind: str, field: str, where: Sequence[Condition], text: str) -> dict[str, int]:
        """Counts by value."""
        with self.view() as view:
            return view.totals(kind, field, ListQuery(kind, tuple(where), text))

    def search(self, text: str) -> list[Found]:
        """Records a clerk may mean."""
        with self.view() as view:
            hits = view.search(text, kinds=_SEARCHED, limit=_MOST_HITS)
        return [Found(hit.kind, hit.id, hit.title, hit.subtitle or _KIND_WORDS.get(hit.kind, "")) for hit in hits]

    def may_save(self, kind: str) -> bool:
        """By the roles of the person signed in."""
        session = self.office.session
        return session is not None and bool(session.roles & people.MASTER_EDITORS.get(kind, frozenset()))

    def save(self, kind: str, record: str, values: Mapping[str, Value], seen: Mapping[str, Value] | None = None) -> str:
        """Saves a form."""
        return people.save(self.office.work(), kind, record or None, values, seen)
