"""Opening a sheet of nonconformity from a dossier; what becomes of it is the quality side's work."""

from qms_desktop.domain.fields import Value
from qms_desktop.store.unit import Change, create
from qms_desktop.usecases.moves.case import Case
from qms_desktop.usecases.numbering import day_code


def open_sheet(case: Case, kind: str, statement: str) -> Change:
    """A new sheet ("output": a wrong result, "process": what went wrong on the way) that names the dossier."""
    identity = case.work.new_id()
    code = day_code(case.view, case.work.store, ("nonconformity", "code"), "KPH", identity, case.at)
    values: dict[str, Value] = {
        "code": code,
        "kind": kind,
        "origin": "dossier",
        "origin_record": case.id,
        "origin_code": case.record.get("code"),
        "found_on": case.at.date().isoformat(),
        "found_by": case.work.session.person,
        "statement": statement,
        "state": "open",
    }
    return create("nonconformity", identity, {name: value for name, value in values.items() if value})
