"""Tiếp nhận: a dossier by keyboard alone (screens-and-imports f.3): procedure, applicant, papers, Ctrl+Enter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer

from qms_desktop.domain.fields import Value
from qms_desktop.domain.text import fold
from qms_desktop.gui.actions import EVERYWHERE, FORM, INTAKE, PAPERS, key_text
from qms_desktop.gui.desk import Accepted, Intake, Sheet
from qms_desktop.gui.drafts import DraftKeeper
from qms_desktop.gui.messages import GOOD, NOTE, WARNING, Offer
from qms_desktop.gui.screens.base import Shell
from qms_desktop.gui.screens.intake_bulk import BulkBar
from qms_desktop.gui.screens.intake_card import CardOnPage
from qms_desktop.gui.screens.intake_refusal import RefusalBar
from qms_desktop.gui.screens.intake_sheet import IntakeSheet
from qms_desktop.gui.screens.printing import draw_and_keep

DRAFT = "intake"
PREVIEW_MS = 150


class IntakeScreen(IntakeSheet):
    """The intake page."""

    name = "intake"
    hint = (
        "Gõ vài chữ của thủ tục (ctbs = chứng thực bản sao) rồi Enter; quét thẻ căn cước, hoặc gõ số, điện thoại hay tên "
        "người nộp; đánh dấu giấy tờ bằng phím cách; Ctrl+Enter để nhận."
    )
    contexts = frozenset({EVERYWHERE, FORM, INTAKE, PAPERS})
    kinds = frozenset({"revision"})

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._last: Accepted | None = None
        self._last_slip: Callable[[str], Sheet] = self.desk.receipt
        self._last_procedure = ""
        self._last_applicant: tuple[str, Mapping[str, Value]] = ("", {})
        self._restored = False
        self.refusal = RefusalBar(self)
        self.refusal.recorded.connect(self._turned_away)
        self.body.insertWidget(1, self.refusal)
        self.bulk = BulkBar(self, self._page)
        self.bulk.received.connect(self._received_many)
        self.body.insertWidget(1, self.bulk, 1, Qt.AlignmentFlag.AlignTop)
        self.accept_button.clicked.connect(self.accept)
        self.card = CardOnPage(self)
        self.drafts = DraftKeeper(self.desk, shell.tasks, self._collect, self)
        self.drafts.use(DRAFT)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PREVIEW_MS)
        self._later.timeout.connect(self.show_due)
        self.commands = {
            "new": self._to_procedure,
            "accept": self.accept,
            "save": self.drafts.keep,
            "next_citizen": self.next_citizen,
            "same_applicant": self.same_applicant,
            "slip": self._show_slip,
            "print": self._show_slip,
            "find": self._to_procedure,
            "refuse": self.ask_refusal,
            "bulk": self.ask_bulk,
        }

    def open_with(self, argument: str) -> None:
        """Shows the page as it was left; what a crash interrupted is brought back."""
        self.refresh()
        if not self._restored:
            self._restored = True
            draft = self.drafts.offered()
            if draft:
                self._restore(draft)
        if argument and not self._unfinished():
            self._clear()
            self.choose(argument)
        else:
            self._to_procedure()

    def may_meet(self, number: str, name: str) -> bool:
        """Nobody being typed is thrown away for somebody else's card."""
        raw = self.form.raw()
        others = raw["id_number"] not in ("", None, number) or fold(str(raw["full_name"] or name)) != fold(
            name or str(raw["full_name"])
        )
        return not others or not self._unfinished()

    def leave_for_good(self) -> None:
        """Keeps what waits for the timer."""
        self.drafts.flush()

    @property
    def last_record(self) -> str:
        """The dossier or visit recorded last, or an empty text."""
        return self._last.dossier if self._last is not None else ""

    def accept(self) -> None:
        """Ctrl+Enter: receive, or guide at the counter when papers are missing."""
        intake = self._typed() if self.accept_button.isEnabled() else None
        if intake is None:
            return
        self.accept_button.setEnabled(False)
        command = self.desk.send_back if self.papers.papers.missing() else self.desk.receive
        self._pending = intake
        self.shell.tasks.run(partial(command, intake), self._accepted, self._refused)

    def ask_refusal(self) -> None:
        """Ctrl+T: not received; the reason and its legal basis are asked."""
        intake = self._typed()
        if intake is not None:
            self.refusal.ask_about(intake)

    def leave(self) -> bool:
        """Esc folds the question about a refusal first."""
        return self.refusal.fold() or self.bulk.fold()

    def ask_bulk(self) -> None:
        """Ctrl+M: many dossiers of what stands on the page; its papers must be complete."""
        intake = self._typed()
        if intake is not None and self.papers.papers.missing():
            self.shell.say("Còn thiếu giấy tờ. Đánh dấu đủ rồi mới nhận nhiều hồ sơ một lượt.", WARNING)
        elif intake is not None:
            self.bulk.ask_about(intake)

    def _received_many(self, intake: Intake, accepted: list[Accepted]) -> None:
        self._last, self._last_returned = accepted[-1], False
        self._ready_for_the_next(intake)
        first, last = accepted[0], accepted[-1]
        self.shell.say(f"Đã nhận {len(accepted)} hồ sơ, {first.code} đến {last.code}, hẹn trả {last.due.text}.", GOOD)
        self._to_procedure()

    def _turned_away(self, intake: Intake, refused: Accepted) -> None:
        self._ready_for_the_next(intake)
        self._last, self._last_slip = refused, self._refusal_slip
        words = f"Đã ghi {refused.code}: không tiếp nhận. Sẵn sàng cho hồ sơ tiếp theo."
        self.shell.say(words, WARNING, Offer(f"Xem phiếu từ chối ({key_text('slip')})", self._show_slip))
        self.shell.tasks.run(partial(draw_and_keep, self.desk, self._last_slip, refused.dossier))
        self._to_procedure()

    def _typed(self) -> Intake | None:
        """What stands on the page, once a procedure is chosen and no field is wrong; else it is said what is missing."""
        if self._procedure is None:
            self.shell.say("Chưa chọn thủ tục. Gõ vài chữ của tên thủ tục rồi Enter.", WARNING)
            self._to_procedure()
            return None
        values = self.form.values()
        if values is None:
            self.shell.say("Còn ô chưa đúng; xem dòng chữ đỏ cạnh ô.", WARNING)
            return None
        return self._intake(values)

    def next_citizen(self) -> None:
        """F12: the same procedure for the next person."""
        wanted = self._procedure.revision if self._procedure else self._last_procedure
        if self._unfinished():
            return
        self._clear()
        self.choose(wanted)

    def same_applicant(self) -> None:
        """Ctrl+R: the same person with another procedure."""
        applicant, values = self._last_applicant
        if not values:
            self.shell.say("Chưa có người nộp nào trong lần làm việc này.", NOTE)
            return
        if self._unfinished():
            return
        self._clear()
        self._applicant = applicant
        self.form.show_values(values)
        self._to_procedure()

    def _touched(self) -> None:
        if hasattr(self, "drafts"):
            self.drafts.touch()
            if self.form.changed:
                self.shell.typing()
            self._later.start()

    def _accepted(self, accepted: Accepted) -> None:
        self.accept_button.setEnabled(True)
        returned = bool([paper for paper in self._pending.papers if paper.get("state") not in ("ok", "waived")])
        self._last, self._last_slip = accepted, self.desk.supplement_slip if returned else self.desk.receipt
        self._ready_for_the_next(self._pending)
        if returned:
            words = f"Đã ghi lượt hướng dẫn {accepted.code}; hồ sơ chưa được nhận vì còn thiếu giấy tờ."
            self.shell.say(words, WARNING, Offer(f"Xem phiếu ({key_text('slip')})", self._show_slip))
        else:
            words = f"Đã nhận {accepted.code}, hẹn trả {accepted.due.text}. Sẵn sàng cho hồ sơ tiếp theo."
            self.shell.say(words, GOOD, Offer(f"Xem giấy hẹn ({key_text('slip')})", self._show_slip))
        self.shell.tasks.run(partial(draw_and_keep, self.desk, self._last_slip, accepted.dossier))
        self._to_procedure()

    def _ready_for_the_next(self, done: Intake) -> None:
        self._last_procedure = done.revision
        self._last_applicant = (self._applicant, dict(done.applicant))
        self._clear()
        self.drafts.drop()
        self.shell.saved()

    def _refused(self, error: BaseException) -> None:
        self.accept_button.setEnabled(True)
        self.shell.tasks.fail(error)

    def _refusal_slip(self, record: str) -> Sheet:
        return self.desk.slip(record, "refusal")

    def _show_slip(self) -> None:
        if self._last is None:
            self.shell.say("Chưa nhận hồ sơ nào trong lần làm việc này.", NOTE)
            return
        self.shell.tasks.run(partial(self._last_slip, self._last.dossier), self.shell.preview)

    def _unfinished(self) -> bool:
        if self.form.changed and self.form.editors["full_name"].raw():
            words = "Hồ sơ đang nhập chưa được nhận. Bấm Ctrl+Enter để nhận."
            self.shell.say(words, WARNING, Offer("Bỏ, nhập hồ sơ mới", self._start_over))
            return True
        return False

    def _restore(self, draft: Mapping[str, Value]) -> None:
        self._put(draft)
        name = str(draft.get("name") or "")
        whose = f" của {name}" if name else ""
        self.shell.say(f"Bạn đang nhập dở hồ sơ{whose}. Mời tiếp tục.", NOTE, Offer("Bỏ, nhập hồ sơ mới", self._start_over))

    def _start_over(self) -> None:
        self._clear()
        self.drafts.drop()
        self._to_procedure()
