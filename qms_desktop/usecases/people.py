"""People, positions and roles, and the other master data the office keeps by form."""

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import RecordKind, Value, Values
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.records.delegations import DELEGATION
from qms_desktop.domain.records.people import ROLE_GRANT
from qms_desktop.domain.values import problems
from qms_desktop.store.unit import Change, create, put, void
from qms_desktop.store.view import View
from qms_desktop.usecases import delegations, rights
from qms_desktop.usecases.unseen import demand_seen
from qms_desktop.usecases.work import Work

_GRANTED = ("person", "role", "replica")

MASTER_EDITORS: dict[str, frozenset[str]] = {
    "person": frozenset({"IS", "SY", "LD"}),
    "position": frozenset({"IS", "SY", "LD"}),
    "role_grant": frozenset({"IS", "LD"}),
    "office": frozenset({"IS", "SY", "LD"}),
    "calendar": frozenset({"IS", "LD"}),
    "applicant": frozenset({"CL", "SP"}),
    "pc": frozenset({"IS", "SY", "LD"}),
    "delegation": frozenset({"IS", "LD", "SH"}),
}
"""Who may edit which kind by its form (domain-model d.5)."""


def save(work: Work, kind_name: str, record: str | None, values: Values, seen: Values | None = None) -> str:
    """Save a form: create the record when ``record`` is None, else change the fields given. Returns the record id.

    ``seen`` are the values the form showed before it was typed in (see ``unseen``).

    Raises RightsError, or InputError naming the first problem (the form shows all of them beside their fields).
    """
    kind = kind_named(kind_name)
    if kind is None or kind_name not in MASTER_EDITORS:
        raise InputError(
            "QMS-141", "Loại bản ghi này không sửa bằng biểu mẫu.", do="Hãy dùng lệnh dành riêng cho loại bản ghi này."
        )
    work.session.demand(MASTER_EDITORS[kind_name], f"sửa “{kind.label}”")
    identity = record or work.new_id()

    def decide(view: View) -> list[Change]:
        before = view.get(kind_name, identity) if record else None
        if before is not None:
            demand_seen(kind, before, values, seen)
        merged = _checked(kind, before or {}, values)
        if kind_name == DELEGATION.name:
            delegations.demand_sound(view, merged)
        if record and kind_name == ROLE_GRANT.name and any(merged.get(name) != (before or {}).get(name) for name in _GRANTED):
            return [rights.ending(work, view, record), create(kind_name, work.new_id(), _given(merged))]
        return [put(kind_name, identity, dict(values)) if record else create(kind_name, identity, _filled(merged))]

    work.store.act(f"{kind_name}.save", work.author, decide)
    return identity


def _checked(kind: RecordKind, before: Values, values: Values) -> Values:
    """The whole record as it would be; InputError when something in it is wrong."""
    merged: dict[str, Value] = {**{f.name: f.default for f in kind.fields if f.default is not None}, **before, **values}
    found = problems(kind, merged)
    if found:
        raise InputError("QMS-142", found[0].message, do="Hãy sửa các ô được đánh dấu rồi lưu lại.")
    return merged


def _filled(values: Values) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value not in (None, "") and not name.startswith("_")}


def _given(merged: Values) -> Values:
    """A grant in place of another one: who, where and what never change in a grant, for the province judges by them."""
    return {name: merged[name] for name in (*_GRANTED, "valid_from", "valid_to", "decision") if merged.get(name)}


def withdraw(work: Work, kind_name: str, record: str, reason: str) -> None:
    """Take a record out of use, with a reason; it stays in the journal and can be brought back."""
    work.session.demand(MASTER_EDITORS.get(kind_name, frozenset()), "bỏ bản ghi này")
    if not reason.strip():
        raise InputError("QMS-143", "Chưa ghi lý do.", do="Hãy ghi ngắn gọn vì sao bỏ bản ghi này.")
    if kind_name == ROLE_GRANT.name:
        rights.end_grant(work, record, reason)
        return
    work.store.act(f"{kind_name}.void", work.author, lambda _view: [void(kind_name, record)], reason=reason)
