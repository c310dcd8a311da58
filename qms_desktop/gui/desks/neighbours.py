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
        """The port; the address is this PC's own."""
        there = self.office.neighbourhood
        return f"Máy này trả lời các máy khác ở cổng {there.port}." if there is not None else ""

    def neighbours(self) -> list[NeighbourItem]:
        """Everyone known, with the last visit."""
        if self.office.store is None:
            return []
        lines = neighbours.listed(self.office.neighbourhood, self.office.settings, self.now())
        return [NeighbourItem(line.address, line.name, line.state, _LEVELS[line.well], line.typed) for line in lines]

    def add_neighbour(self, address: str) -> None:
        """Keeps it and visits it at once."""
        neighbours.add_address(self.office.settings, address)
        if self.office.neighbourhood is not None:
            self.office.neighbourhood.agent.wake()

    def remove_neighbour(self, address: str) -> None:
        """Forgets it."""
        neighbours.remove_address(self.office.settings, address)

    def sync_now(self) -> None:
        """Wakes the exchange with the province and with the neighbours."""
        super().sync_now()
        if self.office.neighbourhood is not None:
            self.office.neighbourhood.agent.wake()
