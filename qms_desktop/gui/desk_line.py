"""What the window asks of the office about the line to the province; a part of ``gui.desk.Desk``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LineFacts:
    """The line as it is set and found: the server's address ("" before enrolment), the system's proxy ("": none) and its script
    (PAC), the name kept for the proxy, whether the line is paid by the byte, and what moved since the program started.
    """

    server: str
    proxy: str
    script: str
    login: str
    metered: bool
    moved: str


class Line(Protocol):
    """The line to the province."""

    def line(self) -> LineFacts:
        """How it is set."""

    def use_metered(self, on: bool) -> None:
        """Spares the line from now on, or no longer."""

    def use_proxy_login(self, name: str, password: str) -> None:
        """Keeps name and password for the proxy among the secrets; without a name they are forgotten."""
