"""What a citizen is asked to add to a dossier: at the counter, or by a request that stopped the clock (Mẫu 02)."""

from dataclasses import dataclass
from datetime import datetime

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records.dossiers import APPLICANT, PAPER_STATES, State
from qms_desktop.printing.models import Demand, SupplementData
from qms_desktop.store.view import View
from qms_desktop.usecases.printed_words import as_seen, heading, office, person
from qms_desktop.usecases.work import Work

_SETTLED = frozenset({"ok", "waived"})
_ABSENT = "missing"
_STATE_WORDS = {choice.value: choice.label.lower() for choice in PAPER_STATES} | {_ABSENT: "chưa nộp"}
_AS_ABOVE = "Như nội dung yêu cầu nêu trên"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that stands now: since which moment, who made it (a person's id), why, and whether at the counter."""

    since: str
    guide: Value
    reason: str
    at_counter: bool


def standing_request(view: View, record: Values) -> Request:
    """What the citizen is asked for now; RuleError QMS-223 when it is nothing."""
    if record.get("state") == State.RETURNED_AT_COUNTER.value:
        return Request(str(record.get("received_at") or ""), record.get("received_by"), str(record.get("note") or ""), True)
    pauses = view.find("clock_event", dossier=record["id"], kind="pause", cause="supplement")
    if record.get("state") != State.AWAITING_CITIZEN.value or not pauses:
        raise RuleError(
            "QMS-223",
            "Hồ sơ này không chờ người nộp bổ sung nên không có phiếu yêu cầu bổ sung.",
            do="Hãy dùng lệnh “Yêu cầu bổ sung” của hồ sơ trước khi in.",
        )
    last = pauses[-1]
    author = next((line.who for line in view.history("clock_event", str(last["id"]))), None)
    return Request(str(last.get("at") or ""), author, str(last.get("reason") or ""), False)


def slip_data(view: View, work: Work, record: Values, request: Request, earlier: int) -> SupplementData:
    """The slip of the request; ``earlier`` is how often it was printed before."""
    issued_on = datetime.fromisoformat(request.since).date()
    own, applicant = office(view, work), _applicant(view, work, record)
    demands, reason = _asked(record, request)
    return SupplementData(
        unit=heading(view, work, issued_on),
        desk=str(own.get("reception") or ""),
        code=str(record.get("code") or ""),
        official_code=str(record.get("official_code") or ""),
        procedure_code=str(record.get("procedure_code") or ""),
        procedure_name=str(record.get("procedure_title") or ""),
        applicant=str(record.get("applicant_name") or ""),
        address=str(record.get("applicant_address") or ""),
        phone=str(record.get("applicant_phone") or ""),
        email=str(applicant.get("email") or ""),
        issued_on=issued_on,
        printed_at=work.clock(),
        demands=demands,
        reason=reason,
        contact=str(own.get("reception") or ""),
        contact_phone=str(own.get("phone") or ""),
        guide=person(view, request.guide),
        reprint=earlier,
    )


def _applicant(view: View, work: Work, record: Values) -> Values:
    found = view.get(APPLICANT.name, str(record.get("applicant") or "")) or {}
    return as_seen(work.session, APPLICANT, found)


def _asked(record: Values, request: Request) -> tuple[tuple[Demand, ...], str]:
    """The demands and the reason. Where no paper is marked, the lines of the reason are the demands."""
    papers = _lacking(record)
    demands = tuple(Demand(_paper_words(paper), _lack_words(paper)) for paper in papers)
    if not demands:
        lines = tuple(Demand(line.strip()) for line in request.reason.splitlines() if line.strip())
        return lines, _AS_ABOVE if lines else ""
    if request.at_counter:
        return demands, ". ".join(part for part in (_why(papers), request.reason) if part)
    return demands, request.reason


def _lacking(record: Values) -> list[dict[str, Value]]:
    rows = record.get("papers")
    kept = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [row for row in kept if row.get("state") not in _SETTLED]


def _paper_words(paper: Values) -> str:
    """ "Tờ khai (bản chính: 01, bản sao: 02)"."""
    counts = (("bản chính", paper.get("originals")), ("bản sao", paper.get("copies")))
    wanted = ", ".join(f"{kind}: {number:02d}" for kind, number in counts if isinstance(number, int) and number)
    return f"{paper.get('name') or ''} ({wanted})" if wanted else str(paper.get("name") or "")


def _lack_words(paper: Values) -> str:
    """ "chưa hợp lệ (thiếu chữ ký)"; a paper whose state nobody has set was not there."""
    words, note = _STATE_WORDS.get(str(paper.get("state") or _ABSENT), ""), str(paper.get("note") or "")
    return f"{words} ({note})" if note else words


def _why(papers: list[dict[str, Value]]) -> str:
    invalid = [paper for paper in papers if paper.get("state") == "invalid"]
    parts = ["chưa đủ thành phần theo quy định"] if len(invalid) < len(papers) else []
    parts += ["có giấy tờ chưa hợp lệ"] if invalid else []
    return "Hồ sơ " + " và ".join(parts)
