"""Invariants of the domain model that hold across records: I1, I3, I4, I5, I8."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from qms_desktop.domain.calendar import CalendarDay, DayKind
from qms_desktop.domain.calendar_data import calendar_as_data
from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Area, Value
from qms_desktop.office import Office
from qms_desktop.resources import calendars
from qms_desktop.resources import procedures as shipped
from qms_desktop.store.unit import create, put
from qms_desktop.usecases import procedures, receiving
from tests.usecases.office_kit import MONDAY, Clock, command, found, sign_in

CODE = "1.004873"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = found(tmp_path, Clock(), publish={CODE}.__contains__)
    yield made
    made.close()


def draft(office: Office, role: str) -> str:
    """The unit's own draft of the procedure, written by who holds the role."""
    work = sign_in(office, role).work()
    procedures.import_drafts(work, [content for content in shipped() if content.code == CODE])
    with office.demand_store().view() as view:
        return next(str(row["id"]) for row in view.find("revision", code=CODE) if procedures.is_open(row))


def in_force(office: Office, day: date) -> list[str]:
    with office.demand_store().view() as view:
        return [listed.revision for listed in procedures.catalogue(view, day) if listed.code == CODE]


def dossier(office: Office, record: str) -> dict[str, Value]:
    with office.demand_store().view() as view:
        return view.get("dossier", record) or {}


def test_nobody_approves_what_he_wrote(office: Office) -> None:
    revision = draft(office, "LD")
    with pytest.raises(RuleError, match="QMS-203"):
        procedures.approve(office.work(), revision, MONDAY.date(), "01/QĐ-UBND")


def test_the_units_own_procedure_replaces_the_model_from_the_very_day_it_takes_effect(office: Office) -> None:
    model = in_force(office, MONDAY.date())
    own = draft(office, "IS")
    procedures.approve(sign_in(office, "LD").work(), own, MONDAY.date(), "01/QĐ-UBND")
    assert in_force(office, date(2026, 11, 22)) == model
    assert in_force(office, MONDAY.date()) == [own]
    received = receiving.receive(sign_in(office, "CL").work(), command(office, CODE))
    assert dossier(office, received)["revision"] == own
    with pytest.raises(RuleError, match="QMS-201"):
        receiving.receive(office.work(), replace(command(office, CODE), revision=model[0]))


def test_what_was_approved_is_never_edited(office: Office) -> None:
    own = draft(office, "IS")
    procedures.approve(sign_in(office, "LD").work(), own, MONDAY.date(), "01/QĐ-UBND")
    with pytest.raises(RuleError, match="QMS-204"):
        procedures.edit(sign_in(office, "IS").work(), own, {"summary": "sửa sau"})


def test_a_due_date_follows_a_calendar_that_arrives_after_its_dossier(office: Office) -> None:
    """The other PC received under a calendar of the unit which is not here yet."""
    work = sign_in(office, "CL").work()
    record = receiving.receive(work, command(office, CODE))
    version = f"{dossier(office, record)['calendar_version']} Lịch của xã@1"
    store = office.demand_store()
    store.act("elsewhere", work.author, lambda _view: [put("dossier", record, {"calendar_version": version})])
    assert dossier(office, record)["due"] == "2026-11-27"
    day: dict[str, Value] = {"date": "2026-11-26", "kind": "off"}
    values: dict[str, Value] = {"name": "Lịch của xã", "version": 1, "valid_from": "2026-01-01", "status": "official"}
    unit = values | {"valid_to": "2026-12-31", "complete": False, "hours": {}, "days": [day]}
    store.act("calendar.save", work.author, lambda _view: [create("calendar", "own", unit, area=Area.QMS)])
    assert dossier(office, record)["due"] == "2026-11-30"


def test_a_new_calendar_moves_no_dossier_that_was_received_under_the_old_one(office: Office) -> None:
    work = sign_in(office, "CL").work()
    earlier = receiving.receive(work, command(office, CODE))
    due = dossier(office, earlier)["due"]
    layer = next(layer for layer in calendars().layers if layer.name == "vn-2026")
    closed = CalendarDay(date(2026, 11, 26), DayKind.OFF, "Nghỉ đột xuất")
    values = cast("dict[str, Value]", calendar_as_data(replace(layer, version=2, days=(*layer.days, closed))))
    office.demand_store().act("calendar.publish", work.author, lambda _v: [create("calendar", "c2", values, area=Area.PROVINCE)])
    later = receiving.receive(work, command(office, CODE))
    assert dossier(office, earlier)["due"] == due == "2026-11-27"
    assert dossier(office, later)["due"] == "2026-11-30"
