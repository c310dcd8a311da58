"""What the office decided once about registers of one template, so that the next file of the kind asks nothing."""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind

IMPORT_TEMPLATE = RecordKind(
    name="import_template",
    label="Mẫu sổ đã nhập",
    areas=(Area.DOSSIERS,),
    title=("name",),
    order="name",
    listed=False,
    fields=(
        Field("name", "Tên bảng", Kind.TEXT),
        Field("columns", "Cột", Kind.TABLE),
        Field("procedures", "Thủ tục theo cách gọi trong sổ", Kind.TABLE),
    ),
)
