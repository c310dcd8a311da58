"""People, positions, and roles granted per person and PC (domain-model d.5; docs/sync.md "the PC attests the person")."""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind, choices

ROLES = choices(
    CL="Công chức tiếp nhận (một cửa)",
    SP="Công chức chuyên môn",
    SH="Trưởng phòng, trưởng bộ phận",
    IS="Thư ký ISO",
    LD="Lãnh đạo UBND",
    AR="Văn thư, lưu trữ",
    AU="Đánh giá viên nội bộ",
    PA="Quản trị tỉnh",
    PI="Kiểm tra của tỉnh",
    SY="Quản trị máy",
)

POSITION = RecordKind(
    name="position",
    label="Vị trí công tác",
    areas=(Area.QMS,),
    title=("name",),
    order="name",
    inherited=False,
    fields=(
        Field("name", "Tên vị trí", Kind.TEXT, required=True, width=28, searched=True),
        Field("section", "Phòng, bộ phận", Kind.TEXT, width=28, searched=True),
        Field("is_head", "Là người đứng đầu bộ phận", Kind.FLAG, width=8),
    ),
)

PERSON = RecordKind(
    name="person",
    label="Cán bộ, công chức",
    areas=(Area.QMS, Area.PROVINCE),
    title=("full_name",),
    order="full_name",
    inherited=False,
    fields=(
        Field("full_name", "Họ và tên", Kind.NAME, required=True, width=26, searched=True),
        Field("position", "Vị trí", Kind.REFERENCE, refers="position", width=26),
        Field("title", "Chức danh in trên văn bản", Kind.TEXT, width=24),
        Field("phone", "Điện thoại công vụ", Kind.PHONE, width=14),
        Field("left_on", "Ngày thôi làm việc", Kind.DATE, width=12),
        Field("pin_reset_at", "Đặt lại mã PIN lúc", Kind.MOMENT, entered=False),
    ),
)

ROLE_GRANT = RecordKind(
    name="role_grant",
    label="Phân quyền",
    areas=(Area.QMS, Area.PROVINCE),
    title=("role",),
    order="valid_from",
    inherited=False,
    fields=(
        Field("person", "Người được giao", Kind.REFERENCE, refers="person", required=True, width=26),
        Field("replica", "Máy được dùng", Kind.REFERENCE, refers="pc", help="Để trống: mọi máy của đơn vị.", width=12),
        Field("role", "Vai trò", Kind.CHOICE, required=True, options=ROLES, width=28),
        Field("valid_from", "Từ ngày", Kind.DATE, required=True, width=12),
        Field("valid_to", "Đến ngày", Kind.DATE, width=12),
        Field("decision", "Quyết định số", Kind.TEXT, width=18),
        Field("ended_at", "Thu hồi lúc", Kind.MOMENT, width=16, entered=False),
        Field("cut", "Mốc thu hồi", Kind.TABLE, entered=False),
    ),
)

PC = RecordKind(
    name="pc",
    label="Máy tính của đơn vị",
    areas=(Area.QMS,),
    title=("letter", "name"),
    order="letter",
    inherited=False,
    fields=(
        Field("letter", "Ký hiệu máy", Kind.CODE, required=True, width=8, entered=False),
        Field("name", "Tên máy", Kind.TEXT, required=True, width=24),
        Field("certificate", "Chứng thư", Kind.TEXT, entered=False),
        Field("enrolled_at", "Ngày ghi danh", Kind.MOMENT, width=16, entered=False),
        Field("revoked_at", "Ngày thu hồi", Kind.MOMENT, width=16, entered=False),
        Field("revoked_cut", "Mốc thu hồi", Kind.TABLE, entered=False),
        Field("follows", "Thay cho máy", Kind.REFERENCE, refers="pc", entered=False),
        Field("copy_of", "Bản sao của máy", Kind.REFERENCE, refers="pc", entered=False),
        Field("revoke_asked", "Đề nghị thu hồi lúc", Kind.MOMENT, entered=False),
        Field("wiped_at", "Đã tự xóa dữ liệu lúc", Kind.MOMENT, width=16, entered=False),
        Field("wipe_receipt", "Biên nhận tự xóa", Kind.TEXT, entered=False),
    ),
)

UNIT_KEY = RecordKind(
    name="unit_key",
    label="Khóa của đơn vị",
    areas=(Area.QMS,),
    title=("epoch",),
    listed=False,
    inherited=False,
    fields=(
        Field("epoch", "Kỳ khóa", Kind.INTEGER, required=True, entered=False),
        Field("recipient", "Dành cho", Kind.CODE, required=True, entered=False, help="Mã máy, hoặc bản dành cho mã phục hồi."),
        Field("wrapped", "Khóa đã bọc", Kind.TEXT, required=True, entered=False),
        Field("recovery_public", "Khóa công khai phục hồi", Kind.TEXT, entered=False),
        Field("of_unit", "Khóa của đơn vị cũ", Kind.CODE, entered=False, help="Để trống: khóa của chính đơn vị."),
    ),
)
