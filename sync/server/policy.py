"""The office's own table of rights (`qms_desktop.domain.rights`) as the exchange judges by it."""

from __future__ import annotations

from qms_desktop.domain import rights
from qms_desktop.domain.fields import Area, Value
from qms_desktop.domain.records.merging import CLOSING
from qms_desktop.domain.records.people import PC, ROLE_GRANT, UNIT_KEY
from qms_desktop.domain.records.units import OFFICE
from sync.journal.model import Entry, Hidden, Op, Reference, Verb
from sync.rights.rights import Policy


def policy() -> Policy:
    """What is wanted for a change, what breaks the schema, and what founds a unit."""
    return Policy(_wanted, _sound, _founds, ROLE_GRANT.name, PC.name, UNIT_KEY.name, CLOSING.name)


def area_of(scope: str) -> Area:
    """The area behind a scope's name."""
    return Area(scope.rpartition("/")[2])


def _wanted(_scope: str, op: Op) -> frozenset[str] | None:
    return rights.wanted(op.kind, _plain(op), {write.field for write in op.writes})


def _sound(entry: Entry) -> bool:
    area = area_of(entry.scope)
    return all(rights.in_order(op.kind, area, _plain(op)) for op in entry.ops)


def _founds(op: Op) -> bool:
    return op.kind == OFFICE.name and op.verb is Verb.CREATE


def _plain(op: Op) -> dict[str, Value]:
    return {write.field: write.value for write in op.writes if not isinstance(write.value, (Hidden, Reference))}
