"""A stranger adds one Field: column, list, search, journal, wire and data sheet follow, on data that is there already."""

from dataclasses import replace
from pathlib import Path

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind
from qms_desktop.domain.records import KINDS
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.domain.values import problems, read, show
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.unit import Author, UnitStore, put
from qms_desktop.usecases import printed_records, receiving
from tests.usecases.office_kit import MONDAY, Clock, command, found, sign_in

SHELF = Field(
    "shelf", "Kệ để hồ sơ", Kind.TEXT, width=12, searched=True, check=lambda value: None if len(str(value)) < 20 else "Gọn hơn."
)
NEW_DOSSIER = replace(DOSSIER, fields=(*DOSSIER.fields, SHELF))
NEW_KINDS: tuple[RecordKind, ...] = tuple(NEW_DOSSIER if kind is DOSSIER else kind for kind in KINDS)


def test_one_definition_drives_every_place(tmp_path: Path) -> None:
    office = sign_in(found(tmp_path, Clock(), publish={"2.000815"}.__contains__), "CL")
    dossier = receiving.receive(office.work(), command(office, "2.000815"))
    office.close()

    store = UnitStore(office.paths.database, office.keys, office.clock, office.entropy, kinds=NEW_KINDS)
    value = read(SHELF, "  Kệ số 7, tầng hai ", today=MONDAY.date())
    store.act("dossier.edit", Author("ai", MONDAY), lambda _view: [put("dossier", dossier, {"shelf": value})])
    with store.view() as view:
        listed = view.rows("dossier", view.keys(ListQuery("dossier", where=(("shelf", "filled", None),))), ["code", "shelf"])
        found_by = [hit.id for hit in view.search("ke so 7")]
        line = view.history("dossier", dossier)[-1]
        record = view.get("dossier", dossier) or {}
        sheet = [row for section in printed_records.sections(view, NEW_DOSSIER, record) for row in section.rows]
    with store.reading() as ledger:
        bodies = [row[0] for row in ledger.connection.execute("SELECT body FROM entry")]
    store.close()

    assert [row["shelf"] for row in listed] == ["Kệ số 7, tầng hai"]
    assert found_by == [dossier]
    assert (line.field, line.before, line.after) == ("shelf", None, "Kệ số 7, tầng hai")
    assert ("Kệ để hồ sơ", "Kệ số 7, tầng hai") in sheet
    assert show(SHELF, value) == "Kệ số 7, tầng hai"
    assert [problem.message for problem in problems(NEW_DOSSIER, {**record, "shelf": "x" * 30})] == ["Gọn hơn."]
    assert NEW_DOSSIER.personal("shelf", Area.DOSSIERS)
    assert not any("Kệ số 7".encode() in body for body in bodies), "a new text field of a dossier is sealed without anyone asking"
