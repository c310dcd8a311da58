"""What the window asks of the office about PCs and rights; a part of ``Desk``."""

from __future__ import annotations

from typing import Protocol

from qms_desktop.gui.desk_data import Row, SyncLine


class Rights(Protocol):
    """Who is shut out, what the province did not let stand, what is erased by order."""

    def machines(self) -> list[Row]:
        """PCs of the unit, with "id", "name", "state" in words, "own" (this one), "welcome" (not revoked) and "copy" (of
        another PC, whose roles it has not been given)."""

    def grant_to_copy(self, machine: str) -> None:
        """Grants for a copied PC what holds for the PC it was copied from."""

    def locked_units(self) -> list[str]:
        """Units that were merged into this one and whose key this PC lacks."""

    def revoke_machine(self, machine: str, reason: str) -> None:
        """Asks the province to shut a PC out, and makes a new key for the others."""

    def refused_lines(self) -> list[SyncLine]:
        """What the province did not let stand and why, newest first."""

    def order_erasure(self, code: str, decision: str) -> str:
        """Orders that the personal values of a closed dossier are erased; returns a sentence."""

    def erased(self) -> list[str]:
        """What was erased by order, a sentence each."""

    def gone(self) -> bool:
        """Whether this PC was revoked and its data is to be erased."""

    def leave(self) -> str:
        """Erases the data of a PC that was revoked; returns what the person here must know."""
