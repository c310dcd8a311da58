"""The other PCs of the office's own network: who is there and how the last exchange with each went, in words."""

from __future__ import annotations

from qms_desktop.gui.desk import NeighbourItem
from qms_desktop.gui.desks.packets import OfficePacketDesk
from qms_desktop.settings import NEIGHBOURS
from qms_desktop.usecases import neighbours

_LEVELS = {True: "ok", False: "soon", None: "calm"}


class OfficeNeighbourDesk(OfficePacketDesk):
    """See ``gui.desk.Neighbours``."""

    def neighbours_on(self) -> bool:
        """The switch."""
        return self.office.store is not None and self.office.settings.get(NEIGHBOURS)

    def use_neighbours(self, on: bool) -> None:
        """Begins or ends at once on a PC that is enrolled."""
        self.office.demand_credentials()
        self.office.use_neighbours(on)

    def neighbours_place(self) -> str:
        """Every address of this PC, as a colleague types it."""
        there = self.office.neighbourhood
        if there is None:
            return ""
        return neighbours.place_in_words(there.places())

    def neighbours(self) -> list[NeighbourItem]:
        """Everyone known, with the last visit."""
        if self.office.store is None:
            return []
        lines = neighbours.listed(self.office.neighbourhood, self.office.settings, self.now())
        return [
            NeighbourItem(line.key, line.address, line.name, line.met, line.state, _LEVELS[line.well], line.typed)
            for line in lines
        ]

    def add_neighbour(self, address: str) -> str:
        """Keeps it and visits it at once."""
        there = self.office.neighbourhood
        kept = neighbours.add_address(self.office.settings, address, there.places() if there is not None else ())
        self._wake_neighbours()
        return kept

    def remove_neighbour(self, key: str) -> None:
        """Forgets it."""
        neighbours.remove_address(self.office.settings, key)

    def sync_now(self) -> None:
        """Wakes the exchange with the province and with the neighbours."""
        super().sync_now()
        self._wake_neighbours()

    def want_file(self, item: str) -> None:
        """Fetched first, from whoever has it: the province or a neighbour."""
        super().want_file(item)
        self._wake_neighbours()

    def _wake_neighbours(self) -> None:
        there = self.office.neighbourhood
        if there is not None:
            there.agent.wake()
