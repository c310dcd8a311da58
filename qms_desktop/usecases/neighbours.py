"""The PCs of one office exchange directly over its own network, so that work goes on together while the internet is down."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.settings import NEIGHBOUR_ADDRESSES, NEIGHBOURS, Settings
from qms_desktop.usecases.neighbour_words import fault_in_words, wrong_address

if TYPE_CHECKING:
    from sync.client.agent import Agent
    from sync.lan.finding import Finder
    from sync.lan.house import House
    from sync.lan.listening import Listener
    from sync.lan.places import Contact
    from sync.lan.visiting import NeighbourRounds, Visit

LATE = timedelta(minutes=30)
"""A neighbour not reached for so long is shown as away rather than as well."""


@dataclass(frozen=True, slots=True)
class Network:
    """The network cards to use. address: of the one that answers; interfaces: of those that announce (None: all);
    own: where this PC can be met, as it is announced (None: what the system says).

    All of them by default: the switch in the window opens this PC to its office, hello and sign-on keep strangers out.
    """

    address: str = "0.0.0.0"
    interfaces: Sequence[str] | None = None
    own: Callable[[], tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class NeighbourLine:
    """One neighbour in words. key: what `remove_address` takes; met: when it was met last, "" if never; well: whether the last
    exchange was good and recent; None before the first.
    """

    key: str
    address: str
    name: str
    met: str
    state: str
    well: bool | None
    typed: bool


class Neighbourhood:
    """Answers neighbours, finds them and visits them in the background, from `start` to `stop`."""

    def __init__(self, house: House, settings: Settings, network: Network) -> None:
        from sync.client.agent import Agent
        from sync.lan.finding import Finder
        from sync.lan.listening import Listener
        from sync.lan.visiting import NeighbourRounds

        self._settings = settings
        self._listener: Listener = Listener(house, network.address)
        mine = house.credentials
        self._finder: Finder = Finder(mine.unit, mine.replica, self._listener.port, self._found, network.interfaces, network.own)
        self._rounds: NeighbourRounds = NeighbourRounds(house, self.contacts)
        self.agent: Agent = Agent(self._rounds, clock=house.clock, chance=random.random, carry=self._rounds.carry)

    @property
    def port(self) -> int:
        """Where this PC answers."""
        return self._listener.port

    def places(self) -> tuple[str, ...]:
        """Every address at which this PC can be met, as a colleague would type it: without the port where it is the usual one."""
        from sync.lan.places import PORT, spelled

        usual = self.port == PORT
        return tuple(host if usual and ":" not in host else spelled(host, self.port) for host in self._finder.places())

    def contacts(self) -> tuple[Contact, ...]:
        """Every neighbour that was found or typed in."""
        return (*self._finder.contacts(), *typed_contacts(self._settings))

    def visits(self) -> tuple[Visit, ...]:
        """The last visit to each of them."""
        return self._rounds.visits

    def start(self) -> None:
        """Begin to answer, to announce, to look for the others and to visit them."""
        self._listener.start()
        self._finder.start()
        self.agent.start()

    def stop(self) -> None:
        """End all of it; what was exchanged stays."""
        try:
            self.agent.stop()
        finally:
            self._rounds.close()
            try:
                self._finder.stop()
            finally:
                self._listener.stop()

    def _found(self) -> None:
        self.agent.wake()


def opened(house: Callable[[], House], settings: Settings, network: Network) -> Neighbourhood | None:
    """The neighbourhood, begun, where a person has switched it on; None otherwise."""
    if not settings.get(NEIGHBOURS):
        return None
    made = Neighbourhood(house(), settings, network)
    made.start()
    return made


def listed(there: Neighbourhood | None, settings: Settings, now: datetime) -> list[NeighbourLine]:
    """Everyone found or typed in, with how the last visit went; a typed address of a PC that was found is no line of its own."""
    visits = {visit.key: visit for visit in there.visits()} if there is not None else {}
    known = there.contacts() if there is not None else typed_contacts(settings)
    return [_line(contact, visits, now) for contact in known if not _said_already(contact, known, visits)]


def place_in_words(places: Sequence[str]) -> str:
    """What a person reads out to a colleague whose PC does not find this one."""
    if not places:
        return "Máy này chưa có mạng nội bộ."
    return f"Máy khác gõ địa chỉ máy này là {' hoặc '.join(places)}"


def _said_already(contact: Contact, known: Sequence[Contact], visits: Mapping[str, Visit]) -> bool:
    visit = visits.get(contact.key)
    well = visit is not None and visit.fault is None
    return well and contact.typed and any(visit and other.key == visit.replica for other in known)


def _line(contact: Contact, visits: Mapping[str, Visit], now: datetime) -> NeighbourLine:
    visit = visits.get(contact.key)
    if visit is None:
        return NeighbourLine(contact.key, contact.addresses[0], "", "", "Chưa liên lạc", None, contact.typed)
    moment = _moment(visit.met) if visit.met is not None else None
    met = f"{moment:%d/%m/%Y %H:%M}" if moment else ""
    name = f"Máy {visit.letter} · {visit.name}" if visit.replica else ""
    if visit.fault is not None:
        return NeighbourLine(contact.key, visit.address, name, met, fault_in_words(visit.fault), False, contact.typed)
    well = moment is not None and now - moment <= LATE
    return NeighbourLine(contact.key, visit.address, name, met, _went_over(visit), well, contact.typed)


def _went_over(visit: Visit) -> str:
    """What went over since the program started, both ways."""
    parts = [f"{words} {count} mục" for words, count in (("gửi", visit.sent), ("nhận", visit.received)) if count]
    if visit.files:
        parts.append(f"nhận {visit.files} tệp")
    return f"Đã trao đổi: {', '.join(parts)}" if parts else "Hai máy giống nhau, không có gì mới"


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, VIET_NAM).replace(tzinfo=None)


def typed(settings: Settings) -> tuple[str, ...]:
    """The addresses a person typed in."""
    return tuple(settings.get(NEIGHBOUR_ADDRESSES).split())


def typed_contacts(settings: Settings) -> tuple[Contact, ...]:
    """The same as PCs that may be met there."""
    from sync.lan.places import Contact

    return tuple(Contact(address, (address,), typed=True) for address in typed(settings))


def add_address(settings: Settings, address: str, own: Sequence[str] = ()) -> str:
    """Keep an address in its one spelling, which is returned; InputError when it is none, or this PC's own (`own`)."""
    from sync.lan.places import AddressFault, full

    try:
        kept = full(address)
        if kept in map(full, own):
            raise InputError(
                "QMS-827", "Đây là địa chỉ của chính máy này.", do="Hãy gõ địa chỉ của máy kia: mở trang này trên máy đó để xem."
            )
    except AddressFault as fault:
        raise wrong_address(address, fault.why) from fault
    settings.set(NEIGHBOUR_ADDRESSES, " ".join(dict.fromkeys((*typed(settings), kept))))
    return kept


def remove_address(settings: Settings, address: str) -> None:
    """Forget a typed address; one that was found by itself stays as long as it announces itself."""
    settings.set(NEIGHBOUR_ADDRESSES, " ".join(kept for kept in typed(settings) if kept != address))
