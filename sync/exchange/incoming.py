"""Taking a frame: nothing of it is stored before its chains and signatures are checked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sync.errors import ExchangeError, KeyFault, SyncError
from sync.journal.entry import Entry, check_ciphertext, check_follows
from sync.journal.keys import Verifier, verify_head
from sync.journal.log import HEAVIEST_SEGMENT, LONGEST_SEGMENT, MOST_ARMS, Leaf, Log, Parcel
from sync.wire.frames import Frame


@dataclass(frozen=True, slots=True)
class Taken:
    """The entries that were new, and by journal the SyncError number why its part of the frame was not accepted."""

    fresh: tuple[Entry, ...]
    refused: Mapping[str, int]


def take_frame(log: Log, verifier: Verifier, frame: Frame, passed_over: Collection[str] = ()) -> Taken:
    """Check a frame and append what is in order in one transaction; nothing is stored before it was checked.

    A journal is refused as a whole when an entry does not follow its parent, the parent is not here yet, a ciphertext is
    not the one named, or an entry is not covered by a signature of the journal's device. Journals do not depend on each
    other, so a bad one never holds up the others. A log that may not store a frame refuses it by raising a SyncError.
    """
    refused: dict[str, int] = {}
    accepted: set[str] = set()
    for journal in dict.fromkeys(parcel.entry.journal for parcel in frame.parcels):
        if journal in passed_over:
            continue
        parcels = [parcel for parcel in frame.parcels if parcel.entry.journal == journal]
        try:
            _check_chain(log, frame.scope, parcels)
            _check_segments(parcels)
            _check_arms(log, frame.scope, parcels)
            _check_signatures(verifier, frame, parcels)
        except SyncError as fault:
            refused[journal] = fault.code
        else:
            accepted.add(journal)
    try:
        return Taken(_append(log, frame, accepted), refused)
    except SyncError as fault:
        return Taken((), refused | dict.fromkeys(accepted, fault.code))


def ends(frame: Frame) -> tuple[Leaf, ...]:
    """The entries of a frame that no entry of the same frame follows."""
    followed = {parcel.entry.prev for parcel in frame.parcels}
    entries = (parcel.entry for parcel in frame.parcels)
    return tuple(Leaf(entry.journal, entry.n, entry.id) for entry in entries if entry.id not in followed)


def _append(log: Log, frame: Frame, accepted: Collection[str]) -> tuple[Entry, ...]:
    parcels = [parcel for parcel in frame.parcels if parcel.entry.journal in accepted]
    certificates = {name: blob for name, blob in frame.certificates.items() if name in accepted and not log.certificate(name)}
    held = log.held(frame.scope, [parcel.entry.id for parcel in parcels])
    if parcels:
        log.append(frame.scope, parcels, certificates)
    return tuple(parcel.entry for parcel in parcels if parcel.entry.id not in held)


def _check_chain(log: Log, scope: str, parcels: Sequence[Parcel]) -> None:
    known: dict[str, Entry] = {}
    for parcel in parcels:
        entry = parcel.entry
        check_follows(entry, _parent(log, scope, entry, known))
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


def _check_segments(parcels: Sequence[Parcel]) -> None:
    """A segment travels whole: one that no frame or window holds would stop at whoever took it, and all behind it too."""
    entries = weight = 0
    for parcel in parcels:
        entries, weight = entries + 1, weight + len(parcel.entry.body) + len(parcel.ciphertext or b"")
        if entries > LONGEST_SEGMENT or weight > HEAVIEST_SEGMENT:
            raise ExchangeError(ExchangeError.UNSIGNED, "a signed segment is too long")
        if parcel.signature is not None:
            entries = weight = 0


def _check_arms(log: Log, scope: str, parcels: Sequence[Parcel]) -> None:
    """A journal forks where a disk was copied, a few times in its life; one that forks for ever would outgrow what is said."""
    before = {leaf.id for leaf in log.leaves(scope) if leaf.journal == parcels[0].entry.journal}
    followed = {parcel.entry.prev for parcel in parcels}
    if len(before) + sum(parcel.entry.id not in followed for parcel in parcels) <= MOST_ARMS:
        return
    held = log.held(scope, [parcel.entry.id for parcel in parcels])
    fresh = {parcel.entry.id for parcel in parcels if parcel.entry.id not in held}
    after = (before | fresh) - {parcel.entry.prev for parcel in parcels if parcel.entry.id in fresh}
    if len(after) > max(MOST_ARMS, len(before)):
        raise ExchangeError(ExchangeError.FORKED, "a journal with too many arms")


def _check_signatures(verifier: Verifier, frame: Frame, parcels: Sequence[Parcel]) -> None:
    """Every entry must lie below a signed one of the same frame."""
    journal = parcels[0].entry.journal
    key = verifier.key_for(journal, frame.certificates.get(journal))
    if key is None:
        raise KeyFault(KeyFault.UNKNOWN_SIGNER, f"no certificate for journal {journal}")
    covered: set[str] = set()
    for parcel in reversed(parcels):
        entry = parcel.entry
        if parcel.signature is not None:
            verify_head(key, frame.scope, journal, entry.n, entry.id, parcel.signature)
            covered.add(entry.id)
        if entry.id not in covered:
            raise ExchangeError(ExchangeError.UNSIGNED, f"no signature covers entry {entry.n}")
        covered.add(entry.prev)
