"""What the province answers to entries that do not stand, and orders to erase personal values after their retention."""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind, choices

LIFTED = "lifted"
CAUSES = choices(
    role="Người làm chưa được giao quyền này trên máy đó",
    province="Việc này chỉ tỉnh được ghi",
    revoked="Máy đã bị thu hồi trước khi gửi mục này",
    schema="Nội dung không đúng khuôn dạng chung",
    closed="Đơn vị đã sáp nhập và đóng sổ khi mục này được ghi",
    lifted="Đã được công nhận lại",
)

OBSTACLES = choices(
    open="Có hồ sơ chưa kết thúc",
    held="Có hồ sơ đang tạm giữ, chưa được tiêu hủy",
    unknown="Có hồ sơ chưa rõ thời hạn lưu",
    running="Có hồ sơ chưa hết thời hạn lưu",
)
"""See ``qms_desktop.domain.retention.Obstacle``."""

VERDICT = RecordKind(
    name="verdict",
    label="Mục không được công nhận",
    areas=(Area.QMS, Area.DOSSIERS),
    title=("cause",),
    listed=False,
    fields=(
        Field("cause", "Lý do", Kind.CHOICE, options=CAUSES, entered=False),
        Field("journal", "Máy đã ghi", Kind.REFERENCE, refers="pc", entered=False),
        Field("by", "Người đã làm", Kind.REFERENCE, refers="person", entered=False),
        Field("act", "Việc đã làm", Kind.CODE, personal=False, entered=False),
    ),
)

ERASURE = RecordKind(
    name="erasure",
    label="Lệnh xóa thông tin cá nhân",
    areas=(Area.DOSSIERS,),
    title=("decision",),
    order="ordered_at",
    listed=False,
    fields=(
        Field("decision", "Quyết định, biên bản số", Kind.TEXT, personal=False, required=True, width=20),
        Field("records", "Hồ sơ được xóa", Kind.TABLE, personal=False, entered=False),
        Field("entries", "Các mục nhật ký", Kind.TABLE, personal=False, entered=False),
        Field("ordered_at", "Ra lệnh lúc", Kind.MOMENT, width=16, entered=False),
        Field("accepted", "Các mục tỉnh chấp nhận xóa", Kind.TABLE, personal=False, entered=False),
        Field("refused", "Tỉnh chưa chấp nhận vì", Kind.CHOICE, options=OBSTACLES, entered=False),
        Field("accepted_at", "Tỉnh chấp nhận lúc", Kind.MOMENT, width=16, entered=False),
    ),
)
"""`entries` are ids of journal entries; `accepted` is written by the province, and only what it names is ever erased."""
