"""Asking neighbours: one round with each that can be reached, after it has proved who it is."""

from __future__ import annotations

import hashlib
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sync.client.http import Patience, Road
from sync.client.rounds import Progress, Rounds, SyncResult
from sync.client.transport import judged
from sync.errors import AccessFault, SyncError, TransportFault
from sync.journal.keys import Certificate
from sync.lan.hello import NONCE_BYTES, neighbour
from sync.lan.house import House
from sync.lan.listening import PORT

PATIENCE = Patience(connect_s=3.0, stall_s=30.0, tries=0)
LONGEST_HELLO = 4_096
LONGEST_GREETING_S = 10
"""A stranger who answers byte by byte must not keep this PC from its real neighbours."""

log = logging.getLogger("qms.lan")


@dataclass(frozen=True, slots=True)
class Visit:
    """How it went with one address. at: milliseconds since 1970 UTC; letter and name: who answered there ("" when nobody did)."""

    address: str
    at: int
    letter: str = ""
    name: str = ""
    sent: int = 0
    received: int = 0
    fault: SyncError | None = None


class NeighbourRounds:
    """Rounds with all neighbours in turn (`sync.client.agent.Exchanging`). `addresses` gives host:port texts, freshest first."""

    def __init__(self, house: House, addresses: Callable[[], Sequence[str]], patience: Patience = PATIENCE) -> None:
        self._house = house
        self._addresses = addresses
        self._patience = patience
        self._rounds: Rounds | None = None
        self._road: Road | None = None
        self._broken_off = threading.Event()
        self._visits: dict[str, Visit] = {}

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The last visit to each address that is known now."""
        known = self._addresses()
        return tuple(visit for address, visit in tuple(self._visits.items()) if address in known)

    def run(self, progress: Progress | None = None) -> SyncResult:
        """Visit everyone; TransportFault when nobody could be reached. One neighbour's fault does not stop the others."""
        self._broken_off.clear()
        results: list[SyncResult] = []
        for address in self._addresses():
            if self._broken_off.is_set():
                raise TransportFault(TransportFault.CUT, "broken off")
            try:
                results.append(self._visit(address, progress))
            except SyncError as fault:
                self._missed(address, fault)
            except Exception:  # whatever a stranger answers must not keep this PC from the others
                log.warning("a neighbour's answer could not be used", exc_info=True)
                self._missed(address, TransportFault(TransportFault.NOT_OUR_SERVER, "something else answers there"))
        self._house.after()
        if not results:
            raise TransportFault(TransportFault.OFFLINE, "no neighbour could be reached")
        return _together(results)

    def waiting(self) -> int:
        """Nothing has to reach a neighbour: what counts as delivered is what the province confirms."""
        return 0

    def cut(self) -> None:
        """Break off the round under way, from another thread."""
        self._broken_off.set()
        rounds, road = self._rounds, self._road
        if rounds is not None:
            rounds.cut()
        if road is not None:
            road.cut()

    def _missed(self, address: str, fault: SyncError) -> None:
        log.info("neighbour not reached: %s", fault.code)
        self._visits[address] = Visit(address, self._house.clock(), fault=fault.with_traceback(None))

    def _visit(self, address: str, progress: Progress | None) -> SyncResult:
        url = f"https://{address}"
        host, port = place(address)
        pin = _fingerprint_at(host, port, self._patience.connect_s)
        self._road = road = Road(url, self._patience, pin, direct=True)
        try:
            known = self._greeted(road, pin)
            mine = self._house.credentials
            theirs = replace(mine, url=url, server=known.replica, server_replica=known.replica)
            house = self._house
            log = house.guarded()
            self._rounds = Rounds(log, road, theirs, house.sign_private, house.clock, house.entropy, house.before)
            result = self._rounds.run(progress)
        finally:
            self._rounds = self._road = None
            road.close()
        moved = (result.sent, result.received)
        self._visits[address] = Visit(address, self._house.clock(), known.letter, known.name, *moved)
        return result

    def _greeted(self, road: Road, pin: str) -> Certificate:
        nonce = self._house.entropy(NONCE_BYTES)
        slow = threading.Timer(LONGEST_GREETING_S, road.cut)
        slow.start()
        try:
            content = judged(road.ask("GET", f"/hello/{nonce.hex()}")).whole(LONGEST_HELLO)
        finally:
            slow.cancel()
            slow.join()
        mine = self._house.credentials
        known = neighbour(content, mine.province_key, mine.unit, pin, nonce)
        if known.replica == mine.replica:
            raise AccessFault(AccessFault.BAD_REQUEST, "this is the PC itself")
        if not self._house.welcome(known.replica):
            raise AccessFault(AccessFault.REVOKED, "this neighbour was revoked")
        return known


def place(address: str) -> tuple[str, int]:
    """Host and port of a typed address, `192.168.1.7` or `may-2:8767`; TransportFault for anything else."""
    try:
        parts = urlsplit(f"//{address.strip()}")
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port = None, 0
    if not host or parts.path or parts.query or parts.fragment or parts.username is not None or any(map(str.isspace, host)):
        raise TransportFault(TransportFault.BAD_ADDRESS, "the address of a neighbour is a name or number, and a port")
    return host, port


def full(address: str) -> str:
    """A typed address with its port."""
    host, port = place(address)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


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


def _together(results: Sequence[SyncResult]) -> SyncResult:
    """Several rounds as one."""
    return SyncResult(
        requests=sum(result.requests for result in results),
        bytes_up=sum(result.bytes_up for result in results),
        bytes_down=sum(result.bytes_down for result in results),
        received=sum(result.received for result in results),
        sent=sum(result.sent for result in results),
        digests=results[-1].digests,
        equal=all(result.equal for result in results),
        mismatched=tuple(sorted({scope for result in results for scope in result.mismatched})),
        refused=tuple(sorted({refusal for result in results for refusal in result.refused})),
        own_journal_seen=any(result.own_journal_seen for result in results),
    )
