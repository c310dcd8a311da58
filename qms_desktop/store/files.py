"""Attached files on this PC: sealed before they reach the disk, known by what they are, carried when nothing else waits.

Which files there should be is what the ``attachment`` records say; which are here is what lies on the shelf. Nothing else is
remembered about them, so nothing else can be wrong: see ``sync.client.carrier``.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from qms_desktop.domain.errors import StoreError
from qms_desktop.domain.fields import Area, Values
from qms_desktop.domain.ids import VIET_NAM
from qms_desktop.domain.records.merging import unit_of
from qms_desktop.settings import FILES_DAILY_MB, METERED, Settings
from sync.errors import KeyFault
from sync.files.blobs import CHUNK, MAX_BLOB, Allowance, Blob, Freight, Opening, digest_of, seal, unseal
from sync.files.shelf import Shelf

if TYPE_CHECKING:
    from qms_desktop.store.unit import UnitStore

_SPENT = "files.spent"
_OPENED = "files.opened"
SPARED = timedelta(days=1)
"""A file that no record names is left alone for so long: its record may be about to be written."""

_NAMED = (
    "SELECT DISTINCT k.hash, k.size, k._scope FROM k_attachment k WHERE k.hash IS NOT NULL AND NOT EXISTS (SELECT 1 "
    "FROM touched t JOIN entry e ON e.num = t.entry WHERE t.state = k._num AND e.action = 'attachment.add' AND e.sealed IS NULL) "
    "AND NOT EXISTS (SELECT 1 FROM touched t JOIN blank b ON b.entry = t.entry WHERE t.state = k._num)"
)
"""What was erased by order has no name any more, so its bytes are neither fetched nor kept."""


class UnitFiles:
    """The sealed files of a unit beside its database; ``sync.client.carrier.Hold`` for the exchange."""

    def __init__(self, store: "UnitStore", root: Path) -> None:
        self._store = store
        self._shelf = Shelf(root)
        self._asked: set[str] = set()
        self._listing: tuple[int, tuple[Freight, ...]] = (-1, ())
        self._news = 0
        self._openings: dict[tuple[str, bytes], Opening] = {}
        self._opened: list[str] = []
        store.subscribe(self._changed)

    @property
    def shelf(self) -> Shelf:
        """See Hold."""
        return self._shelf

    def add(self, area: Area, pieces: Callable[[], Iterable[bytes]]) -> Blob:
        """Seal a file and keep it; its bytes are on the disk when this returns. `pieces` reads it, twice.

        StoreError QMS-433 without the unit's key, QMS-430 when it cannot be written.
        """
        store = self._store
        keys = store.unit_keys()
        if not keys:
            raise no_unit_key()
        epoch, scope = max(keys), area.scope(store.unit_code)
        digest, _size = digest_of(pieces(), MAX_BLOB)
        try:
            blob = self._shelf.add(seal(pieces(), digest, scope, epoch, keys[epoch]), store.entropy(8).hex())
        except OSError as fault:
            raise not_written(fault) from fault
        self._news += 1
        return blob

    def plain(self, record: Values) -> Iterator[bytes]:
        """What an attachment holds; StoreError QMS-431 when it does not open, QMS-432 when it is not whole here."""
        blob, scope = blob_of(record), str(record["_scope"])
        if blob is None or self._shelf.size(blob.name) is None:
            raise StoreError("QMS-432", "Tệp này chưa về đủ trên máy.", do="Hãy đồng bộ rồi mở lại.")
        try:
            yield from unseal(self._shelf.chunks(blob.name), blob.size, scope, self._store.unit_keys(unit_of(scope)))
        except KeyFault as fault:
            raise StoreError(
                "QMS-431", "Tệp đính kèm không mở được bằng khóa của đơn vị.", do="Hãy chạy kiểm tra dữ liệu và gọi người hỗ trợ."
            ) from fault

    def held(self, blob: Blob) -> int:
        """How many bytes of it are here; all of them only when they were verified."""
        whole = self._shelf.size(blob.name)
        if whole is not None:
            return whole
        return min(self._shelf.most(blob.name), blob.size - 1)

    def ask(self, blob: Blob) -> None:
        """A person waits for this file: it goes before the others."""
        self._asked.add(blob.name)
        self._news += 1

    def freight(self) -> tuple[Freight, ...]:
        """See Hold."""
        news, listed = self._listing
        if news != self._news:
            news = self._news  # read before the list is made: what another thread changes meanwhile makes it stale
            listed = tuple(self._listed())
            self._listing = (news, listed)
        return listed

    def _listed(self) -> Iterator[Freight]:
        units = {self._store.unit_code, *self._store.former_units}
        here = set(self._shelf.names())
        with self._store.reading() as ledger:
            rows = ledger.connection.execute(f"{_NAMED} AND k._voided = 0").fetchall()
        for name, size, scope in rows:
            blob = _sound(name, size)
            if blob is not None and unit_of(str(scope)) in units:
                yield Freight(str(scope), blob, blob.name in here, blob.name in self._asked)

    def changed(self) -> None:
        """Files came by another road than the exchange: look again at what is here."""
        self._news += 1

    def _changed(self, kinds: frozenset[str]) -> None:
        if "attachment" in kinds:
            self._news += 1

    def allowance(self) -> Allowance:
        """See Hold: the settings of this PC."""
        local = self._store.local
        settings = Settings(local.get_setting, local.set_setting)
        return Allowance(settings.get(FILES_DAILY_MB) * 1_000_000, self._spent(), settings.get(METERED))

    def moved(self, count: int) -> None:
        """See Hold."""
        local = self._store.local
        if Settings(local.get_setting, local.set_setting).get(FILES_DAILY_MB):
            local.set_setting(_SPENT, f"{self._today()} {self._spent() + count}")

    def _spent(self) -> int:
        day, _, count = (self._store.local.get_setting(_SPENT) or "").partition(" ")
        return int(count) if day == self._today() and count.isdecimal() else 0

    def _today(self) -> str:
        return self._store.clock().date().isoformat()

    def fits(self, freight: Freight, head: bytes, number: int, chunk: bytes) -> bool:
        """See Hold. Without the key of its epoch a chunk is taken as it is; the hash of the whole file tells in the end."""
        try:
            self._opening(freight, head).open(number, chunk)
        except KeyFault as fault:
            return fault.code == KeyFault.KEY_MISSING
        return True

    def _opening(self, freight: Freight, head: bytes) -> Opening:
        """Kept from one chunk to the next of the same file from the same side; several threads fetch at a time."""
        known = self._openings.get((freight.blob.name, head))
        if known is None:
            known = Opening(head, freight.blob.size, freight.scope, self._store.unit_keys(unit_of(freight.scope)))
            self._openings = {(freight.blob.name, head): known}
        return known

    def arrived(self, freight: Freight) -> None:
        """See Hold."""
        self._asked.discard(freight.blob.name)
        self._news += 1

    def spoiled(self, freight: Freight) -> None:
        """See Hold: a file that changed on this disk is let go, so that it is fetched again from whoever has it whole."""
        name = freight.blob.name
        if digest_of(self._shelf.chunks(name), MAX_BLOB)[0].hex() != name:
            self._shelf.drop(name)
        self._news += 1

    def collect(self, now: datetime) -> int:
        """Remove files that no record names: attaching was broken off after the file was kept. Returns how many."""
        with self._store.reading() as ledger:
            named = {str(row[0]) for row in ledger.connection.execute(_NAMED).fetchall()}
        return self._shelf.clear(named, (now - SPARED).replace(tzinfo=VIET_NAM).timestamp())

    def private_folder(self) -> Path:
        """An empty folder of this user alone, remembered before anything is in it, so that it is always removed."""
        folder = mkdtemp(prefix="qms-")
        self._remember([*self._remembered(), folder])
        self._opened.append(folder)
        return Path(folder)

    def clear_opened(self) -> None:
        """Remove what was opened, also by a program that was killed; what another program still holds is tried next time."""
        remembered = self._remembered()
        if remembered:
            self._remember([folder for folder in remembered if not _removed(folder)])

    def close(self) -> None:
        """Remove what was opened here."""
        gone = {folder for folder in self._opened if _removed(folder)}
        if gone:
            self._remember([folder for folder in self._remembered() if folder not in gone])
        self._opened.clear()

    def _remembered(self) -> list[str]:
        return [str(folder) for folder in json.loads(self._store.local.get_setting(_OPENED) or "[]")]

    def _remember(self, folders: list[str]) -> None:
        self._store.local.set_setting(_OPENED, json.dumps(folders))

    def faults(self) -> Iterator[str]:
        """Files whose bytes are no longer what they were, in words."""
        for name in self._shelf.faults():
            yield f"Tệp đính kèm {name[:12]} bị hỏng trên ổ đĩa"


def blob_of(record: Values) -> Blob | None:
    """The sealed file that an attachment names; None when what it says cannot be one."""
    return _sound(record.get("hash"), record.get("size"))


def pieces_of(file: Path) -> Callable[[], Iterator[bytes]]:
    """Reads a file, as often as it is called."""

    def read() -> Iterator[bytes]:
        with file.open("rb") as stream:
            while piece := stream.read(CHUNK):
                yield piece

    return read


def _removed(folder: str) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not Path(folder).exists()


def _sound(name: Any, size: Any) -> Blob | None:
    good = isinstance(name, str) and len(name) == 64 and set(name) <= set("0123456789abcdef")
    return Blob(name, size) if good and isinstance(size, int) and 0 < size <= MAX_BLOB else None


def no_unit_key() -> StoreError:
    """Nothing personal can be kept before the unit's key is here."""
    return StoreError(
        "QMS-433",
        "Máy này chưa có khóa của đơn vị nên chưa đính kèm được tệp.",
        do="Hãy đồng bộ, hoặc nhờ một máy của đơn vị cho phép máy này trong phần “Cho phép máy mới”.",
    )


def not_written(fault: OSError) -> StoreError:
    """The disk refuses."""
    return StoreError(
        "QMS-430", f"Không ghi được tệp ({fault.strerror}).", do="Hãy kiểm tra ổ đĩa còn chỗ và cho phép ghi rồi làm lại."
    )
