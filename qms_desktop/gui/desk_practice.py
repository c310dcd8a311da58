"""What a window may ask of the office for practice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from qms_desktop.gui.desk import Desk


class Practice(Protocol):
    """Trying everything out without touching the office."""

    def practising(self) -> bool:
        """Whether this is the office for practice."""

    def practice(self) -> Desk:
        """A fresh office for practice with somebody signed in, in a data folder of its own that is never exchanged."""

    def sample_card(self) -> str:
        """An invented citizen's card, as a scanner types it."""

    def end_practice(self) -> None:
        """Closes the office for practice and clears its folder away."""
