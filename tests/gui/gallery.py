"""Every screen in a picture, on long words and on nothing, at both sizes: python -m tests.gui.gallery <folder>."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QTabWidget

from qms_desktop.domain.errors import SyncError
from qms_desktop.gui import desk as d
from qms_desktop.gui.app import make_application
from qms_desktop.gui.screens.dossier import DossierScreen
from qms_desktop.gui.screens.first_run import CODE, JOIN, OFFICE, PEOPLE, FirstRun
from qms_desktop.gui.screens.import_register import ImportRegister
from qms_desktop.gui.screens.register import Register
from qms_desktop.gui.screens.sync import SyncScreen
from qms_desktop.gui.screens.unit import UnitScreen
from tests.gui.desks import EmptyDesk, RichDesk
from tests.gui.fake_desk import NOW, FakeDesk
from tests.gui.hand import Hand

SIZES = {"1366x768": (1366, 728), "900x500": (900, 500), "1920x1080": (1920, 1040)}
MakeDesk = Callable[[Path], FakeDesk]
Act = Callable[[Hand], None]


@dataclass(frozen=True)
class Scene:
    """One picture: which desk, and what is done before it is taken."""

    name: str
    act: Act
    desk: MakeDesk = RichDesk
    entered: bool = True


def on(screen: str, argument: str = "", then: Act | None = None) -> Act:
    """Opens a screen and goes on from there."""

    def act(hand: Hand) -> None:
        hand.go(screen, argument)
        if then is not None:
            then(hand)
            hand.settle()

    return act


def not_founded(folder: Path) -> FakeDesk:
    """A new PC."""
    desk = EmptyDesk(folder)
    desk.is_founded = False
    return desk


def nothing_counted(folder: Path) -> FakeDesk:
    """A new office in its first period."""
    desk = EmptyDesk(folder)
    desk.facts = []
    return desk


def in_trouble(folder: Path) -> FakeDesk:
    """The exchange failed."""
    desk = RichDesk(folder)
    desk.state = d.SyncState(
        "failed", NOW, 12, reason="máy chủ tỉnh từ chối chứng thư của máy này. Xin cấp lại mã ghi danh (QMS-512)"
    )
    return desk


def page(number: int) -> Act:
    """A page of the set-up."""

    def act(hand: Hand) -> None:
        screen = hand.window.screen_now()
        assert isinstance(screen, FirstRun)
        if number == CODE:
            screen.code.show_code("QMS1-7KQ2-M4XD-99TA-HJWP-2C6E")
        screen._show(number)
        hand.settle()

    return act


def restoring(hand: Hand) -> None:
    """The box of the recovery code, asked for by the third way in."""
    screen = hand.window.screen_now()
    assert isinstance(screen, FirstRun)
    screen.way.ask_code()
    hand.settle()


def tab(number: int, then: Act | None = None) -> Act:
    """Another tab of the screen."""

    def act(hand: Hand) -> None:
        tabs = hand.window.screen_now().findChild(QTabWidget)
        assert isinstance(tabs, QTabWidget)
        tabs.setCurrentIndex(number)
        hand.settle()
        if then is not None:
            then(hand)

    return act


def keys(*pressed: str) -> Act:
    """Keys, or text after "=" ."""

    def act(hand: Hand) -> None:
        for item in pressed:
            if item.startswith("="):
                hand.type(item[1:])
            else:
                hand.press(item)

    return act


class _ManyRoles(RichDesk):
    """A person of a small office who does everything."""

    def today(self) -> list[d.TodayGroup]:
        groups = super().today()
        names = ("Chờ tôi ký nhận", "Mới nhận, chờ bàn giao", "Làm thay Phượng, Đông", "Chờ duyệt gia hạn")
        more = ("Chờ dân quá lâu", "Còn giữ bản gốc", "Quy trình chờ duyệt")
        made = [d.TodayGroup(name, name, groups[0].rows[:3], "", "soon", 3) for name in (*names, *more)]
        return [*groups, *made]


def _filled(hand: Hand) -> None:
    keys("=ctbs", "Return", "=Nguyễn Văn Đông", "Return", "=079085012345", "Return", "=120385", "Return", "=0912345678")(hand)


def _ready(hand: Hand) -> None:
    _filled(hand)
    keys("Return", "=Ấp Phú Hoà, xã Tân Hoà", "Return", "A")(hand)


def _lacking(hand: Hand) -> None:
    keys("=000893", "Return", "=nguyen", "Down", "Return", "Space", "Down", "Space", "G", "Down", "2")(hand)


def _wrong(hand: Hand) -> None:
    keys("=tthn", "Return", "=Trần Thị Bé", "Return", "=0790", "Return", "=31/02/1990", "Return", "=09", "Return", "Ctrl+Return")(
        hand
    )


def _accepted(hand: Hand) -> None:
    _ready(hand)
    keys("Ctrl+Return")(hand)


def _chips(hand: Hand) -> None:
    screen = hand.window.screen_now()
    assert isinstance(screen, Register)
    screen.list.set_chips(("open",))
    screen.list.filter.setText("nguyen")
    screen.list.reload()


def _nothing_found(hand: Hand) -> None:
    screen = hand.window.screen_now()
    assert isinstance(screen, Register)
    screen.list.filter.setText("zzzz")
    screen.list.reload()


def _edit(hand: Hand) -> None:
    screen = hand.window.screen_now()
    assert isinstance(screen, DossierScreen)
    screen.edit()


def _extend(hand: Hand) -> None:
    screen = hand.window.screen_now()
    assert isinstance(screen, DossierScreen)
    screen.moves.press_named("extend")
    keys("=01/01/2026", "Return")(hand)


def _deliver(hand: Hand) -> None:
    screen = hand.window.screen_now()
    assert isinstance(screen, DossierScreen)
    screen.moves.press_named("deliver")


def _long_question(hand: Hand) -> None:
    screen = hand.window.screen_now()
    assert isinstance(screen, SyncScreen)
    screen.list.setCurrentRow(1)


def _new_person(hand: Hand) -> None:
    screen = hand.window.screen_now()
    assert isinstance(screen, UnitScreen)
    keys("Ctrl+N", "=Nguyễn Thị", "Ctrl+S")(hand)


def _fault(hand: Hand) -> None:
    hand.window.failed(SyncError("QMS-501", "Không tới được máy chủ của tỉnh.", do="Cứ làm việc tiếp; máy tự gửi khi có mạng."))
    hand.window.failed(SyncError("QMS-501", "Không tới được máy chủ của tỉnh.", do="Cứ làm việc tiếp; máy tự gửi khi có mạng."))


def _opened_register(hand: Hand) -> None:
    screen = hand.window.screen_now()
    assert isinstance(screen, ImportRegister)
    screen.open_file(Path("so-theo-doi-2026.xlsx"))
    hand.settle()


def _register_tab(number: int) -> Act:
    def act(hand: Hand) -> None:
        _opened_register(hand)
        screen = hand.window.screen_now()
        assert isinstance(screen, ImportRegister)
        screen.tabs.setCurrentIndex(number)

    return act


def _late_slip(hand: Hand) -> None:
    keys("=G-A-261120-03", "Return", "=20/11/2026 9:15", "Return", "=ctbs", "Return")(hand)


SCENES: tuple[Scene, ...] = (
    Scene("01-first-run-way", keys(), not_founded, entered=False),
    Scene("01-first-run-restore", restoring, not_founded, entered=False),
    Scene("02-first-run-office", page(OFFICE), not_founded, entered=False),
    Scene("03-first-run-people", page(PEOPLE), not_founded, entered=False),
    Scene("04-first-run-code", page(CODE), not_founded, entered=False),
    Scene("05-first-run-join", page(JOIN), not_founded, entered=False),
    Scene("06-sign-in", keys(), entered=False),
    Scene("06-sign-in-wrong", keys("Return", "=1", "Return"), entered=False),
    Scene("10-today", on("today")),
    Scene("10-today-many-roles", on("today"), _ManyRoles),
    Scene("10-today-empty", on("today"), EmptyDesk),
    Scene("11-register", on("register")),
    Scene("11-register-filtered", on("register", then=_chips)),
    Scene("11-register-nothing-found", on("register", then=_nothing_found)),
    Scene("11-register-empty", on("register"), EmptyDesk),
    Scene("12-dossier", on("dossier", "D0001")),
    Scene("12-dossier-why", on("dossier", "D0001", keys("Ctrl+L"))),
    Scene("12-dossier-info", on("dossier", "D0001", tab(1))),
    Scene("12-dossier-edit", on("dossier", "D0001", _edit)),
    Scene("12-dossier-history", on("dossier", "D0001", tab(2))),
    Scene("12-dossier-reason", on("dossier", "D0001", keys("F7"))),
    Scene("12-dossier-extend", on("dossier", "D0001", _extend)),
    Scene("12-dossier-deliver", on("dossier", "D0001", _deliver)),
    Scene("13-intake", on("intake", then=keys("Esc"))),
    Scene("13-intake-procedures", on("intake", then=keys("=khai sinh"))),
    Scene("13-intake-people", on("intake", then=keys("=ctbs", "Return", "=nguyen"))),
    Scene("13-intake-ready", on("intake", then=_ready)),
    Scene("13-intake-lacking", on("intake", then=_lacking)),
    Scene("13-intake-wrong", on("intake", then=_wrong)),
    Scene("13-intake-accepted", on("intake", then=_accepted)),
    Scene("13-intake-empty", on("intake"), EmptyDesk),
    Scene("14-procedures", on("procedures")),
    Scene("14-procedures-long", on("procedures", "R8")),
    Scene("14-procedures-empty", on("procedures"), EmptyDesk),
    Scene("15-due", on("due")),
    Scene("15-due-empty", on("due"), EmptyDesk),
    Scene("16-sync-questions", on("sync")),
    Scene("16-sync-long-question", on("sync", then=_long_question)),
    Scene("16-sync-waiting", on("sync", then=tab(1))),
    Scene("16-sync-arrived", on("sync", then=tab(2))),
    Scene("16-sync-machines", on("sync", then=tab(3))),
    Scene("16-sync-packets", on("sync", then=tab(4))),
    Scene("16-sync-files", on("sync", then=tab(5))),
    Scene("16-sync-refused", on("sync", then=tab(6))),
    Scene("16-sync-neighbours", on("sync", then=tab(7))),
    Scene("16-sync-failed", on("sync"), in_trouble),
    Scene("16-sync-empty", on("sync"), EmptyDesk),
    Scene("16-sync-empty-waiting", on("sync", then=tab(1)), EmptyDesk),
    Scene("16-sync-empty-machines", on("sync", then=tab(3)), EmptyDesk),
    Scene("16-sync-empty-packets", on("sync", then=tab(4)), EmptyDesk),
    Scene("16-sync-empty-neighbours", on("sync", then=tab(7)), EmptyDesk),
    Scene("17-unit-people", on("unit")),
    Scene("17-unit-new-person", on("unit", then=_new_person)),
    Scene("17-unit-positions", on("unit", then=tab(1))),
    Scene("17-unit-roles", on("unit", then=tab(2))),
    Scene("17-unit-machines", on("unit", then=tab(3))),
    Scene("17-unit-office", on("unit", then=tab(4))),
    Scene("17-unit-calendar", on("unit", then=tab(5))),
    Scene("17-unit-calendar-empty", on("unit", then=tab(5)), EmptyDesk),
    Scene("18-system", on("system")),
    Scene("19-preview", on("dossier", "D0001", keys("F9"))),
    Scene("19-preview-control", on("dossier", "D0001", keys("Ctrl+P"))),
    Scene("20-search", on("today", then=keys("Ctrl+K", "=nguyen"))),
    Scene("21-keys", on("intake", then=keys("Ctrl+/"))),
    Scene("23-import", on("import_register")),
    Scene("23-import-lines", on("import_register", then=_opened_register)),
    Scene("23-import-columns", on("import_register", then=_register_tab(1))),
    Scene("23-import-names", on("import_register", then=_register_tab(2))),
    Scene("24-fallback", on("fallback")),
    Scene("25-intake-late", on("intake_late", then=_late_slip)),
    Scene("26-statistics", on("statistics")),
    Scene("26-statistics-chart", on("statistics", then=tab(1))),
    Scene("26-statistics-empty", on("statistics"), nothing_counted),
    Scene("27-register-of-a-figure", on("register", "figure")),
    Scene("22-fault", on("register", then=_fault)),
)


def played(scene: Scene, folder: Path, size: tuple[int, int]) -> Hand:
    """The window as the picture shows it; the caller closes it."""
    hand = Hand(scene.desk(folder), *size)
    if scene.entered:
        hand.enter()
    scene.act(hand)
    hand.settle()
    return hand


def take(folder: Path, wanted: str = "") -> Iterator[Path]:
    """Saves the pictures whose name holds the wanted words."""
    make_application(["qms-desktop"])
    folder.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        for name, size in SIZES.items():
            if wanted in scene.name:
                with tempfile.TemporaryDirectory() as place:
                    hand = played(scene, Path(place), size)
                    target = folder / f"{scene.name}-{name}.png"
                    hand.window.grab().save(str(target))
                    hand.crash()
                    yield target


if __name__ == "__main__":
    for picture in take(Path(sys.argv[1]), *sys.argv[2:3]):
        sys.stdout.write(f"{picture}\n")
