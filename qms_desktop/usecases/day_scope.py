"""Whose dossiers a person's day consists of: all, those of the own section, or those on the own desk."""

from dataclasses import dataclass
from datetime import date

from qms_desktop.domain.fields import Value
from qms_desktop.store.view import View
from qms_desktop.usecases import delegations
from qms_desktop.usecases.work import Session

_SEES_ALL = frozenset({"CL", "LD", "IS", "AR", "SY"})


@dataclass(frozen=True, slots=True)
class Scope:
    """``own``: this person and those stood in for. ``where``: the condition on a dossier's holder, none for all."""

    own: frozenset[str]
    absent: frozenset[str]
    where: tuple[tuple[str, str, Value], ...]


def scope_of(view: View, session: Session, day: date) -> Scope:
    """The scope of that person on that day."""
    absent = delegations.absent_for(view, session.person, day)
    own = absent | {session.person}
    if session.roles & _SEES_ALL or not session.roles:
        return Scope(own, absent, ())
    holders = own | (_colleagues(view, session.person) if "SH" in session.roles else frozenset())
    return Scope(own, absent, (("holder", "in", [*sorted(holders)]),))


def section_of(view: View, person: str) -> str:
    """The section of a person's position; empty when none is set."""
    position = str((view.get("person", person) or {}).get("position") or "")
    return str((view.get("position", position) or {}).get("section") or "") if position else ""


def _colleagues(view: View, head: str) -> frozenset[str]:
    """Everybody of the head's section; without a section named, everybody."""
    section = section_of(view, head)
    people = [str(row["id"]) for row in view.find("person")]
    return frozenset(person for person in people if not section or section_of(view, person) == section)
