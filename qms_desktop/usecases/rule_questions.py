"""Questions that rules across records raise (domain/merged_rules.py): what is asked, what each answer does, and doing it.

An answer is an ordinary action on the records concerned. So it synchronises like any other, Ctrl+Z takes it back, and the rule,
which is derived from the merged state, asks again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Area, Value, Values
from qms_desktop.domain.merged_rules import BOTH, COURSE, DOCUMENT, OFFICIAL, SHEET_CODE, Clash, Party, Rule, answers
from qms_desktop.domain.records.dossiers import State
from qms_desktop.domain.records.rule_answers import RULE_ANSWER
from qms_desktop.domain.rights import LEADERS, SECRETARIES, STAFF
from qms_desktop.store.undo import ANSWER
from qms_desktop.store.unit import Change, create, put, restore, void
from qms_desktop.store.view import View
from qms_desktop.usecases.procedures import APPROVERS
from qms_desktop.usecases.work import Work

_UNDELIVERED = ("delivered_at", "delivered_to", "delivered_way", "delivered_proof")


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer in words: `keeps` is the record it keeps (None: all), `act` what the key does, `effect` what follows."""

    answer: str
    keeps: Party | None
    act: str
    effect: str


def offers(clash: Clash) -> list[Offer]:
    """The lawful answers, the one in force meanwhile first."""
    return [_offer(clash, answer) for answer in answers(clash)]


def _offer(clash: Clash, answer: str) -> Offer:
    if answer == BOTH:
        return Offer(BOTH, None, _ALL_ACT.get(clash.rule, "Giữ cả hai"), _all_effect(clash))
    party = clash.parties[int(answer)]
    if clash.rule is Rule.DELIVERED_BEFORE:
        return Offer(answer, party, "Chưa trả", "Hồ sơ về “Có kết quả”; giờ trả đã ghi được bỏ, vẫn còn trong lịch sử.")
    if clash.rule is Rule.ENDED_AT_WORK:
        ended = party[0] == "dossier"
        return Offer(answer, party, "Đã kết thúc" if ended else "Làm tiếp", _ENDED_EFFECT if ended else _GO_ON_EFFECT)
    return Offer(answer, party, "Giữ bản này", _EFFECTS[clash.topic])


_ALL_ACT = {Rule.DELIVERED_BEFORE: "Giữ nguyên"}
_EFFECTS = {
    DOCUMENT.name: "Bản này có hiệu lực; bản kia thành “Không duyệt”. Hồ sơ đã nhận theo bản kia vẫn theo bản đó.",
    OFFICIAL.name: "Mã ở lại hồ sơ này; ở hồ sơ kia ô mã để trống, quét hoặc gõ lại mã đúng sau.",
    "dossier_code": "Hồ sơ kia là bản trùng: bỏ khỏi sổ, vẫn còn trong nhật ký.",
    SHEET_CODE.name: "Phiếu kia là bản trùng: bỏ khỏi sổ, vẫn còn trong nhật ký.",
    COURSE.name: "Bước này chạy tiếp, người của bước này giữ hồ sơ; bước kia ghi là xong lúc này.",
}
_ENDED_EFFECT = "Hồ sơ giữ nguyên trạng thái; bước còn chạy được ghi là xong lúc này."
_GO_ON_EFFECT = "Hồ sơ trở lại “Đang xử lý” ở bước này; cần quyền lãnh đạo."


def _all_effect(clash: Clash) -> str:
    if clash.rule is Rule.DELIVERED_BEFORE:
        return "Đồng hồ của một máy đã sai; hai thời điểm đứng nguyên như đã ghi."
    if clash.rule is Rule.SAME_DAY:
        return "Cả hai đứng trong sổ; từ ngày đó bản có lần ban hành, sửa đổi cao hơn có hiệu lực."
    if clash.topic == "pc_letter":
        return "Mã hồ sơ vẫn khác nhau nhờ hai ký tự cuối; muốn đổi ký hiệu thì ghi danh lại một máy."
    return "Là hai việc khác nhau; cả hai giữ mã này."


def hindrance(clash: Clash, roles: frozenset[str]) -> str:
    """Why the person may not answer; empty where he may."""
    if roles & _roles(clash):
        return ""
    return "Câu hỏi này do lãnh đạo trả lời." if clash.topic == DOCUMENT.name else "Bạn chưa được giao quyền trả lời câu hỏi này."


def _roles(clash: Clash) -> frozenset[str]:
    if clash.topic == DOCUMENT.name:
        return APPROVERS
    return SECRETARIES if clash.topic in ("pc_letter", SHEET_CODE.name) else STAFF


def answer(work: Work, clash_id: str, chosen: str) -> None:
    """Settle the question. RuleError when it was answered meanwhile, or is another one now; RightsError without the role."""

    def decide(view: View) -> list[Change]:
        clash = view.clash(clash_id)
        if clash is None or chosen not in answers(clash):
            raise RuleError("QMS-230", "Câu hỏi này đã có người trả lời.", do="Hãy mở lại màn hình Đồng bộ để xem kết quả.")
        work.session.demand(_roles(clash), "trả lời câu hỏi này")
        return _allowed(view, clash) if chosen == BOTH else _kept(view, work, clash, clash.parties[int(chosen)])

    work.store.act(ANSWER, work.author, decide)


def _allowed(view: View, clash: Clash) -> list[Change]:
    if view.get(RULE_ANSWER.name, clash.id) is not None:
        return [restore(RULE_ANSWER.name, clash.id)]
    area = Area.DOSSIERS if clash.topic in (COURSE.name, OFFICIAL.name, "dossier_code") else Area.QMS
    return [create(RULE_ANSWER.name, clash.id, {"topic": clash.topic, "key": clash.key}, area)]


def _kept(view: View, work: Work, clash: Clash, party: Party) -> list[Change]:
    others = [other for other in clash.parties if other != party]
    if clash.topic == DOCUMENT.name:
        return [put(kind, record, {"stage": "rejected"}) for kind, record in others]
    if clash.topic == OFFICIAL.name:
        return [put(kind, record, {"official_code": None}) for kind, record in others]
    if clash.topic != COURSE.name:
        return [void(kind, record) for kind, record in others]
    dossier = view.get("dossier", clash.key) or {}
    if clash.rule is Rule.DELIVERED_BEFORE:
        return [put("dossier", clash.key, {"state": State.RESULT_READY.value, **dict.fromkeys(_UNDELIVERED)})]
    ended = _ended(work, [other for other in others if other[0] == "step_run"])
    if party[0] == "dossier":
        return ended
    reopened = _reopened(work, clash.key) if clash.rule is Rule.ENDED_AT_WORK else []
    return [*ended, *reopened, _at_step(dossier, view.get(*party) or {}, afresh=bool(reopened))]


def _ended(work: Work, runs: Sequence[Party]) -> list[Change]:
    ended: dict[str, Value] = {"ended_at": work.clock().isoformat(timespec="minutes"), "outcome": "done"}
    return [put(kind, record, ended) for kind, record in runs]


def _reopened(work: Work, dossier: str) -> list[Change]:
    """An ended dossier is opened by a leader alone, and its clock says so."""
    work.session.demand(LEADERS, "mở lại hồ sơ đã kết thúc")
    at = work.clock().isoformat(timespec="minutes")
    facts: dict[str, Value] = {"dossier": dossier, "kind": "reopen", "at": at, "authorised_by": work.session.person}
    return [create("clock_event", work.new_id(), facts)]


def _at_step(dossier: Values, run: Values, *, afresh: bool) -> Change:
    """The dossier where that step is, in its state, or at work again."""
    state = str(dossier.get("state") or "")
    values: dict[str, Value] = {"state": State.PROCESSING.value if afresh else state, "step": run.get("code")}
    back = dict.fromkeys(("finished_at", *_UNDELIVERED)) if afresh else {}
    return put("dossier", str(dossier["id"]), {**values, "holder": run.get("assignee"), **back})
