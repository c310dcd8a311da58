"""What a person does at a PC, in the words of a scenario: done through the window, or without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from qms_desktop.demo.people import PIN
from qms_desktop.domain.errors import SetupError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossier_moves import OVERDUE_REASON, transition
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.domain.values import read
from qms_desktop.office import Office
from qms_desktop.scenario import Action, GivenPaper, ScenarioDossier
from qms_desktop.scenario.moves import UNSAID
from qms_desktop.usecases import print_forms, procedures, progress, questions, receiving, unit_keys
from qms_desktop.usecases.exchanging import OfficeExchange
from qms_desktop.usecases.session import people_to_sign_in, set_pin
from qms_desktop.usecases.setup import Foundation
from sync.client.transport import Traffic

FORMS = {"receipt": print_forms.receipt, "control_sheet": print_forms.control_sheet}


class Clerk(Protocol):
    """One person after the other at one PC."""

    def join(self, url: str, code: str, pc_name: str) -> None:
        """Have the PC join the province with a one-time code."""

    def found(self, foundation: Foundation) -> str:
        """Set up the office of the unit this PC has joined; returns the recovery code."""

    def sign_in(self, name: str) -> None:
        """Choose the name and type the PIN; the first PIN typed is kept."""

    def receive(self, dossier: ScenarioDossier) -> str:
        """Receive a dossier, or send it back at the counter when papers are missing; returns its record id."""

    def move(self, record: str, action: Action) -> None:
        """Make one move with a dossier."""

    def edit(self, record: str, field: str, value: str) -> None:
        """Give one field of a dossier another value, typed as a person types it."""

    def print_form(self, record: str, form: str, folder: Path) -> Path:
        """Print one form of a dossier ("receipt" or "control_sheet") into a file; returns the file."""

    def admit_waiting(self, count: int) -> None:
        """Let in every PC that waits for it; SetupError when there are not as many as expected."""

    def answer(self, record: str, field: str, value: Value) -> None:
        """Settle an open question."""

    def exchange(self) -> None:
        """Have the PC exchange with the province now; SyncError (of sync.errors) when the line fails."""

    def traffic(self) -> Traffic:
        """What went over this PC's road so far, failed attempts included."""

    def look(self, moment: str) -> None:
        """Keep pictures of the screens at a moment of the journey, where there is a window."""

    def leave(self) -> None:
        """Go home: nothing of this PC runs any more."""


def lacking(dossier: ScenarioDossier) -> list[GivenPaper]:
    """The papers that a dossier lacks at the counter."""
    return [paper for paper in dossier.papers if paper.state in ("missing", "invalid")]


def is_sent_back(dossier: ScenarioDossier) -> bool:
    """Whether the visit ends at the counter: papers are missing and the scenario goes on to do nothing with the dossier."""
    return bool(lacking(dossier)) and not dossier.actions


def papers_shown(dossier: ScenarioDossier) -> tuple[GivenPaper, ...]:
    """The papers as the clerk ticks them. What is missing from a dossier the script works on is asked for later."""
    if is_sent_back(dossier):
        return dossier.papers
    return tuple(replace(paper, state="waived") if paper.state in ("missing", "invalid") else paper for paper in dossier.papers)


def note_of(dossier: ScenarioDossier) -> str:
    """What the clerk writes down: the note, and what was handed in that the list of papers has no line or count for."""
    others = [f"{paper.name} ({paper.originals} chính, {paper.copies} sao)" for paper in dossier.papers if _is_beside(paper)]
    absent = [paper.name for paper in dossier.papers if paper.asked is None and paper.state == "missing"]
    pieces = (
        dossier.note,
        f"Giấy tờ nộp thêm: {'; '.join(others)}." if others else "",
        f"Còn thiếu: {'; '.join(absent)}." if absent else "",
    )
    return " ".join(filter(None, pieces))


def _is_beside(paper: GivenPaper) -> bool:
    return paper.state == "ok" and paper.asked != paper.originals


class PlainClerk:
    """The same work without a window, through the use cases: it prepares the demo office, and checks scenarios fast."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._exchange: OfficeExchange | None = None

    def join(self, url: str, code: str, pc_name: str) -> None:
        self._office.enrol(url, code, pc_name)

    def found(self, foundation: Foundation) -> str:
        return self._office.found(self._office.demand_store().unit_code, foundation)

    def sign_in(self, name: str) -> None:
        store, now = self._office.demand_store(), self._office.clock()
        person = person_named(self._office, name)
        if not store.local.has_pin(person):
            set_pin(store, person, PIN, None, now)
        self._office.sign_in(person, PIN)

    def receive(self, dossier: ScenarioDossier) -> str:
        work, command = self._office.work(), self._command(dossier)
        return receiving.return_at_counter(work, command) if is_sent_back(dossier) else receiving.receive(work, command)

    def _command(self, dossier: ScenarioDossier) -> receiving.Receive:
        with self._office.demand_store().view() as view:
            revision = next(
                listed.revision
                for listed in procedures.catalogue(view, dossier.received.date())
                if listed.code == dossier.procedure
            )
        applicant = dossier.applicant
        return receiving.Receive(
            revision=revision,
            applicant_name=applicant.full_name,
            applicant_kind=applicant.kind,
            applicant_id=applicant.id_number,
            applicant_phone=applicant.phone,
            applicant_address=applicant.address,
            received_at=dossier.received,
            channel=dossier.channel,
            variant=dossier.variant,
            papers=tuple(_row(paper) for paper in papers_shown(dossier) if paper.asked is not None),
            sets=dossier.sets,
            note=note_of(dossier),
            result_place=dossier.result_place,
        )

    def move(self, record: str, action: Action) -> None:
        today = self._office.clock().date()
        work, move = self._office.work(), transition(action.do)
        asked = {field.name: field for field in move.asks}
        given = {name: read(asked[name], typed, today=today) for name, typed in action.given}
        with work.store.view() as view:
            fields = progress.asked_now(view, view.get("dossier", record) or {}, move, work.clock())
        proposed = {field.name: field.default for field in fields if field.default is not None}
        late = {OVERDUE_REASON.name: UNSAID} if OVERDUE_REASON in fields else {}
        progress.perform(work, record, action.do, action.reason, {**proposed, **late, **given})

    def edit(self, record: str, field: str, value: str) -> None:
        progress.edit(self._office.work(), record, {field: typed(self._office, field, value)})

    def print_form(self, record: str, form: str, folder: Path) -> Path:
        work = self._office.work()
        sheet = FORMS[form](work, record)
        target = folder / f"{sheet.name}.pdf"
        target.write_bytes(sheet.pdf)
        print_forms.record_print(work, sheet)
        return target

    def admit_waiting(self, count: int) -> None:
        work = self._office.work()
        credentials = self._office.demand_credentials()
        with work.store.view() as view:
            waiting = unit_keys.waiting_pcs(view, work.store.replica, credentials.province_key)
        if len(waiting) != count:
            raise SetupError("QMS-194", f"Có {len(waiting)} máy chờ được cho phép, cần {count}.", do="Hãy đồng bộ rồi thử lại.")
        for pc in waiting:
            unit_keys.admit(work, pc)

    def answer(self, record: str, field: str, value: Value) -> None:
        work = self._office.work()
        with work.store.view() as view:
            question = next(q for q in questions.open_questions(view) if (q.record, q.field) == (record, field))
        questions.answer(work, question, value)

    def exchange(self) -> None:
        self._line().run()

    def traffic(self) -> Traffic:
        return self._line().road.traffic

    def _line(self) -> OfficeExchange:
        if self._exchange is None:
            self._exchange = self._office.exchange()
        return self._exchange

    def look(self, moment: str) -> None:
        """There is nothing to see."""

    def leave(self) -> None:
        if self._exchange is not None:
            self._exchange.close()
        self._office.close()


def person_named(office: Office, name: str) -> str:
    """The id of the person of that name who may sign in here; SetupError when there is none."""
    for choice in people_to_sign_in(office.demand_store(), office.clock().date()):
        if choice.name == name:
            return choice.id
    raise SetupError("QMS-192", f"Trên máy này không có ai tên “{name}” để đăng nhập.", do="Hãy sửa tên người trong kịch bản.")


def typed(office: Office, field: str, value: str) -> Value:
    """What a field keeps of a typed text."""
    return read(DOSSIER.field(field), value, today=office.clock().date())


def _row(paper: GivenPaper) -> Mapping[str, Value]:
    return {
        "name": paper.name,
        "originals": paper.originals,
        "copies": paper.copies,
        "state": paper.state,
        "held": False,
        "note": "",
    }
