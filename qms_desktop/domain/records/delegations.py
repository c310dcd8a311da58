"""Who stands in for whom while somebody is away (domain-model d.1, ``role_assignment.delegated_by``).

A delegation gives no right of its own: the deputy acts with the roles granted to him, on behalf of the person who is away.
"""

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind

DELEGATION = RecordKind(
    name="delegation",
    label="Ủy quyền khi vắng mặt",
    areas=(Area.QMS,),
    title=("valid_from",),
    order="valid_from",
    fields=(
        Field("person", "Người vắng mặt", Kind.REFERENCE, refers="person", required=True, width=26),
        Field("deputy", "Người làm thay", Kind.REFERENCE, refers="person", required=True, width=26),
        Field("valid_from", "Từ ngày", Kind.DATE, required=True, width=12),
        Field("valid_to", "Đến hết ngày", Kind.DATE, required=True, width=12),
        Field("reason", "Lý do", Kind.TEXT, personal=True, required=True, width=24),
    ),
)
