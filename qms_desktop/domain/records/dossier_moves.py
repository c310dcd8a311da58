"""The permitted moves of a dossier: from which states, to which, who may make them, and what each asks (domain-model d.3).

Legal source: NĐ 118/2025/NĐ-CP on the one-stop mechanism; the national codes of the states are those of d.6b.
"""

from dataclasses import dataclass, replace

from qms_desktop.domain.fields import Field, Kind, choices
from qms_desktop.domain.records.dossiers import ANSWERED, DOSSIER, OPEN, State


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted move: who may make it, from which states, to which state (``target`` None: the state stays).

    ``asks`` are the fields that the move takes besides its reason. ``anybody``: the counter does it whoever holds the dossier.
    """

    name: str
    label: str
    sources: frozenset[State]
    target: State | None
    roles: frozenset[str]
    reason_required: bool = False
    key: str = ""
    asks: tuple[Field, ...] = ()
    anybody: bool = False


def _asked(*names: str, required: bool = False) -> tuple[Field, ...]:
    """The dossier's own fields, to be typed while the move is made."""
    return tuple(replace(DOSSIER.field(name), entered=True, required=required) for name in names)


NEW_DUE = Field("new_due", "Ngày hẹn mới", Kind.DATE, required=True)
ASSIGNEE = Field("assignee", "Người nhận", Kind.REFERENCE, refers="person", help="Để trống khi chưa rõ ai nhận.")
NEW_HOLDER = replace(ASSIGNEE, label="Người xử lý mới", required=True, help="")
OVERDUE_REASON = Field("overdue_reason", "Lý do trễ hạn bước này", Kind.NOTE, required=True)
ORIGINALS_RETURNED = Field("originals_returned", "Số bản gốc trả lại", Kind.INTEGER, required=True)
ORIGINALS_LOST = Field("originals_lost", "Số bản gốc mất, hỏng", Kind.INTEGER, required=True)
WAITING_COUNTS = Field(
    "waiting_counts",
    "Thời gian chờ",
    Kind.CHOICE,
    required=True,
    default="run",
    options=choices(run="Vẫn tính vào thời hạn", pause="Không tính (tạm dừng)"),
)
_WAY = replace(DOSSIER.field("delivered_way"), entered=True, default="self")

STAFF = frozenset({"CL", "SP", "SH", "LD", "AR"})
HEADS = frozenset({"SH", "LD"})
_LEADER = frozenset({"LD"})
_AT_WORK = frozenset({State.RECEIVED, State.PROCESSING})
_WORKED = frozenset({State.PROCESSING})
_WAITS_FOR_PAPERS = frozenset({State.AWAITING_CITIZEN})
_WAITS_FOR_MONEY = frozenset({State.AWAITING_PAYMENT})
_ELSEWHERE = frozenset({State.INTERAGENCY})

TRANSITIONS: tuple[Transition, ...] = (
    Transition("sign_for", "Ký nhận bàn giao", OPEN | ANSWERED, None, STAFF, key="Ctrl+B"),
    Transition("forward", "Chuyển bước", _AT_WORK, State.PROCESSING, STAFF, key="F6"),
    Transition("back", "Trả lại bước trước", _WORKED, State.PROCESSING, STAFF, reason_required=True),
    Transition(
        "request_supplement",
        "Yêu cầu bổ sung",
        _AT_WORK,
        State.AWAITING_CITIZEN,
        STAFF,
        reason_required=True,
        key="F7",
        asks=_asked("supplement_due"),
    ),
    Transition("supplement_received", "Đã nhận bổ sung", _WAITS_FOR_PAPERS, State.PROCESSING, STAFF, anybody=True),
    Transition("go_on", "Giải quyết tiếp, không chờ bổ sung", _WAITS_FOR_PAPERS, State.PROCESSING, HEADS, reason_required=True),
    Transition("return_expired", "Trả lại vì quá hạn bổ sung", _WAITS_FOR_PAPERS, State.RETURNED, HEADS, reason_required=True),
    Transition(
        "request_payment",
        "Yêu cầu nghĩa vụ tài chính",
        _AT_WORK,
        State.AWAITING_PAYMENT,
        STAFF,
        reason_required=True,
        asks=_asked("payment_amount", required=True),
    ),
    Transition(
        "payment_received",
        "Đã hoàn thành nghĩa vụ tài chính",
        _WAITS_FOR_MONEY,
        State.PROCESSING,
        STAFF,
        asks=_asked("payment_proof", required=True),
        anybody=True,
    ),
    Transition(
        "ask_agency",
        "Gửi cơ quan phối hợp",
        _AT_WORK,
        State.INTERAGENCY,
        STAFF,
        reason_required=True,
        asks=(*_asked("other_agency", required=True), WAITING_COUNTS, *_asked("agency_letter")),
    ),
    Transition("agency_answered", "Cơ quan phối hợp đã trả lời", _ELSEWHERE, State.PROCESSING, STAFF, reason_required=True),
    Transition(
        "result_ready",
        "Có kết quả",
        _AT_WORK,
        State.RESULT_READY,
        STAFF,
        asks=_asked("result_number", "result_signer", "result_date"),
    ),
    Transition(
        "reject_result",
        "Trả lời không giải quyết",
        _AT_WORK,
        State.REJECTED_RESULT,
        STAFF,
        reason_required=True,
        asks=_asked("result_number", "result_signer", required=True) + _asked("result_date", "ending_basis"),
    ),
    Transition(
        "deliver",
        "Trả kết quả",
        ANSWERED,
        State.CLOSED,
        STAFF,
        asks=(*_asked("delivered_to"), _WAY, *_asked("delivered_proof")),
        anybody=True,
    ),
    Transition("withdraw", "Công dân rút hồ sơ", OPEN, State.WITHDRAWN, STAFF, reason_required=True, anybody=True),
    Transition("extend", "Gia hạn", _WORKED, State.PROCESSING, HEADS, reason_required=True, asks=(NEW_DUE,)),
    Transition("ask_extension", "Đề nghị gia hạn", _WORKED, None, STAFF - HEADS, reason_required=True, asks=(NEW_DUE,)),
    Transition("refuse_extension", "Không đồng ý gia hạn", _WORKED, None, HEADS, reason_required=True),
    Transition("reassign", "Giao lại người xử lý", OPEN, None, STAFF, reason_required=True, key="Ctrl+G", asks=(NEW_HOLDER,)),
    Transition(
        "return_originals",
        "Trả bớt giấy tờ gốc",
        OPEN | ANSWERED,
        None,
        STAFF,
        asks=(ORIGINALS_RETURNED, *_asked("delivered_to")),
        anybody=True,
    ),
    Transition(
        "lose_originals",
        "Ghi mất, hỏng giấy tờ gốc",
        OPEN | ANSWERED,
        None,
        STAFF,
        reason_required=True,
        asks=(ORIGINALS_LOST,),
        anybody=True,
    ),
    Transition(
        "stop", "Dừng giải quyết", OPEN, State.STOPPED, HEADS, reason_required=True, asks=_asked("ending_basis", required=True)
    ),
    Transition("reopen", "Mở lại do sai sót", frozenset({State.CLOSED}), State.PROCESSING, _LEADER, reason_required=True),
)


def transition(name: str) -> Transition:
    """The transition of that name; KeyError if there is none."""
    for move in TRANSITIONS:
        if move.name == name:
            return move
    raise KeyError(name)
