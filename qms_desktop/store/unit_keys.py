"""The unit's keys, by epoch: they seal personal values in the unit's scopes and lie only in the encrypted database."""

from typing import Any

from qms_desktop.domain.errors import StoreError
from qms_desktop.domain.fields import Area
from sync.journal.keys import UnitKeys


def load_unit_keys(connection: Any) -> UnitKeys:
    """All keys held here, for both scopes of each unit."""
    keys: dict[str, dict[int, bytes]] = {}
    for unit, epoch, key in connection.execute("SELECT unit, epoch, key FROM unit_key"):
        for area in (Area.QMS, Area.DOSSIERS):
            keys.setdefault(area.scope(unit), {})[epoch] = key
    return UnitKeys(keys)


def keep_unit_key(connection: Any, unit: str, epoch: int, key: bytes) -> bool:
    """Keep a key that came in; False if it was here. A different key for a known epoch is a StoreError QMS-407."""
    row = connection.execute("SELECT key FROM unit_key WHERE unit = ? AND epoch = ?", (unit, epoch)).fetchone()
    if row is None:
        connection.execute("INSERT INTO unit_key VALUES (?, ?, ?)", (unit, epoch, key))
        return True
    if row[0] != key:
        raise StoreError(
            "QMS-407",
            f"Có hai khóa khác nhau cho cùng kỳ {epoch} của đơn vị {unit}.",
            do="Hãy báo cho quản trị tỉnh: có thể hai máy đã được thiết lập riêng rẽ.",
        )
    return False


def wrap_context(unit: str, epoch: int, recipient: str) -> bytes:
    """What a wrapped unit key is bound to: whose key, which epoch, for whom (a replica id, or "recovery")."""
    return f"qms unit key|{unit}|{epoch}|{recipient}".encode()
