"""One issue or amendment of a controlled document; for a procedure, its content is the process the clerk runs.

States (domain-model d.3) are derived from the recorded facts and the day: ``effective`` and ``superseded`` are never
journalled, so two PCs can never disagree about them for longer than they disagree about the facts.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind, Values, choices
from qms_desktop.domain.procedure_parts import CHANNELS, NORM_UNITS, PAPER_RULES, STEP_ROLES

DOCUMENT_KINDS = choices(
    procedure="Quy trình giải quyết TTHC",
    system_procedure="Quy trình hệ thống",
    policy="Chính sách chất lượng",
    manual="Mô hình HTQLCL (Sổ tay)",
    form="Biểu mẫu",
    instruction="Hướng dẫn công việc",
    plan="Kế hoạch",
)
STAGES = choices(
    draft="Soạn thảo",
    in_review="Đang soát xét",
    in_approval="Chờ phê duyệt",
    approved="Đã phê duyệt",
    rejected="Không duyệt",
    obsolete="Hết hiệu lực",
)


class State(StrEnum):
    """The state of a revision on a day."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    OBSOLETE = "obsolete"
    REJECTED = "rejected"


STATE_LABELS = {
    State.DRAFT: "Soạn thảo",
    State.IN_REVIEW: "Đang soát xét",
    State.IN_APPROVAL: "Chờ phê duyệt",
    State.APPROVED: "Đã phê duyệt, chờ hiệu lực",
    State.EFFECTIVE: "Có hiệu lực",
    State.SUPERSEDED: "Bị thay thế",
    State.OBSOLETE: "Hết hiệu lực",
    State.REJECTED: "Không duyệt",
}

_CHANNEL = Field("channel", "Cách nộp", Kind.CHOICE, options=choices(**CHANNELS))
_VARIANT = Field("variant", "Trường hợp")
LEGAL_COLUMNS = (
    Field("number", "Số, ký hiệu", Kind.CODE),
    Field("title", "Trích yếu"),
    Field("issued_on", "Ngày ban hành"),
    Field("issuer", "Cơ quan ban hành"),
)
PAPER_COLUMNS = (
    Field("name", "Tên giấy tờ", required=True),
    Field("originals", "Bản chính", Kind.INTEGER),
    Field("copies", "Bản sao", Kind.INTEGER),
    Field("required", "Bắt buộc", Kind.CHOICE, options=choices(**PAPER_RULES)),
    Field("condition", "Khi nào"),
    Field("form", "Mẫu"),
    Field("note", "Ghi chú"),
)
NORM_COLUMNS = (
    _CHANNEL,
    _VARIANT,
    Field("value", "Số"),
    Field("unit", "Đơn vị", Kind.CHOICE, options=choices(**NORM_UNITS)),
    Field("text", "Nguyên văn"),
)
FEE_COLUMNS = (_CHANNEL, Field("text", "Nguyên văn"), Field("amount", "Mức thu", Kind.MONEY))
STEP_COLUMNS = (
    Field("code", "Bước", Kind.CODE),
    Field("name", "Nội dung"),
    Field("role", "Trách nhiệm", Kind.CHOICE, options=choices(**STEP_ROLES)),
    Field("minutes", "Số phút", Kind.INTEGER),
    _CHANNEL,
    _VARIANT,
    Field("instruction", "Hướng dẫn"),
    Field("output", "Kết quả"),
)

REVISION = RecordKind(
    name="revision",
    label="Tài liệu, quy trình",
    areas=(Area.QMS, Area.PROVINCE),
    title=("code", "title"),
    order="title",
    fields=(
        Field("kind", "Loại tài liệu", Kind.CHOICE, required=True, options=DOCUMENT_KINDS, width=20),
        Field("code", "Mã hiệu, mã TTHC", Kind.CODE, required=True, width=12, searched=True),
        Field("title", "Tên", Kind.TEXT, required=True, width=60, searched=True),
        Field("field", "Lĩnh vực", Kind.TEXT, width=20, searched=True),
        Field("issue_no", "Lần ban hành", Kind.INTEGER, required=True, default=1, width=6),
        Field("amendment_no", "Lần sửa đổi", Kind.INTEGER, required=True, default=0, width=6),
        Field(
            "stage",
            "Giai đoạn",
            Kind.CHOICE,
            required=True,
            options=STAGES,
            default="draft",
            entered=False,
            group="stage",
        ),
        Field("effective_on", "Có hiệu lực từ", Kind.DATE, width=12, group="issue"),
        Field("effective_to", "Hết hiệu lực sau ngày", Kind.DATE, width=12),
        Field("decision", "Quyết định ban hành, công bố", Kind.TEXT, width=22, searched=True, group="issue"),
        Field("author", "Người soạn thảo", Kind.REFERENCE, refers="person", entered=False),
        Field("reviewed_by", "Người soát xét", Kind.REFERENCE, refers="person", entered=False),
        Field("approved_by", "Người phê duyệt", Kind.REFERENCE, refers="person", entered=False, group="stage"),
        Field("approved_at", "Thời điểm phê duyệt", Kind.MOMENT, entered=False, group="stage"),
        Field("content_hash", "Dấu nội dung", Kind.CODE, entered=False, group="stage"),
        Field("level", "Cấp thực hiện", Kind.TEXT),
        Field("authority", "Cơ quan có thẩm quyền", Kind.TEXT),
        Field("legal_basis", "Cơ sở pháp lý", Kind.TABLE, columns=LEGAL_COLUMNS, section="Nội dung"),
        Field("papers", "Thành phần hồ sơ", Kind.TABLE, columns=PAPER_COLUMNS, section="Nội dung"),
        Field("norms", "Thời hạn giải quyết", Kind.TABLE, columns=NORM_COLUMNS, section="Nội dung"),
        Field("fees", "Phí, lệ phí", Kind.TABLE, columns=FEE_COLUMNS, section="Nội dung"),
        Field("steps", "Trình tự xử lý", Kind.TABLE, columns=STEP_COLUMNS, section="Nội dung"),
        Field("forms", "Biểu mẫu", Kind.TABLE, section="Nội dung"),
        Field("results", "Kết quả", Kind.TABLE, section="Nội dung"),
        Field("retention", "Thời gian lưu", Kind.TABLE, section="Nội dung"),
        Field("details", "Nội dung khác của bản gốc", Kind.TABLE, section="Nội dung"),
        Field("doubts", "Điểm chưa xác minh", Kind.TABLE, section="Nội dung"),
        Field("sources", "Nguồn của từng giá trị", Kind.TABLE, section="Nội dung"),
        Field("summary", "Tóm tắt thay đổi", Kind.NOTE),
    ),
)


def state_on(revision: Values, siblings: Iterable[Values], day: date) -> State:
    """The state of a revision on a day, given all revisions of the same document code in the same scope.

    Superseded means: another approved revision of the code took effect later, yet not after ``day``; rivals of the same day
    are decided by (issue, amendment). One that waits for an answer (``_waits``: two PCs approved rivals, domain/merged_rules.py)
    is not in force meanwhile and supersedes nothing.
    """
    stage = str(revision.get("stage") or "draft")
    if stage != "approved":
        return State(stage)
    start = str(revision.get("effective_on") or "")
    if not start or start > day.isoformat() or revision.get("_waits"):
        return State.APPROVED
    if _rank(revision) < max((_rank(other) for other in siblings if _in_force(other, day)), default=_rank(revision)):
        return State.SUPERSEDED
    end = str(revision.get("effective_to") or "")
    return State.OBSOLETE if end and end < day.isoformat() else State.EFFECTIVE


def _in_force(revision: Values, day: date) -> bool:
    start = str(revision.get("effective_on") or "")
    return revision.get("stage") == "approved" and not revision.get("_waits") and bool(start) and start <= day.isoformat()


def _rank(revision: Values) -> tuple[str, int, int]:
    return (str(revision.get("effective_on") or ""), _number(revision, "issue_no"), _number(revision, "amendment_no"))


def _number(revision: Values, name: str) -> int:
    value = revision.get(name)
    return value if isinstance(value, int) else 0
