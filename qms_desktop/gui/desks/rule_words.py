"""Questions that rules across records raise, in words: which records, who, when, from which PC, and what each answer does."""

from __future__ import annotations

from qms_desktop.domain.fields import Values
from qms_desktop.domain.merged_rules import Clash, Party, Rule
from qms_desktop.domain.records import kind_named
from qms_desktop.domain.records.dossiers import DOSSIER
from qms_desktop.domain.values import show, show_when
from qms_desktop.gui.desk import OpenQuestion, Stance
from qms_desktop.store.view import View
from qms_desktop.usecases import rule_questions
from qms_desktop.usecases.printed_words import person

_LABELS = {
    Rule.SAME_DAY: "Hai bản có hiệu lực cùng ngày",
    Rule.SAME_ISSUE: "Hai bản cùng lần ban hành",
    Rule.SAME_CODE: "Hai bản ghi cùng mã",
    Rule.TWO_STEPS: "Hai bước cùng chạy",
    Rule.ENDED_AT_WORK: "Hồ sơ đã kết thúc còn bước chạy",
    Rule.DELIVERED_BEFORE: "Trả trước khi nhận",
}
_ASKS = {
    Rule.SAME_DAY: "Hai máy phê duyệt hai bản có hiệu lực cùng ngày: theo bản nào?",
    Rule.SAME_ISSUE: "Hai máy phê duyệt hai bản cùng lần ban hành, sửa đổi: theo bản nào?",
    Rule.SAME_CODE: "Hai bản ghi mang cùng một mã: mã thuộc về bản nào?",
    Rule.TWO_STEPS: "Hồ sơ có hai bước cùng chạy: đang ở bước nào?",
    Rule.ENDED_AT_WORK: "Hồ sơ đã kết thúc mà một bước còn chạy: đã xong hay làm tiếp?",
    Rule.DELIVERED_BEFORE: "Giờ trả kết quả sớm hơn giờ nhận: giữ nguyên hay chưa trả?",
}
_TOLD = {"revision": "stage", "pc": "letter", "nonconformity": "code", "step_run": "started_at", "dossier": "state"}


def who_where(view: View, who: str, replica: str, own: str) -> str:
    """A person's name and the PC, as people of the office call it."""
    pc = view.get("pc", replica)
    letter = str(pc.get("letter") or "") if pc else ""
    machine = "máy này" if replica == own else f"máy {letter}" if letter else "tỉnh"
    name = person(view, who)
    return f"{name} · {machine}" if name else machine


def rule_question(view: View, clash: Clash, own: str, roles: frozenset[str]) -> OpenQuestion:
    """The question as the screen shows it."""
    kind, record = clash.parties[0]
    title = _subject(view, clash, view.get(kind, record) or {})
    stances = tuple(_stance(view, clash, offer, own) for offer in rule_questions.offers(clash))
    hindrance, asks = rule_questions.hindrance(clash, roles), _ASKS[clash.rule]
    return OpenQuestion(kind, clash.id, clash.rule.value, title, _LABELS[clash.rule], _meanwhile(clash), stances, hindrance, asks)


def _subject(view: View, clash: Clash, first: Values) -> str:
    if clash.topic == "course":
        return DOSSIER.heading(view.get("dossier", clash.key) or {})
    return f"{clash.key} · {first.get('title') or ''}" if clash.topic == "document" else clash.key


def _meanwhile(clash: Clash) -> str:
    if clash.topic == "document":
        return "Cho đến khi trả lời, hồ sơ mới nhận theo bản đứng trước; bản kia chưa có hiệu lực."
    return "Cho đến khi trả lời, không có gì bị đổi hay bị mất."


def _stance(view: View, clash: Clash, offer: rule_questions.Offer, own: str) -> Stance:
    if offer.keeps is None:
        return Stance(offer.answer, offer.act, "", "", mine=False, act=offer.act, effect=offer.effect)
    kind, record = offer.keeps
    row = view.get(kind, record) or {}
    name = clash.topic if clash.topic in ("official_code",) else "code" if clash.topic == "dossier_code" else _TOLD[kind]
    lines = [line for line in view.history(kind, record) if line.field == name and line.after is not None]
    said = (who_where(view, lines[-1].who, lines[-1].replica, own), show_when(lines[-1].at)) if lines else ("", "")
    mine = bool(lines) and lines[-1].replica == own
    return Stance(offer.answer, _words(view, offer.keeps, row), *said, mine=mine, act=offer.act, effect=offer.effect)


def _words(view: View, party: Party, row: Values) -> str:
    """By what a person tells the records apart."""
    kind = kind_named(party[0])
    if party[0] == "revision":
        issue = f"{row.get('issue_no') or 1:02}/{row.get('amendment_no') or 0:02}"
        return (
            f"Bản {issue}, hiệu lực từ {_plain('revision', row, 'effective_on')}, {row.get('decision') or 'không số quyết định'}"
        )
    if party[0] == "step_run":
        holder = person(view, str(row.get("assignee") or ""))
        return " · ".join(part for part in (str(row.get("code") or ""), str(row.get("name") or ""), holder) if part)
    if party[0] == "dossier":
        return " · ".join(part for part in (DOSSIER.heading(row), _plain("dossier", row, "state")) if part)
    return kind.heading(row) if kind is not None else party[1]


def _plain(kind: str, row: Values, name: str) -> str:
    known = kind_named(kind)
    return show(known.field(name), row.get(name)) if known is not None else ""
