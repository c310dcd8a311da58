"""No personal value of the demo office is anywhere at the province: tables, write-ahead log, log lines, packets, backups."""

from __future__ import annotations

import json
import logging
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import zstandard

from qms_desktop.domain.fields import Area, Value
from qms_desktop.domain.records import KINDS
from qms_desktop.domain.text import fold
from qms_desktop.keys import FileKeys
from qms_desktop.office import Office
from qms_desktop.paths import Paths
from sync.server import packets
from sync.server.backup import backup
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.snapshots import Snapshots
from sync.server.stats import held

SHORTEST = 6
ZSTD = b"\x28\xb5\x2f\xfd"


@pytest.fixture
def office(quick: Path) -> Iterator[Office]:
    """The first PC of the demo office, after its day."""
    made = Office(Paths(quick / "pc1"), FileKeys(quick / "pc1.keys", quick / "pc1"))
    made.open()
    yield made
    made.close()


def personal_values(office: Office) -> set[str]:
    """Everything sealed in the dossiers' scope, as the PC reads it: values, parts of tables, reasons. Not what is public too."""
    found: set[str] = set()
    public: set[str] = set()
    with office.demand_store().reading() as ledger:
        for (entry_id,) in ledger.connection.execute("SELECT id FROM entry").fetchall():
            entry = ledger.entry(entry_id.hex())
            assert entry is not None
            for op in entry.ops:
                for write in op.writes:
                    (found if write.personal else public).update(words_in(write.value))  # type: ignore[arg-type]
            if entry.reason_personal:
                found.update(words_in(str(entry.reason)))
    shown = json.dumps(sorted(public), ensure_ascii=False)
    return {value for value in found if len(value) >= SHORTEST and value not in shown}


def words_in(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from words_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from words_in(item)


def forms(value: str) -> set[bytes]:
    """Composed, decomposed, in small and capital letters, without accents, without spaces; also as JSON escapes and UTF-16."""
    spelled = {value, value.lower(), value.upper(), value.replace(" ", ""), fold(value), fold(value).replace(" ", "")}
    spelled |= {unicodedata.normalize("NFD", text) for text in spelled}
    as_bytes = {text.encode() for text in spelled} | {value.encode("utf-16-le")}
    return as_bytes | {json.dumps(text)[1:-1].encode() for text in spelled}


def expanded(content: bytes) -> Iterator[bytes]:
    """The bytes, and what compressed pieces in them say."""
    yield content
    place = content.find(ZSTD)
    while place >= 0:
        try:
            yield zstandard.ZstdDecompressor().decompress(content[place:], max_output_size=1 << 26)
        except zstandard.ZstdError:
            pass
        place = content.find(ZSTD, place + 1)


def betrayed(contents: Iterable[bytes], values: set[str]) -> list[str]:
    hay = [piece for content in contents for piece in expanded(content)]
    return sorted(value for value in values if any(form in piece for form in forms(value) for piece in hay))


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]


def test_the_values_looked_for_are_those_of_the_office(office: Office) -> None:
    values = personal_values(office)
    with office.demand_store().view() as view:
        names = {str(row["applicant_name"]) for row in view.find("dossier")}
        phones = {str(row["applicant_phone"]) for row in view.find("dossier") if row.get("applicant_phone")}
    assert names | phones <= values
    assert len(values) > 20
    assert betrayed([f"… {sorted(names)[0]} …".encode()], values), "the search itself finds what is there"
    sealed = [
        field.name
        for kind in KINDS
        if Area.DOSSIERS in kind.areas
        for field in kind.fields
        if kind.personal(field.name, Area.DOSSIERS)
    ]
    assert {"applicant_name", "applicant_phone", "applicant_id", "note", "full_name"} <= set(sealed)


def test_tables_and_write_ahead_log_hold_none_of_them(office: Office, quick: Path) -> None:
    values = personal_values(office)
    province = Province.open(quick / "server")
    try:
        with Running(province) as server:
            office.use_server(server.url)
            office.sync_once()
            written = files(quick / "server")
    finally:
        province.close()
    assert any(path.name.endswith("-wal") or path.name == "server.db" for path in (quick / "server").iterdir())
    assert b"dossier.receive" in b"".join(written), "the entries themselves are there"
    assert betrayed(written, values) == []


def test_the_servers_log_names_nobody(office: Office, quick: Path, caplog: pytest.LogCaptureFixture) -> None:
    values = personal_values(office)
    province = Province.open(quick / "server")
    with caplog.at_level(logging.DEBUG):
        try:
            with Running(province) as server:
                office.use_server(server.url)
                office.sync_once()
        finally:
            province.close()
    assert "sync" in caplog.text
    assert betrayed([caplog.text.encode()], values) == []


def test_packets_at_rest_hold_none_of_them(office: Office, quick: Path, tmp_path: Path) -> None:
    values = personal_values(office)
    office.export_packet(tmp_path / "up.qmspacket")
    province = Province.open(quick / "server")
    try:
        unit = office.demand_store().unit_code
        (tmp_path / "down.qmspacket").write_bytes(packets.export(province, unit).data)
    finally:
        province.close()
    assert len(files(tmp_path)) == 2
    assert betrayed(files(tmp_path), values) == []


def test_backups_of_server_and_pc_hold_none_of_them(office: Office, quick: Path, tmp_path: Path) -> None:
    values = personal_values(office)
    office.backup(tmp_path / "pc.qmsbackup")
    province = Province.open(quick / "server")
    try:
        backup(province, tmp_path / "server.zip")
    finally:
        province.close()
    with zipfile.ZipFile(tmp_path / "server.zip") as archive:
        members = [archive.read(name) for name in archive.namelist()]
    assert b"dossier.receive" in b"".join(members)
    assert betrayed([*members, *files(tmp_path)], values) == []


def test_the_day_of_the_demo_office_needed_no_verdict(office: Office) -> None:
    with office.demand_store().view() as view:
        assert view.find("verdict") == []


def test_snapshots_for_new_pcs_and_counters_hold_none_of_them(office: Office, quick: Path) -> None:
    values = personal_values(office)
    province = Province.open(quick / "server")
    try:
        scopes = [Area.QMS.scope(office.demand_store().unit_code), Area.DOSSIERS.scope(office.demand_store().unit_code)]
        made = [Snapshots(province.database, province.clock, 1).of(scope).content for scope in scopes]
        counted = json.dumps(held(province.database, province.clock()) | province.blobs.held())
    finally:
        province.close()
    assert all(len(content) > 1_000 for content in made), "however few entries there are"
    assert betrayed([*made, counted.encode()], values) == []


def test_the_pcs_own_folder_holds_none_of_them_in_clear(office: Office, quick: Path) -> None:
    """Database, its log, files, settings and what the program logs: whoever copies the disk reads nobody."""
    values = personal_values(office)
    written = files(quick / "pc1")
    assert sum(map(len, written)) > 100_000
    assert betrayed(written, values) == []
