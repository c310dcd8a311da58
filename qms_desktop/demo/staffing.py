"""What the set-up page has no room for, entered afterwards as the forms of “Đơn vị và lịch” do it."""

from __future__ import annotations

from qms_desktop.domain.fields import Value
from qms_desktop.usecases import people
from qms_desktop.usecases.setup import Foundation, NewPerson
from qms_desktop.usecases.work import Work


def complete(work: Work, foundation: Foundation) -> None:
    """Sections, titles, further roles, and the people below the last line of the page."""
    for person in foundation.people:
        identity = _named(work, person)
        with work.store.view() as view:
            held = {str(grant["role"]) for grant in view.find("role_grant", person=identity)}
        for role in person.roles:
            if role not in held:
                day = work.clock().date().isoformat()
                people.save(work, "role_grant", None, {"person": identity, "role": role, "valid_from": day})


def _named(work: Work, person: NewPerson) -> str:
    """The record of the person, with title and section."""
    with work.store.view() as view:
        found = next((row for row in view.find("person") if row["full_name"] == person.name), None)
    position = str(found["position"]) if found is not None else None
    place: dict[str, Value] = {"name": person.position, "is_head": bool({"SH", "LD"} & set(person.roles))}
    position = people.save(work, "position", position, place | ({"section": person.section} if person.section else {}))
    values: dict[str, Value] = {"full_name": person.name, "position": position}
    known = str(found["id"]) if found is not None else None
    return people.save(work, "person", known, values | ({"title": person.title} if person.title else {}))
