"""Reading: one consistent picture of the office's records, for screens, use cases and printing."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qms_desktop.domain.fields import RecordKind, Value
from qms_desktop.domain.merged_rules import Clash
from qms_desktop.domain.records.revisions import REVISION
from qms_desktop.store import clash_table, lists, search
from qms_desktop.store.columns import decode, quoted, table_of
from qms_desktop.store.former import STANDS_BACK, Formers
from qms_desktop.store.history import HistoryLine, history_of
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.questions import Question, count_questions, open_questions
from qms_desktop.store.search import Hit
from qms_desktop.store.tallies import Tallies
from qms_desktop.store.values import area_of

MOST_RANKED = 200
HEADING_SIGN = " · "


class View:
    """A snapshot on one connection: what is read through it belongs together, whatever others write meanwhile."""

    def __init__(self, ledger: Ledger, kinds: dict[str, RecordKind], replica: str) -> None:
        self._ledger = ledger
        self._connection: Any = ledger.connection
        self._kinds = kinds
        self._replica = replica
        self._formers = Formers(self._connection)

    def get(self, kind: str, record: str) -> dict[str, Value] | None:
        """The shown values of a record, with "id", "_scope", "_area", "_voided", "_open_questions" and "_former", the
        code of the merged unit whose it is ("": this one's); None if there is none. A revision with "_waits" is not in force
        until a person has answered a question about it."""
        found = self._dicts(self._kinds[kind], "WHERE k.id = ? ORDER BY k._voided, k._num LIMIT 1", (record,))
        return found[0] if found else None

    def find(self, kind: str, /, **equals: Value) -> list[dict[str, Value]]:
        """The records in use whose fields have these values, in the kind's order."""
        definition = self._kinds[kind]
        selection = lists.select(definition, _query(kind, equals), self._kinds)
        # The plus sign: rows are few once a field is asked for, and walking the whole index of the order would read them all.
        way = "+" if equals else ""
        return self._dicts(definition, f"ORDER BY {way}{selection.order}", selection.parameters, selection.source)

    def standing_back(self, kind: str, /, **equals: Value) -> list[dict[str, Value]]:
        """The same of records of merged units that lists leave out: of their offices, or going on in this unit's own scope."""
        definition = self._kinds[kind]
        selection = replace(lists.select(definition, _query(kind, equals), self._kinds), voided=STANDS_BACK)
        return self._dicts(definition, f"ORDER BY {selection.order}", selection.parameters, selection.source)

    @property
    def unit(self) -> str:
        """The code of this PC's unit."""
        return self._formers.unit

    @property
    def successors(self) -> frozenset[str]:
        """The units that this PC's unit went into, also by way of others, as the province's register says."""
        return self._formers.successors()

    def count(self, kind: str, /, **equals: Value) -> int:
        """How many records in use have these values."""
        selection = lists.select(self._kinds[kind], _query(kind, equals), self._kinds)
        number: int = self._connection.execute(f"SELECT count(*) FROM {selection.source}", selection.parameters).fetchone()[0]
        return number

    def keys(self, query: ListQuery) -> "array[int]":
        """The row numbers a list shows, in order; rows are then taken by ``rows``."""
        return lists.keys(self._connection, lists.select(self._kinds[query.kind], query, self._kinds))

    def rows(self, kind: str, rowids: Sequence[int], fields: Sequence[str]) -> list[dict[str, Value]]:
        """The named fields of these rows, in the order given."""
        return lists.rows(self._connection, self._kinds[kind], rowids, fields)

    def totals(self, kind: str, field: str, query: ListQuery) -> dict[str, int]:
        """How many rows of a list have each value of the field."""
        definition = self._kinds[kind]
        return lists.totals(self._connection, definition, field, lists.select(definition, query, self._kinds))

    @property
    def tallies(self) -> Tallies:
        """Dossiers counted without reading their rows."""
        return Tallies(self._connection)

    def search(self, text: str, kinds: Sequence[str] = (), limit: int = 30) -> list[Hit]:
        """Records a clerk may mean: exact accents first, then the heading nearest to what was typed, then the newest."""
        found = search.find(self._connection, text, kinds, max(limit, MOST_RANKED))
        nearness = search.likeness(text)
        hits = self._hits(dict(found))
        hits.sort(key=lambda hit: (not hit.exact, nearness(hit.title.split(HEADING_SIGN))))
        return hits[:limit]

    def history(self, kind: str, record: str) -> list[HistoryLine]:
        """Who changed what, when, from what to what; oldest first."""
        return history_of(self._ledger, self._kinds.get(kind), kind, record)

    def questions(self) -> list[Question]:
        """The fields for which people wrote different values without knowing of each other."""
        return open_questions(self._ledger, self._kinds, self._replica)

    def question_count(self) -> int:
        """How many questions are open."""
        return count_questions(self._ledger, self._kinds) + clash_table.count_clashes(self._connection)

    def clashes(self) -> list[Clash]:
        """The rules across records that what was merged breaks, and that nobody has answered yet."""
        return clash_table.all_clashes(self._connection)

    def clash(self, clash_id: str) -> Clash | None:
        """One of them; None when it has been answered."""
        return clash_table.clash(self._connection, clash_id)

    def former_unit(self, kind: str, record: str) -> str:
        """The code of the unit that was merged into this one and had the record before; "" for a record of this unit alone."""
        rows = self._connection.execute("SELECT scope FROM state WHERE kind = ? AND record = ? ORDER BY num", (kind, record))
        return next((self._formers.foreign_unit(scope) for (scope,) in rows.fetchall() if self._formers.foreign_unit(scope)), "")

    def _dicts(self, kind: RecordKind, tail: str, parameters: tuple[Any, ...], source: str = "") -> list[dict[str, Value]]:
        columns = ", ".join(f"k.{quoted(field.name)}" for field in kind.fields)
        origin = source or f"{table_of(kind.name)} AS k"
        statement = f"SELECT k.id, k._scope, k._voided, k._questions, {columns} FROM {origin} {tail}"
        rows = self._connection.execute(statement, parameters)
        found = [{**_values(kind, row), "_former": self._formers.foreign_unit(row[1])} for row in rows]
        waiting = clash_table.waiting(self._connection, kind.name) if kind.name == REVISION.name else frozenset()
        return [{**row, "_waits": True} if row["id"] in waiting else row for row in found]

    def _hits(self, exact: Mapping[int, bool]) -> list[Hit]:
        """The records with these numbers, in this order: one statement for each kind, however many there are."""
        kinds: dict[str, list[int]] = {}
        marks = ",".join("?" * len(exact))
        for num, name in self._connection.execute(f"SELECT num, kind FROM state WHERE num IN ({marks})", tuple(exact)):
            kinds.setdefault(name, []).append(num)
        found: dict[int, Hit] = {}
        for name, nums in kinds.items():
            if name in self._kinds:
                found |= self._hits_of(self._kinds[name], nums, exact)
        return [found[num] for num in exact if num in found]

    def _hits_of(self, kind: RecordKind, nums: Sequence[int], exact: Mapping[int, bool]) -> dict[int, Hit]:
        below = [field.name for field in kind.fields if field.searched and field.name not in kind.title]
        fields = [kind.field(name) for name in (*kind.title, *below)]
        columns = ", ".join(("_num", "id", "_scope", *(quoted(field.name) for field in fields)))
        marks = ",".join("?" * len(nums))
        rows = self._connection.execute(f"SELECT {columns} FROM {table_of(kind.name)} WHERE _num IN ({marks})", tuple(nums))
        found: dict[int, Hit] = {}
        for num, record, scope, *stored in rows:
            values = {field.name: decode(field, value) for field, value in zip(fields, stored, strict=True)}
            former = self._formers.foreign_unit(scope)
            words = [f"Đơn vị cũ {former}"] if former else []
            subtitle = HEADING_SIGN.join([*words, *(str(values[name]) for name in below if values[name])])
            found[num] = Hit(kind.name, record, kind.heading(values), subtitle, exact[num])
        return found


def _query(kind: str, equals: dict[str, Value]) -> ListQuery:
    return ListQuery(kind, tuple((name, "=", value) for name, value in equals.items()))


def _values(kind: RecordKind, row: Any) -> dict[str, Value]:
    values: dict[str, Value] = {field.name: decode(field, stored) for field, stored in zip(kind.fields, row[4:], strict=True)}
    own = {"id": row[0], "_scope": row[1], "_area": area_of(row[1]).value, "_voided": bool(row[2]), "_open_questions": row[3]}
    return {**values, **own}
