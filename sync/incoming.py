"""Taking a frame: nothing of it is stored before its chains and signatures are checked."""

from collections.abc import Mapping

from sync.entry import Entry, check_ciphertext, check_follows
from sync.errors import ExchangeError, KeyFault
from sync.frames import Frame
from sync.keys import Verifier, verify_head
from sync.log import Leaf, Log


def take_frame(log: Log, verifier: Verifier, frame: Frame) -> tuple[Entry, ...]:
    """Check a frame and append it in one transaction; the entries that were new.

    SyncError, and nothing stored, when an entry does not follow its parent, a parent is not here yet, a ciphertext is
    not the one named, or an entry is not covered by a signature of its journal's device.
    """
    _check_chains(log, frame)
    _check_signatures(verifier, frame)
    held = log.held(frame.scope, [parcel.entry.id for parcel in frame.parcels])
    journals = {parcel.entry.journal for parcel in frame.parcels}
    fresh = {name: blob for name, blob in frame.certificates.items() if name in journals and not log.certificate(name)}
    log.append(frame.scope, frame.parcels, fresh)
    return tuple(parcel.entry for parcel in frame.parcels if parcel.entry.id not in held)


def ends(frame: Frame) -> tuple[Leaf, ...]:
    """The entries of a frame that no entry of the same frame follows."""
    followed = {parcel.entry.prev for parcel in frame.parcels}
    entries = (parcel.entry for parcel in frame.parcels)
    return tuple(Leaf(entry.journal, entry.n, entry.id) for entry in entries if entry.id not in followed)


def _check_chains(log: Log, frame: Frame) -> None:
    known: dict[str, Entry] = {}
    for parcel in frame.parcels:
        entry = parcel.entry
        check_follows(entry, _parent(log, frame.scope, entry, known))
        check_ciphertext(entry, parcel.ciphertext)
        known[entry.id] = entry


def _parent(log: Log, scope: str, entry: Entry, known: Mapping[str, Entry]) -> Entry | None:
    if not entry.prev:
        return None
    if entry.prev in known:
        return known[entry.prev]
    if not log.held(scope, [entry.prev]):
        raise ExchangeError(ExchangeError.PARENT_MISSING, f"entry {entry.n} came before its parent")
    return log.load(scope, [entry.prev])[0].entry


def _check_signatures(verifier: Verifier, frame: Frame) -> None:
    covered: set[str] = set()
    keys: dict[str, bytes] = {}
    for parcel in reversed(frame.parcels):
        entry = parcel.entry
        if parcel.signature is not None:
            if entry.journal not in keys:
                keys[entry.journal] = _key(verifier, frame, entry.journal)
            verify_head(keys[entry.journal], frame.scope, entry.journal, entry.n, entry.id, parcel.signature)
            covered.add(entry.id)
        if entry.id not in covered:
            raise ExchangeError(ExchangeError.UNSIGNED, f"no signature covers entry {entry.n}")
        covered.add(entry.prev)


def _key(verifier: Verifier, frame: Frame, journal: str) -> bytes:
    key = verifier.key_for(journal, frame.certificates.get(journal))
    if key is None:
        raise KeyFault(KeyFault.UNKNOWN_SIGNER, f"no certificate for journal {journal}")
    return key
