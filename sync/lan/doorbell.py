"""Which of many addresses take a connection now, asked of all at once: however many are stale, it takes as long as one.

A PC that is switched off does not refuse, it says nothing at all. Asked one after the other, a few old addresses would keep a PC
from its real neighbours for minutes.
"""

from __future__ import annotations

import errno
import selectors
import socket
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from sync.errors import TransportFault
from sync.lan.places import Contact, place

SHORT_S = 1.5
"""How long everybody is waited for: in an office an answer takes milliseconds, or a second more when a packet was lost."""

LONG_S = 3.0
"""How long those are waited for that were there last time: a laptop on Wi-Fi wakes slowly."""

NAMES_S = 2.0
"""How long the network is given to say what number a name has."""

MOST = 256
"""Addresses at once: Windows watches 512 sockets."""

_UNDER_WAY = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0)})

Line = tuple[socket.AddressFamily, Any]


@dataclass
class Doorbell:
    """Remembers what numbers names had, so that a network that is slow to say so holds nobody up twice."""

    _numbers: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    _asking: dict[str, threading.Thread] = field(default_factory=dict)

    def ring(self, contacts: Iterable[Contact], awaited: Collection[str] = ()) -> frozenset[str]:
        """The addresses that answer, among all of these contacts. awaited: keys of those worth a longer wait."""
        wanted = tuple(contacts)
        keys = {address: contact.key for contact in wanted for address in contact.addresses}
        answered: set[str] = set()
        missing = set(awaited) & set(keys.values())
        with ExitStack() as stack, selectors.DefaultSelector() as selector:
            began = time.monotonic()
            for address, line in list(self._lines(list(keys)))[:MOST]:
                opened = _begin(line)
                if opened is not None:
                    selector.register(stack.enter_context(opened), selectors.EVENT_WRITE, address)
            while selector.get_map():
                left = (LONG_S if missing else SHORT_S) - (time.monotonic() - began)
                if left <= 0:
                    break
                for key, _events in selector.select(left):
                    selector.unregister(key.fileobj)
                    if isinstance(key.fileobj, socket.socket) and not key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                        answered.add(key.data)
                        missing.discard(keys[key.data])
        return frozenset(answered)

    def _lines(self, addresses: list[str]) -> Iterator[tuple[str, Line]]:
        """Where to connect to, for each address, and once more for each further number of a name."""
        places: dict[str, tuple[str, int]] = {}
        for address in addresses:
            with suppress(TransportFault):
                places[address] = place(address)
        self._look_up(places)
        for address, (host, port) in places.items():
            for family, number in self._numbers.get(host, ()):
                yield address, (family, (number[0], port, *number[2:]))

    def _look_up(self, places: Mapping[str, tuple[str, int]]) -> None:
        asked = dict.fromkeys(host for host, _port in places.values())
        for host in asked:
            if host not in self._asking:
                self._asking[host] = threading.Thread(target=self._ask, args=(host,), name="qms-lan-name", daemon=True)
                self._asking[host].start()
        deadline = time.monotonic() + NAMES_S
        for host in asked:
            thread = self._asking[host]
            thread.join(max(0.0, deadline - time.monotonic()))
            if not thread.is_alive():
                del self._asking[host]

    def _ask(self, host: str) -> None:
        with suppress(OSError, UnicodeError):
            found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
            self._numbers[host] = tuple((family, number) for family, _kind, _protocol, _name, number in found)


def _begin(line: Line) -> socket.socket | None:
    """A connection that is being made; None where this PC has no such network."""
    family, number = line
    try:
        opened = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return None
    opened.setblocking(False)
    if opened.connect_ex(number) not in _UNDER_WAY:
        opened.close()
        return None
    return opened
