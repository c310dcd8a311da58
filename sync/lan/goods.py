"""The sealed files of a PC and its neighbours: what it gives to whom, and what it takes.

A neighbour that comes here by itself fetches what it lacks, so nothing is brought to it; files are brought only to one that never
knocks here (a firewall, an address nobody knows). Either way a file moves once. Only what a record here names is given or taken,
so nobody can fill a disk, and what was erased by order does not come back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sync.client.carrier import Hold
from sync.errors import BlobFault
from sync.files import counter
from sync.files.blobs import MAX_BLOB, Allowance, Freight
from sync.files.shelf import Shelf


class Comer(Protocol):
    """A neighbour who calls."""

    @property
    def replica(self) -> str:
        """Its replica id."""


class GoodsCounter:
    """Where neighbours ask for files (`sync.web.blob_api.Keeping`). unit: whose scopes are meant."""

    def __init__(self, hold: Hold, unit: str) -> None:
        self._hold = hold
        self._unit = unit
        self._named: tuple[Sequence[Freight], dict[tuple[str, str], Freight]] = ((), {})

    def standing(self, caller: Comer, area: str, names: bytes) -> list[int]:
        """How many bytes are here of each file, for the neighbour that brings or fetches it; nothing of what no record names."""
        scope, shelf, asked = self._scope(area), self._hold.shelf, counter.names_asked(names)
        return [shelf.held(name, by=caller.replica) if self._freight(scope, name) else 0 for name in asked]

    def take(self, caller: Comer, area: str, name: str, size: int, start: int, data: bytes) -> int:
        """Keep a piece; BlobFault MISSING for a file that no record here names."""
        counter.checked_place(size, start, len(data), MAX_BLOB)
        freight, shelf = self._demanded(area, name), self._hold.shelf
        if size != freight.blob.size:
            raise BlobFault(BlobFault.BAD_REQUEST, "the record names another size")
        if shelf.size(name) is not None:
            return size
        held = counter.take(shelf, name, size, start, data, caller.replica)
        if shelf.size(name) is not None:
            self._hold.arrived(freight)
        return held

    def give(self, _caller: Comer, area: str, name: str, number: int, at: int, length: int) -> bytes:
        """A part of a chunk; BlobFault MISSING when the file is not whole here, or no record names it."""
        self._demanded(area, name)
        return counter.give(self._hold.shelf, name, number, at, length)

    def _demanded(self, area: str, name: str) -> Freight:
        freight = self._freight(self._scope(area), name)
        if freight is None:
            raise BlobFault(BlobFault.MISSING, "no record here names this file")
        return freight

    def _freight(self, scope: str, name: str) -> Freight | None:
        listed, named = self._named
        if listed is not (fresh := self._hold.freight()):
            named = {(each.scope, each.blob.name): each for each in fresh}
            self._named = (fresh, named)
        return named.get((scope, name))

    def _scope(self, area: str) -> str:
        """Asked for by `sync.client.carrier.path_of`. Whatever scope is meant, the records here decide what is known of it."""
        unit, _, folder = area.rpartition(".")
        return f"unit/{unit or self._unit}/{folder}"


@dataclass(frozen=True)
class NeighbourHold:
    """What this PC carries over the road to one neighbour (`sync.client.carrier.Hold`).

    No daily budget and no metered line holds in the office's own network. comes: whether that neighbour fetches by itself.
    came: told of every file that became whole.
    """

    hold: Hold
    comes: Callable[[], bool]
    came: Callable[[], None] = field(default=lambda: None)

    @property
    def shelf(self) -> Shelf:
        """See Hold."""
        return self.hold.shelf

    def freight(self) -> Sequence[Freight]:
        """What to fetch; and what to bring, to a neighbour that does not fetch."""
        freight = self.hold.freight()
        return [each for each in freight if not each.up] if self.comes() else freight

    def allowance(self) -> Allowance:
        """See Hold."""
        return Allowance()

    def moved(self, count: int) -> None:
        """Not counted: see allowance."""

    def fits(self, freight: Freight, head: bytes, number: int, chunk: bytes) -> bool:
        """See Hold."""
        return self.hold.fits(freight, head, number, chunk)

    def arrived(self, freight: Freight) -> None:
        """See Hold."""
        self.hold.arrived(freight)
        self.came()

    def spoiled(self, freight: Freight) -> None:
        """See Hold."""
        self.hold.spoiled(freight)
