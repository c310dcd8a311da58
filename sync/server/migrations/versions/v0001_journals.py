"""Journals, their merged state, and who may call."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Make the tables of the first release."""
    op.create_table("meta", Column("name", Text, primary_key=True), _text("value"))
    _journals()
    op.create_table("certificates", Column("journal", Text, primary_key=True), _bytes("certificate"))
    op.create_table("tips", Column("scope", Text, primary_key=True), _number("n"), _text("id"))
    op.create_table("peers", _text("peer"), _text("scope"), _text("leaves"), PrimaryKeyConstraint("peer", "scope"))
    _devices()


def _journals() -> None:
    op.create_table("scopes", Column("scope", Text, primary_key=True), _number("last_pos"), _number("lam"), _bytes("digest"))
    op.create_table(
        "entries",
        _text("scope"),
        _number("pos"),
        _bytes("id"),
        _text("journal"),
        _number("n"),
        _bytes("prev"),
        _bytes("body"),
        Column("sealed", LargeBinary),
        Column("signature", LargeBinary),
        PrimaryKeyConstraint("scope", "pos"),
        UniqueConstraint("id"),
    )
    op.create_index("entries_by_number", "entries", ["scope", "journal", "n"])
    leaf = (_text("scope"), _bytes("id"), _text("journal"), _number("n"))
    op.create_table("leaves", *leaf, PrimaryKeyConstraint("scope", "id"))
    record = (_text("scope"), _text("kind"), _text("record"), _bytes("state"))
    op.create_table("records", *record, PrimaryKeyConstraint("scope", "kind", "record"))


def _devices() -> None:
    op.create_table(
        "devices",
        Column("replica", Text, primary_key=True),
        _text("unit"),
        _text("letter"),
        _text("name"),
        _bytes("sign_key"),
        _bytes("wrap_key"),
        _bytes("certificate"),
        _number("enrolled_at"),
        Column("revoked_at", BigInteger),
    )
    op.create_index("devices_by_unit", "devices", ["unit"])
    code = (Column("digest", LargeBinary, primary_key=True), _text("unit"), _number("expires_at"))
    op.create_table("codes", *code, Column("used_by", Text))


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)
