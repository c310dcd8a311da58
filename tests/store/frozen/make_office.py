"""Makes `office-<n>.json`: the journals of two PCs with every kind of record, and the database of the first.

Run once, with the program of the day, from the repository's root:  python -m tests.store.frozen.make_office 1
The file is never made again: it says what an older program wrote, and the newer one must read it (test_frozen.py).
"""

from __future__ import annotations

import base64
import json
import random
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from qms_desktop import keys as secret
from qms_desktop.domain.fields import Field, Kind, RecordKind, Value
from qms_desktop.domain.records import KINDS
from qms_desktop.keys import MemoryKeys
from qms_desktop.store import schema
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.meta import Identity
from qms_desktop.store.unit import Author, Change, UnitStore, create, put, restore, void
from qms_desktop.store.view import View
from sync.journal.keys import signing_public
from tests.store.conftest import NOW, UNIT, UNIT_KEY
from tests.store.test_exchange import Known, exchange

SAMPLES: dict[Kind, Value] = {
    Kind.TEXT: "Ấp Thạnh Lợi, đường Trần Hưng Đạo",
    Kind.NAME: "Nguyễn Thị Đường",
    Kind.NOTE: "Dòng một\nDòng hai: đủ giấy tờ",
    Kind.CODE: "MÃ-01/2026",
    Kind.INTEGER: 3,
    Kind.FLAG: True,
    Kind.DATE: "2026-02-28",
    Kind.MOMENT: "2026-11-20T09:15",
    Kind.PHONE: "0901234567",
    Kind.ID_NUMBER: "079123456789",
    Kind.REFERENCE: "người-01",
    Kind.TABLE: [{"name": "Căn cước", "originals": 1, "held": False}, {"name": "Đơn", "note": "bản chính"}],
}
SCOPES = (f"unit/{UNIT}/qms", f"unit/{UNIT}/dossiers", "province")
DERIVED_TABLES = ("base_scope", "base_entry", "base_state")


def sample(field: Field) -> Value:
    if field.kind is Kind.CHOICE:
        return field.options[-1].value
    return SAMPLES.get(field.kind, "giá trị khác")


def values_of(kind: RecordKind) -> dict[str, Value]:
    return {field.name: sample(field) for field in kind.fields if not field.derived}


def store_of(folder: Path, letter: str) -> UnitStore:
    entropy = random.Random(letter).randbytes
    identity = Identity(entropy(16).hex(), letter, UNIT)
    store = UnitStore.create(folder / letter / "office.db", identity, MemoryKeys(), lambda: NOW, entropy)
    store.add_unit_key(UNIT, 1, UNIT_KEY)
    return store


def _as_decided(changes: list[Change], _view: View) -> list[Change]:
    return changes


def write(one: UnitStore, two: UnitStore) -> None:
    """Every kind in every area; then edits, a question, a withdrawal, one taken back, an undo, on both PCs."""
    known, an, binh = Known(one, two), Author("an", NOW), Author("binh", NOW, on_behalf="an")
    for kind in KINDS:
        for area in kind.areas:
            added = [create(kind.name, f"{kind.name}-{area.name.lower()}", values_of(kind), area)]
            one.act(f"{kind.name}.add", an, partial(_as_decided, added), "lập mẫu")
    exchange(one, two, known)
    one.act("dossier.edit", an, lambda _v: [put("dossier", "dossier-dossiers", {"note": "của An", "sets": 5})])
    two.act("dossier.edit", binh, lambda _v: [put("dossier", "dossier-dossiers", {"note": "của Bình", "step": "B7"})])
    two.act("position.void", binh, lambda _v: [void("position", "position-qms")], "bỏ chức danh")
    exchange(one, two, known)
    one.act("person.void", an, lambda _v: [void("person", "person-qms")], "nhầm")
    one.act("person.restore", an, lambda _v: [restore("person", "person-qms")])
    one.act("dossier.edit", an, lambda _v: [put("dossier", "dossier-dossiers", {"fee": "99"})])
    one.undo_last(an)
    exchange(one, two, known)


def journal(store: UnitStore) -> list[dict[str, Any]]:
    log = UnitLog(store)
    rows = store.connection.execute("SELECT scope, id FROM entry ORDER BY num").fetchall()
    parcels = [log.load(scope, [name.hex()])[0] for scope, name in rows]
    return [
        {
            "scope": parcel.entry.scope,
            "body": parcel.entry.body.decode(),
            "sealed": _text(parcel.ciphertext),
            "signature": _text(parcel.signature),
        }
        for parcel in parcels
    ]


def rows(store: UnitStore) -> dict[str, dict[str, dict[str, Value]]]:
    with store.view() as view:
        return {
            kind.name: {
                record: {name: value for name, value in (view.get(kind.name, record) or {}).items() if name != "_entry"}
                for record in (f"{kind.name}-{area.name.lower()}" for area in kind.areas)
            }
            for kind in KINDS
        }


def database(store: UnitStore) -> dict[str, Any]:
    """Tables and rows as they lie on the disk. Search keeps no text of its own and is made anew."""
    connection = store.connection
    made = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    kept = [row for row in made if not row[0].startswith(("search_", "sqlite_")) and row[0] not in DERIVED_TABLES]
    tables = [name for name, kind, _ in kept if kind == "table" and name not in ("search", "derived")]
    found = {name: [list(map(_cell, row)) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in tables}
    return {"version": 1000, "tables": [sql for _, _, sql in kept], "rows": found}


def _cell(value: Any) -> Any:
    return {"b64": _text(value)} if isinstance(value, bytes) else value


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def main(number: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        one, two = store_of(Path(folder), "A"), store_of(Path(folder), "B")
        write(one, two)
        content = {
            "schema": schema.VERSION,
            "keys": {s.replica: signing_public(s.keys.get(secret.SIGNING) or b"").hex() for s in (one, two)},
            "secrets": {name: _text(one.keys.get(name)) for name in (secret.DATABASE, secret.SIGNING, secret.WRAPPING)},
            "journal": journal(one),
            "rows": rows(one),
            "digests": {scope: format(UnitLog(one).state_digest(scope), "064x") for scope in SCOPES},
            "database": database(one),
        }
        for store in (one, two):
            store.close()
    target = Path(__file__).with_name(f"office-{number}.json")
    target.write_text(json.dumps(content, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
