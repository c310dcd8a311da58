"""Field names as they are merged, and values as they are journalled.

Fields of a group merge as one: they travel as a single write named ``#<group>`` whose value is a map of the fields. The
sign keeps a group apart from a field of the same name.
"""

from collections.abc import Mapping

from qms_desktop.domain.fields import GROUP_SIGN, Area, RecordKind, Value
from qms_desktop.domain.text import clean

__all__ = ["GROUP_SIGN", "area_of", "composed", "fields_of", "is_personal", "merged_name"]


def merged_name(kind: RecordKind, field: str) -> str:
    """The name under which a field is merged: its own, or that of its group."""
    return kind.merged_name(field)


def fields_of(kind: RecordKind, merged: str) -> tuple[str, ...]:
    """The fields this program knows behind a merged name."""
    if merged.startswith(GROUP_SIGN):
        return tuple(field.name for field in kind.fields if field.group == merged[1:])
    return (merged,) if kind.knows(merged) else ()


def is_personal(kind: RecordKind, merged: str, area: Area) -> bool:
    """Whether the write must be sealed: a group is when any of its fields is."""
    names = fields_of(kind, merged) or (merged,)
    return any(kind.personal(name, area) for name in names)


def composed(value: Value) -> Value:
    """The value with every text in it as it is stored: composed (NFC), without what cannot be written down."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [composed(part) for part in value]
    if isinstance(value, Mapping):
        return {clean(key): composed(part) for key, part in value.items()}
    return value


def area_of(scope: str) -> Area:
    """The area a scope belongs to."""
    return Area(scope.rsplit("/", 1)[-1])
