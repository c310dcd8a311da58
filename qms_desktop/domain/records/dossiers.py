"""The dossier: a citizen's case run against the revision in force on the day of receipt (domain-model d.2, d.3, d.6b).

It keeps the quality view, with as little personal data as the printed slips need; every textual field is sealed unless it is
declared otherwise here, so the province can count dossiers without ever reading a name.
"""

from enum import StrEnum

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind, choices


class State(StrEnum):
    """The states of domain-model d.6b."""

    DRAFT_INTAKE = "draft_intake"
    RETURNED_AT_COUNTER = "returned_at_counter"
    REFUSED = "refused"
    RECEIVED = "received"
    PROCESSING = "processing"
    INTERAGENCY = "interagency"
    AWAITING_CITIZEN = "awaiting_citizen"
    AWAITING_PAYMENT = "awaiting_payment"
    RESULT_READY = "result_ready"
    REJECTED_RESULT = "rejected_result"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    RETURNED = "returned"


STATES = choices(
    draft_intake="Đang nhập",
    returned_at_counter="Hướng dẫn bổ sung tại quầy",
    refused="Không tiếp nhận",
    received="Đã tiếp nhận",
    processing="Đang xử lý",
    interagency="Chờ cơ quan phối hợp",
    awaiting_citizen="Chờ bổ sung",
    awaiting_payment="Chờ nghĩa vụ tài chính",
    result_ready="Có kết quả",
    rejected_result="Có văn bản trả lời không giải quyết",
    closed="Đã trả kết quả",
    withdrawn="Rút hồ sơ",
    stopped="Dừng giải quyết",
    returned="Trả lại (quá hạn bổ sung)",
)
OPEN = frozenset({State.RECEIVED, State.PROCESSING, State.INTERAGENCY, State.AWAITING_CITIZEN, State.AWAITING_PAYMENT})
WAITING = frozenset({State.AWAITING_CITIZEN, State.AWAITING_PAYMENT})
ANSWERED = frozenset({State.RESULT_READY, State.REJECTED_RESULT})

CHANNELS = choices(in_person="Trực tiếp", online="Trực tuyến", post="Dịch vụ bưu chính")
ORIGINS = choices(counter="Tiếp nhận tại quầy", imported="Nhập từ sổ cũ", paper="Nhập sau từ giấy")
APPLICANT_KINDS = choices(citizen="Công dân", company="Doanh nghiệp, tổ chức", household="Hộ kinh doanh")

DELIVERY_WAYS = choices(
    self="Trực tiếp cho người nộp",
    proxy="Người được ủy quyền",
    post="Dịch vụ bưu chính",
    online="Trực tuyến",
)

APPLICANT = RecordKind(
    name="applicant",
    label="Người nộp hồ sơ",
    areas=(Area.DOSSIERS,),
    title=("full_name",),
    order="full_name",
    fields=(
        Field("kind", "Đối tượng", Kind.CHOICE, options=APPLICANT_KINDS, default="citizen", width=12),
        Field("full_name", "Họ và tên", Kind.NAME, required=True, width=26, searched=True),
        Field("id_number", "Số CCCD, mã số thuế", Kind.ID_NUMBER, width=14, searched=True),
        Field("born", "Ngày sinh", Kind.DATE, personal=True, width=12),
        Field("phone", "Số điện thoại", Kind.PHONE, width=13, searched=True),
        Field("address", "Địa chỉ", Kind.TEXT, width=40, searched=True),
        Field("email", "Thư điện tử", Kind.TEXT),
    ),
)

PAPER_STATES = choices(ok="Đủ", missing="Thiếu", invalid="Chưa hợp lệ", waived="Không phải nộp")
PAPER_COLUMNS = (
    Field("name", "Tên giấy tờ", Kind.TEXT, required=True),
    Field("originals", "Bản chính", Kind.INTEGER),
    Field("copies", "Bản sao", Kind.INTEGER),
    Field("state", "Tình trạng", Kind.CHOICE, options=PAPER_STATES),
    Field("held", "Giữ bản gốc", Kind.FLAG),
    Field("note", "Ghi chú", Kind.TEXT),
)

DOSSIER = RecordKind(
    name="dossier",
    label="Hồ sơ",
    areas=(Area.DOSSIERS,),
    title=("code", "applicant_name"),
    order="received_at",
    counted=("received_at", "finished_at", "state", "procedure_code", "channel", "received_by", "holder", "due", "convention"),
    fields=(
        Field("code", "Mã hồ sơ", Kind.CODE, personal=False, required=True, width=18, searched=True, entered=False),
        Field("official_code", "Mã trên Cổng dịch vụ công", Kind.CODE, width=20, searched=True),
        Field("revision", "Quy trình áp dụng", Kind.REFERENCE, refers="revision", required=True, entered=False),
        Field("procedure_code", "Mã thủ tục", Kind.CODE, personal=False, width=11, searched=True, entered=False),
        Field("procedure_title", "Thủ tục", Kind.TEXT, personal=False, width=36, searched=True, entered=False),
        Field("applicant", "Người nộp (bản ghi)", Kind.REFERENCE, refers="applicant", entered=False),
        Field("applicant_name", "Người nộp", Kind.NAME, required=True, width=24, searched=True),
        Field("applicant_phone", "Số điện thoại", Kind.PHONE, width=13, searched=True),
        Field("applicant_address", "Địa chỉ", Kind.TEXT),
        Field("applicant_id", "Số CCCD, mã số thuế", Kind.ID_NUMBER, searched=True),
        Field("channel", "Cách nộp", Kind.CHOICE, required=True, options=CHANNELS, default="in_person", width=12),
        Field("variant", "Trường hợp", Kind.TEXT, personal=False, entered=False),
        Field("sets", "Số bộ hồ sơ", Kind.INTEGER, default=1),
        Field("papers", "Thành phần hồ sơ", Kind.TABLE, columns=PAPER_COLUMNS, entered=False),
        Field("received_at", "Nhận lúc", Kind.MOMENT, required=True, width=15, entered=False),
        Field("received_by", "Người tiếp nhận", Kind.REFERENCE, refers="person", width=20, entered=False),
        Field("norm", "Thời hạn", Kind.TABLE, personal=False, entered=False),
        Field("convention", "Cách tính hạn", Kind.CHOICE, options=choices(A="A", B="B"), entered=False),
        Field("calendar_version", "Phiên bản lịch", Kind.TEXT, personal=False, entered=False),
        Field("hours", "Giờ làm việc khi nhận", Kind.TABLE, personal=False, entered=False),
        Field("original_due", "Hẹn gốc", Kind.CODE, personal=False, entered=False),
        Field("due", "Hẹn trả", Kind.CODE, personal=False, width=12, entered=False, derived=True),
        Field("former_unit", "Đơn vị cũ", Kind.TEXT, personal=False, entered=False, derived=True),
        Field("state", "Trạng thái", Kind.CHOICE, options=STATES, width=16, entered=False, group="progress"),
        Field("step", "Bước", Kind.CODE, personal=False, width=6, entered=False, group="progress"),
        Field("holder", "Người giữ", Kind.REFERENCE, refers="person", width=20, entered=False),
        Field("result_place", "Nhận kết quả tại", Kind.TEXT),
        Field("fee", "Phí, lệ phí", Kind.TEXT, personal=False),
        Field("result_number", "Số văn bản kết quả", Kind.TEXT),
        Field("result_signer", "Người ký kết quả", Kind.TEXT),
        Field("finished_at", "Có kết quả lúc", Kind.MOMENT, entered=False),
        Field("delivered_at", "Trả lúc", Kind.MOMENT, entered=False),
        Field("delivered_to", "Người nhận kết quả", Kind.NAME, entered=False),
        Field("delivered_way", "Cách trả kết quả", Kind.CHOICE, options=DELIVERY_WAYS, entered=False),
        Field("delivered_proof", "Giấy ủy quyền, số bưu gửi", Kind.TEXT, entered=False),
        Field("result_date", "Ngày ký kết quả", Kind.DATE, entered=False),
        Field("ending_basis", "Căn cứ pháp lý", Kind.TEXT, entered=False),
        Field("ending_reason", "Lý do không giải quyết", Kind.NOTE, entered=False),
        Field("supplement_due", "Hạn nộp bổ sung", Kind.DATE, entered=False),
        Field("payment_amount", "Nghĩa vụ tài chính (đồng)", Kind.MONEY, entered=False),
        Field("payment_proof", "Chứng từ nộp tiền", Kind.TEXT, entered=False),
        Field("other_agency", "Cơ quan phối hợp", Kind.TEXT, personal=False, entered=False),
        Field("agency_letter", "Văn bản gửi cơ quan phối hợp", Kind.TEXT, entered=False),
        Field("extension_asked", "Đề nghị gia hạn đến", Kind.CODE, personal=False, entered=False),
        Field("unsigned", "Chờ ký nhận bàn giao", Kind.REFERENCE, refers="hand_over", entered=False, derived=True),
        Field("note", "Ghi chú", Kind.NOTE),
        Field("retention_years", "Thời hạn lưu (số năm)", Kind.INTEGER, help="Để trống: theo thời gian lưu của thủ tục."),
        Field("hold", "Tạm giữ, chưa được tiêu hủy", Kind.FLAG, help="Khi có khiếu nại, tố cáo, thanh tra hoặc kiện tụng."),
        Field("origin", "Vào máy bằng cách", Kind.CHOICE, options=ORIGINS, entered=False),
        Field("origin_note", "Về cách vào máy", Kind.NOTE, entered=False),
        Field("paper_number", "Số phiếu giấy", Kind.CODE, entered=False, searched=True),
        Field(
            "receiving_for",
            "Nhận hộ, chuyển cơ quan",
            Kind.TEXT,
            personal=False,
            help="Khi người dân nộp ở đây hồ sơ thuộc thẩm quyền của xã, phường hoặc cơ quan khác.",
        ),
    ),
)

STEP_RUN = RecordKind(
    name="step_run",
    label="Lượt xử lý",
    areas=(Area.DOSSIERS,),
    title=("code", "name"),
    order="started_at",
    listed=False,
    fields=(
        Field("dossier", "Hồ sơ", Kind.REFERENCE, refers="dossier", required=True),
        Field("code", "Bước", Kind.CODE, personal=False, required=True),
        Field("name", "Nội dung công việc", Kind.TEXT, personal=False),
        Field("role", "Trách nhiệm", Kind.CODE, personal=False),
        Field("assignee", "Người thực hiện", Kind.REFERENCE, refers="person"),
        Field("handed_by", "Người giao", Kind.REFERENCE, refers="person"),
        Field("started_at", "Nhận lúc", Kind.MOMENT),
        Field("due", "Hạn của bước", Kind.MOMENT),
        Field("ended_at", "Xong lúc", Kind.MOMENT),
        Field(
            "outcome",
            "Kết quả bước",
            Kind.CHOICE,
            options=choices(forward="Chuyển tiếp", back="Trả lại bước trước", done="Hoàn thành"),
        ),
        Field("overdue_reason", "Lý do trễ hạn bước", Kind.NOTE),
        Field("note", "Ghi chú", Kind.NOTE),
    ),
)

CLOCK_KINDS = choices(
    start="Bắt đầu tính hạn",
    pause="Tạm dừng",
    resume="Tính tiếp",
    ask_extend="Đề nghị gia hạn",
    refuse_extend="Không đồng ý gia hạn",
    extend="Gia hạn",
    stop="Kết thúc",
    reopen="Mở lại",
)

CLOCK_EVENT = RecordKind(
    name="clock_event",
    label="Mốc thời hạn",
    areas=(Area.DOSSIERS,),
    title=("kind",),
    order="at",
    listed=False,
    counted=("kind", "at", "dossier"),
    fields=(
        Field("dossier", "Hồ sơ", Kind.REFERENCE, refers="dossier", required=True),
        Field("kind", "Loại", Kind.CHOICE, options=CLOCK_KINDS, required=True),
        Field("at", "Thời điểm", Kind.MOMENT, required=True),
        Field(
            "cause",
            "Lý do",
            Kind.CHOICE,
            options=choices(
                supplement="chờ bổ sung",
                payment="chờ nghĩa vụ tài chính",
                interagency="chờ cơ quan phối hợp",
                verification="xác minh",
                other="lý do khác",
            ),
        ),
        Field("reason", "Nội dung", Kind.NOTE),
        Field("new_due", "Hẹn mới", Kind.CODE, personal=False),
        Field("authorised_by", "Người cho phép", Kind.REFERENCE, refers="person"),
    ),
)

PRINT_JOB = RecordKind(
    name="print_job",
    label="Bản in",
    areas=(Area.DOSSIERS, Area.QMS),
    title=("form",),
    order="printed_at",
    listed=False,
    fields=(
        Field("subject", "In cho", Kind.CODE, personal=False, required=True),
        Field("form", "Biểu mẫu", Kind.CODE, personal=False, required=True),
        Field("edition", "Ấn bản", Kind.CODE, personal=False),
        Field("copies", "Số liên", Kind.INTEGER),
        Field("serial", "Lần in", Kind.INTEGER),
        Field("printed_at", "In lúc", Kind.MOMENT),
        Field("printed_by", "Người in", Kind.REFERENCE, refers="person"),
        Field("pdf_hash", "Dấu tệp in", Kind.CODE, personal=False),
    ),
)
