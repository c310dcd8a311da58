"""What a journal entry consists of; how it is spelled, hashed and sealed stands in entry.py."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from sync.canonical import Value

VOID_FIELD = ""


class Hidden(Enum):
    """Stands where a personal value is: sealed and not opened here, or erased after its retention period."""

    SEALED = "sealed"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Reference:
    """The value this field of this record got in the named entries: how a writer who cannot read a value restores it.

    Several entries mean that their values stand beside each other, as an open question.
    """

    entries: tuple[str, ...]


class Verb(StrEnum):
    """What an action does to a record."""

    CREATE = "create"
    SET = "set"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Write:
    """One field's new value and the entry ids of the heads it replaces (those the writer had before his eyes).

    A field group (values that only make sense together) is one write whose value is a dict.
    """

    field: str
    value: Value | Hidden | Reference
    replaces: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Op:
    """What an entry does to one record. VOID names in `writes` every head it saw and carries no values."""

    kind: str
    record: str
    verb: Verb
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An action before it is hashed; `at` is the claimed wall time in UTC milliseconds, `lam` from `next_lamport`."""

    schema: int
    scope: str
    journal: str
    n: int
    prev: str
    act: str
    aid: str
    by: str
    at: int
    lam: int
    ops: tuple[Op, ...]
    on_behalf: str = ""
    reason: str | Hidden = ""
    reason_personal: bool = False


@dataclass(frozen=True, slots=True)
class Seal:
    """What the body says of its ciphertext: sha256 in hex, key epoch, length in bytes."""

    hash: str
    epoch: int
    length: int


@dataclass(frozen=True, slots=True)
class Entry(Draft):
    """A hashed entry. `body` is what was hashed; personal values are Hidden until `reveal`."""

    id: str = ""
    body: bytes = b""
    seal: Seal | None = None
