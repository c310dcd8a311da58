"""Standing in for somebody who is away: the deputy sees the other's dossiers as his own and acts on the other's behalf."""

from collections.abc import Mapping
from datetime import date

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records.dossier_moves import HEADS, STAFF
from qms_desktop.store.unit import Change, create
from qms_desktop.store.view import View
from qms_desktop.usecases.work import Work

DELEGATORS = HEADS | {"IS"}
"""Who may say that somebody stands in for another person; everybody may for himself."""


def delegate(work: Work, person: str, deputy: str, first: date, last: date, reason: str) -> str:
    """Let `deputy` stand in for `person` from the first to the last day; returns the delegation's id.

    RightsError for others than the person, a head or the secretary; InputError, RuleError as `demand_sound`.
    """
    if person != work.session.person:
        work.session.demand(DELEGATORS, "ủy quyền thay người khác")
    values: dict[str, Value] = {
        "person": person,
        "deputy": deputy,
        "valid_from": first.isoformat(),
        "valid_to": last.isoformat(),
        "reason": reason.strip(),
    }
    identity = work.new_id()

    def decide(view: View) -> list[Change]:
        demand_sound(view, values)
        return [create("delegation", identity, values)]

    work.store.act("delegation.save", work.author, decide)
    return identity


def demand_sound(view: View, values: Mapping[str, Value]) -> None:
    """Two different people, a period that does not end before it begins, and a deputy who has the rights himself.

    Raises InputError QMS-127, QMS-126 or RuleError QMS-229.
    """
    if values.get("person") == values.get("deputy"):
        raise InputError("QMS-127", "Người làm thay phải là người khác.", do="Hãy chọn đồng nghiệp làm thay.")
    first, last = str(values.get("valid_from") or ""), str(values.get("valid_to") or "")
    if last < first:
        raise InputError("QMS-126", "Ngày cuối ủy quyền ở trước ngày đầu.", do="Hãy sửa lại khoảng ngày.")
    needed = _roles(view, str(values.get("person")), first, last) & STAFF
    if not needed <= _roles(view, str(values.get("deputy")), first, last):
        raise RuleError(
            "QMS-229",
            "Người làm thay chưa được giao đủ quyền của người vắng mặt trong những ngày này.",
            do="Hãy nhờ thư ký ISO giao thêm quyền có thời hạn ở phần Phân quyền, rồi ủy quyền lại.",
        )


def _roles(view: View, person: str, first: str, last: str) -> frozenset[str]:
    """The roles a person holds, on whatever PC, through all these days (ISO)."""
    return frozenset(
        str(grant["role"])
        for grant in view.find("role_grant", person=person)
        if str(grant.get("valid_from") or "") <= first
        and (not grant.get("valid_to") or str(grant["valid_to"]) >= last)
        and not grant.get("ended_at")
    )


def absent_for(view: View, deputy: str, day: date) -> frozenset[str]:
    """Those for whom this person stands in on that day."""
    return frozenset(str(row["person"]) for row in view.find("delegation", deputy=deputy) if _holds(row, day))


def deputy_of(view: View, person: str, day: date) -> str:
    """Who stands in for a person on that day; empty when nobody does. The last one named counts."""
    found = [str(row["deputy"]) for row in view.find("delegation", person=person) if _holds(row, day)]
    return found[-1] if found else ""


def _holds(row: Values, day: date) -> bool:
    return str(row.get("valid_from") or "") <= day.isoformat() <= str(row.get("valid_to") or "")
