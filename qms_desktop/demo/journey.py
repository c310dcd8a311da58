"""The journey: one day of a commune with its PCs, a cut line and a province, step by step, from a scenario.

What people do is done by a Clerk for each PC. The journey turns the clock, pulls the cable and is the witness: it says what
happens, checks that all sides agree in the end, and gathers what `summary.json` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from qms_desktop.demo.clerk import Clerk, is_sent_back
from qms_desktop.demo.clock import ScriptedClock
from qms_desktop.demo.ground import Folders, JourneyFault, Pc
from qms_desktop.demo.material import Material
from qms_desktop.demo.people import clerk_of, foundation, secretary, who_may
from qms_desktop.demo.province import DemoProvince
from qms_desktop.demo.reunion import reunite
from qms_desktop.demo.summary import QuestionLine, Summary, SyncLine, digest_of, line_of, verdict
from qms_desktop.demo_proxy import BadLine
from qms_desktop.domain.records.dossier_moves import transition
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from qms_desktop.scenario import Action, Edit, ScenarioDossier, ScenarioPc
from qms_desktop.store.journal import UnitLog

MakeClerk = Callable[[Office, str], Clerk]
Say = Callable[[str], None]
Event = tuple[datetime, Callable[[], None]]
_A_WHILE = timedelta(minutes=10)


class Journey:
    """One run of one scenario."""

    def __init__(self, material: Material, folders: Folders, make_clerk: MakeClerk, say: Say) -> None:
        self._material = material
        self._scenario = material.scenario
        self._folders = folders
        self._make_clerk = make_clerk
        self._say = say
        self._foundation = foundation(material.scenario, material.unit, material.seed)
        self._clock = ScriptedClock(material.scenario.start)
        self._records: dict[str, str] = {}
        self._pcs: list[Pc] = []
        self.doing = ""
        """What is being done now, for the one who has to say where it went wrong."""

    def run(self) -> Summary:
        """All seven steps. Raises whatever AppError a step ends with; the outcome itself is judged by `Summary.faults`."""
        server = DemoProvince(self._folders.data / "server", self._clock.milliseconds)
        with server as province, BadLine(province.url) as line:
            try:
                self._set_out(province, line.url)
                self._work_cut_off(line)
                questions = self._meet_again(line)
                return self._conclude(province, questions)
            finally:
                for pc in self._pcs:
                    pc.clerk.leave()

    def _set_out(self, province: DemoProvince, url: str) -> None:
        count = province.import_units(self._material.units, self._material.source)
        self._say(f"1. Tỉnh nạp {count} đơn vị ({self._material.source}), công bố {province.publish_models()} quy trình và lịch.")
        for number, place in enumerate(self._scenario.pcs):
            self._pcs.append(self._enrol(number, place, province.new_code(self._scenario.unit), url))
            if number == 0:
                self._found()
        self._admit_others()
        for pc in self._pcs:
            pc.clerk.sign_in(pc.person)
        self._receive_shared()

    def _enrol(self, number: int, place: ScenarioPc, code: str, url: str) -> Pc:
        data = self._folders.data
        office = Office(Paths(data / place.id), FileKeys(data / f"{place.id}.keys", data / place.id), self._clock)
        person = clerk_of(number, self._scenario, self._foundation.people)
        pc = Pc(place, person, office, self._make_clerk(office, place.id))
        pc.clerk.join(url, code, place.name)
        self._say(f"   {place.name} ghi danh với tỉnh bằng mã dùng một lần, mang ký hiệu {office.demand_store().letter}.")
        return pc

    def _found(self) -> None:
        first = self._pcs[0]
        code = first.clerk.found(self._foundation)
        (self._folders.data / "recovery-code.txt").write_text(code + "\n", encoding="utf-8")
        first.clerk.sign_in(secretary(self._foundation.people))
        first.clerk.exchange()
        self._say(f"   {first.place.name} lập đơn vị {self._foundation.unit_name} và nhận quy trình, lịch của tỉnh.")

    def _admit_others(self) -> None:
        first, others = self._pcs[0], self._pcs[1:]
        for pc in others:
            pc.clerk.exchange()
        if others:
            first.clerk.exchange()
            first.clerk.admit_waiting(len(others))
            first.clerk.exchange()
        for pc in others:
            pc.clerk.exchange()
            self._say(f"   {pc.place.name} được cho phép trên {first.place.name} và đã nhận đủ.")

    def _receive_shared(self) -> None:
        for pc in self._pcs:
            for dossier in self._scenario.received_by(pc.place.id, before_cut=True):
                self._receive(pc, dossier)
        for pc in [*self._pcs, *self._pcs[:-1]]:
            pc.clerk.exchange()

    def _work_cut_off(self, line: BadLine) -> None:
        self._say(f"2. Mất mạng. {len(self._pcs)} máy vẫn làm việc, không hỏi han gì.")
        line.change(down=True)
        for number, pc in enumerate(self._pcs, start=3):
            self._say(f"{min(number, 4)}. {pc.place.name}, {pc.person}:")
            for at, act in sorted(self._day_of(pc), key=_when):
                self._clock.show(at)
                act()
            self._print_control_sheets(pc)
            pc.clerk.look("offline")

    def _day_of(self, pc: Pc) -> Iterator[Event]:
        for dossier in self._scenario.dossiers:
            if dossier.pc == pc.place.id:
                if not dossier.before_cut:
                    yield dossier.received, partial(self._receive, pc, dossier)
                for move in dossier.actions:
                    yield move.at, partial(self._move, pc, dossier, move)
        for edit in self._scenario.edits_of(pc.place.id):
            yield edit.at, partial(self._edit, pc, edit)

    def _receive(self, pc: Pc, dossier: ScenarioDossier) -> None:
        self._clock.show(dossier.received)
        self.doing = f"hồ sơ {dossier.id}, tiếp nhận"
        record = self._records[dossier.id] = pc.clerk.receive(dossier)
        line = line_of(pc.office, record)
        if is_sent_back(dossier):
            self._say(f"   {line.code}: thiếu giấy tờ, hướng dẫn bổ sung tại quầy.")
            return
        pc.clerk.print_form(record, "receipt", self._folders.out)
        self._say(f"   {line.code} tiếp nhận, hẹn trả {line.due or 'theo kết quả'}.")

    def _move(self, pc: Pc, dossier: ScenarioDossier, move: Action) -> None:
        self.doing = f"hồ sơ {dossier.id}, {transition(move.do).label.lower()}"
        with self._at_the_keyboard(pc, move.by or who_may(transition(move.do).roles, pc.person, self._foundation.people)):
            for _ in range(move.times):
                pc.clerk.move(self._records[dossier.id], move)
        self._say(f"   {line_of(pc.office, self._records[dossier.id]).code}: {transition(move.do).label.lower()}.")

    @contextmanager
    def _at_the_keyboard(self, pc: Pc, person: str) -> Iterator[None]:
        """Somebody else signs in for a while, where the scenario names somebody."""
        other = bool(person) and person != pc.person
        if other:
            pc.clerk.sign_in(person)
        yield
        if other:
            pc.clerk.sign_in(pc.person)

    def _edit(self, pc: Pc, edit: Edit) -> None:
        self.doing = f"hồ sơ {edit.dossier}, sửa “{DOSSIER.field(edit.field).label}”"
        record = self._records[edit.dossier]
        pc.clerk.edit(record, edit.field, edit.value)
        self._say(f"   {line_of(pc.office, record).code}: sửa “{DOSSIER.field(edit.field).label}”.")

    def _print_control_sheets(self, pc: Pc) -> None:
        self.doing = f"{pc.place.name}, in phiếu kiểm soát"
        mine = [dossier for dossier in self._scenario.dossiers if dossier.pc == pc.place.id and not is_sent_back(dossier)]
        for dossier in mine:
            pc.clerk.print_form(self._records[dossier.id], "control_sheet", self._folders.out)

    def _meet_again(self, line: BadLine) -> QuestionLine:
        self.doing = "đồng bộ lại"
        self._clock.show(self._scenario.end() + _A_WHILE)
        self._say("5. Có mạng lại, nhưng chậm và hay đứt.")
        return reunite(self._scenario, self._pcs, self._records, line, self._say)

    def _conclude(self, province: DemoProvince, questions: QuestionLine) -> Summary:
        self._say("6. Tính lại mọi chuỗi nhật ký và so với các bảng.")
        scopes = self._pcs[0].office.demand_credentials().scopes
        digests = {pc.place.id: digest_of(UnitLog(pc.office.demand_store()), scopes) for pc in self._pcs}
        verdicts = {pc.place.id: verdict(pc.office.verify()) for pc in self._pcs}
        summary = Summary(
            dossiers=[line_of(self._pcs[0].office, self._records[dossier.id]) for dossier in self._scenario.dossiers],
            syncs=[_metered(pc) for pc in self._pcs],
            questions=questions,
            digests=digests | {"server": digest_of(province.log, scopes)},
            verify=verdicts | {"server": verdict(province.verify())},
        )
        for pc in self._pcs:
            pc.clerk.look("end")
        return summary


def checked(summary: Summary) -> Summary:
    """The summary if all is well; JourneyFault naming what is not."""
    faults = summary.faults()
    if faults:
        raise JourneyFault("; ".join(faults))
    return summary


def _when(event: Event) -> datetime:
    return event[0]


def _metered(pc: Pc) -> SyncLine:
    traffic = pc.clerk.traffic()
    return SyncLine(pc.place.id, traffic.requests, traffic.bytes_up, traffic.bytes_down)
