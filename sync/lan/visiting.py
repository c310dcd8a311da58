"""Asking neighbours: one round with each that can be reached, after it has proved who it is; then their files, piece by piece."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sync.client.carrier import Caller, Carrier
from sync.client.credentials import Credentials
from sync.client.http import Patience, Road
from sync.client.rounds import Progress, Rounds, SyncResult
from sync.errors import SyncError, TransportFault
from sync.journal.keys import Certificate
from sync.lan.doorbell import Doorbell
from sync.lan.goods import NeighbourHold
from sync.lan.house import House
from sync.lan.meeting import PATIENCE, meet
from sync.lan.places import Contact, Network, in_order, own_networks

log = logging.getLogger("qms.lan")


@dataclass(frozen=True, slots=True)
class Visit:
    """How it went with one contact. address: where it was met, or tried last.

    at, met: the last try and the last good one, milliseconds since 1970 UTC; replica, letter, name: who answered there ("" when
    nobody ever did); sent, received, files: entries and fetched files since the program started; fault: why the last try failed.
    """

    key: str
    address: str
    at: int
    met: int | None = None
    replica: str = ""
    letter: str = ""
    name: str = ""
    sent: int = 0
    received: int = 0
    files: int = 0
    fault: SyncError | None = None


class NeighbourRounds:
    """Rounds with all neighbours in turn (`sync.client.agent.Exchanging`), and what there is to carry afterwards.

    contacts: who may be there. networks: of this PC, now.
    """

    def __init__(
        self,
        house: House,
        contacts: Callable[[], Sequence[Contact]],
        patience: Patience = PATIENCE,
        networks: Callable[[], Sequence[Network]] = own_networks,
    ) -> None:
        self._house = house
        self._contacts = contacts
        self._patience = patience
        self._networks = networks
        self._bell = Doorbell()
        self._rounds: Rounds | None = None
        self._road: Road | None = None
        self._broken_off = threading.Event()
        self._visits: dict[str, Visit] = {}
        self._carriers: dict[str, Carrier] = {}
        self._laden: dict[str, Road] = {}
        self._broke: TransportFault | None = None

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The last visit to each contact that is known now."""
        return tuple(self._visits[contact.key] for contact in self._contacts() if contact.key in self._visits)

    def run(self, progress: Progress | None = None) -> SyncResult:
        """Visit everyone; TransportFault when nobody could be reached. One neighbour's fault does not stop the others."""
        self._broken_off.clear()
        self._unload()
        contacts = self._well_first(self._contacts())
        there = self._bell.ring(contacts, [contact.key for contact in contacts if self._was_well(contact)])
        results: dict[str, SyncResult] = {}
        networks = self._networks()
        for contact in contacts:
            if self._broken_off.is_set():
                raise TransportFault(TransportFault.CUT, "broken off")
            before = self._visits.get(contact.key) or Visit(contact.key, "", 0)
            replica = before.replica if contact.typed else contact.key
            if replica in results:
                self._same(contact, replica)
                continue
            places = in_order([each for each in contact.addresses if each in there], networks, before.address)
            met = self._called_on(contact, places, progress)
            if met is not None:
                results[met[0]] = met[1]
        self._house.after()
        if not results:
            raise TransportFault(TransportFault.OFFLINE, "no neighbour could be reached")
        return _together(tuple(results.values()))

    def carry(self) -> bool:
        """Carry one piece of a file; False when there is nothing to carry now (`sync.client.agent.Carry`).

        TransportFault when nothing is left but what a broken line holds up.
        """
        for replica, road in tuple(self._laden.items()):
            if self._broken_off.is_set():
                return False
            self._road = road
            try:
                if self._carriers[replica].step():
                    return True
            except SyncError as fault:
                log.info("a neighbour's files wait: %s", fault.code)
                self._broke = fault.with_traceback(None) if isinstance(fault, TransportFault) else self._broke
            finally:
                self._road = None
            self._laden.pop(replica).close()
        broke, self._broke = self._broke, None
        if broke is not None:
            raise broke
        return False

    def waiting(self) -> int:
        """Nothing has to reach a neighbour: what counts as delivered is what the province confirms."""
        return 0

    def cut(self) -> None:
        """Break off what is under way, from another thread."""
        self._broken_off.set()
        rounds, road = self._rounds, self._road
        if rounds is not None:
            rounds.cut()
        if road is not None:
            road.cut()

    def close(self) -> None:
        """Give back all connections."""
        self._unload()

    def _unload(self) -> None:
        self._broke = None
        while self._laden:
            self._laden.popitem()[1].close()

    def _was_well(self, contact: Contact) -> bool:
        before = self._visits.get(contact.key)
        return before is not None and before.fault is None

    def _well_first(self, contacts: Sequence[Contact]) -> list[Contact]:
        """Those that were there last time; and who announced himself before what was typed, which may be the same."""
        return sorted(contacts, key=lambda contact: (not self._was_well(contact), contact.typed))

    def _called_on(self, contact: Contact, places: Sequence[str], progress: Progress | None) -> tuple[str, SyncResult] | None:
        """Who was met at the first of these addresses at which it is the one that was looked for, and the round with it."""
        fault: SyncError = TransportFault(TransportFault.OFFLINE, "nobody answers at this address")
        tried = contact.addresses[0]
        for address in places:
            if self._broken_off.is_set():
                break
            tried = address
            try:
                return self._visit(contact, address, progress)
            except SyncError as reason:
                fault = reason
            except Exception:  # whatever a stranger answers must not keep this PC from the others
                log.warning("a neighbour's answer could not be used", exc_info=True)
                fault = TransportFault(TransportFault.NOT_OUR_SERVER, "something else answers there")
        log.info("neighbour not reached: %s", fault.code)
        before = self._visits.get(contact.key) or Visit(contact.key, tried, 0)
        self._visits[contact.key] = replace(before, address=tried, at=self._house.clock(), fault=fault.with_traceback(None))
        return None

    def _visit(self, contact: Contact, address: str, progress: Progress | None) -> tuple[str, SyncResult]:
        expected = "" if contact.typed else contact.key
        road, known = meet(self._house, address, self._patience, expected, self._use)
        laden = False
        try:
            theirs = replace(self._house.credentials, url=road.url, server=known.replica, server_replica=known.replica)
            house = self._house
            self._rounds = Rounds(house.guarded(), road, theirs, house.sign_private, house.clock, house.entropy, house.before)
            result = self._rounds.run(progress)
            self._met(contact, address, known, result)
            laden = self._load(known.replica, theirs, road)
            return known.replica, result
        finally:
            self._rounds = self._road = None
            if not laden:
                road.close()

    def _use(self, road: Road) -> None:
        self._road = road

    def _met(self, contact: Contact, address: str, known: Certificate, result: SyncResult) -> None:
        now = self._house.clock()
        before = self._visits.get(contact.key)
        if before is None or before.replica != known.replica:
            before = Visit(contact.key, address, now)
        self._visits[contact.key] = replace(
            before,
            address=address,
            at=now,
            met=now,
            replica=known.replica,
            letter=known.letter,
            name=known.name,
            sent=before.sent + result.sent,
            received=before.received + result.received,
            fault=None,
        )

    def _same(self, contact: Contact, replica: str) -> None:
        """A neighbour that was visited at another address in this round."""
        other = next((each for each in self._visits.values() if each.replica == replica and each.key != contact.key), None)
        if other is not None:
            self._visits[contact.key] = replace(other, key=contact.key)

    def _load(self, replica: str, theirs: Credentials, road: Road) -> bool:
        """Keep the road for the files; what the neighbour said to hold is remembered from visit to visit."""
        house = self._house
        if house.files is None:
            return False
        caller = Caller(road, theirs, house.sign_private, house.clock, house.entropy)
        known = self._carriers.get(replica)
        if known is None:
            hold = NeighbourHold(house.files, lambda: house.comers.comes(replica, house.clock()), lambda: self._file_of(replica))
            self._carriers[replica] = Carrier(hold, caller, by=replica)
        else:
            known.caller = caller
        self._laden[replica] = road
        return True

    def _file_of(self, replica: str) -> None:
        for key, visit in tuple(self._visits.items()):
            if visit.replica == replica:
                self._visits[key] = replace(visit, files=visit.files + 1)


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
