"""One dossier with everything its page shows, its moves and its printed sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import RecordKind, Value
from qms_desktop.domain.procedure_content import Step
from qms_desktop.domain.procedure_parts import STEP_ROLES
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.records.dossier_moves import TRANSITIONS
from qms_desktop.domain.records.dossiers import ANSWERED, CLOCK_EVENT, DOSSIER, OPEN
from qms_desktop.domain.records.hand_overs import HAND_OVER
from qms_desktop.domain.values import show_when
from qms_desktop.gui.desk import Condition, DossierPage, Event, HistoryItem, Move, Row, Sheet
from qms_desktop.gui.desks.counter import OfficeCounter
from qms_desktop.store.history import HistoryLine
from qms_desktop.store.lists import ListQuery
from qms_desktop.store.unit import Committed
from qms_desktop.store.view import View
from qms_desktop.usecases import clock, print_forms, print_lists, print_register, progress, slips_offered
from qms_desktop.usecases.printed_words import MASK, as_seen, field_words, person
from qms_desktop.usecases.work import Work

ACTION_WORDS = {
    "dossier.receive": "Tiếp nhận",
    "dossier.return_at_counter": "Hướng dẫn tại quầy",
    "dossier.edit": "Sửa hồ sơ",
    "dossier.refuse": "Từ chối tiếp nhận",
    "dossier.forward_many": "Bàn giao nhiều hồ sơ",
    "dossier.sign_for_many": "Ký nhận nhiều hồ sơ",
    "dossier.reassign_many": "Giao lại nhiều hồ sơ",
    "delegation.save": "Ủy quyền khi vắng mặt",
    "delegation.void": "Thôi ủy quyền",
    "question.answer": "Trả lời câu hỏi",
    "print.record": "In",
    "action.undo": "Hoàn tác",
    "action.redo": "Làm lại",
    "office.found": "Lập đơn vị",
    "pc.admit": "Cho phép máy mới",
    "pc.enrol": "Ghi danh máy",
    "person.pin_reset": "Đặt lại mã PIN",
    "unit.close": "Đóng sổ đơn vị cũ",
    "unit.heir": "Giới thiệu máy của đơn vị mới",
    "erasure.refuse": "Tỉnh chưa chấp nhận lệnh xóa",
    "pc.revoke": "Thu hồi máy",
    "pc.wiped": "Máy đã tự xóa dữ liệu",
    "role_grant.give": "Tỉnh giao quyền",
    "role_grant.end": "Thôi giao quyền",
    "role_grant.cut": "Ghi mốc thôi giao quyền",
    "role_grant.take_over": "Giao quyền cho máy thay thế",
    "unit_key.renew": "Lập khóa mới của đơn vị",
    "verdict": "Tỉnh khôi phục giá trị trước",
    "verdict.note": "Tỉnh không công nhận",
    "erasure.order": "Ra lệnh xóa thông tin cá nhân",
    "erasure.accept": "Tỉnh chấp nhận lệnh xóa",
}
_PROVINCE = "Tỉnh hoặc máy khác"
_AT_WORK = frozenset(state.value for state in OPEN | ANSWERED)
_FORM_WORDS = {
    "receipt": "Giấy tiếp nhận và hẹn trả",
    "control_sheet": "Phiếu kiểm soát",
    "supplement": "Phiếu yêu cầu bổ sung",
    "refusal": "Phiếu từ chối tiếp nhận",
    "apology": "Văn bản xin lỗi, hẹn lại",
    "stop": "Thông báo dừng giải quyết",
    "fee_receipt": "Phiếu thu",
    "cover": "Nhãn bìa",
    "data_sheet": "Phiếu dữ liệu",
}


class OfficeDossiers(OfficeCounter):
    """The second half of ``gui.desk.Counter``."""

    def undo(self) -> str:
        """Takes back the last action; names it and the record it concerned."""
        return self._named(self.office.demand_store().undo_last(self.office.work().author))

    def redo(self) -> str:
        """Does again what has just been taken back."""
        return self._named(self.office.demand_store().redo_last(self.office.work().author))

    def _named(self, done: Committed | None) -> str:
        if done is None:
            return ""
        action = f"{action_words(done.undone)} · " if done.undone else ""
        with self.view() as view:
            for name, record in done.records:
                kind, row = kind_named(name), view.get(name, record)
                if kind is not None and kind.listed and row is not None:
                    return f"{action}{kind.label} {kind.heading(row)}"
        return f"{action}thay đổi gần nhất"

    def dossier(self, record: str) -> DossierPage:
        """Reads the dossier in one snapshot."""
        work = self.office.work()
        with self.view() as view:
            values = view.get("dossier", record)
            if values is None:
                raise RuleError("QMS-211", "Không tìm thấy hồ sơ này.", do="Hãy mở lại từ sổ hồ sơ.")
            deadline = clock.deadline_of(view, record, self.now())
            step = _current_step(view, values)
            return DossierPage(
                record=as_seen(work.session, DOSSIER, values, MASK),
                due=self.countdown().of_deadline(deadline, values.get("state"), self.now()),
                state=DOSSIER.field("state").option_label(values.get("state")),
                step_title=f"{step.code} · {step.name}" if step else "",
                instruction=step.instruction if step else "",
                output=step.output if step else "",
                moves=tuple(_moves(view, values, work, self.now())),
                events=tuple(_events(view, values)),
                history=tuple(_history(view, record, work)),
                holder=_holder(view, values, step),
                slips=tuple((key, slips_offered.FORMS[key].title) for key in slips_offered.offered(view, values)),
            )

    def move(self, record: str, name: str, reason: str, values: Mapping[str, Value]) -> None:
        """Makes one move."""
        progress.perform(self.office.work(), record, name, reason, values)

    def edit(self, record: str, values: Mapping[str, Value], seen: Mapping[str, Value] | None = None) -> None:
        """Corrects typed fields."""
        if values:
            progress.edit(self.office.work(), record, values, seen)

    def receipt(self, record: str) -> Sheet:
        """Mẫu 01."""
        return self._sheet(print_forms.receipt, record, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả")

    def control_slip(self, record: str) -> Sheet:
        """Mẫu 06."""
        return self._sheet(print_forms.control_sheet, record, "Phiếu kiểm soát quá trình giải quyết hồ sơ")

    def supplement_slip(self, record: str) -> Sheet:
        """Mẫu 02."""
        return self._sheet(print_forms.supplement_slip, record, "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ")

    def register_book(self, first: date, last: date) -> Sheet:
        """Mẫu 07."""
        sheet = print_register.register(self.office.work(), first, last)
        return Sheet(sheet.pdf, "Sổ theo dõi hồ sơ", f"{sheet.name}.pdf", sheet)

    def list_sheet(self, kind: str, where: Sequence[Condition], text: str, order: str, descending: bool) -> Sheet:
        """A list with its filter and true count."""
        sheet = print_lists.list_sheet(self.office.work(), ListQuery(kind, tuple(where), text, order, descending))
        return Sheet(sheet.pdf, "Danh sách", f"{sheet.name}.pdf", sheet)

    def data_sheet(self, kind: str, record: str) -> Sheet:
        """Every filled field of a record."""
        sheet = print_forms.data_sheet(self.office.work(), kind, record)
        return Sheet(sheet.pdf, "Phiếu dữ liệu", f"{sheet.name}.pdf", sheet)

    def printed(self, sheet: Sheet, copies: int) -> None:
        """Records that the sheet left the program."""
        if isinstance(sheet.origin, print_forms.Sheet):
            print_forms.record_print(self.office.work(), sheet.origin, copies)

    def _sheet(self, draw: Callable[[Work, str], print_forms.Sheet], record: str, title: str) -> Sheet:
        sheet = draw(self.office.work(), record)
        return Sheet(sheet.pdf, title, f"{sheet.name}.pdf", sheet, sheet.parts)


def action_words(name: str) -> str:
    """An action of the journal in words; a dossier's moves have their own labels."""
    verb = name.removeprefix("dossier.")
    label = next((move.label for move in TRANSITIONS if move.name == verb), "")
    return ACTION_WORDS.get(name) or label or ("Sửa" if name.endswith(".save") else name)


def _current_step(view: View, record: Row) -> Step | None:
    """The step the dossier is at; none once it has ended."""
    if record.get("state") not in _AT_WORK:
        return None
    wanted = record.get("step")
    return next((step for step in progress.steps_of(view, record) if step.code == wanted), None)


def _moves(view: View, record: Row, work: Work, now: datetime) -> list[Move]:
    moves = progress.actions_for(view, str(record["id"]), work.session, now.date())
    return [Move(m.name, m.label, m.key, m.reason_required, progress.asked_now(view, record, m, now)) for m in moves]


def _holder(view: View, record: Row, step: Step | None) -> str:
    name = person(view, record.get("holder"))
    role = STEP_ROLES.get(step.role, "") if step else ""
    return f"{name} ({role})" if name and role else name or role


def _events(view: View, dossier: Row) -> list[Event]:
    record, finished = str(dossier["id"]), str(dossier.get("finished_at") or "")
    found = [_run_event(view, run, finished) for run in view.find("step_run", dossier=record)]
    found += [_clock_event(event) for event in view.find("clock_event", dossier=record) if event.get("kind") != "start"]
    found += [_print_event(view, job) for job in view.find("print_job", subject=record)]
    found += [_hand_over_event(view, row) for row in view.find("hand_over", dossier=record)]
    found += [_original_event(view, row) for row in view.find("original_paper", dossier=record)]
    found.sort(key=_when)
    return [event for _, event in found]


def _when(item: tuple[str, Event]) -> str:
    return item[0]


def _run_event(view: View, run: Row, finished: str) -> tuple[str, Event]:
    """A step and how it kept its time; a result that waits to be fetched makes nobody late."""
    started, ended, due = (str(run.get(name) or "") for name in ("started_at", "ended_at", "due"))
    who = person(view, run.get("assignee"))
    limit = f"hạn {show_when(due)}" if due and not ended else ""
    done = f"xong {show_when(ended)}" if ended else ""
    late = bool(due and ended and min(ended, finished or ended) > due)
    words = ", ".join(part for part in (who, done or limit, "trễ hạn bước" if late else "") if part)
    note = f" ({run['note']})" if run.get("note") else ""
    return started, Event(show_when(started), f"{run.get('code')} · {run.get('name')}{note}", words, "late" if late else "")


def _clock_event(event: Row) -> tuple[str, Event]:
    label = CLOCK_EVENT.field("kind").option_label(event.get("kind"))
    cause = CLOCK_EVENT.field("cause").option_label(event.get("cause")) if event.get("cause") else ""
    words = ", ".join(part for part in (cause, str(event.get("reason") or "")) if part)
    level = "paused" if event.get("kind") == "pause" else ""
    return str(event.get("at") or ""), Event(show_when(str(event.get("at"))), label, words, level)


def _print_event(view: View, job: Row) -> tuple[str, Event]:
    form = _FORM_WORDS.get(str(job.get("form")), str(job.get("form")))
    serial = job.get("serial")
    again = f", in lần {serial}" if isinstance(serial, int) and serial > 1 else ""
    at = str(job.get("printed_at") or "")
    return at, Event(show_when(at), f"In {form}{again}", person(view, job.get("printed_by")))


def _hand_over_event(view: View, row: Row) -> tuple[str, Event]:
    """Who gave it to whom, and whether the other side has signed."""
    giver, receiver = person(view, row.get("giver")), person(view, row.get("receiver")) or "chưa nêu tên"
    taken = str(row.get("taken_at") or "")
    signed = f"{person(view, row.get('taken_by'))} ký nhận {show_when(taken)}" if taken else "chưa ký nhận"
    at = str(row.get("given_at") or "")
    return at, Event(show_when(at), f"Bàn giao: {giver} → {receiver}", signed, "" if taken else "soon")


_COUNTED = {"taken": "Giữ", "returned": "Trả", "lost": "Ghi mất, hỏng"}


def _original_event(view: View, row: Row) -> tuple[str, Event]:
    name = next((name for name in _COUNTED if row.get(name)), "taken")
    words = f"{_COUNTED[name]} {row.get(name)} bản gốc: {row.get('paper') or ''}"
    who = ", ".join(part for part in (person(view, row.get("by")), f"trả cho {row['to']}" if row.get("to") else "") if part)
    at = str(row.get("at") or "")
    return at, Event(show_when(at), words, who, "late" if name == "lost" else "")


def _history(view: View, record: str, work: Work) -> list[HistoryItem]:
    """Changes of the dossier, and the signatures under its hand-overs; newest first."""
    lines = [(DOSSIER, line) for line in view.history("dossier", record)]
    for row in view.find("hand_over", dossier=record):
        lines += [(HAND_OVER, line) for line in view.history("hand_over", str(row["id"])) if line.field == "taken_by"]
    lines.sort(key=_at)
    first = {line.entry_id: number for number, (_, line) in reversed(list(enumerate(lines)))}
    items = [_change(view, kind, line, work, first[line.entry_id] == number) for number, (kind, line) in enumerate(lines)]
    return items[::-1]


def _at(item: tuple[RecordKind, HistoryLine]) -> str:
    return item[1].at


def _change(view: View, kind: RecordKind, line: HistoryLine, work: Work, tells_why: bool) -> HistoryItem:
    """One line; the reason of an action stands with its first line."""
    field = kind.field(line.field) if kind.knows(line.field) else None
    before, after = (_words_of(view, kind, line.field, value, work) for value in (line.before, line.after))
    label = field.label if field else line.field
    what = action_words(line.action)
    what = f"{what}: {line.reason}" if line.reason and tells_why else what
    what = f"{what}; không được công nhận: {line.verdict}" if line.verdict else what
    who = person(view, line.who) or _PROVINCE
    who = f"{who} thay {person(view, line.on_behalf)}" if line.on_behalf else who
    return HistoryItem(show_when(line.at), who, what, label, before, after)


def _words_of(view: View, kind: RecordKind, name: str, value: Value, work: Work) -> str:
    if not kind.knows(name):
        return "" if value is None else str(value)
    return field_words(view, kind.field(name), as_seen(work.session, kind, {name: value}, MASK)[name])
