"""The server's tables: journals as they arrived, their merged state, and who may call.

The same tables serve SQLite and PostgreSQL; they are made, and changed, by the steps in `migrations` alone. Nothing here is
ordered by a global sequence: `pos` counts the arrivals of one scope, under the lock of that scope's row. Every key of what a
scope holds begins with the scope, so the tables may be spread over machines by it (docs/growth.md). Entry ids are the 32 raw
bytes of the hash.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

TABLES = MetaData()


def _column(type_: type[TypeEngine[Any]], name: str, key: bool, may_lack: bool) -> Column[Any]:
    return Column(name, type_, primary_key=key, autoincrement=False, nullable=may_lack)


def _text(name: str, *, key: bool = False, may_lack: bool = False) -> Column[str]:
    return _column(Text, name, key, may_lack)


def _number(name: str, *, key: bool = False, may_lack: bool = False) -> Column[int]:
    return _column(BigInteger, name, key, may_lack)


def _bytes(name: str, *, key: bool = False, may_lack: bool = False) -> Column[bytes]:
    return _column(LargeBinary, name, key, may_lack)


SCOPES = Table("scopes", TABLES, _text("scope", key=True), _number("last_pos"), _number("lam"), _bytes("digest"))

ENTRIES = Table(
    "entries",
    TABLES,
    _text("scope", key=True),
    _number("pos", key=True),
    _bytes("id"),
    _text("journal"),
    _number("n"),
    _bytes("prev"),
    _bytes("body"),
    _bytes("sealed", may_lack=True),
    _bytes("signature", may_lack=True),
    Index("entries_by_id", "scope", "id", unique=True),
    Index("entries_by_number", "scope", "journal", "n"),
)

LEAVES = Table("leaves", TABLES, _text("scope", key=True), _bytes("id", key=True), _text("journal"), _number("n"))

RECORDS = Table("records", TABLES, _text("scope", key=True), _text("kind", key=True), _text("record", key=True), _bytes("state"))

CERTIFICATES = Table("certificates", TABLES, _text("journal", key=True), _bytes("certificate"))

TIPS = Table("tips", TABLES, _text("scope", key=True), _number("n"), _text("id"))

PEERS = Table("peers", TABLES, _text("peer", key=True), _text("scope", key=True), _text("leaves"))

DEVICES = Table(
    "devices",
    TABLES,
    _text("replica", key=True),
    _text("unit"),
    _text("letter"),
    _text("name"),
    _bytes("sign_key"),
    _bytes("wrap_key"),
    _bytes("certificate"),
    _number("enrolled_at"),
    _number("revoked_at", may_lack=True),
    _number("seen_at", may_lack=True),
    _text("followed_by", may_lack=True),
    Index("devices_by_unit", "unit"),
)

CODES = Table("codes", TABLES, _bytes("digest", key=True), _text("unit"), _number("expires_at"), _text("used_by", may_lack=True))

JUDGED = Table("judged", TABLES, _text("scope", key=True), _number("pos"), _text("rights"))

CUSTODY = Table("custody", TABLES, _text("scope", key=True), _text("kind", key=True), _text("record", key=True))

ERASED = Table("erased", TABLES, _text("scope", key=True), _bytes("id", key=True), _text("record"))
