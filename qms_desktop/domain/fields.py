"""What a field is: one definition that drives every place where the field appears.

A ``Field`` is read by the store (column, sort key, search), the forms (row, check), the lists (column), the importers, the
journal and the wire (sealed or plain), and the printed data sheet. To add a field to a kind of record, add one ``Field`` to
its definition in ``qms_desktop/domain/records``; additive columns appear when the program starts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

Value = None | bool | int | str | list["Value"] | dict[str, "Value"]
"""What a field can hold. Dates are ``YYYY-MM-DD``, moments ``YYYY-MM-DDTHH:MM`` (Viet Nam local time), money whole đồng."""

Values = Mapping[str, Value]


class Kind(StrEnum):
    """The kind of a field: how it is typed, stored, sorted and shown."""

    TEXT = "text"
    NOTE = "note"
    NAME = "name"
    CODE = "code"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    REFERENCE = "reference"
    FLAG = "flag"
    TABLE = "table"


TEXTUAL = frozenset({Kind.TEXT, Kind.NOTE, Kind.NAME, Kind.CODE, Kind.PHONE, Kind.ID_NUMBER, Kind.TABLE})
"""Kinds that can carry words about a person, and are therefore sealed by default in the dossiers' scope."""


class Area(StrEnum):
    """Who shares a record (the scope of ``docs/sync.md`` without its unit code)."""

    PROVINCE = "province"
    QMS = "qms"
    DOSSIERS = "dossiers"
    OVERSIGHT = "oversight"

    def scope(self, unit_code: str) -> str:
        """The full scope name for a unit; province and oversight do not depend on the unit."""
        return self.value if self in (Area.PROVINCE, Area.OVERSIGHT) else f"unit/{unit_code}/{self.value}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One permitted value of a choice field and its Vietnamese label."""

    value: str
    label: str


def choices(**labels: str) -> tuple[Choice, ...]:
    """Choices from ``value="label"`` pairs, in the order written."""
    return tuple(Choice(value, label) for value, label in labels.items())


Check = Callable[[Value], str | None]
"""Takes a non-empty value; returns a Vietnamese sentence saying how to put it right, or None."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of record.

    ``personal`` None means: by default of the area (text in dossiers is personal). ``group`` names fields that merge as one
    (``docs/sync.md``). ``width`` is in characters, 0 keeps the field out of lists. ``entered`` False means that only commands
    write it; the form shows it without letting it be typed. ``derived`` is computed on each PC from other records: a column like
    any other, yet never journalled, so it can never be in conflict.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    personal: bool | None = None
    options: tuple[Choice, ...] = ()
    refers: str = ""
    check: Check | None = None
    help: str = ""
    width: int = 0
    searched: bool = False
    group: str = ""
    section: str = ""
    entered: bool = True
    derived: bool = False
    default: Value = None
    columns: tuple["Field", ...] = ()

    def option_label(self, value: Value) -> str:
        """The label of a choice; an unknown value (from a newer program) is shown as it is."""
        return next((option.label for option in self.options if option.value == value), "" if value is None else str(value))


GROUP_SIGN = "#"


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record: its name in the journal, its Vietnamese label, where it is shared and its fields.

    `inherited`: the records of a unit that was merged into this one are listed among its own
    (docs/sync-details.md, "Merged units").
    `counted`: fields that one index holds together, so that many thousands are counted without reading rows.
    """

    name: str
    label: str
    areas: tuple[Area, ...]
    fields: tuple[Field, ...]
    title: tuple[str, ...] = ()
    order: str = ""
    listed: bool = True
    inherited: bool = True
    counted: tuple[str, ...] = ()
    _by_name: Mapping[str, Field] = dataclass_field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {field.name: field for field in self.fields})

    def field(self, name: str) -> Field:
        """The field of that name; KeyError if this program does not know it."""
        try:
            return self._by_name[name]
        except KeyError:
            raise KeyError(f"{self.name}.{name}") from None

    def knows(self, name: str) -> bool:
        """Whether this program has a definition of the field (a newer one may send more)."""
        return name in self._by_name

    def personal(self, name: str, area: Area) -> bool:
        """Whether the field's value is sealed when written in that area.

        In ``dossiers`` every textual field is personal unless declared otherwise, and so is a field that this program does
        not know (docs/sync-details.md, "Personal values are sealed").
        """
        if not self.knows(name):
            return area is Area.DOSSIERS
        field = self.field(name)
        if field.personal is not None:
            return field.personal
        return area is Area.DOSSIERS and field.kind in TEXTUAL

    def merged_name(self, name: str) -> str:
        """The name under which a field is merged: its own, or ``#<group>``, for the fields of a group travel as one map.

        The sign keeps a group apart from a field of the same name.
        """
        group = self.field(name).group if self.knows(name) else ""
        return GROUP_SIGN + group if group else name

    def heading(self, values: Values) -> str:
        """The words by which a person recognises the record."""
        parts = (self.field(name).option_label(values.get(name)) for name in self.title if values.get(name))
        return " · ".join(parts)
