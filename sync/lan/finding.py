"""Finding neighbours without anybody typing an address: DNS service discovery on the office's network (RFC 6762, RFC 6763).

The announcement says which unit and which replica answers at which port; it proves nothing, the hello does. It names all
addresses of this PC, and is made anew when they change: a cable instead of Wi-Fi, another lease, a network that came later.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.lan.places import Contact, own_networks, spelled

if TYPE_CHECKING:
    from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

SERVICE = "_qms-iso._tcp.local."
ASK_MS = 3_000
LOOK_EVERY_S = 15.0
"""How often this PC looks whether its own addresses are still the same."""

FORGOTTEN_S = 2.0
"""An announcement that was taken back is forgotten within a second (RFC 6762, 10.1); a new one must not go with it."""

TRIES = 2
LONGEST_STOP_S = 15
MOST = 64
"""Neighbours kept: an office has fewer PCs, and announcements prove nothing."""

MOST_ADDRESSES = 8
"""Of one neighbour: a PC with virtual networks has some five."""

log = logging.getLogger("qms.lan")


def own_addresses() -> tuple[str, ...]:
    """Where this PC can be met, as numbers."""
    return tuple(str(network.ip) for network in own_networks())


@dataclass
class Finder:
    """Announces this PC and collects the others of its unit. `changed` is called in another thread when one came or moved.

    interfaces: addresses of this PC to use; None for all of its network cards. own: says the addresses to announce; None: those
    of the interfaces, or whatever the system has now.
    """

    unit: str
    replica: str
    port: int
    changed: Callable[[], None]
    interfaces: Sequence[str] | None = None
    own: Callable[[], tuple[str, ...]] | None = None
    look_every_s: float = LOOK_EVERY_S
    _found: dict[str, Contact] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _zeroconf: Zeroconf | None = None
    _browser: ServiceBrowser | None = None
    _thread: threading.Thread | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin, without waiting: asking whether the name is free takes about two seconds."""
        self._thread = threading.Thread(target=self._run, name="qms-lan-finder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the announcement back and end all threads."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(LONGEST_STOP_S)
        self._thread = None

    def contacts(self) -> tuple[Contact, ...]:
        """The PCs found, each once: one that started again may be heard under two names for a while."""
        addresses: dict[str, dict[str, None]] = {}
        with self._lock:
            for contact in self._found.values():
                addresses.setdefault(contact.key, {}).update(dict.fromkeys(contact.addresses))
        return tuple(Contact(key, tuple(each)) for key, each in addresses.items())

    def places(self) -> tuple[str, ...]:
        """Where this PC can be met now, as numbers."""
        try:
            return self.own() if self.own is not None else tuple(self.interfaces or own_addresses())
        except OSError:
            log.info("the addresses of this PC cannot be read", exc_info=True)
            return ()

    def _run(self) -> None:
        """Announce; and again whenever the addresses of this PC are others."""
        told: tuple[str, ...] | None = None
        while not self._stopping.is_set():
            own = self.places()
            if own != told:
                if told is not None:
                    self._end()
                    self._stopping.wait(FORGOTTEN_S)
                self._begin(own)
                told = own
            self._stopping.wait(self.look_every_s)
        self._end()

    def _begin(self, own: tuple[str, ...]) -> None:
        from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

        if not own:
            return
        try:
            self._zeroconf = Zeroconf(interfaces=list(self.interfaces)) if self.interfaces else Zeroconf()
            self._browser = ServiceBrowser(self._zeroconf, SERVICE, handlers=[self._heard])
            words = {"unit": self.unit, "replica": self.replica}
            name = f"{self.replica}.{SERVICE}"
            info = ServiceInfo(SERVICE, name, parsed_addresses=list(own), port=self.port, properties=words)
            if not self._stopping.is_set():
                self._zeroconf.register_service(info, allow_name_change=True)
        except Exception:  # the edge of a thread: without finding, typed addresses still work
            log.warning("this network does not let neighbours find each other", exc_info=True)

    def _end(self) -> None:
        for end in (self._browser and self._browser.cancel, self._zeroconf and self._zeroconf.close):
            try:
                if end:
                    end()
            except Exception:  # the network may be gone; what is left ends with the program
                log.info("the announcement could not be taken back", exc_info=True)
        self._zeroconf = self._browser = None

    def _heard(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: object) -> None:
        from zeroconf import ServiceStateChange

        if state_change is ServiceStateChange.Removed:
            with self._lock:
                self._found.pop(name, None)
            return
        try:
            asked = (zeroconf.get_service_info(service_type, name, timeout=ASK_MS) for _ in range(TRIES))
            info = next(filter(None, asked), None)
            if info is not None and self._keep(name, info):
                self.changed()
        except Exception:  # whatever a stranger announces must not end the library's thread
            log.info("an announcement could not be read", exc_info=True)

    def _keep(self, name: str, info: ServiceInfo) -> bool:
        words = {key: value for key, value in info.decoded_properties.items() if value}
        replica, port = words.get("replica"), info.port
        addresses = info.parsed_scoped_addresses()[:MOST_ADDRESSES]
        if words.get("unit") != self.unit or replica in (None, self.replica) or not addresses or not port:
            return False
        contact = Contact(str(replica), tuple(spelled(address, port) for address in addresses))
        with self._lock:
            if name not in self._found and len(self._found) >= MOST:
                return False
            fresh = self._found.get(name) != contact
            self._found[name] = contact
        return fresh
