"""Open questions: two people gave one field different values without knowing of each other (docs/sync.md)."""

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.domain.records import kind_named
from qms_desktop.store.questions import Question
from qms_desktop.store.view import View
from qms_desktop.usecases.work import Work


def open_questions(view: View) -> list[Question]:
    """All open questions of the unit, oldest record first."""
    return view.questions()


def hindrance(question: Question) -> str:
    """Why this PC must not decide: it would write over a value nobody here can read. Empty where it may."""
    kind = kind_named(question.kind)
    if any(standing.hidden for standing in question.values):
        return "Hãy đợi khóa của đơn vị đến máy này, hoặc trả lời trên máy khác: ở đây có giá trị chưa đọc được."
    known = kind is not None and (not question.field or (all(map(kind.knows, question.fields)) and bool(question.fields)))
    return "" if known else "Hãy cập nhật chương trình: câu hỏi này về thông tin của phiên bản mới hơn."


def answer(work: Work, question: Question, value: Value) -> None:
    """Settle a question with one of its values, or another: the answer replaces all of them, on every PC.

    Raises RuleError when somebody has answered meanwhile, and where this PC cannot read or does not know what it would decide.
    """
    hindered = hindrance(question)
    if hindered:
        raise RuleError("QMS-231", "Máy này chưa trả lời được câu hỏi đó.", do=hindered)
    with work.store.view() as view:
        still = [q for q in view.questions() if (q.kind, q.record, q.field) == (question.kind, question.record, question.field)]
    if not still:
        raise RuleError("QMS-230", "Câu hỏi này đã có người trả lời.", do="Hãy mở lại màn hình Đồng bộ để xem kết quả.")
    work.store.answer((question.kind, question.record, question.field), value, work.author)
