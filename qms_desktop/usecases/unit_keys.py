"""The unit's keys: the first one at the founding, and handing it to the further PCs of the office (docs/sync.md).

A wrapped key is an ordinary ``unit_key`` record: one per epoch and recipient, where the recipient is a PC's replica id or
``recovery``. Only the holder of the recipient's private key can unwrap it; the province relays what it cannot read.
"""

import logging
from dataclasses import dataclass

from qms_desktop import keys as secret
from qms_desktop.domain.errors import RuleError, StoreError
from qms_desktop.domain.fields import Value, Values
from qms_desktop.domain.ids import Entropy
from qms_desktop.store.local import CREDENTIALS
from qms_desktop.store.unit import Change, UnitStore, create
from qms_desktop.store.unit_keys import wrap_context
from qms_desktop.store.view import View
from qms_desktop.usecases.work import Work

log = logging.getLogger("qms.office")

FIRST_EPOCH = 1
GENERATION = 2**32
"""An epoch is generation × 2^32 + mark of its key, so keys that two PCs make at the same time get different numbers."""
RECOVERY = "recovery"

_ADMITTERS = frozenset({"IS", "LD", "SY"})


@dataclass(frozen=True, slots=True)
class WaitingPc:
    """An enrolled PC that has not been handed the unit's key yet; ``mark`` lets two people compare by telephone."""

    replica: str
    letter: str
    name: str
    mark: str
    wrap_key: bytes


def first_key_changes(store: UnitStore, entropy: Entropy) -> tuple[str, list[Change]]:
    """Make the first unit key and the recovery code. Returns the code, to be printed once, and the records to write."""
    from sync.journal.keys import wrap_key
    from sync.journal.recovery import new_recovery_code, recovery_keypair

    code = new_recovery_code(entropy(20))
    _private, public = recovery_keypair(code)
    key = entropy(32)
    store.add_unit_key(store.unit_code, FIRST_EPOCH, key)
    wrapped = wrap_key(key, public, entropy(32), wrap_context(store.unit_code, FIRST_EPOCH, RECOVERY))
    return code, [_key_record(FIRST_EPOCH, RECOVERY, wrapped, {"recovery_public": public.hex()})]


def _key_record(epoch: int, recipient: str, wrapped: bytes, extra: Values | None = None, by: str = "") -> Change:
    """`by` is the PC that wraps: two may hand the same key to the same PC, and neither record shall contradict the other."""
    values: dict[str, Value] = {"epoch": epoch, "recipient": recipient, "wrapped": wrapped.hex(), **(extra or {})}
    return create("unit_key", "-".join(("key", str(epoch), recipient, *([by] if by else []))), values)


def waiting_pcs(view: View, replica: str, province_key: bytes) -> list[WaitingPc]:
    """Enrolled PCs of the unit without a wrapped key, by letter; a PC whose certificate does not verify is left out."""
    served = {str(row.get("recipient")) for row in _own_keys(view)}
    rows = [row for row in view.find("pc") if row["id"] not in served | {replica} and not is_shut_out(row)]
    found = [_waiting(row, province_key, view.unit) for row in rows]
    heirs = [row for row in view.find("heir") if row["id"] not in served and row.get("unit") in view.successors]
    found += [_waiting(row, province_key, str(row["unit"])) for row in heirs]
    return [pc for pc in found if pc is not None]


def _own_keys(view: View) -> list[dict[str, Value]]:
    """The records of this unit's own keys, without those of merged units that are handed on here."""
    return [row for row in view.find("unit_key") if not row.get("of_unit")]


def _waiting(row: Values, province_key: bytes, unit: str) -> WaitingPc | None:
    """The PC of a record, if the province certified just this one as a PC of the unit."""
    from hashlib import sha256

    from sync.errors import SyncError
    from sync.journal.keys import read_certificate

    try:
        certificate = read_certificate(bytes.fromhex(str(row.get("certificate") or "")), province_key)
    except (SyncError, ValueError):
        return None
    if (certificate.replica, certificate.unit) != (row["id"], unit):
        return None
    mark = sha256(certificate.wrap_key).hexdigest()[:8].upper()
    return WaitingPc(certificate.replica, certificate.letter, certificate.name, f"{mark[:4]}-{mark[4:]}", certificate.wrap_key)


def admit(work: Work, pc: WaitingPc) -> None:
    """Hand every epoch of the unit's key to a further PC (“Cho phép máy mới”).

    Raises RightsError, or RuleError when this PC has no key itself.
    """
    work.session.demand(_ADMITTERS, "cho phép máy mới")
    keys = work.store.unit_keys()
    if not keys:
        raise RuleError("QMS-240", "Máy này chưa có khóa của đơn vị.", do="Hãy làm việc này trên máy đã có khóa.")
    records = [_wrapped(work, epoch, key, pc.replica, pc.wrap_key) for epoch, key in sorted(keys.items())]
    records += [
        _wrapped(work, epoch, key, pc.replica, pc.wrap_key, unit)
        for unit in work.store.former_units
        for epoch, key in sorted(work.store.unit_keys(unit).items())
    ]
    work.store.act("pc.admit", work.author, lambda _view: records)


def is_welcome(store: UnitStore, replica: str) -> bool:
    """Whether a PC may exchange with this one, as far as this PC has heard."""
    with store.view() as view:
        return not is_shut_out(view.get("pc", replica) or {})


def is_shut_out(pc: Values) -> bool:
    """Whether a PC was revoked, or its revocation was asked for."""
    return bool(pc.get("revoked_at") or pc.get("revoke_asked"))


def settle(work: Work) -> bool:
    """What somebody signed in does for the keys without being asked; whether anything was written.

    A PC that got its keys by the recovery code enters itself among those that hold them, when a person signs in who may let
    PCs in. A PC that holds some of the keys (it was let in on one PC while another made a new key) gets the others. And when a
    PC that holds the newest key was revoked, a new one is made for those that are left.
    """
    written: list[Change] = []

    def decide(view: View) -> list[Change]:
        written.extend(_due(work, view))
        return written

    with work.store.view() as view:
        due = bool(work.store.unit_keys() and work.session.roles) and bool(_due(work, view))
    if due:
        work.store.act("unit_key.renew", work.author, decide)
    if written:
        take_keys(work.store, own_private(work.store))
    return bool(written)


def _due(work: Work, view: View) -> list[Change]:
    return [*_own_entry(work, view), *_handed_on(work, view), *_former_handed_on(work, view), *_renewal_due(work, view)]


def _handed_on(work: Work, view: View) -> list[Change]:
    founder = _founder(work, view)
    held = {(row.get("recipient"), _epoch(row)) for row in _own_keys(view)} | {(founder, FIRST_EPOCH)}
    lacking = [
        (row, epoch, key)
        for row in view.find("pc")
        if row["id"] != work.store.replica and not is_shut_out(row) and row["id"] in {replica for replica, _ in held}
        for epoch, key in sorted(work.store.unit_keys().items())
        if (row["id"], epoch) not in held
    ]
    known = [(_waiting(row, _province_key(work.store), work.store.unit_code), epoch, key) for row, epoch, key in lacking]
    return [_wrapped(work, epoch, key, pc.replica, pc.wrap_key) for pc, epoch, key in known if pc is not None]


def _former_handed_on(work: Work, view: View) -> list[Change]:
    """Keys of merged units go to every PC that holds this unit's, and to its recovery code."""
    told = {(row.get("recipient"), row.get("of_unit"), _epoch(row)) for row in view.find("unit_key") if row.get("of_unit")}
    recipients = _recipients(work, view, without=work.store.replica) if work.store.former_units else {}
    return [
        _wrapped(work, epoch, key, replica, public, unit)
        for unit in work.store.former_units
        for epoch, key in sorted(work.store.unit_keys(unit).items())
        for replica, public in recipients.items()
        if replica != work.store.replica and (replica, unit, epoch) not in told
    ]


def _own_entry(work: Work, view: View) -> list[Change]:
    entered = work.store.replica in {_founder(work, view)} | {row.get("recipient") for row in _own_keys(view)}
    if entered or not _ADMITTERS & work.session.roles:
        return []
    from sync.journal.keys import wrapping_public

    public = wrapping_public(own_private(work.store))
    return [_wrapped(work, epoch, key, work.store.replica, public) for epoch, key in sorted(work.store.unit_keys().items())]


def _founder(work: Work, view: View) -> str:
    """The founding PC made the first key and was never handed it."""
    lines = view.history("office", f"office-{work.store.unit_code}")
    return lines[0].replica if lines else ""


def _renewal_due(work: Work, view: View) -> list[Change]:
    newest = max(work.store.unit_keys())
    holders = {row.get("recipient") for row in _own_keys(view) if _epoch(row) == newest}
    if not holders and newest != FIRST_EPOCH:
        return renewal(work, view)  # made by a PC beyond its cut: what it knows must seal nothing more
    lost = [pc for pc in view.find("pc") if is_shut_out(pc) and (pc["id"] in holders or newest == FIRST_EPOCH)]
    return renewal(work, view) if lost else []


def renewal(work: Work, view: View, without: str = "") -> list[Change]:
    """A new key, wrapped for every PC that holds a key and was not revoked, and for the recovery code.

    Raises RuleError when this PC has no key itself.
    """
    from hashlib import sha256

    held = work.store.unit_keys()
    if not held:
        raise RuleError("QMS-240", "Máy này chưa có khóa của đơn vị.", do="Hãy làm việc này trên máy đã có khóa.")
    key = work.entropy(32)
    epoch = (max(held) // GENERATION + 1) * GENERATION + int.from_bytes(sha256(b"qms epoch\0" + key).digest()[:4])
    recipients = _recipients(work, view, without)
    return [_wrapped(work, epoch, key, replica, public) for replica, public in recipients.items()]


def _recipients(work: Work, view: View, without: str) -> dict[str, bytes]:
    """Wrapping keys by replica id, this PC's among them, and the recovery code's."""
    from sync.journal.keys import wrapping_public

    rows = _own_keys(view)
    holders = {str(row.get("recipient")) for row in rows} | {_founder(work, view)}
    found = {work.store.replica: wrapping_public(own_private(work.store))}
    for row in view.find("pc"):
        pc = (
            _waiting(row, _province_key(work.store), work.store.unit_code)
            if row["id"] in holders and not is_shut_out(row)
            else None
        )
        if pc is not None and pc.replica not in (without, work.store.replica):
            found[pc.replica] = pc.wrap_key
    codes = [str(row["recovery_public"]) for row in rows if row.get("recipient") == RECOVERY and row.get("recovery_public")]
    return {**found, RECOVERY: bytes.fromhex(codes[0])} if codes else found


def _province_key(store: UnitStore) -> bytes:
    """The key by which certificates of other PCs are believed; before enrolment none is."""
    from sync.client.credentials import Credentials

    text = store.local.get_setting(CREDENTIALS)
    return Credentials.restore(text).province_key if text else bytes(32)


def _wrapped(work: Work, epoch: int, key: bytes, recipient: str, public: bytes, unit: str = "") -> Change:
    """`unit`: the merged unit whose key it is; "": this one's."""
    from sync.journal.keys import wrap_key

    blob = wrap_key(key, public, work.entropy(32), wrap_context(unit or work.store.unit_code, epoch, recipient))
    extra: dict[str, Value] = {"recovery_public": public.hex()} if recipient == RECOVERY else {}
    by = work.store.replica[:8] + (f"-{unit}" if unit else "")
    return _key_record(epoch, recipient, blob, extra | ({"of_unit": unit} if unit else {}), by)


def own_private(store: UnitStore) -> bytes:
    """This PC's own wrapping key; StoreError when the key store has lost it."""
    private = store.keys.get(secret.WRAPPING)
    if private is None:
        raise StoreError("QMS-424", "Kho khóa không có khóa riêng của máy này.", do="Hãy ghi danh lại máy với tỉnh.")
    return private


def take_keys(store: UnitStore, wrap_private: bytes) -> int:
    """Unwrap the keys that came for this PC; returns how many are new. Afterwards personal values can be read and written.

    A damaged one is left out: it must not keep the others from being taken.
    """
    from sync.errors import KeyFault
    from sync.journal.keys import unwrap_key

    new = 0
    for unit, epoch, row in _lacking(store, store.replica):
        bound = wrap_context(unit, epoch, store.replica)
        try:
            key = unwrap_key(bytes.fromhex(str(row.get("wrapped"))), wrap_private, bound)
        except (ValueError, KeyFault):
            log.warning("a key that came for this PC cannot be unwrapped (epoch %s)", epoch)
            continue
        store.add_unit_key(unit, epoch, key)
        new += 1
    return new


def _lacking(store: UnitStore, recipient: str) -> list[tuple[str, int, Values]]:
    """Wrapped keys that are not held here: unit, epoch, record. Also those of merged units, by whichever scope they came."""
    with store.view() as view:
        rows = [*view.find("unit_key", recipient=recipient), *view.standing_back("unit_key", recipient=recipient)]
    named = [(str(row.get("of_unit") or row.get("_former") or store.unit_code), _epoch(row), row) for row in rows]
    held = {unit: store.unit_keys(unit) for unit, _, _ in named}
    first = {(unit, epoch): (unit, epoch, row) for unit, epoch, row in reversed(named) if epoch not in held[unit]}
    return list(first.values())


def take_keys_by_code(store: UnitStore, code: str) -> int:
    """Unwrap the unit's keys with the recovery code, when no other PC is left to admit this one; returns how many are new."""
    from sync.errors import KeyFault
    from sync.journal.keys import unwrap_key
    from sync.journal.recovery import recovery_keypair

    private, _public = recovery_keypair(code)
    with store.view() as view:
        came = view.count("unit_key", recipient=RECOVERY) + len(view.standing_back("unit_key", recipient=RECOVERY))
    if not came:
        raise StoreError("QMS-411", "Chưa nhận được khóa của đơn vị từ tỉnh.", do="Hãy đồng bộ với tỉnh rồi thử lại.")
    found: dict[tuple[str, int], bytes] = {}
    other: KeyFault | None = None
    for unit, epoch, row in _lacking(store, RECOVERY):
        try:
            found[unit, epoch] = unwrap_key(bytes.fromhex(str(row.get("wrapped"))), private, wrap_context(unit, epoch, RECOVERY))
        except KeyFault as fault:
            other = fault
    if other is not None and not found:
        raise other
    for (unit, epoch), key in found.items():
        store.add_unit_key(unit, epoch, key)
    return len(found)


def _epoch(row: Values) -> int:
    epoch = row.get("epoch")
    return epoch if isinstance(epoch, int) else 0
