"""Ordering that a closed dossier's personal values are erased once its retention period is over (I9, I10).

The order names journal entries. The province accepts it if its author may give it, and then everybody erases, also the
province; see docs/sync-details.md, "Erasing".
"""

from collections.abc import Sequence
from datetime import date

from qms_desktop.domain.errors import InputError, RuleError
from qms_desktop.domain.fields import Area, Value
from qms_desktop.domain.records.custody import ERASURE
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.domain.retention import Kept, Obstacle, kept
from qms_desktop.domain.rights import LEADERS
from qms_desktop.domain.text import clean
from qms_desktop.store.ledger import Ledger, Record
from qms_desktop.store.unit import Change, create
from qms_desktop.store.view import View
from qms_desktop.usecases.work import Work
from sync.journal.entry import Entry, Hidden

_OF_DOSSIER = frozenset({"dossier", "step_run", "clock_event", "print_job", "attachment", "hand_over", "original_paper"})
_OWNER = ("dossier", "subject")


def order(work: Work, dossiers: Sequence[str], decision: str) -> str:
    """Order the erasure for these dossiers; the id of the order.

    What an entry holds of other records (an applicant who has come again, say) is written anew first, so that only the
    dossiers lose something. Raises RightsError, InputError without a decision, RuleError for a dossier that is not closed, is on
    hold, or whose retention is unknown or not over.
    """
    work.session.demand(LEADERS, "ra lệnh xóa thông tin cá nhân")
    number = clean(decision)
    if not number:
        raise InputError("QMS-148", "Chưa ghi số quyết định, biên bản tiêu hủy.", do="Hãy ghi số của quyết định hoặc biên bản.")
    identity = work.new_id()

    def decide(view: View) -> list[Change]:
        for dossier in dossiers:
            _demand_expired(view, dossier, work.clock().date())
        with work.store.reading() as ledger:
            entries, kept = _named(ledger, set(dossiers), Area.DOSSIERS.scope(work.store.unit_code))
        if not entries:
            raise RuleError("QMS-246", "Không còn thông tin cá nhân nào để xóa.", do="Hãy kiểm tra lại mã hồ sơ.")
        values: dict[str, Value] = {
            "decision": number,
            "records": list(dossiers),
            "entries": list(entries),
            "ordered_at": f"{work.clock():%Y-%m-%dT%H:%M}",
        }
        return [create(ERASURE.name, identity, values), *kept]

    work.store.act("erasure.order", work.author, decide)
    return identity


def _demand_expired(view: View, dossier: str, today: date) -> None:
    """RuleError unless the dossier has ended, is not on hold, and its retention is known and over (I10)."""
    row = view.get(DOSSIER.name, dossier) or {}
    parts = [part for kind in ("clock_event", "step_run") for part in view.find(kind, dossier=dossier)]
    found = kept(row, parts, view.find("revision", code=row.get("procedure_code")), today)
    if found.obstacle is not None:
        raise _refusal(found, str(row.get("code") or dossier))


def _refusal(found: Kept, code: str) -> RuleError:
    if found.obstacle is Obstacle.HELD:
        return RuleError(
            "QMS-255",
            f"Hồ sơ {code} đang tạm giữ, chưa được tiêu hủy.",
            do="Hãy bỏ dấu “Tạm giữ” trên hồ sơ khi vụ việc đã xong, rồi ra lệnh lại.",
        )
    if found.obstacle is Obstacle.UNKNOWN:
        return RuleError(
            "QMS-256",
            f"Chưa rõ hồ sơ {code} phải lưu bao nhiêu năm: thủ tục chưa ghi thời gian lưu bằng số năm.",
            do="Hãy ghi ô “Thời hạn lưu (số năm)” trên hồ sơ theo danh mục hồ sơ của cơ quan, rồi ra lệnh lại.",
        )
    if found.until is not None:
        return RuleError(
            "QMS-257",
            f"Hồ sơ {code} còn trong thời hạn lưu, đến hết ngày {found.until:%d/%m/%Y}.",
            do="Hãy ra lệnh xóa sau ngày đó.",
        )
    return RuleError(
        "QMS-247",
        "Chỉ xóa được thông tin của hồ sơ đã kết thúc và hết thời hạn lưu.",
        do="Hãy kiểm tra trạng thái và thời hạn lưu của hồ sơ.",
    )


def _named(ledger: Ledger, dossiers: set[str], scope: str) -> tuple[list[str], list[Change]]:
    """The sealed entries about these dossiers, and what of other records must be written anew."""
    entries: dict[str, Entry] = {}
    for record in _records(ledger, dossiers, scope):
        for _, name in ledger.entries.touching_state(record.num):
            held, entry = ledger.entries.get(name), ledger.entry(name)
            if entry is not None and held is not None and held.ciphertext is not None:
                entries[entry.id] = entry
    others = {(op.kind, op.record) for entry in entries.values() for op in entry.ops if op.kind not in _OF_DOSSIER}
    kept = [change for kind, name in sorted(others) if (change := _anew(ledger, scope, kind, name, entries)) is not None]
    return sorted(entries), kept


def _records(ledger: Ledger, dossiers: set[str], scope: str) -> list[Record]:
    found = [record for name in sorted(dossiers) if (record := ledger.record(scope, DOSSIER.name, name)) is not None]
    for kind in sorted(_OF_DOSSIER - {DOSSIER.name}):
        found += [record for record in ledger.records(kind) if record.scope == scope and _belongs(ledger, record, dossiers)]
    return found


def _belongs(ledger: Ledger, record: Record, dossiers: set[str]) -> bool:
    heads = [(name, head) for name in _OWNER for head, _ in record.state.heads.get(name, ())]
    return any(ledger.value(head, record.kind, record.record, name) in dossiers for name, head in heads)


def _anew(ledger: Ledger, scope: str, kind: str, name: str, entries: dict[str, Entry]) -> Change | None:
    record = ledger.record(scope, kind, name)
    values: dict[str, Value] = {}
    for field, heads in record.state.heads.items() if record is not None else ():
        write = ledger.write(heads[-1][0], kind, name, field)
        if write is not None and write.personal and heads[-1][0] in entries:
            value = ledger.value(heads[-1][0], kind, name, field)
            if not isinstance(value, Hidden):
                values[field] = value
    return Change(kind, name, "set", values, settles=True) if values else None
