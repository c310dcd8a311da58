"""Sổ hồ sơ: every dossier of the unit, dense, filtered by typing."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from qms_desktop.domain.fields import Field, Kind, Value
from qms_desktop.domain.records.dossier_moves import ASSIGNEE, NEW_HOLDER, OVERDUE_REASON, transition
from qms_desktop.domain.records.dossiers import DOSSIER, STATES
from qms_desktop.gui.actions import DOSSIERS, EVERYWHERE, LIST
from qms_desktop.gui.desk import Condition, Desk, Row
from qms_desktop.gui.list_panel import Chip, ListPanel
from qms_desktop.gui.messages import NOTE, WARNING
from qms_desktop.gui.screens.base import DeskReferences, Screen, Shell, quiet_label
from qms_desktop.gui.screens.dossier_columns import LISTED, REGISTER_COLUMNS
from qms_desktop.gui.screens.question_bar import QuestionBar
from qms_desktop.gui.screens.register_period import PeriodBar

FIGURE = "figure"
"""Opens the register on the dossiers behind a figure of the statistics."""

_OF_A_FIGURE = "Các hồ sơ của một con số thống kê; mở lại Sổ hồ sơ để xem tất cả."
OPEN_STATES = ["received", "processing", "interagency", "awaiting_citizen", "awaiting_payment"]
WAITING_STATES = ["awaiting_citizen", "awaiting_payment"]
READY_STATES = ["result_ready", "rejected_result"]
_REASON = Field("reason", "Lý do", Kind.TEXT, required=True)
_WHY_LATE = Field(OVERDUE_REASON.name, "Lý do trễ, nếu có hồ sơ trễ hạn bước", Kind.TEXT)
ASKED: Mapping[str, tuple[Field, ...]] = {
    "forward": (ASSIGNEE, _WHY_LATE),
    "sign_for": (),
    "reassign": (NEW_HOLDER, _REASON),
}
"""Moves made with every chosen dossier, and what they ask once for all."""


class DossierSource:
    """Dossiers as list rows, with the words of their due date."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names: dict[str, str] = {}
        self.only: Sequence[str] | None = None
        """The ids of the dossiers shown, when a figure of the statistics was opened."""

    def narrowed(self, where: Sequence[Condition]) -> Sequence[Condition]:
        """The conditions, with that choice among them."""
        return where if self.only is None else (*where, ("id", "in", list(self.only)))

    def keys(self, where: Sequence[Condition], text: str, order: str, descending: bool) -> array[int]:
        """Row ids; newest first when no order is chosen."""
        self._names.clear()
        chosen = order or "received_at"
        return self._desk.keys("dossier", self.narrowed(where), text, chosen, descending if order else True)

    def rows(self, rowids: Sequence[int]) -> list[Row]:
        """Those rows with due words and the holder's name."""
        with self._desk.view() as view:
            rows = view.rows("dossier", rowids, LISTED)
            for row in rows:
                holder = str(row.get("holder") or "")
                if holder and holder not in self._names:
                    person = view.get("person", holder)
                    self._names[holder] = str(person.get("full_name")) if person else ""
                row["holder_name"] = self._names.get(holder, "")
        for row in rows:
            due = self._desk.due_of(row)
            row["due_left"], row["due_level"] = due.left, due.level
        return rows


class Register(Screen):
    """The register."""

    name = "register"
    title = "Sổ hồ sơ"
    hint = (
        "Gõ chữ để lọc (không cần dấu), mũi tên để chọn, Enter để mở. Giữ Shift để chọn nhiều dòng rồi F6 bàn giao, "
        "Ctrl+B ký nhận, Ctrl+G giao lại. Ctrl+C chép các dòng đang chọn."
    )
    contexts = frozenset({EVERYWHERE, LIST, DOSSIERS})
    kinds = frozenset({"dossier", "clock_event"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.add_button("In sổ theo mẫu…", "", self.ask_period)
        self.add_button("In danh sách", "print", self._print)
        self.add_button("Tiếp nhận hồ sơ", "new", self._new, primary=True)
        self.period = PeriodBar(self.desk.now().date(), self)
        self.period.chosen.connect(self._print_period)
        self.period.hide()
        self.body.addWidget(self.period)
        self._asked = ""
        self._pile: list[str] = []
        self.bulk = QuestionBar(self, DeskReferences(self.desk))
        self.bulk.wanted.connect(self._answered)
        self.body.addWidget(self.bulk)
        self.source = DossierSource(self.desk)
        self.list = ListPanel(self.source, REGISTER_COLUMNS, "Sổ hồ sơ", self)
        self.list.say_empty(
            "Chưa có hồ sơ nào. Bấm Ctrl+N để nhận hồ sơ đầu tiên, hoặc nhập sổ Excel đang có ở màn hình Hệ thống.", _dossiers
        )
        self.list.add_chips(
            (
                Chip("open", "Đang giải quyết", (("state", "in", list(OPEN_STATES)),)),
                Chip("waiting", "Chờ bổ sung", (("state", "in", list(WAITING_STATES)),)),
                Chip("ready", "Chờ trả", (("state", "in", list(READY_STATES)),)),
            )
        )
        self.list.opened.connect(self._open)
        self.list.loaded.connect(self._remember)
        self.body.addWidget(self.list, 1)
        self.totals = quiet_label("", self)
        self.totals.setObjectName("register.totals")
        self.body.addWidget(self.totals)
        self.commands = {
            "find": self.list.focus_filter,
            "edit": self._open_selected,
            "print": self._print,
            "why_late": self._why_late,
            **{name: partial(self._ask_many, name) for name in ASKED},
        }
        self._first = True

    def open_with(self, argument: str) -> None:
        """Shows the list as it was left; an applicant's id filters by that person, FIGURE shows what a figure counts."""
        if self._first:
            self._first = False
            self.list.set_chips(tuple(filter(None, self.desk.setting("register.chips").split(","))))
            self.list.filter.setText(self.desk.setting("register.text"))
            self.list.set_widths(self.desk.setting("register.widths"))
        if self.source.only is not None and argument != FIGURE:
            self.list.set_chips(tuple(filter(None, self.desk.setting("register.chips").split(","))))
        self.source.only = self.desk.opened_figure() if argument == FIGURE else None
        self.subtitle.setText(
            "" if self.source.only is None else "Các hồ sơ của một con số thống kê; mở lại Sổ hồ sơ để xem tất cả."
        )
        if argument == FIGURE:
            self.list.set_chips(())
            self.list.filter.clear()
        elif argument:
            with self.desk.view() as view:
                person = view.get("applicant", argument)
            self.list.filter.setText(str(person.get("full_name")) if person else "")
        self.refresh()
        self.list.view.setFocus()

    def leave_for_good(self) -> None:
        """Remembers how the list was left."""
        self.desk.remember("register.text", self.list.filter.text())
        self.desk.remember("register.widths", self.list.widths())

    def refresh(self) -> None:
        """Reads the list again."""
        self.list.reload()

    def _remember(self) -> None:
        if self.source.only is None:
            self.desk.remember("register.chips", ",".join(self.list.chips_on()))
        where, text, _order, _descending = self.list.asked()
        self.shell.tasks.run(partial(self.desk.totals, "dossier", "state", self.source.narrowed(where), text), self._show_totals)

    def _show_totals(self, totals: Mapping[str, int]) -> None:
        self.totals.setText(totals_words(totals))
        self.totals.setVisible(bool(totals))

    def _open(self, record: str) -> None:
        self.shell.go("dossier", record)

    def _print(self) -> None:
        where, text, order, descending = self.list.asked()
        newest = (order or "received_at", descending if order else True)
        self.shell.tasks.run(
            partial(self.desk.list_sheet, "dossier", self.source.narrowed(where), text, *newest), self.shell.preview
        )

    def ask_period(self) -> None:
        """Opens the line on which the period of the official register is chosen; once more closes it."""
        if self.period.isVisible():
            self.leave()
        else:
            self.period.ask()

    def _print_period(self, first: date, last: date) -> None:
        self.shell.tasks.run(partial(self.desk.register_book, first, last), self.shell.preview)

    def leave(self) -> bool:
        """Esc closes the period and the question before it leaves the screen."""
        asked = self.period.isVisible() or self.bulk.isVisible()
        self.period.hide()
        self.bulk.fold()
        if asked:
            self.list.view.setFocus()
        return asked

    def _ask_many(self, name: str) -> None:
        """A key of the dossiers: asks what the move needs, or makes it when it needs nothing."""
        self._pile = self.list.chosen()  # kept: the list may be read again while the question stands
        if ASKED[name]:
            self._asked = name
            head = f"{transition(name).label}: {len(self._pile)} hồ sơ đang chọn"
            self.bulk.ask(head, ASKED[name], self.desk.now().date())
        else:
            self._move_many(name, {})

    def _answered(self, values: dict[str, Value]) -> None:
        self._move_many(self._asked, values)

    def _move_many(self, name: str, values: dict[str, Value]) -> None:
        reason = str(values.pop(_REASON.name, None) or "")
        command = partial(self.desk.move_many, self._pile, name, reason, values)
        self.shell.tasks.run(command, self._moved_many)

    def _moved_many(self, sentence: str) -> None:
        self.bulk.fold()
        self.shell.saved(sentence[:1].upper() + sentence[1:])
        self.refresh()
        self.list.view.setFocus()

    def _open_selected(self) -> None:
        row = self.list.selected()
        if row:
            self._open(str(row["id"]))

    def _why_late(self) -> None:
        """Ctrl+L: why the chosen dossier is late."""
        row = self.list.selected()
        if row:
            why = self.desk.why_late(str(row["id"]))
            self.shell.say(f"{row.get('code')} · {why.text}", WARNING if why.late else NOTE)

    def _new(self) -> None:
        self.shell.go("intake")


def totals_words(totals: Mapping[str, int]) -> str:
    """The line under the list: the sum, and what it consists of in the order of a dossier's life."""
    order = [option.value for option in STATES]
    known = sorted(totals, key=lambda state: order.index(state) if state in order else len(order))
    parts = [f"{_number(totals[state])} {_state_words(state)}" for state in known]
    return f"Tổng {_number(sum(totals.values()))}: {' · '.join(parts)}"


def _state_words(state: str) -> str:
    label = DOSSIER.field("state").option_label(state) or "chưa rõ trạng thái"
    return label[:1].lower() + label[1:]


def _dossiers(total: int) -> str:
    return f"{_number(total)} hồ sơ"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
