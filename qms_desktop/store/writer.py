"""This PC's own journal: the next entry of each scope, sealed, chained and merged like any other."""

from collections.abc import Mapping
from dataclasses import dataclass

from qms_desktop import keys as secret
from qms_desktop.domain.errors import InputError, StoreError
from qms_desktop.domain.fields import Area, RecordKind
from qms_desktop.keys import Keys
from qms_desktop.store.ledger import Ledger
from qms_desktop.store.projection import Projection
from qms_desktop.store.values import area_of
from sync.errors import EntryError, KeyFault
from sync.journal.entry import Draft, Op, build, next_lamport
from sync.journal.keys import sign_head

ENTRY_SCHEMA = 1
SIGNED_EVERY = 64
SIGNED_FROM = 4_000
"""Bytes of an entry that is signed at once: what travels as one piece then stays below 64 such entries, and one large one."""


@dataclass(frozen=True, slots=True)
class Action:
    """What all entries of one action say alike. `at` is UTC milliseconds."""

    name: str
    action_id: str
    person: str
    at: int
    on_behalf: str
    reason: str


class Writer:
    """Writes the journal of one replica, within the caller's write transaction."""

    def __init__(self, ledger: Ledger, kinds: Mapping[str, RecordKind], replica: str, keys: Keys) -> None:
        self._ledger = ledger
        self._projection = Projection(ledger, kinds)
        self.shown = self._projection.shown
        self._replica = replica
        self._keys = keys

    def write(self, action: Action, scope: str, ops: tuple[Op, ...]) -> str:
        """Append one entry and show what it says; returns its id. StoreError QMS-417 when the unit's key is not here."""
        n, prev = self._tip(scope)
        draft = Draft(
            schema=ENTRY_SCHEMA,
            scope=scope,
            journal=self._replica,
            n=n + 1,
            prev=prev,
            act=action.name,
            aid=action.action_id,
            by=action.person,
            at=action.at,
            lam=next_lamport(self._ledger.lamport()),
            ops=ops,
            on_behalf=action.on_behalf,
            reason=action.reason,
            reason_personal=bool(action.reason) and _is_personal(scope, ops),
        )
        try:
            entry, ciphertext = build(draft, self._ledger.unit_keys)
        except KeyFault as fault:
            raise _no_unit_key() from fault
        except EntryError as fault:
            raise _no_room(fault) from fault
        for change in self._ledger.add(entry, ciphertext, None, mine=True):
            self._projection.show(change.record, change.touched, entry)
        self._move_tip(scope, entry.n, entry.id, len(entry.body) + len(ciphertext or b""))
        return entry.id

    def _tip(self, scope: str) -> tuple[int, str]:
        """The last entry this PC wrote itself: never "the leaf of my journal", for a clone may have grown another."""
        row = self._ledger.connection.execute(
            "SELECT n, id FROM tip WHERE scope = ? AND journal = ?", (scope, self._replica)
        ).fetchone()
        return (0, "") if row is None else (row[0], row[1].hex())

    def _move_tip(self, scope: str, n: int, entry_id: str, weight: int) -> None:
        self._ledger.connection.execute(
            "INSERT OR REPLACE INTO tip VALUES (?, ?, ?, ?)", (scope, self._replica, n, bytes.fromhex(entry_id))
        )
        if n % SIGNED_EVERY == 0 or weight >= SIGNED_FROM:
            self._sign(scope, n, entry_id)

    def sign_tips(self) -> None:
        """Sign the end of this replica's journal in every scope, where that has not been done."""
        rows = self._ledger.connection.execute("SELECT scope, n, id FROM tip WHERE journal = ?", (self._replica,))
        for scope, n, entry_id in rows.fetchall():
            name = entry_id.hex()
            if self._ledger.holds(name) and self._ledger.entries.signature(name) is None:
                self._sign(scope, n, name)

    def _sign(self, scope: str, n: int, entry_id: str) -> None:
        private = self._keys.get(secret.SIGNING)
        if private is not None:
            self._ledger.sign(entry_id, sign_head(private, scope, self._replica, n, entry_id))


def _is_personal(scope: str, ops: tuple[Op, ...]) -> bool:
    """A reason is as personal as what it is the reason for: a sheet opened from a dossier may name its citizen too."""
    return area_of(scope) is Area.DOSSIERS or any(write.personal for op in ops for write in op.writes)


def _no_unit_key() -> StoreError:
    return StoreError(
        "QMS-417",
        "Máy này chưa có khóa của đơn vị nên chưa ghi được hồ sơ có thông tin cá nhân.",
        do="Hãy đồng bộ, hoặc nhờ một máy của đơn vị cho phép máy này trong phần “Cho phép máy mới”.",
    )


def _no_room(fault: EntryError) -> InputError:
    """What a person typed, or the PC's clock, does not fit into the permanent form of the journal."""
    if fault.code == EntryError.TOO_LARGE:
        return InputError("QMS-145", "Nội dung quá dài nên không lưu được.", do="Hãy rút ngắn phần chữ dài nhất rồi lưu lại.")
    if fault.code == EntryError.BAD_HEADER:
        return InputError("QMS-146", "Ngày giờ của máy này sai nhiều năm.", do="Hãy chỉnh lại ngày giờ của máy rồi làm lại.")
    return InputError("QMS-147", "Có số quá lớn hoặc giá trị không ghi được.", do="Hãy xem lại các số vừa nhập.")
