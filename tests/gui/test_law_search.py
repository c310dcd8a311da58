"""Ctrl+K finds procedures by the number of a law they stand on."""

from pathlib import Path

from qms_desktop.gui.desks.care import OfficeDesk
from tests.usecases.office_kit import Clock, found, sign_in


def test_the_number_of_a_law_brings_the_procedures_that_stand_on_it(tmp_path: Path) -> None:
    office = sign_in(found(tmp_path, Clock(), publish={"1.004873", "2.000815"}.__contains__), "CL")
    desk = OfficeDesk(office)
    item = next(item for item in desk.procedures() if item.content.legal_basis)
    number = item.content.legal_basis[0].number
    head = "/".join(number.split("/")[:2])
    for typed in (number, head, number.lower()):
        first = desk.search(typed)[0]
        assert (first.kind, first.id) == ("revision", item.revision)
        assert first.subtitle == f"căn cứ {number}"
    assert desk.search("999999/1900") == []
