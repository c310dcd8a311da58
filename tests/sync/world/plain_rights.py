"""The rules of rights and verdicts said once more, as plainly and as slowly as possible, over the set of all entries."""

from collections.abc import Collection, Mapping

from sync.journal.entry import VOID_FIELD, Entry, Reference, Verb, Write
from sync.rights.verdicts import VERDICT
from tests.sync.world.court import POLICY, PROTECTED

Cuts = dict[tuple[str, str], set[str]]
"""Everything below a cut, by kind and record that name it."""


class PlainJudge:
    """Judges everything by everything."""

    def __init__(self, entries: Collection[Entry], servers: Collection[str], founder: str) -> None:
        self.by_id = {entry.id: entry for entry in entries}
        self.servers = servers
        self.founder = founder
        self.cuts = self._cuts()
        self.grants: set[tuple[str, str, str, str]] = set()
        self.admitted: set[str] = set()
        self.founding: set[str] = set()
        while self._learn():
            pass
        self.bad = {entry.id for entry in entries if not self.stands(entry)} if self.grants else set()

    def stands(self, entry: Entry) -> bool:
        """Whether the author had the right."""
        if entry.journal in self.servers:
            return True
        beyond = self.cuts.get(("pc", entry.journal))
        if (beyond is not None and entry.id not in beyond) or not POLICY.sound(entry):
            return False
        if entry.id in self.founding:
            return True
        roles = {
            role
            for person, replica, role, record in self.grants
            if (person, replica) in ((entry.by, ""), (entry.by, entry.journal))
            and entry.id in self.cuts.get(("role_grant", record), {entry.id})
        }
        for op in entry.ops:
            wanted = POLICY.wanted(entry.scope, op)
            handed = op.kind == "unit_key" and entry.journal in self.admitted and roles
            if not handed and not (roles if wanted is None else roles & wanted):
                return False
        return True

    def _learn(self) -> bool:
        before = (len(self.grants), len(self.admitted), len(self.founding))
        for entry in self.by_id.values():
            founds = any(op.kind == "office" for op in entry.ops) and entry.journal == self.founder
            uncut = entry.id in self.cuts.get(("pc", entry.journal), {entry.id})
            if founds and uncut and POLICY.sound(entry):
                self.founding.add(entry.id)
                self.admitted.add(entry.journal)
            if self.stands(entry):
                for op in entry.ops:
                    said = {write.field: write.value for write in op.writes}
                    if op.kind == "role_grant" and "person" in said and "role" in said:
                        self.grants.add((str(said["person"]), str(said.get("replica", "")), str(said["role"]), op.record))
                    if op.kind == "unit_key" and "recipient" in said:
                        self.admitted.add(str(said["recipient"]))
        return before != (len(self.grants), len(self.admitted), len(self.founding))

    def _cuts(self) -> Cuts:
        said: dict[tuple[str, str], dict[str, Write]] = {}
        for entry in self.by_id.values():
            for op in entry.ops if entry.journal in self.servers and entry.act != VERDICT else ():
                for write in op.writes:
                    if (op.kind, write.field) in PROTECTED:
                        said.setdefault((op.kind, op.record), {})[entry.id] = write
        found: Cuts = {}
        for place, writes in said.items():
            replaced = {name for write in writes.values() for name in write.replaces}
            below: set[str] = set()
            for name, write in writes.items():
                if name not in replaced and isinstance(write.value, list):
                    for row in write.value:
                        assert isinstance(row, list)
                        below |= self._line(str(row[3]))
            found[place] = below
        return found

    def _line(self, name: str) -> set[str]:
        line = set()
        while name in self.by_id:
            line.add(name)
            name = self.by_id[name].prev
        return line

    def is_verdict(self, entry: Entry) -> bool:
        """Whether a server only set right."""
        return entry.act == VERDICT and entry.journal in self.servers

    def expected(self, scope: str) -> dict[tuple[str, str, str], set[str]]:
        """By kind, record and field what stands and no standing write replaced.

        Through a verdict only that is replaced which somebody had replaced: the rest is there itself, and was not seen.
        """
        written: dict[tuple[str, str, str], set[str]] = {}
        named: dict[tuple[str, str, str], set[str]] = {}
        touched: dict[tuple[str, str, str], set[str]] = {}
        for entry in self.by_id.values():
            for op in entry.ops if entry.scope == scope else ():
                for write in op.writes if op.verb is not Verb.VOID else ():
                    place = (op.kind, op.record, write.field)
                    touched.setdefault(place, set()).update(write.replaces)
                    if write.field != VOID_FIELD and entry.id not in self.bad and not self.is_verdict(entry):
                        written.setdefault(place, set()).add(entry.id)
                        for name in write.replaces:
                            named.setdefault(place, set()).update(self.meant(place, name))
        return {place: ids - (named.get(place, set()) & touched[place]) for place, ids in written.items()}

    def meant(self, place: tuple[str, str, str], name: str) -> set[str]:
        """What a head, or a named entry, means: a verdict means what it brought back."""
        entry = self.by_id[name]
        if not self.is_verdict(entry):
            return set() if name in self.bad else {name}
        values: Mapping[tuple[str, str, str], object] = {
            (op.kind, op.record, write.field): write.value for op in entry.ops for write in op.writes
        }
        value = values[place]
        return set(value.entries) if isinstance(value, Reference) else set()
