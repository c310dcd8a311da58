"""The clerk of the journey at the real window: every job by its keys, and pictures on the way."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from qms_desktop.demo.clerk import is_sent_back, note_of, papers_shown
from qms_desktop.demo.people import PIN
from qms_desktop.demo.rounds import AskedRound
from qms_desktop.demo.staffing import complete
from qms_desktop.domain.errors import SetupError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records.dossiers import APPLICANT, DOSSIER
from qms_desktop.domain.values import show
from qms_desktop.gui.app import open_window
from qms_desktop.gui.clerk_hands import ClerkHands, PaperOnCounter
from qms_desktop.gui.desk import NewPerson
from qms_desktop.gui.main_window import MainWindow
from qms_desktop.gui.screens.printing import KEEP_ONLY, PRINTER_SETTING
from qms_desktop.office import Office
from qms_desktop.scenario import Action, ScenarioDossier
from qms_desktop.scenario.moves import UNSAID
from qms_desktop.usecases.setup import Foundation
from sync.client.agent import Agent
from sync.client.transport import Traffic

_FILES = {"receipt": "Giay-tiep-nhan-{}.pdf", "control_sheet": "Phieu-kiem-soat-{}.pdf"}
_LONGEST_ROUND_S = 120.0
_USUAL_KIND = APPLICANT.field("kind").default
_OFFICE_TEXTS = ("unit_kind", "unit_name", "reception", "address", "phone", "place")
_SET_UP_PAGES = {"join": "ghi-danh", "office": "don-vi", "people": "con-nguoi", "code": "ma-phuc-hoi"}
_SCREENS = {
    "today": "hom-nay",
    "register": "so-ho-so",
    "procedures": "quy-trinh",
    "due": "tinh-ngay-hen",
    "sync": "dong-bo",
    "unit": "don-vi-va-lich",
    "system": "he-thong",
}


class WindowClerk:
    """See ``demo.clerk.Clerk``. The window stays open from the set-up page to the end of the day."""

    def __init__(self, office: Office, pc: str, pictures: Path) -> None:
        self._office = office
        self._pc = pc
        self._pictures = pictures
        self._last = ""
        self._hands = _Camera(open_window(office), self)
        self.snap("01-thiet-lap")

    def snap(self, name: str) -> None:
        """A picture of the window, once for each name."""
        target = self._pictures / f"{self._pc}-{name}.png"
        if not target.exists():
            self._hands.snap(target)

    def join(self, url: str, code: str, pc_name: str) -> None:
        self._hands.join(url, code, pc_name)
        self._office.demand_store().local.set_setting(PRINTER_SETTING, KEEP_ONLY)

    def found(self, foundation: Foundation) -> str:
        texts = {name: getattr(foundation, name) for name in _OFFICE_TEXTS}
        people = [NewPerson(person.name, person.position, person.roles) for person in foundation.people]
        code = self._hands.found({name: typed for name, typed in texts.items() if typed}, people, PIN)
        self.sign_in(people[0].name)
        complete(self._office.work(), foundation)
        return code

    def sign_in(self, name: str) -> None:
        self._hands.show_sign_in()
        self.snap("02-dang-nhap")
        self._hands.sign_in(name, PIN)

    def receive(self, dossier: ScenarioDossier) -> str:
        applicant = dossier.applicant
        person = {
            "full_name": applicant.full_name,
            "id_number": applicant.id_number,
            "born": applicant.born and "/".join(reversed(applicant.born.split("-"))),
            "phone": applicant.phone,
            "address": applicant.address,
            "kind": applicant.kind if applicant.kind != _USUAL_KIND else "",
        }
        details = {"note": note_of(dossier), "result_place": dossier.result_place, "sets": str(dossier.sets)}
        usual = {"sets": "1"}
        papers = [
            PaperOnCounter(paper.name, paper.copies, paper.state) for paper in papers_shown(dossier) if paper.asked is not None
        ]
        self._last = self._hands.receive(
            dossier.procedure,
            {name: typed for name, typed in person.items() if typed},
            papers,
            channel=dossier.channel,
            variant=dossier.variant,
            details={name: typed for name, typed in details.items() if typed and typed != usual.get(name)},
        )
        self.snap("05-huong-dan-bo-sung" if is_sent_back(dossier) else "04-da-tiep-nhan")
        return self._last

    def move(self, record: str, action: Action) -> None:
        self._hands.move(record, action.do, action.reason, dict(action.given), UNSAID)
        self.snap(f"06-ho-so-{action.do}")

    def edit(self, record: str, field: str, value: str) -> None:
        self._hands.edit(record, field, value)
        self.snap("07-ho-so-da-sua")

    def print_form(self, record: str, form: str, folder: Path) -> Path:
        name = _FILES[form].format(self._code_of(record))
        if form == "receipt":
            kept = self._office.paths.exports / name
            return Path(copyfile(kept, folder / name))
        target = self._hands.print_form(record, form, folder / name)
        self.snap("08-xem-truoc-khi-in")
        return target

    def _code_of(self, record: str) -> str:
        with self._office.demand_store().view() as view:
            return str((view.get("dossier", record) or {}).get("code"))

    def admit_waiting(self, count: int) -> None:
        self._hands.show_machines()
        self.snap("03-cho-phep-may-moi")
        admitted = self._hands.admit_waiting()
        if admitted != count:
            raise SetupError("QMS-194", f"Có {admitted} máy chờ được cho phép, cần {count}.", do="Hãy đồng bộ rồi thử lại.")

    def answer(self, record: str, field: str, value: Value) -> None:
        with self._office.demand_store().view() as view:
            asked = next(q for q in view.questions() if (q.record, q.field) == (record, field))
        if value in [standing.value for standing in asked.values]:
            self._hands.answer(record, field, value)
        else:
            self._hands.edit(record, field, show(DOSSIER.field(field), value))
        self.snap("10-da-tra-loi")

    def exchange(self) -> None:
        agent = self._agent()
        while True:
            asked = AskedRound(agent)
            self._hands.wait(asked.is_over, _LONGEST_ROUND_S)
            if asked.outcome().waiting == 0:
                return

    def traffic(self) -> Traffic:
        return self._office.traffic or Traffic()

    def _agent(self) -> Agent:
        agent = self._office.start_agent()
        if agent is None:
            self._office.demand_credentials()
            raise AssertionError("an enrolled PC has an agent")
        return agent

    def look(self, moment: str) -> None:
        if moment == "questions":
            self._hands.show("sync")
            self.snap("09-dong-bo-cau-hoi")
            return
        for number, (screen, name) in enumerate(_SCREENS.items(), start=11):
            self._hands.show(screen)
            self.snap(f"{number}-{name}" if moment == "end" else f"{number}-{name}-{moment}")
        if moment == "end":
            self._look_closer()

    def _look_closer(self) -> None:
        if self._last:
            self._hands.show("dossier", self._last)
            self.snap("18-ho-so")
        self._hands.press("Ctrl+K")
        self._hands.search("ho so" if not self._last else self._code_of(self._last))
        self.snap("19-tim-tat-ca")
        self._hands.press("Esc")
        self._hands.press("Ctrl+/")
        self.snap("20-bang-phim")
        self._hands.press("Esc")
        self._hands.press("Ctrl+N")
        self._hands.type("ctbs")
        self.snap("21-tiep-nhan-goi-y")
        self._hands.replace("")

    def leave(self) -> None:
        self._hands.go_home()
        self._office.close()


class _Camera(ClerkHands):
    """Hands that keep pictures of the filled pages."""

    def __init__(self, window: MainWindow, clerk: WindowClerk) -> None:
        super().__init__(window)
        self._clerk = clerk

    def before_setting_up(self, page: str) -> None:
        """A page of the set-up is filled in."""
        self._clerk.snap(f"01-thiet-lap-{_SET_UP_PAGES[page]}")

    def before_accept(self) -> None:
        """The page is filled in, and the sentence about its due date stands there."""
        self.wait(self._due_is_shown)
        self._clerk.snap("03-tiep-nhan")

    def search(self, text: str) -> None:
        """Types into the search over everything and waits for what it finds: it looks only when the typing pauses."""
        hits = self.window.search_panel.hits
        before = [hits.item(row) for row in range(hits.count())]
        self.type(text)
        self.wait(lambda: [hits.item(row) for row in range(hits.count())] != before)

    def _due_is_shown(self) -> bool:
        return not self.read("intake.sentence").startswith("Chọn thủ tục")
