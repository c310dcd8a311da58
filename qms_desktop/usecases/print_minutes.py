"""Biên bản bàn giao hồ sơ: everything handed over under one number, with both sides and what was signed for."""

from datetime import datetime

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.printing import MinutesData, MinutesLine, minutes_pdf
from qms_desktop.printing.words import count
from qms_desktop.store.view import View
from qms_desktop.usecases.print_forms import Sheet, edition_of, file_name, prints_of
from qms_desktop.usecases.printed_words import as_seen, heading, person
from qms_desktop.usecases.work import Work

FORM = "hand_over"


def minutes(work: Work, batch: str) -> Sheet:
    """The minutes of that number; its prints are counted for the number. RuleError QMS-238 when nothing went under it."""
    with work.store.view() as view:
        rows = view.find("hand_over", batch=batch)
        if not rows:
            raise RuleError("QMS-238", "Không tìm thấy lần bàn giao này.", do="Hãy mở lại hồ sơ rồi in biên bản bàn giao.")
        prints = prints_of(view, batch, FORM)
        data = _data(view, work, batch, rows, len(prints))
    edition = edition_of(prints, FORM, data.given_at.date())
    name = file_name("Bien-ban-ban-giao", batch)
    return Sheet(minutes_pdf(data, edition), batch, FORM, edition.code, len(prints) + 1, name)


def last_minutes(work: Work, dossier: str) -> Sheet:
    """The minutes of a dossier's last hand-over. RuleError QMS-238 when it was never handed over."""
    with work.store.view() as view:
        rows = view.find("hand_over", dossier=dossier)
    return minutes(work, str(rows[-1]["batch"]) if rows else "")


def _data(view: View, work: Work, batch: str, rows: list[dict[str, Value]], earlier: int) -> MinutesData:
    given_at = datetime.fromisoformat(str(rows[0]["given_at"]))
    receivers = {str(row.get("taken_by") or row.get("receiver") or "") for row in rows}
    receiver = receivers.pop() if len(receivers) == 1 else ""
    giver = rows[0].get("giver")
    return MinutesData(
        unit=heading(view, work, given_at.date()),
        code=batch,
        number=batch,
        given_at=given_at,
        printed_at=work.clock(),
        lines=tuple(_line(view, work, row, named=not receiver) for row in rows),
        giver=person(view, giver),
        giver_post=_post(view, giver),
        receiver=person(view, receiver),
        receiver_post=_post(view, receiver),
        reprint=earlier,
    )


def _line(view: View, work: Work, row: Values, *, named: bool) -> MinutesLine:
    """One dossier; where several took their part, each is named where he signed."""
    record = as_seen(work.session, DOSSIER, view.get(DOSSIER.name, str(row["dossier"])) or {})
    taken = datetime.fromisoformat(str(row["taken_at"])) if row.get("taken_at") else None
    who = person(view, row.get("taken_by")) if named else ""
    originals = row.get("originals")
    return MinutesLine(
        code="\n".join(str(record[name]) for name in ("official_code", "code") if record.get(name)),
        procedure=str(record.get("procedure_title") or ""),
        applicant=str(record.get("applicant_name") or ""),
        step=str(row.get("step") or ""),
        originals=count(originals) if isinstance(originals, int) and originals else "",
        taken="\n".join(part for part in (who, f"{taken:%H:%M ngày %d/%m/%Y}" if taken else "") if part),
    )


def _post(view: View, identity: Value) -> str:
    """The post as it is printed on papers, else the position's name."""
    record = view.get("person", str(identity)) if identity else None
    position = view.get("position", str((record or {}).get("position") or "")) or {}
    return str((record or {}).get("title") or position.get("name") or "")
