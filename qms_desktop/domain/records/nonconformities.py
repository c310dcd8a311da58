"""Nonconformities as far as dossiers open them: what went wrong, found by whom, with which dossier (ISO 9001:2015, 8.7 and 10.2).

Correction, causes and actions are added by the quality side; a dossier only opens the sheet.
"""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind, choices

NONCONFORMITY_STATES = choices(
    open="Mới mở",
    corrected="Đã khắc phục ngay",
    analysing="Đang phân tích",
    planned="Đã lập kế hoạch",
    implementing="Đang thực hiện",
    verifying="Chờ đánh giá hiệu lực",
    closed="Đã đóng",
    void="Hủy",
)

NONCONFORMITY = RecordKind(
    name="nonconformity",
    label="Sự không phù hợp",
    areas=(Area.QMS,),
    title=("code",),
    order="found_on",
    fields=(
        Field("code", "Số phiếu", Kind.CODE, required=True, width=18, searched=True, entered=False),
        Field(
            "kind",
            "Loại",
            Kind.CHOICE,
            options=choices(system="Hệ thống", process="Quá trình", output="Kết quả", complaint="Phản ánh"),
            required=True,
            width=12,
        ),
        Field("origin", "Nguồn phát hiện", Kind.CHOICE, options=choices(dossier="Hồ sơ"), width=14),
        Field("origin_record", "Bản ghi liên quan", Kind.CODE, entered=False),
        Field("origin_code", "Mã hồ sơ liên quan", Kind.CODE, width=18, entered=False),
        Field("found_on", "Ngày phát hiện", Kind.DATE, required=True, width=12),
        Field("found_by", "Người phát hiện", Kind.REFERENCE, refers="person", width=22),
        Field("statement", "Mô tả", Kind.NOTE, personal=True, required=True),
        Field("state", "Trạng thái", Kind.CHOICE, options=NONCONFORMITY_STATES, default="open", width=16, entered=False),
    ),
)
