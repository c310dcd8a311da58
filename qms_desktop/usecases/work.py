"""What every use case is handed: the store, who acts, the clock and the source of randomness."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from qms_desktop.domain.errors import RightsError
from qms_desktop.domain.ids import Entropy, new_id
from qms_desktop.store.unit import Author, UnitStore

Clock = Callable[[], datetime]
"""Now, as naive local time of Viet Nam."""


@dataclass(frozen=True, slots=True)
class Session:
    """A person signed in on this PC, with the roles granted to that person on this PC on the day of signing in."""

    person: str
    name: str
    roles: frozenset[str]

    def demand(self, roles: frozenset[str], what: str) -> None:
        """Raise RightsError unless the person holds one of the roles (domain-model d.5)."""
        if not roles & self.roles:
            raise RightsError(
                "QMS-301",
                f"{self.name} chưa được giao quyền {what} trên máy này.",
                do="Hãy nhờ thư ký ISO hoặc lãnh đạo giao quyền ở mục Đơn vị.",
            )


@dataclass(frozen=True, slots=True)
class Work:
    """One person's working context."""

    store: UnitStore
    session: Session
    clock: Clock
    entropy: Entropy

    @property
    def author(self) -> Author:
        """Who writes the next entry, and when."""
        return Author(person=self.session.person, at=self.clock())

    def new_id(self) -> str:
        """A fresh record id."""
        return new_id(self.clock(), self.entropy)
