"""A form does not write over what another PC changed while it stood open; once told, the person may."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.procedure_content import ProcedureContent
from qms_desktop.office import Office
from qms_desktop.store.unit import put
from qms_desktop.usecases import people, procedures, progress, receiving
from tests.usecases.office_kit import Clock, command, found, sign_in


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = found(tmp_path, Clock(), publish={"2.000815"}.__contains__)
    yield made
    made.close()


def shown(office: Office, kind: str, record: str) -> dict[str, Value]:
    with office.demand_store().view() as view:
        return dict(view.get(kind, record) or {})


def meanwhile(office: Office, kind: str, record: str, **values: str) -> None:
    """Another PC's change arrives."""
    store = office.demand_store()
    store.act("elsewhere", office.work().author, lambda _view: [put(kind, record, dict(values))])


def test_a_dossier_keeps_what_came_while_its_form_stood_open(office: Office) -> None:
    work = sign_in(office, "CL").work()
    dossier = receiving.receive(work, command(office, "2.000815"))
    seen = shown(office, "dossier", dossier)
    meanwhile(office, "dossier", dossier, applicant_phone="0900000009", note="gọi sau")
    with pytest.raises(RuleError, match="“Số điện thoại” vừa được máy khác sửa thành “0900000009”"):
        progress.edit(work, dossier, {"applicant_phone": "0900000001"}, seen)
    progress.edit(work, dossier, {"result_place": "Bưu điện"}, seen)
    progress.edit(work, dossier, {"applicant_phone": "0900000001"}, shown(office, "dossier", dossier))
    now = shown(office, "dossier", dossier)
    assert (now["applicant_phone"], now["note"], now["result_place"]) == ("0900000001", "gọi sau", "Bưu điện")


def test_a_person_keeps_what_came_while_the_form_stood_open(office: Office) -> None:
    work = sign_in(office, "IS").work()
    seen = shown(office, "person", work.session.person)
    meanwhile(office, "person", work.session.person, title="Thư ký")
    with pytest.raises(RuleError, match="QMS-217"):
        people.save(work, "person", work.session.person, {"title": "Công chức"}, seen)
    people.save(work, "person", work.session.person, {"title": "Thư ký"}, seen)


def test_only_a_draft_of_the_unit_is_edited(office: Office) -> None:
    work = sign_in(office, "IS").work()
    procedures.import_drafts(work, [ProcedureContent(code="9.000001", title="Thủ tục thử")])
    with office.demand_store().view() as view:
        draft = next(row for row in view.find("revision") if procedures.is_open(row))
        model = next(row for row in view.find("revision") if not procedures.is_open(row))
    procedures.edit(work, str(draft["id"]), {"summary": "Lần đầu", "code": "9.000002"}, draft)
    now = shown(office, "revision", str(draft["id"]))
    assert (now["summary"], now["code"]) == ("Lần đầu", "9.000001")
    with pytest.raises(RuleError, match="QMS-204"):
        procedures.edit(work, str(model["id"]), {"summary": "x"})
