"""Erasing personal values by an order that the province has accepted: their ciphertext goes, chains and digests stay.

Only what a server itself named is erased, so that no PC can make the others forget. It is done again after every exchange,
for a neighbour may hand over an entry that still had its ciphertext.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from qms_desktop.domain.records.custody import ERASURE
from qms_desktop.domain.text import clean
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.projection import Projection
from qms_desktop.store.unit import UnitStore

ACCEPTED = "accepted"
IsServer = Callable[[str], bool]
"""Whether the province certified a journal as a server's."""


@dataclass(frozen=True, slots=True)
class Order:
    """An accepted order: the decision's number, the day it was accepted, and the entries it names."""

    decision: str
    accepted_at: str
    entries: tuple[str, ...]


def orders(ledger: Ledger, is_server: IsServer) -> list[Order]:
    """The orders that count."""
    found = []
    for record in ledger.records(ERASURE.name):
        names: set[str] = set()
        for head, _ in record.state.heads.get(ACCEPTED, ()):
            entry, write = ledger.entry(head), ledger.write(head, ERASURE.name, record.record, ACCEPTED)
            if entry is not None and write is not None and is_server(entry.journal) and isinstance(write.value, list):
                names |= {str(name) for name in write.value}
        if names:
            said = [_said(ledger, record.record, record.state.heads.get(name, ()), name) for name in ("decision", "accepted_at")]
            found.append(Order(said[0], said[1], tuple(sorted(names))))
    return found


def _said(ledger: Ledger, record: str, heads: Iterable[tuple[str, int]], name: str) -> str:
    values = [ledger.value(head, ERASURE.name, record, name) for head, _ in heads]
    return clean(str(values[-1])) if values else ""


def obey(store: UnitStore, is_server: IsServer) -> int:
    """Erase what accepted orders name and show it; how many entries lost their values now."""
    with store.reading() as ledger:
        named = {name for order in orders(ledger, is_server) for name in order.entries}
        due = [name for name in sorted(named) if _has_ciphertext(ledger, name)]
    if not due:
        return 0
    with store.writing() as ledger:
        states = _erase(ledger, due)
        projection = Projection(ledger, store.kinds)
        for state in sorted(states):
            projection.show_all(ledger.record_numbered(state))
        store.derive(ledger, projection.shown)
    store.notify(frozenset(kind for kind, _ in projection.shown))
    store.forget_erased()
    return len(due)


def erased_words(store: UnitStore, is_server: IsServer) -> list[str]:
    """One sentence for each order that was carried out here."""
    with store.reading() as ledger:
        found = orders(ledger, is_server)
    return [
        f"Theo lệnh số {order.decision}: đã xóa theo lệnh thông tin cá nhân trong {len(order.entries)} mục nhật ký; "
        "chuỗi nhật ký vẫn nguyên vẹn."
        for order in found
    ]


def erased_entries(store: UnitStore, is_server: IsServer) -> frozenset[str]:
    """The entries that accepted orders name."""
    with store.reading() as ledger:
        return frozenset(name for order in orders(ledger, is_server) for name in order.entries)


def _has_ciphertext(ledger: Ledger, name: str) -> bool:
    found = (ledger.entries.get(name), ledger.bases.entry(name))
    return any(parcel is not None and parcel.ciphertext is not None for parcel in found)


def _erase(ledger: Ledger, names: Collection[str]) -> set[int]:
    """Erase the ciphertexts of these entries; the records they touched."""
    ledger.entries.blank(names)
    ids = [(bytes.fromhex(name),) for name in names]
    ledger.connection.executemany("UPDATE base_entry SET sealed = NULL WHERE id = ?", ids)
    numbers = [(num,) for num in ledger.entries.numbers(names).values()]
    ledger.connection.executemany("DELETE FROM unopened WHERE entry = ?", numbers)
    return {state for name in names for state in ledger.entries.touched(name)}
