"""Rules across records after every change: the groups that the changed records are or were in are looked at again, no others.

Each group is found by an index, so the cost does not grow with the journal. Nothing here is journalled: the answer follows from
the merged state, on every PC the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qms_desktop.domain.fields import Area, RecordKind
from qms_desktop.domain.merged_rules import COURSE, TOPICS, Clash, Origin, Seen, Topic, broken
from qms_desktop.domain.records.rule_answers import RULE_ANSWER
from qms_desktop.store.columns import quoted, table_of
from qms_desktop.store.ledger import Ledger
from sync.journal import merge

Group = tuple[Topic, str]
_BY_NAME = {topic.name: topic for topic in TOPICS}
_DOSSIER = ("state", "received_at", "delivered_at")


class Clashes:
    """Keeps the table of broken rules up to date, within the caller's write transaction."""

    def __init__(self, ledger: Ledger, kinds: Mapping[str, RecordKind], unit: str) -> None:
        self._ledger = ledger
        self._connection: Any = ledger.connection
        self._kinds = kinds
        self._unit = unit

    def settle(self, changed: Iterable[tuple[str, str]]) -> None:
        """Look again at what the changed (kind, record)s are and were part of."""
        groups: dict[Group, None] = {}
        for kind, record in changed:
            groups.update(dict.fromkeys(self._groups(kind, record)))
        for topic, key in groups:
            self._settle(topic, key)

    def settle_all(self) -> None:
        """The same for every record there is."""
        for kind in {*(topic.kind for topic in TOPICS), "dossier"} & self._kinds.keys():
            rows = self._connection.execute(f"SELECT DISTINCT id FROM {table_of(kind)}").fetchall()
            self.settle((kind, record) for (record,) in rows)

    def _groups(self, kind: str, record: str) -> Iterator[Group]:
        statement = "SELECT topic, key FROM clash_party WHERE kind = ? AND record = ?"
        for name, key in self._connection.execute(statement, (kind, record)).fetchall():
            yield _BY_NAME[name], key
        if kind == "dossier":
            yield COURSE, record
        if kind == RULE_ANSWER.name:
            yield from self._answered(record)
        for topic in TOPICS:
            if topic.kind == kind and self._knows(topic):
                key = self._value(kind, topic.by, record)
                if key:
                    yield topic, str(key)

    def _answered(self, record: str) -> Iterator[Group]:
        topic, key = self._value(RULE_ANSWER.name, "topic", record), self._value(RULE_ANSWER.name, "key", record)
        if topic in _BY_NAME and key:
            yield _BY_NAME[str(topic)], str(key)

    def _value(self, kind: str, field: str, record: str) -> object:
        found = self._connection.execute(f"SELECT {quoted(field)} FROM {table_of(kind)} WHERE id = ?", (record,))
        return next((value for (value,) in found.fetchall() if value), None)

    def _knows(self, topic: Topic) -> bool:
        kind = self._kinds.get(topic.kind)
        return kind is not None and all(kind.knows(name) for name in (topic.by, *topic.reads))

    def _settle(self, topic: Topic, key: str) -> None:
        for table in ("clash", "clash_party"):
            self._connection.execute(f"DELETE FROM {table} WHERE topic = ? AND key = ?", (topic.name, key))
        if not self._knows(topic):
            return
        rows = self._rows(topic, key)
        for clash in broken(topic, key, rows, lambda row: self._origin(topic, row)) if rows else ():
            if not self._allowed(clash):
                self._keep(clash)

    def _rows(self, topic: Topic, key: str) -> list[Seen]:
        """The records of the group that are in use, of this unit's own: books of merged units are closed."""
        own = list(self._in_use(topic.kind, topic.by, key, topic.reads))
        if topic is not COURSE:
            return own if len(own) > 1 else []
        running = [row for row in own if not row.text("ended_at")]
        return [*self._in_use("dossier", "id", key, _DOSSIER), *running]

    def _in_use(self, kind: str, by: str, key: str, reads: tuple[str, ...]) -> Iterator[Seen]:
        columns = "".join(f", {quoted(name)}" for name in reads)
        statement = f"SELECT id, _scope, _questions{columns} FROM {table_of(kind)} WHERE _voided = 0 AND {quoted(by)} = ?"
        scopes = {area.scope(self._unit) for area in self._kinds[kind].areas if area is not Area.PROVINCE}
        for record, scope, questions, *values in self._connection.execute(statement, (key,)).fetchall():
            if scope in scopes:
                yield Seen(kind, record, {**dict(zip(reads, values, strict=True)), "_questions": questions, "_scope": scope})

    def _origin(self, topic: Topic, row: Seen) -> Origin:
        """Of the entry that gave the record the value it is judged by."""
        name = topic.told if row.kind == topic.kind else "received_at"
        record = self._ledger.record(row.text("_scope"), row.kind, row.record)
        heads = record.state.heads.get(name) if record is not None else None
        if not heads:
            return Origin(0, "")
        source = self._ledger.sources(merge.shown(heads)[0], row.kind, row.record, name)[0]
        entry = self._ledger.entry(source)
        return Origin(0, "") if entry is None else Origin(entry.lam, entry.id, entry.journal)

    def _allowed(self, clash: Clash) -> bool:
        """Whether a person has said that all of them may stand."""
        if RULE_ANSWER.name not in self._kinds:
            return False
        statement = f"SELECT 1 FROM {table_of(RULE_ANSWER.name)} WHERE id = ? AND _voided = 0"
        return self._connection.execute(statement, (clash.id,)).fetchone() is not None

    def _keep(self, clash: Clash) -> None:
        place = (clash.topic, clash.key, clash.rule.value, clash.detail)
        self._connection.execute("INSERT INTO clash VALUES (?, ?, ?, ?, ?)", (*place, clash.id))
        rows = [(kind, record, *place, number) for number, (kind, record) in enumerate(clash.parties)]
        self._connection.executemany("INSERT INTO clash_party VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def take_over(ledger: Ledger) -> None:
    """What a database of the program before lacks: which entries bring values back. Only an office with verdicts has such."""
    connection = ledger.connection
    tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'k_verdict'").fetchone()
    if tables is None or connection.execute("SELECT 1 FROM k_verdict LIMIT 1").fetchone() is None:
        return
    for (scope,) in connection.execute("SELECT DISTINCT scope FROM leaf").fetchall():
        for held in ledger.entries.in_scope(scope):
            ledger.note_reference(held.entry)
    connection.execute("DELETE FROM derived")
