"""Opening the encrypted database (SQLCipher through sqlite-utils), and turning its faults into words.

The key is 32 raw bytes, never a passphrase: opening takes milliseconds. Transactions are always begun by hand
(``BEGIN IMMEDIATE`` to write), so a reader never becomes a writer half-way and meets "database is locked".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2
from sqlite_utils import Database

from qms_desktop.domain.errors import StoreError

KEY_BYTES = 32
BUSY_MS = 15_000
DatabaseFault: type[Exception] = dbapi2.DatabaseError


def open_database(path: Path, key: bytes, *, read_only: bool = False, create: bool = False) -> Database:
    """Open the database at `path` with its raw key.

    StoreError QMS-401 no such file, QMS-402 the key does not fit or the file is no database. A wrong key changes nothing.
    """
    if not create and not path.is_file():
        raise StoreError(
            "QMS-401", f"Không thấy tệp dữ liệu “{path}”.", do="Hãy kiểm tra thư mục dữ liệu, hoặc khôi phục từ bản sao lưu."
        )
    try:
        connection = connect(path, key)
    except dbapi2.DatabaseError as fault:
        raise _spoken(fault) from fault
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if create:
            # Only possible while nothing is in it: what old entries leave free can be given back to the disk, bit by bit.
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        _settle(connection, read_only=read_only)
    except dbapi2.DatabaseError as fault:
        connection.close()
        raise _unreadable(path, fault) from fault
    return Database(connection, recursive_triggers=False, execute_plugins=False)


def connect(path: Path, key: bytes) -> Any:
    """A keyed connection in autocommit mode; nothing has been read yet, so a wrong key does not show."""
    if len(key) != KEY_BYTES:
        raise ValueError("a database key has 32 bytes")
    connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def _settle(connection: Any, *, read_only: bool) -> None:
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")


@contextmanager
def spoken_faults() -> Iterator[None]:
    """Turn the database's own errors into a StoreError; QMS-403 busy, QMS-404 no space, QMS-405 anything else."""
    try:
        yield
    except dbapi2.DatabaseError as fault:
        raise _spoken(fault) from fault


def _spoken(fault: Exception) -> StoreError:
    text = str(fault)
    if "locked" in text or "busy" in text:
        return StoreError("QMS-403", "Dữ liệu đang được chương trình khác dùng.", do="Hãy đợi vài giây rồi làm lại.")
    if "full" in text:
        return StoreError("QMS-404", "Ổ đĩa đã đầy nên chưa lưu được.", do="Hãy giải phóng dung lượng ổ đĩa rồi làm lại.")
    if "unable to open" in text or "readonly" in text:
        return StoreError("QMS-423", "Thư mục dữ liệu không cho ghi.", do="Hãy mở quyền ghi của thư mục và ổ đĩa rồi mở lại.")
    if "disk I/O" in text:
        return StoreError("QMS-425", "Ổ đĩa đã đầy hoặc bị lỗi.", do="Hãy giải phóng dung lượng; nếu vẫn lỗi, hãy thay ổ đĩa.")
    return StoreError(
        "QMS-405", f"Không đọc hoặc ghi được dữ liệu ({text}).", do="Hãy chạy kiểm tra dữ liệu và gọi người hỗ trợ."
    )


def _unreadable(path: Path, fault: Exception) -> StoreError:
    if "not a database" not in str(fault) and "encrypt" not in str(fault):
        return _spoken(fault)
    return StoreError(
        "QMS-402",
        f"Không mở được “{path.name}”: khóa không khớp, hoặc tệp không phải là dữ liệu của chương trình.",
        safe="Tệp không bị thay đổi.",
        do="Hãy mở đúng kho khóa hoặc tệp khóa của máy này, hoặc khôi phục từ bản sao lưu bằng mã phục hồi.",
    )
