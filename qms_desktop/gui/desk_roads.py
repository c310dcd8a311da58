"""What the window asks of the office about the roads without the server: sticks and neighbours; a part of ``gui.desk.Desk``."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from qms_desktop.gui.desk_data import NeighbourItem, PacketItem


class Packets(Protocol):
    """The same exchange by files on a USB stick."""

    def packets(self) -> list[PacketItem]:
        """Packets made and read on this PC, the newest first."""

    def packet_receivers(self) -> list[tuple[str, str]]:
        """Whom a packet can be made for: a mark ("" for the province) and a name."""

    def packet_name(self, receiver: str) -> str:
        """The file name proposed for a packet."""

    def export_packet(self, file: Path, receiver: str, files: bool = False) -> str:
        """Writes a packet for that mark, with attached files if wished; returns a sentence about it."""

    def import_packet(self, file: Path) -> str:
        """Takes a packet in; returns a sentence about it."""


class Neighbours(Protocol):
    """The same exchange directly between the PCs of the office."""

    def neighbours_on(self) -> bool:
        """Whether a person has switched it on."""

    def use_neighbours(self, on: bool) -> None:
        """Switches it on or off."""

    def neighbours_place(self) -> str:
        """Where this PC answers, to be read out to a colleague; empty while it does not."""

    def neighbours(self) -> list[NeighbourItem]:
        """The PCs found or typed in."""

    def add_neighbour(self, address: str) -> str:
        """Keeps an address that cannot be found by itself; returns it as it is kept."""

    def remove_neighbour(self, key: str) -> None:
        """Forgets a typed address."""
