"""What passes from hand to hand: dossiers between desks, and original papers between the citizen and the office.

Domain-model d.2 (``handover``, both signatures) and invariant I13 (original papers held = taken in − returned). Both are rows
that are added and never changed, except for the receiver's signature.
"""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind

HAND_OVER = RecordKind(
    name="hand_over",
    label="Bàn giao hồ sơ",
    areas=(Area.DOSSIERS,),
    title=("batch",),
    order="given_at",
    listed=False,
    fields=(
        Field("batch", "Số biên bản", Kind.CODE, personal=False, required=True, entered=False),
        Field("dossier", "Hồ sơ", Kind.REFERENCE, refers="dossier", required=True, entered=False),
        Field("step", "Bước", Kind.CODE, personal=False, entered=False),
        Field("giver", "Bên giao", Kind.REFERENCE, refers="person", required=True, entered=False),
        Field("receiver", "Bên nhận", Kind.REFERENCE, refers="person", entered=False),
        Field("given_at", "Giao lúc", Kind.MOMENT, required=True, entered=False),
        Field("taken_by", "Người ký nhận", Kind.REFERENCE, refers="person", entered=False),
        Field("taken_at", "Nhận lúc", Kind.MOMENT, entered=False),
        Field("originals", "Số bản gốc kèm theo", Kind.INTEGER, entered=False),
        Field("note", "Ghi chú", Kind.NOTE, entered=False),
    ),
)

ORIGINAL_PAPER = RecordKind(
    name="original_paper",
    label="Giấy tờ gốc giữ, trả",
    areas=(Area.DOSSIERS,),
    title=("paper",),
    order="at",
    listed=False,
    fields=(
        Field("dossier", "Hồ sơ", Kind.REFERENCE, refers="dossier", required=True, entered=False),
        Field("paper", "Giấy tờ", Kind.TEXT, entered=False),
        Field("taken", "Số bản nhận giữ", Kind.INTEGER, entered=False),
        Field("returned", "Số bản trả lại", Kind.INTEGER, entered=False),
        Field("lost", "Số bản mất, hỏng", Kind.INTEGER, entered=False),
        Field("at", "Lúc", Kind.MOMENT, required=True, entered=False),
        Field("by", "Người làm", Kind.REFERENCE, refers="person", entered=False),
        Field("to", "Người nhận lại", Kind.NAME, entered=False),
    ),
)
