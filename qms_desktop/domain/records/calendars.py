"""The working calendar as a dated, versioned record (domain-model d.6; domain-facts §3.6).

The province publishes the national calendar; a unit may add its own days and hours. A version is never edited: a correction
is a new version, and open dossiers move only after the secretary has accepted the preview.
"""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind, choices

DAY_KINDS = choices(off="Nghỉ", makeup="Làm bù", half_am="Chỉ làm buổi sáng", half_pm="Chỉ làm buổi chiều")

CALENDAR = RecordKind(
    name="calendar",
    label="Lịch làm việc",
    areas=(Area.PROVINCE, Area.QMS),
    title=("name", "version"),
    order="valid_from",
    inherited=False,
    fields=(
        Field("name", "Tên lịch", Kind.TEXT, required=True, width=30),
        Field("version", "Phiên bản", Kind.INTEGER, required=True, width=8),
        Field("valid_from", "Áp dụng từ", Kind.DATE, required=True, width=12),
        Field("valid_to", "Đến hết ngày", Kind.DATE, width=12),
        Field(
            "status",
            "Tình trạng",
            Kind.CHOICE,
            options=choices(official="Chính thức", proposed="Dự kiến, chưa xác nhận"),
            required=True,
            width=18,
        ),
        Field("complete", "Đủ các ngày trong kỳ", Kind.FLAG),
        Field("hours", "Giờ làm việc", Kind.TABLE),
        Field(
            "days",
            "Ngày nghỉ, ngày làm bù",
            Kind.TABLE,
            columns=(
                Field("date", "Ngày", Kind.DATE, required=True),
                Field("kind", "Loại", Kind.CHOICE, options=DAY_KINDS, required=True),
                Field("note", "Ghi chú", Kind.TEXT),
                Field("legal_ref", "Căn cứ", Kind.TEXT),
                Field("confirmed", "Đã xác nhận", Kind.FLAG),
            ),
        ),
    ),
)
