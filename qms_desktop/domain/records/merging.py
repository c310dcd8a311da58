"""What becomes of a unit that was merged into another one (domain-facts §1.5; NQ 202/2025/QH15, NQ 1687/NQ-UBTVQH15).

Only the province writes these. The old unit's records stay where they are, under their own codes: nobody writes into its
scopes any more, and the PCs of the new unit read them (docs/sync-details.md, "Merged units").
"""

from collections.abc import Iterable

from qms_desktop.domain.fields import Area, Field, Kind, RecordKind

MERGER = RecordKind(
    name="merger",
    label="Sáp nhập đơn vị",
    areas=(Area.PROVINCE,),
    title=("old", "into"),
    order="valid_from",
    listed=False,
    fields=(
        Field("old", "Đơn vị cũ", Kind.CODE, required=True, width=10, entered=False),
        Field("into", "Sáp nhập vào", Kind.CODE, required=True, width=10, entered=False),
        Field("decision", "Nghị quyết, quyết định số", Kind.TEXT, required=True, width=24, entered=False),
        Field("valid_from", "Có hiệu lực từ", Kind.DATE, required=True, width=12, entered=False),
    ),
)

CLOSING = RecordKind(
    name="closing",
    label="Đóng sổ đơn vị cũ",
    areas=(Area.QMS,),
    title=("into",),
    listed=False,
    inherited=False,
    fields=(
        Field("into", "Sáp nhập vào", Kind.CODE, required=True, entered=False),
        Field("closed_at", "Đóng sổ lúc", Kind.MOMENT, required=True, entered=False),
    ),
)
"""In the old unit's own scope: entries of its PCs that were written knowing of this one do not stand."""

HEIR = RecordKind(
    name="heir",
    label="Máy của đơn vị mới",
    areas=(Area.QMS,),
    title=("letter", "name"),
    listed=False,
    inherited=False,
    fields=(
        Field("unit", "Đơn vị mới", Kind.CODE, required=True, entered=False),
        Field("letter", "Ký hiệu máy", Kind.CODE, required=True, entered=False),
        Field("name", "Tên máy", Kind.TEXT, required=True, entered=False),
        Field("certificate", "Chứng thư", Kind.TEXT, required=True, entered=False),
    ),
)
"""In the old unit's own scope: a PC that may be handed its keys. The record's id is the PC's replica id."""


def former_units(unit: str, mergers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The units that went into this one, also by way of others, in order; `mergers` are (old, into)."""
    pairs = sorted(set(mergers))
    found: list[str] = []
    ahead = [unit]
    while ahead:
        into = ahead.pop(0)
        olds = [old for old, new in pairs if new == into and old != unit and old not in found]
        found += olds
        ahead += olds
    return tuple(found)


def unit_of(scope: str) -> str:
    """The code of the unit whose scope it is; "" for the province's scopes."""
    parts = scope.split("/")
    return parts[1] if len(parts) == 3 and parts[0] == "unit" else ""
