"""Finding neighbours without anybody typing an address: DNS service discovery on the office's network (RFC 6762, RFC 6763).

The announcement says which unit and which replica answers at which port; it proves nothing, the hello does.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

SERVICE = "_qms-iso._tcp.local."
ASK_MS = 3_000
LONGEST_STOP_S = 15
MOST = 64
"""Neighbours kept: an office has fewer PCs, and announcements prove nothing."""

log = logging.getLogger("qms.lan")


@dataclass
class Finder:
    """Announces this PC and collects the others of its unit. `changed` is called in a thread of the library when one came.

    interfaces: addresses of this PC to use; None for all of its network cards.
    """

    unit: str
    replica: str
    port: int
    changed: Callable[[], None]
    interfaces: Sequence[str] | None = None
    _found: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _zeroconf: Zeroconf | None = None
    _browser: ServiceBrowser | None = None
    _thread: threading.Thread | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin, without waiting: asking whether the name is free takes about two seconds."""
        self._thread = threading.Thread(target=self._begin, name="qms-lan-finder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the announcement back and end all threads."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(LONGEST_STOP_S)
        for end in (self._browser and self._browser.cancel, self._zeroconf and self._zeroconf.close):
            try:
                if end:
                    end()
            except Exception:  # the network may be gone; what is left ends with the program
                log.info("the announcement could not be taken back", exc_info=True)
        self._zeroconf = self._browser = self._thread = None

    def addresses(self) -> tuple[str, ...]:
        """host:port of the PCs found."""
        with self._lock:
            return tuple(self._found.values())

    def _begin(self) -> None:
        from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

        try:
            self._zeroconf = Zeroconf(interfaces=list(self.interfaces)) if self.interfaces else Zeroconf()
            self._browser = ServiceBrowser(self._zeroconf, SERVICE, handlers=[self._heard])
            own = [ipaddress.ip_address(address).packed for address in self.interfaces or _own_addresses()]
            words = {"unit": self.unit, "replica": self.replica}
            info = ServiceInfo(SERVICE, f"{self.replica}.{SERVICE}", addresses=own, port=self.port, properties=words)
            if own and not self._stopping.is_set():
                self._zeroconf.register_service(info, allow_name_change=True)
        except Exception:  # the edge of a thread: without finding, typed addresses still work
            log.warning("this network does not let neighbours find each other", exc_info=True)

    def _heard(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: object) -> None:
        from zeroconf import ServiceStateChange

        if state_change is ServiceStateChange.Removed:
            with self._lock:
                self._found.pop(name, None)
            return
        try:
            info = zeroconf.get_service_info(service_type, name, timeout=ASK_MS)
            if info is not None and self._keep(name, info):
                self.changed()
        except Exception:  # whatever a stranger announces must not end the library's thread
            log.info("an announcement could not be read", exc_info=True)

    def _keep(self, name: str, info: ServiceInfo) -> bool:
        words = {key: value for key, value in info.decoded_properties.items() if value}
        addresses = info.parsed_addresses()
        if words.get("unit") != self.unit or words.get("replica") in (None, self.replica) or not addresses or not info.port:
            return False
        address = next((text for text in addresses if ":" not in text), f"[{addresses[0]}]")
        with self._lock:
            if len(self._found) < MOST:
                self._found[name] = f"{address}:{info.port}"
        return True


def _own_addresses() -> list[str]:
    import ifaddr

    found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if isinstance(ip.ip, str))
    return [address for address in found if not ipaddress.ip_address(address).is_loopback]
