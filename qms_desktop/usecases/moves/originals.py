"""Citizens' original papers: counted in when they are kept, out when they go back or are lost (I13; ISO 9001:2015, 8.5.3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.store.unit import Change, create
from qms_desktop.store.view import View
from qms_desktop.usecases.moves.case import Case, Changes, present, text_of
from qms_desktop.usecases.moves.nonconforming import open_sheet
from qms_desktop.usecases.work import Work

PAPER = "paper_"
"""A field ``paper_<n>`` of a move stands for the n-th paper of the dossier."""

Rows = Sequence[Mapping[str, Value]]


def papers_of(record: Values) -> list[dict[str, Value]]:
    """The papers of a dossier; rows that are none are left out."""
    rows = record.get("papers")
    return [dict(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def kept(row: Mapping[str, Value]) -> int:
    """How many originals of this paper the office keeps."""
    originals = row.get("originals")
    return max(originals if isinstance(originals, int) else 0, 1) if row.get("held") else 0


def held(record: Values) -> int:
    """How many originals the office keeps of this dossier, by its papers."""
    return sum(kept(row) for row in papers_of(record))


def balance(view: View, dossier: str) -> int:
    """Originals held by the count of what came in and what went out: zero for a dossier that has ended (I13)."""
    rows = view.find("original_paper", dossier=dossier)
    return sum(_whole(row, "taken") - _whole(row, "returned") - _whole(row, "lost") for row in rows)


def _whole(row: Values, name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) else 0


def counted(work: Work, dossier: str, before: Rows, after: Rows, at: datetime, to: str = "", *, lost: bool = False) -> Changes:
    """The rows of the count that lead from the papers before to those after."""
    found: list[Change] = []
    for number in range(max(len(before), len(after))):
        old, new = (rows[number] if number < len(rows) else {} for rows in (before, after))
        difference = kept(new) - kept(old)
        if difference:
            name = "taken" if difference > 0 else "lost" if lost else "returned"
            facts: dict[str, Value] = {"paper": (new or old).get("name"), name: abs(difference), "to": to}
            found.append(_row(work, dossier, at, facts))
    return found


def _row(work: Work, dossier: str, at: datetime, facts: Mapping[str, Value]) -> Change:
    given = {name: value for name, value in facts.items() if value}
    who: dict[str, Value] = {"dossier": dossier, "at": text_of(at), "by": work.session.person}
    return create("original_paper", work.new_id(), who | given)


def all_back(case: Case, to: str = "") -> tuple[Changes, list[Value]]:
    """Every original goes back with the end of the dossier: the count's rows and the papers afterwards.

    InputError QMS-137 unless as many were counted out as are held: nobody's papers go back by assumption.
    """
    before = papers_of(case.record)
    expected, given = sum(map(kept, before)), case.details.get("originals_returned")
    if expected and given != expected:
        said = "chưa ghi số bản trả lại" if given in (None, "") else f"số trả lại ghi là {given}"
        raise InputError(
            "QMS-137",
            f"Đang giữ {expected} bản gốc của người nộp, {said}.",
            do="Hãy đếm và trả đủ; bản mất hoặc hỏng thì ghi bằng “Ghi mất, hỏng giấy tờ gốc” trước.",
        )
    after = [{**row, "held": False} for row in before]
    return counted(case.work, case.id, before, after, case.at, to), list(after)


def return_some(case: Case) -> Changes:
    """The papers ticked go back while the dossier goes on."""
    receiver = case.words("delivered_to") or str(case.record.get("applicant_name") or "")
    return _taken_out(case, receiver, lost=False)


def lose_some(case: Case) -> Changes:
    """The papers ticked are lost or damaged: written off, and a sheet of nonconformity is opened."""
    return [*_taken_out(case, "", lost=True), open_sheet(case, "process", f"Mất, hỏng giấy tờ gốc: {case.reason}")]


def _taken_out(case: Case, to: str, *, lost: bool) -> Changes:
    before = papers_of(case.record)
    chosen = [n for n, row in enumerate(before) if kept(row) and case.details.get(f"{PAPER}{n}") is True]
    if not chosen:
        raise InputError("QMS-138", "Chưa chọn giấy tờ gốc nào.", do="Hãy đánh dấu giấy tờ rồi làm lại.")
    after = [{**row, "held": False} if n in chosen else row for n, row in enumerate(before)]
    return [*counted(case.work, case.id, before, after, case.at, to, lost=lost), present(case, papers=list(after))]
