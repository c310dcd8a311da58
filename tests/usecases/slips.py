"""What the tests of the printed slips share: a dossier, and a look at what is printed of it."""

from dataclasses import replace

from qms_desktop.domain.fields import Area, Value
from qms_desktop.office import Office
from qms_desktop.printing.models import HandOver, Outcome
from qms_desktop.store.unit import create, put
from qms_desktop.usecases import clock, print_forms, receiving
from qms_desktop.usecases.hand_overs import hand_overs
from qms_desktop.usecases.work import Work
from tests.printing.pdf_reading import page_texts
from tests.usecases.office_kit import UNIT, command

CODES = {"1.004873", "2.000815", "2.000884"}


def text_of(sheet: print_forms.Sheet) -> str:
    return " ".join(page_texts(sheet.pdf))


def record_of(office: Office, dossier: str) -> dict[str, Value]:
    with office.demand_store().view() as view:
        return view.get("dossier", dossier) or {}


def rows_of(office: Office, dossier: str) -> list[HandOver]:
    with office.demand_store().view() as view:
        return hand_overs(view, view.get("dossier", dossier) or {}, clock.deadline_of(view, dossier, office.clock()))


def outcomes_of(office: Office, dossier: str) -> list[Outcome]:
    return [row.outcome for row in rows_of(office, dossier)]


def rename(office: Office, *rows: tuple[str, str, str]) -> None:
    """The province's register: (valid from, kind, name)."""
    changes = [
        create(
            "unit",
            f"unit-{UNIT}-{start}",
            {"code": UNIT, "kind": kind, "name": name, "full_name": name, "valid_from": start},
            area=Area.PROVINCE,
        )
        for start, kind, name in rows
    ]
    office.demand_store().act("unit.import", office.work().author, lambda _view: changes)


def set_office(office: Office, **values: Value) -> None:
    office.demand_store().act("office.save", office.work().author, lambda _view: [put("office", f"office-{UNIT}", values)])


def as_role(office: Office, role: str) -> Work:
    work = office.work()
    return replace(work, session=replace(work.session, roles=frozenset({role})))


def visit(office: Office, note: str = "") -> str:
    papers: tuple[dict[str, Value], ...] = (
        {"name": "Tờ khai", "originals": 1, "copies": 0, "state": "invalid", "note": "thiếu chữ ký"},
        {"name": "Giấy tờ cư trú", "originals": 0, "copies": 2, "state": "missing", "note": ""},
        {"name": "Quyết định ly hôn", "originals": 1, "copies": 0, "state": "waived", "note": ""},
        {"name": "Căn cước", "originals": 0, "copies": 1, "state": "ok", "note": ""},
    )
    return receiving.return_at_counter(office.work(), command(office, "1.004873", papers=papers, note=note))
