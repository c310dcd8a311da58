"""What an older program wrote is read by this one: its journal into the right rows, its database as it lies on the disk."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qms_desktop import keys as secret
from qms_desktop.domain.records import kind_named
from qms_desktop.keys import MemoryKeys
from qms_desktop.sqlite import connect
from qms_desktop.store import schema
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.unit import Author, UnitStore, put
from qms_desktop.store.verify import verify
from sync.exchange.incoming import take_frame
from sync.journal.entry import parse
from sync.journal.log import Parcel
from sync.wire.frames import Frame, decode_frame, encode_frame
from tests.store.conftest import NOW, MakeStore

FROZEN = sorted((Path(__file__).parent / "frozen").glob("office-*.json"))


class Signers:
    """Knows the keys of the PCs that wrote the frozen journals."""

    def __init__(self, keys: dict[str, str]) -> None:
        self._keys = keys

    def key_for(self, journal: str, offered: bytes | None) -> bytes | None:
        return bytes.fromhex(self._keys[journal])


@pytest.fixture(params=FROZEN, ids=lambda path: path.stem)
def frozen(request: pytest.FixtureRequest) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(request.param.read_text("utf-8"))
    return content


def binary(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def parcels(frozen: dict[str, Any], scope: str) -> tuple[Parcel, ...]:
    return tuple(
        Parcel(parse(item["body"].encode()), binary(item["sealed"]), binary(item["signature"]))
        for item in frozen["journal"]
        if item["scope"] == scope
    )


def shown_as_then(store: UnitStore, frozen: dict[str, Any]) -> Iterator[str]:
    """Where a row differs from what the older program showed; what this program no longer knows is left out."""
    with store.view() as view:
        for kind, records in frozen["rows"].items():
            for record, wanted in records.items():
                found = (view.get(kind, record) or {}) if kind_named(kind) is not None else {}
                known = {name: value for name, value in wanted.items() if is_shown(kind, name)}
                yield from (f"{kind} {record} {name}" for name, value in known.items() if found.get(name) != value)


def is_shown(kind_name: str, field: str) -> bool:
    """Whether the value must be in the row now as it was then: derived ones follow from other records."""
    kind = kind_named(kind_name)
    return kind is not None and (field.startswith("_") or (kind.knows(field) and not kind.field(field).derived))


def digests(store: UnitStore, frozen: dict[str, Any]) -> dict[str, str]:
    return {scope: format(UnitLog(store).state_digest(scope), "064x") for scope in frozen["digests"]}


def questions(store: UnitStore) -> list[tuple[str, set[str]]]:
    with store.view() as view:
        return [(asked.field, {str(value.value) for value in asked.values}) for asked in view.questions()]


def test_the_journal_of_an_older_program_is_read_into_the_right_rows(frozen: dict[str, Any], make_store: MakeStore) -> None:
    store, signers = make_store("new"), Signers(frozen["keys"])
    for scope in frozen["digests"]:
        sent = encode_frame(Frame(scope, parcels(frozen, scope), {}))
        taken = take_frame(UnitLog(store), signers, decode_frame(sent))
        assert taken.refused == {}
    assert digests(store, frozen) == frozen["digests"]
    assert list(shown_as_then(store, frozen)) == []
    assert questions(store) == [("note", {"của An", "của Bình"})]
    assert verify(store, signers) == []
    with store.view() as view:
        assert [hit.id for hit in view.search("nguyen thi duong", kinds=("applicant",))] == ["applicant-dossiers"]
        assert {line.action for line in view.history("dossier", "dossier-dossiers")} >= {"dossier.add", "dossier.edit"}


def test_it_holds_every_kind_of_record_and_every_way_to_change_one(frozen: dict[str, Any]) -> None:
    ops = [op for scope in frozen["digests"] for parcel in parcels(frozen, scope) for op in parcel.entry.ops]
    assert {op.verb for op in ops} == {"create", "set", "void"}
    assert {op.kind for op in ops} == set(frozen["rows"])
    assert len(frozen["rows"]) >= 15
    journals = {parcel.entry.journal for scope in frozen["digests"] for parcel in parcels(frozen, scope)}
    assert journals == set(frozen["keys"])
    assert any(item["sealed"] for item in frozen["journal"])
    assert any(item["signature"] for item in frozen["journal"])


def thaw(frozen: dict[str, Any], folder: Path) -> UnitStore:
    """The older program's database, put back on the disk and opened by this one."""
    keys = MemoryKeys()
    for name, value in frozen["secrets"].items():
        keys.set(name, base64.b64decode(value))
    folder.mkdir()
    connection = connect(folder / "office.db", keys.get(secret.DATABASE) or b"")
    for statement in frozen["database"]["tables"]:
        connection.execute(statement)
    for table, rows in frozen["database"]["rows"].items():
        for row in rows:
            cells = [binary(cell["b64"]) if isinstance(cell, dict) else cell for cell in row]
            connection.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(cells))})', cells)
    connection.execute(f"PRAGMA user_version = {frozen['database']['version']}")
    connection.close()
    return UnitStore.open(folder / "office.db", keys, lambda: NOW, bytes)


def test_the_database_of_an_older_program_is_brought_up_to_date(frozen: dict[str, Any], tmp_path: Path) -> None:
    store = thaw(frozen, tmp_path / "old")
    assert schema.version_of(store.connection) == schema.VERSION > divmod(frozen["database"]["version"], schema.MAJOR_STEP)
    assert list(shown_as_then(store, frozen)) == []
    assert digests(store, frozen) == frozen["digests"]
    assert verify(store, Signers(frozen["keys"])) == []
    store.act("dossier.edit", Author("an", NOW), lambda _view: [put("dossier", "dossier-dossiers", {"fee": "7"})])
    store.close()
    again = UnitStore.open(store.path, store.keys, store.clock, store.entropy)
    with again.view() as view:
        assert (view.get("dossier", "dossier-dossiers") or {})["fee"] == "7"
        assert [hit.id for hit in view.search("nguyen thi duong", kinds=("applicant",))] == ["applicant-dossiers"]
    assert verify(again, Signers(frozen["keys"])) == []
    again.close()
