"""Meeting one neighbour: the key it shows, the hello that proves it, and a road pinned to that key."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

from sync.client.http import Patience, Road
from sync.client.transport import judged
from sync.errors import AccessFault, TransportFault
from sync.journal.keys import Certificate
from sync.lan.hello import NONCE_BYTES, neighbour
from sync.lan.house import House
from sync.lan.places import place, spelled

PATIENCE = Patience(connect_s=3.0, stall_s=30.0, tries=0)
LONGEST_HELLO = 4_096
LONGEST_GREETING_S = 10
"""A stranger who answers byte by byte must not keep this PC from its real neighbours."""


def meet(house: House, address: str, patience: Patience, expected: str, use: Callable[[Road], None]) -> tuple[Road, Certificate]:
    """A road to the PC at an address, and who it is; SyncError unless it is one of this unit.

    expected: the replica that announced itself there ("" where a person typed the address): an address that now belongs to
    another PC is not taken for it. `use` is told the road before anything is asked, so that another thread can cut it.
    """
    host, port = place(address)
    pin = _fingerprint_at(host, port, patience.connect_s)
    road = Road(f"https://{spelled(host, port)}", patience, pin, direct=True)
    use(road)
    try:
        known = _greeted(house, road, pin)
        if expected and known.replica != expected:
            raise AccessFault(AccessFault.UNKNOWN_DEVICE, "another PC of the unit has this address now")
    except BaseException:
        road.close()
        raise
    return road, known


def _greeted(house: House, road: Road, pin: str) -> Certificate:
    nonce = house.entropy(NONCE_BYTES)
    slow = threading.Timer(LONGEST_GREETING_S, road.cut)
    slow.start()
    try:
        content = judged(road.ask("GET", f"/hello/{nonce.hex()}")).whole(LONGEST_HELLO)
    finally:
        slow.cancel()
        slow.join()
    mine = house.credentials
    known = neighbour(content, mine.province_key, mine.unit, pin, nonce)
    if known.replica == mine.replica:
        raise AccessFault(AccessFault.BAD_REQUEST, "this is the PC itself")
    if not house.welcome(known.replica):
        raise AccessFault(AccessFault.REVOKED, "this neighbour was revoked")
    return known


def _fingerprint_at(host: str, port: int, patience_s: float) -> str:
    from sync.client.adapter import pinned_context

    try:
        plain = socket.create_connection((host, port), timeout=patience_s)
        with plain, pinned_context().wrap_socket(plain, server_hostname=host) as secure:
            shown = secure.getpeercert(binary_form=True) or b""
            with suppress(OSError):
                secure.unwrap()  # a farewell: the other side then ends this connection at once
    except ssl.SSLError as fault:
        raise TransportFault(TransportFault.NOT_OUR_SERVER, "something else answers there") from fault
    except UnicodeError as fault:
        raise TransportFault(TransportFault.BAD_ADDRESS, "no network knows such a name") from fault
    except OSError as fault:
        raise TransportFault(TransportFault.OFFLINE, "nobody answers at this address") from fault
    return hashlib.sha256(shown).hexdigest()
