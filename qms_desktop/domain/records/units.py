"""Units: dated names and kinds of the administrative units (domain-facts §1.5; NQ 202/2025/QH15, NQ 1687/NQ-UBTVQH15).

A unit is never edited when it is renamed or changes its kind: a new row with a later ``valid_from`` is added, and whatever
is printed for a day takes the row valid on that day.
"""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind, choices

UNIT_KINDS = choices(xa="Xã", phuong="Phường", dac_khu="Đặc khu", thi_tran="Thị trấn", tinh="Tỉnh", so="Sở")

UNIT = RecordKind(
    name="unit",
    label="Đơn vị hành chính",
    areas=(Area.PROVINCE,),
    title=("full_name",),
    order="code",
    fields=(
        Field("code", "Mã đơn vị", Kind.CODE, required=True, width=10, searched=True),
        Field("kind", "Loại đơn vị", Kind.CHOICE, required=True, options=UNIT_KINDS, width=10),
        Field("name", "Tên", Kind.TEXT, required=True, width=24, searched=True),
        Field("full_name", "Tên đầy đủ", Kind.TEXT, required=True, width=30, searched=True),
        Field("province", "Tỉnh", Kind.TEXT, width=20),
        Field("valid_from", "Có hiệu lực từ", Kind.DATE, required=True, width=12),
        Field("source", "Nguồn", Kind.TEXT, width=24),
    ),
)

OFFICE = RecordKind(
    name="office",
    label="Thông tin cơ quan",
    areas=(Area.QMS,),
    title=("reception",),
    inherited=False,
    fields=(
        Field("unit", "Mã đơn vị", Kind.CODE, required=True, entered=False),
        Field("unit_kind", "Loại đơn vị khi lập", Kind.CHOICE, options=UNIT_KINDS, entered=False),
        Field("unit_name", "Tên đơn vị khi lập", Kind.TEXT, entered=False),
        Field("reception", "Bộ phận tiếp nhận", Kind.TEXT, required=True, default="Trung tâm Phục vụ hành chính công"),
        Field("address", "Địa chỉ", Kind.TEXT),
        Field("phone", "Điện thoại", Kind.PHONE),
        Field("email", "Thư điện tử", Kind.TEXT),
        Field("place", "Địa danh trên văn bản", Kind.TEXT, help="Thường là tên xã, phường."),
        Field(
            "convention",
            "Cách tính hạn",
            Kind.CHOICE,
            options=choices(A="A – hết ngày làm việc cuối (luật)", B="B – theo giờ tiếp nhận (phần mềm)"),
            default="A",
        ),
        Field("supplement_limit", "Số lần yêu cầu bổ sung tối đa", Kind.INTEGER, default=1),
        Field("extension_limit", "Số lần gia hạn tối đa", Kind.INTEGER, default=1),
        Field(
            "dossier_files",
            "Cho đính kèm tệp vào hồ sơ",
            Kind.FLAG,
            default=False,
            help="Bản chụp giấy tờ chứa nhiều thông tin cá nhân: chỉ bật khi đơn vị có quy định giữ bản chụp.",
        ),
    ),
)
