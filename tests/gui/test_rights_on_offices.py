"""The window's road out of the worst days: every old PC is gone, a PC was stolen, a paper's retention is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from qms_desktop.domain.unit_lists import parse_units
from qms_desktop.gui.app import open_window
from qms_desktop.gui.clerk_hands import ClerkHands
from qms_desktop.gui.screens.sync import SyncScreen
from qms_desktop.gui.screens.system import SystemScreen
from qms_desktop.keys import MemoryKeys
from qms_desktop.office import Office, Stage
from qms_desktop.paths import Paths
from qms_desktop.resources import procedures
from qms_desktop.usecases import progress, receiving
from qms_desktop.usecases.setup import Foundation
from sync.server import publishing, revoking
from sync.server.province import Province
from sync.server.serve import Running
from tests.usecases.office_kit import PEOPLE, UNIT, Clock, Dice, command, sign_in
from tests.usecases.test_rights import expire

PIN = "123456"
SECRETARY, CLERK = PEOPLE[0].name, PEOPLE[1].name


@dataclass
class Commune:
    """A province, and one founded PC of a unit with one dossier in it."""

    folder: Path
    province: Province
    url: str
    code: str
    first: Office
    dossier: str
    opened: list[Office] = field(default_factory=list)

    def new_pc(self, name: str) -> Office:
        """A PC as it comes out of its box."""
        office = Office(Paths(self.folder / name), MemoryKeys(), Clock(), Dice(len(self.opened) + 7))
        self.opened.append(office)
        return office


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    with ExitStack() as stack:
        province = Province.init(tmp_path / "province")
        stack.callback(province.close)
        units = parse_units(f"code,kind,name,full_name,province\n{UNIT},Xã,Mẫu,Xã Mẫu,Tỉnh Mẫu\n".encode())
        publishing.import_units(province, units, date(2025, 7, 1), "thử")
        publishing.publish_procedures(province, [p for p in procedures() if p.code == "2.000815"], date(2025, 7, 1))
        url = stack.enter_context(Running(province)).url
        first = Office(Paths(tmp_path / "pc"), MemoryKeys(), Clock(), Dice(1))
        first.enrol(url, province.accounts.new_code(UNIT), "Máy quầy 1")
        code = first.found(UNIT, Foundation(unit_kind="xa", unit_name="Mẫu", people=PEOPLE))
        first.sync_once()
        dossier = receiving.receive(sign_in(first, "CL").work(), command(first, "2.000815", "Nguyễn Thị Hoa"))
        first.sync_once()
        made = Commune(tmp_path, province, url, code, first, dossier)
        yield made
        for office in (first, *made.opened):
            office.close()


def name_in(office: Office, dossier: str) -> object:
    with office.demand_store().view() as view:
        return (view.get("dossier", dossier) or {}).get("applicant_name")


def stage(office: Office) -> Stage:
    return office.stage


def press(hands: ClerkHands, button: object) -> None:
    button.setFocus(Qt.FocusReason.TabFocusReason)  # type: ignore[attr-defined]
    hands.press("Space")


def system(hands: ClerkHands) -> SystemScreen:
    hands.show("system")
    screen = hands.window.screen_now()
    assert isinstance(screen, SystemScreen)
    return screen


def test_with_every_old_pc_gone_a_new_one_opens_the_office_with_the_code(commune: Commune) -> None:
    commune.first.close()
    office = commune.new_pc("new")
    hands = ClerkHands(open_window(office, background=False))
    assert hands.join(commune.url, commune.province.accounts.new_code(UNIT), "Máy thay thế")
    hands.sign_in(SECRETARY, PIN)
    assert stage(office) is Stage.WAITING_FOR_KEY
    assert name_in(office, commune.dossier) is None
    screen = system(hands)
    screen.code.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type(commune.code.replace("A", "B") if "A" in commune.code else "AAAAA")
    press(hands, screen.unlock_button)
    assert stage(office) is Stage.WAITING_FOR_KEY, "a mistyped code opens nothing"
    screen.code.setFocus(Qt.FocusReason.TabFocusReason)
    hands.replace(commune.code.lower())
    press(hands, screen.unlock_button)
    assert stage(office) is Stage.READY
    assert name_in(office, commune.dossier) == "Nguyễn Thị Hoa"
    hands.sign_in(CLERK, PIN)
    assert office.session is not None
    later = receiving.receive(office.work(), command(office, "2.000815", "Trần Văn Sau"))
    office.sync_once()
    assert name_in(office, later) == "Trần Văn Sau"
    assert office.verify() == []
    hands.go_home()


def test_the_new_pc_is_itself_among_those_that_get_later_keys(commune: Commune) -> None:
    office = commune.new_pc("new")
    hands = ClerkHands(open_window(office, background=False))
    hands.join(commune.url, commune.province.accounts.new_code(UNIT), "Máy thay thế")
    hands.sign_in(SECRETARY, PIN)
    screen = system(hands)
    screen.code.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type(commune.code)
    press(hands, screen.unlock_button)
    revoking.revoke(commune.province, f"{UNIT}-A", "cháy")
    for _ in range(3):
        office.sync_once()
    store = office.demand_store()
    assert len(store.unit_keys()) == 2
    with store.view() as view:
        recipients = {str(row["recipient"]) for row in view.find("unit_key") if int(str(row["epoch"])) > 1}
    assert recipients == {store.replica, "recovery"}
    hands.go_home()


def test_a_secretary_shuts_a_lost_pc_out_and_sees_what_became_of_it(commune: Commune) -> None:
    second = commune.new_pc("second")
    second.enrol(commune.url, commune.province.accounts.new_code(UNIT), "Máy quầy 2")
    commune.first.sync_once()
    hands = ClerkHands(open_window(commune.first, background=False))
    hands.sign_in(SECRETARY, PIN)
    assert hands.admit_waiting() == 1
    hands.show_machines()
    screen = hands.window.screen_now()
    assert isinstance(screen, SyncScreen)
    page = screen.machines_page
    page.machines.selectRow(1)
    press(hands, page.revoke_button)
    assert "lý do" in hands.message()
    page.reason.setFocus(Qt.FocusReason.TabFocusReason)
    hands.type("Bị lấy cắp")
    press(hands, page.revoke_button)
    cell = page.machines.item(1, 1)
    assert cell is not None
    assert "chờ tỉnh" in cell.text()
    assert not page.revoke_button.isEnabled()
    hands.go_home()


def test_the_person_at_a_revoked_pc_is_told_and_the_data_is_gone(commune: Commune) -> None:
    office = commune.first
    hands = ClerkHands(open_window(office, background=True))
    hands.sign_in(CLERK, PIN)
    hands.wait(lambda: office.agent is not None and office.agent.status().rounds > 0, 30)
    revoking.revoke(commune.province, f"{UNIT}-A", "bán thanh lý")
    assert office.agent is not None
    office.agent.wake()
    hands.wait(lambda: hands.window.screen_name == "first_run", 30)
    assert "QMS-818" in hands.message()
    assert [path.name for path in office.paths.data.iterdir()] == ["revoked.json"]
    hands.go_home()


def test_a_leader_orders_what_is_over_to_be_erased(commune: Commune) -> None:
    office = commune.first
    expire(office, commune.dossier)
    progress.edit(sign_in(office, "CL").work(), commune.dossier, {"retention_years": None})
    with office.demand_store().view() as view:
        code = str((view.get("dossier", commune.dossier) or {})["code"])
    office.sync_once()
    hands = ClerkHands(open_window(office, background=False))
    hands.sign_in(PEOPLE[2].name, PIN)
    order(hands, code)
    assert "Thời hạn lưu (số năm)" in hands.message(), "nobody has said how long it is kept: the window says where to enter it"
    hands.window.messages.hide()
    hands.edit(commune.dossier, "retention_years", "5")
    order(hands, code)
    screen = system(hands)
    assert "Đã ra lệnh xóa" in screen.report.toPlainText()
    for _ in range(2):
        office.sync_once()
    assert name_in(office, commune.dossier) == "(đã xóa theo lệnh)"
    press(hands, screen.verify_button)
    assert "đã xóa theo lệnh" in screen.report.toPlainText()
    hands.go_home()


def order(hands: ClerkHands, code: str) -> None:
    screen = system(hands)
    for box, words in ((screen.erase_code, code), (screen.erase_decision, "12/QĐ-UBND")):
        box.setFocus(Qt.FocusReason.TabFocusReason)
        hands.replace(words)
    press(hands, screen.erase_button)
