"""What fetching a snapshot asks of a PC's store."""

from dataclasses import dataclass
from typing import Protocol

from sync.newcomer.snapshot import Part, Start


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much of a scope's snapshot is kept here: the bytes of its first whole parts, and their entries."""

    name: str
    position: int
    entries: int
    complete: bool


class Underlay(Protocol):
    """Where a PC keeps snapshots while its history is incomplete. Each method is one transaction."""

    def takes(self, scope: str) -> bool:
        """Whether snapshots of this scope are wanted at all."""

    def arrived(self, scope: str) -> Arrived | None:
        """What is kept of the scope's snapshot; None when there is none."""

    def begin(self, name: str, start: Start, position: int) -> None:
        """A snapshot begins; an older one of the same scope is dropped."""

    def entry_at(self, scope: str, number: int) -> str:
        """The id of an entry by its number in the snapshot; LookupError when there is none."""

    def keep(self, scope: str, part: Part, position: int) -> None:
        """Show the records of a part from now on."""

    def end(self, scope: str, position: int) -> None:
        """The snapshot is complete."""

    def settle(self, scope: str) -> bool:
        """Drop the snapshot if everything its maker held is held here now; whether none is left."""
