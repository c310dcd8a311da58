"""A revoked PC without a line: what it brings goes into custody, the province's word comes back, then the receipt."""

from pathlib import Path

import pytest

from qms_desktop.domain.errors import AppError, SetupError
from qms_desktop.office import Office
from qms_desktop.store.journal import UnitLog
from qms_desktop.store.recent import refused
from qms_desktop.usecases import leaving, receiving
from sync.server import revoking
from sync.server.__main__ import main
from sync.server.records import current
from sync.stick.last_word import Release, spell_release
from tests.usecases.commune_kit import Commune
from tests.usecases.office_kit import UNIT, command, sign_in
from tests.usecases.test_rights import CODE, pair
from tests.usecases.test_two_pcs import commune

__all__ = ["commune", "pair"]


def received(office: Office, name: str) -> str:
    return receiving.receive(sign_in(office, "CL").work(), command(office, CODE, name))


def carried(pair: Commune, folder: Path) -> Path:
    """A packet of the revoked PC is taken in at the province; the answer, still unread."""
    pair.second.export_packet(folder / "len-tinh.qmspacket")
    data = ["--data", str(pair.province.identity.folder)]
    answer = folder / "ve-xa.qmspacket"
    assert main(["packet", "import", str(folder / "len-tinh.qmspacket"), "--answer", str(answer), *data]) == 0
    return answer


def test_the_whole_way_there_and_back(pair: Commune, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for office in (pair.first, pair.second):
        office.sync_once()
    revoking.revoke(pair.province, pair.second.demand_store().replica, "Mất máy")
    replica = pair.second.demand_store().replica
    received(pair.second, "Viết sau khi thu hồi")
    answer = carried(pair, tmp_path)
    assert "đã bị thu hồi" in capsys.readouterr().out
    with pytest.raises(SetupError, match="QMS-818"):
        pair.second.import_packet(answer)
    assert pair.second.left
    receipt = leaving.receipt_beside(answer)
    data = ["--data", str(pair.province.identity.folder)]
    assert main(["packet", "import", str(receipt), *data]) == 0
    with pair.province.database.reading() as connection:
        row = current(connection, f"unit/{UNIT}/qms", "pc")[replica]
    assert row["wiped_at"]
    pair.first.sync_once()
    assert {item.line.replica for item in refused(pair.first.demand_store())} == {replica}


def test_what_was_written_after_the_packet_keeps_the_pc_from_erasing(pair: Commune, tmp_path: Path) -> None:
    revoking.revoke(pair.province, pair.second.demand_store().replica, "Mất máy")
    answer = carried(pair, tmp_path)
    received(pair.second, "Sau gói")
    with pytest.raises(AppError):
        pair.second.import_packet(answer)
    assert not pair.second.left
    with pytest.raises(SetupError, match="QMS-818"):
        pair.second.import_packet(carried(pair, tmp_path))


def test_nobody_but_the_province_can_write_such_a_word(pair: Commune, tmp_path: Path) -> None:
    revoking.revoke(pair.province, pair.second.demand_store().replica, "Mất máy")
    genuine = carried(pair, tmp_path)
    store, credentials = pair.first.demand_store(), pair.first.demand_credentials()
    with pytest.raises(AppError):
        pair.first.import_packet(genuine)
    leaves = sorted({leaf.id for scope in credentials.scopes for leaf in UnitLog(store).leaves(scope)})
    forged = tmp_path / "gia.qmspacket"
    forged.write_bytes(spell_release(Release(tuple(leaves), (bytes(64),))))
    for content in (forged.read_bytes(), forged.read_bytes()[:-9], genuine.read_bytes() + b" "):
        forged.write_bytes(content)
        with pytest.raises(AppError):
            pair.first.import_packet(forged)
    assert not pair.first.left
    assert leaving.read_note(pair.first.paths) is None


def test_a_receipt_that_the_pc_did_not_sign_is_refused(pair: Commune, tmp_path: Path) -> None:
    forged = tmp_path / "gia.qmspacket"
    forged.write_bytes(b"QMSRECEIPT1" + bytes(64) + b"{}")
    assert main(["packet", "import", str(forged), "--data", str(pair.province.identity.folder)]) == 2
