"""The database of an office before anything is in it: its key, its fixed tables, and what speaks against making it."""

from pathlib import Path

from qms_desktop import keys as secret
from qms_desktop.domain.errors import StoreError
from qms_desktop.keys import Keys
from qms_desktop.sqlite import open_database, spoken_faults
from qms_desktop.store import meta, schema
from qms_desktop.store.meta import Identity


def database_key(keys: Keys) -> bytes:
    """The key of the database from the key store; StoreError QMS-409 when it is not there."""
    key = keys.get(secret.DATABASE)
    if key is None:
        raise StoreError(
            "QMS-409",
            "Kho khóa của máy không có khóa của dữ liệu này.",
            do="Hãy đăng nhập đúng tài khoản của máy, dùng đúng tệp khóa, hoặc khôi phục từ bản sao lưu bằng mã phục hồi.",
        )
    return key


def make_database(path: Path, keys: Keys, identity: Identity) -> None:
    """An empty database with its fixed tables, whose it is, and nothing else; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".making")
    for ending in ("", "-wal", "-shm"):
        draft.with_name(draft.name + ending).unlink(missing_ok=True)
    database = open_database(draft, database_key(keys), create=True)
    try:
        with spoken_faults():
            database.conn.execute("BEGIN IMMEDIATE")
            schema.migrate(database.conn)
            meta.write_identity(database.conn, identity)
            database.conn.execute("COMMIT")
    finally:
        database.close()
    draft.replace(path)


def emptied(path: Path) -> StoreError:
    """A file that should hold an office and holds nothing."""
    return StoreError(
        "QMS-422",
        f"Tệp dữ liệu “{path.name}” trống rỗng: nội dung đã bị mất, có thể do ổ đĩa hỏng hoặc đầy.",
        safe="Các bản sao lưu và dữ liệu đã đồng bộ không bị ảnh hưởng.",
        do="Hãy chuyển tệp này đi nơi khác rồi khôi phục từ bản sao lưu bằng mã phục hồi.",
    )


def office_exists(path: Path) -> StoreError:
    """Nothing is ever put over an office that is there."""
    return StoreError(
        "QMS-408", f"Đã có dữ liệu của một đơn vị ở “{path.parent}”.", do="Hãy mở dữ liệu đó, hoặc chọn thư mục khác."
    )
