"""The PCs of one office exchange directly over its own network, so that work goes on together while the internet is down."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from qms_desktop.domain.errors import InputError
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.settings import NEIGHBOUR_ADDRESSES, NEIGHBOURS, Settings
from qms_desktop.sync_faults import neighbour_fault
from sync.errors import TransportFault

if TYPE_CHECKING:
    from sync.client.agent import Agent
    from sync.lan.finding import Finder
    from sync.lan.house import House
    from sync.lan.listening import Listener
    from sync.lan.visiting import NeighbourRounds, Visit

LATE = timedelta(minutes=30)
"""A neighbour not reached for so long is shown as away rather than as well."""


@dataclass(frozen=True, slots=True)
class Network:
    """The network cards to use. address: of the one that answers; interfaces: of those that announce (None: all).

    All of them by default: the switch in the window opens this PC to its office, hello and sign-on keep strangers out.
    """

    address: str = "0.0.0.0"
    interfaces: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class NeighbourLine:
    """One neighbour in words. well: whether the last exchange was good and recent; None before the first."""

    address: str
    name: str
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
        self._finder: Finder = Finder(mine.unit, mine.replica, self._listener.port, self._found, network.interfaces)
        self._rounds: NeighbourRounds = NeighbourRounds(house, self.addresses)
        self.agent: Agent = Agent(self._rounds, clock=house.clock, chance=random.random)

    @property
    def port(self) -> int:
        """Where this PC answers."""
        return self._listener.port

    def addresses(self) -> tuple[str, ...]:
        """host:port of every neighbour that was found or typed in, each once."""
        return tuple(dict.fromkeys((*self._finder.addresses(), *typed(self._settings))))

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
    """Everyone found or typed in, with how the last visit went."""
    kept = typed(settings)
    known = there.addresses() if there is not None else kept
    visits = {visit.address: visit for visit in there.visits()} if there is not None else {}
    return [_line(address, visits.get(address), address in kept, now) for address in known]


def _line(address: str, visit: Visit | None, by_hand: bool, now: datetime) -> NeighbourLine:
    if visit is None:
        return NeighbourLine(address, "", "Chưa liên lạc", None, by_hand)
    if visit.fault is not None:
        return NeighbourLine(address, "", neighbour_fault(visit.fault), False, by_hand)
    moment = datetime.fromtimestamp(visit.at / 1000, VIET_NAM).replace(tzinfo=None)
    words = f"Đã trao đổi {moment:%d/%m/%Y %H:%M}"
    if visit.sent or visit.received:
        words += f": gửi {visit.sent}, nhận {visit.received}"
    return NeighbourLine(address, f"Máy {visit.letter} · {visit.name}", words, now - moment <= LATE, by_hand)


def typed(settings: Settings) -> tuple[str, ...]:
    """The addresses a person typed in."""
    return tuple(settings.get(NEIGHBOUR_ADDRESSES).split())


def add_address(settings: Settings, address: str) -> None:
    """Keep an address; InputError when it is none."""
    from sync.lan.visiting import full

    try:
        kept = dict.fromkeys((*typed(settings), full(address)))
    except TransportFault as fault:
        raise InputError(
            "QMS-826", f"“{address.strip()}” không phải địa chỉ máy.", do="Hãy gõ như 192.168.1.7 hoặc tên máy trong mạng."
        ) from fault
    settings.set(NEIGHBOUR_ADDRESSES, " ".join(kept))


def remove_address(settings: Settings, address: str) -> None:
    """Forget a typed address; one that was found by itself stays as long as it announces itself."""
    settings.set(NEIGHBOUR_ADDRESSES, " ".join(kept for kept in typed(settings) if kept != address))
