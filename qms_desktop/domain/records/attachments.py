"""A file attached to a dossier or a controlled document: a scan, a Word file, a photo; its bytes travel apart (docs/sync.md).

Name, size and kind of the sealed bytes merge as one value, for they mean nothing without each other. The province may know
them; what the file is called may speak of a person, and is sealed in every area.
"""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind

ATTACHMENT = RecordKind(
    name="attachment",
    label="Tệp đính kèm",
    areas=(Area.DOSSIERS, Area.QMS),
    title=("name",),
    order="attached_at",
    listed=False,
    fields=(
        Field("subject", "Đính kèm vào", Kind.CODE, personal=False, required=True, entered=False),
        Field("name", "Tên tệp", Kind.TEXT, personal=True, required=True, width=40),
        Field("hash", "Dấu nội dung", Kind.CODE, personal=False, required=True, entered=False, group="blob"),
        Field("size", "Dung lượng khi niêm phong", Kind.INTEGER, personal=False, required=True, entered=False, group="blob"),
        Field("mime", "Loại tệp", Kind.CODE, personal=False, entered=False, group="blob"),
        Field("attached_at", "Đính kèm lúc", Kind.MOMENT, entered=False),
        Field("attached_by", "Người đính kèm", Kind.REFERENCE, refers="person", entered=False),
    ),
)
