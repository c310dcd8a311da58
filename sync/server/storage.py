"""Whether a fault means that the machine cannot store now: the disk is full, or locked against writing.

Such a fault passes by itself when an administrator makes room. Until then nothing was confirmed to any PC, so nothing is lost.
"""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

_SQLITE = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_PRIMARY = 0xFF
"""The part of SQLite's number that names the kind; the rest is detail."""

_POSTGRESQL = frozenset({"25006", "53100", "58030"})
"""Read-only transaction, disk full, input or output failed."""

_SYSTEM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO})


def cannot_store(fault: BaseException) -> bool:
    """Said by either database, or by the system about a file."""
    if isinstance(fault, DBAPIError):
        number = getattr(fault.orig, "sqlite_errorcode", None)
        known = number is not None and number & _PRIMARY in _SQLITE
        return known or getattr(fault.orig, "sqlstate", None) in _POSTGRESQL
    return isinstance(fault, OSError) and fault.errno in _SYSTEM
