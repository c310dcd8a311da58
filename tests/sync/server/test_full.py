"""A server that cannot store, because its disk is full or locked: a number for everybody, and nothing lost."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from qms_desktop.sync_faults import in_words
from sync.errors import SyncError, TransportFault
from sync.server.__main__ import main
from sync.server.api import make_app
from sync.server.backup import backup
from sync.server.database import Database
from sync.server.province import Province
from sync.server.storage import cannot_store
from sync.server.verify import verify
from tests.sync.server.conftest import Clock, Entropy
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

UNIT = "28756"
ENTRIES = 400

REFUSING = """
CREATE FUNCTION refusing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (SELECT count(*) FROM entries) >= {entries} THEN RAISE EXCEPTION USING ERRCODE = '{fault}'; END IF; RETURN NULL; END $$;
CREATE TRIGGER refusing AFTER INSERT ON entries FOR EACH STATEMENT EXECUTE FUNCTION refusing();
"""
"""What PostgreSQL says when a file cannot grow, or on a standby; a real one of either needs an administrator."""

WILLING = "DROP TRIGGER refusing ON entries; DROP FUNCTION refusing()"
ROOM = "PRAGMA max_page_count=1000000000"


@pytest.fixture
def pc(province: Province, clock: Clock) -> Pc:
    made = Pc("one", clock, Entropy("one"))
    made.join(InProcess(make_app(province)), province.accounts.new_code(UNIT))
    return made


def is_sqlite(province: Province) -> bool:
    return province.identity.database.startswith("sqlite")


@contextmanager
def full_disk(province: Province, entries: int) -> Iterator[None]:
    """The disk takes no more than about so many entries."""
    if is_sqlite(province):
        with on_connections(province.database, f"PRAGMA max_page_count={_pages(province.database) + entries // 4}", ROOM):
            yield
    else:
        with refusing(province.database, entries, "disk_full"):
            yield


@contextmanager
def locked_disk(province: Province) -> Iterator[None]:
    """Nothing may be written any more."""
    if is_sqlite(province):
        with on_connections(province.database, "PRAGMA query_only=1", "PRAGMA query_only=0"):
            yield
    else:
        with refusing(province.database, 0, "read_only_sql_transaction"):
            yield


@contextmanager
def refusing(database: Database, entries: int, fault: str) -> Iterator[None]:
    with database.writing() as connection:
        connection.execute(text(REFUSING.format(entries=entries, fault=fault)))
    yield
    with database.writing() as connection:
        connection.execute(text(WILLING))


@contextmanager
def on_connections(database: Database, statement: str, undone: str) -> Iterator[None]:
    """The statement has been run on every connection that is used inside, and the other one on those used afterwards."""
    now = [statement]

    def run(connection: object, *_: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(now[0])
        cursor.close()

    event.listen(database._engine, "checkout", run)
    yield
    now[0] = undone


def _pages(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.scalar(text("PRAGMA page_count")) or 0)


def fault_of(pc: Pc, road: InProcess) -> TransportFault:
    with pytest.raises(TransportFault) as caught:
        pc.sync(road)
    return caught.value


def test_a_full_disk_is_told_by_number_and_what_it_took_before_stays(province: Province, pc: Pc) -> None:
    road = InProcess(make_app(province))
    for number in range(ENTRIES):
        pc.write(f"d{number}", state="received", p_name=f"Nguyễn Thị Ánh {number}", note=pc.entropy(300).hex())
    rounds = pc.rounds(road)
    with full_disk(province, ENTRIES // 2):
        fault = fault_of(pc, road)
        assert (fault.code, bool(fault.retry_after)) == (TransportFault.FULL, True)
        assert in_words(fault).code == "QMS-5512"
        dossiers = pc.credentials.scopes[2]
        taken = len(province.log.held(dossiers, list(pc.log.parcels(dossiers))))
        assert 0 < taken < ENTRIES, "whole frames, until the disk was full"
        assert rounds.waiting() >= ENTRIES - taken, "what was not confirmed waits"
        assert road.ask("GET", "/health").status == 200
        assert verify(province) == []
    assert pc.sync(road).equal
    assert rounds.waiting() == 0
    assert len(province.log.held(dossiers, list(pc.log.parcels(dossiers)))) == ENTRIES
    assert verify(province) == []


def test_a_locked_database_is_told_by_number(province: Province, pc: Pc) -> None:
    road = InProcess(make_app(province))
    pc.write("d1", state="received", p_name="Nguyễn Thị Ánh")
    with locked_disk(province):
        assert fault_of(pc, road).code == TransportFault.FULL
    assert pc.sync(road).equal
    assert verify(province) == []


def test_a_code_that_met_a_locked_database_is_still_good(province: Province, clock: Clock) -> None:
    road = InProcess(make_app(province))
    code = province.accounts.new_code(UNIT)
    pc = Pc("one", clock, Entropy("one"))
    with locked_disk(province), pytest.raises(SyncError) as caught:
        pc.join(road, code)
    assert caught.value.code == TransportFault.FULL
    pc.join(road, code)
    assert pc.credentials.letter == "A"


def test_a_backup_that_meets_a_full_disk_leaves_no_half_file(
    province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sync.server.backup._write_rows", full)
    with pytest.raises(OSError, match="No space") as caught:
        backup(province, tmp_path / "copy")
    assert cannot_store(caught.value)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == []


def test_the_command_line_says_it_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "server"
    assert main(["init", "--data", str(data)]) == 0
    original = Database.open

    def locked(database: Database) -> None:
        original(database)
        event.listen(database._engine, "checkout", lambda connection, *_: connection.execute("PRAGMA query_only=1"))

    monkeypatch.setattr(Database, "open", locked)
    assert main(["publish", "--data", str(data)]) == 2
    said = capsys.readouterr().err
    assert "QMS-S921" in said
    assert "đầy hoặc bị khóa ghi" in said
