"""A revoked PC hands its files over too before it erases them, in pieces that go on after a cut; nobody else gets in by that."""

from pathlib import Path

import pytest

from qms_desktop.domain.errors import SetupError
from qms_desktop.office import Office
from qms_desktop.settings import FILES_DAILY_MB
from qms_desktop.usecases import attachments, leaving, people
from sync.client.carrier import Caller
from sync.errors import AccessFault, BlobFault, TransportFault
from sync.server import revoking
from tests.usecases.commune_kit import Commune
from tests.usecases.office_kit import UNIT, sign_in
from tests.usecases.test_rights import pair, received
from tests.usecases.test_two_pcs import commune

__all__ = ["commune", "pair"]

SIZE = 600_000


def scanned(pair: Commune, office: Office, folder: Path) -> str:
    """A dossier with a scan that has not left the PC; its dossier is at the province."""
    people.save(sign_in(pair.first, "IS").work(), "office", f"office-{UNIT}", {"dossier_files": True})
    for each in (pair.first, office):
        each.sync_once()
    dossier = received(office, "Nguyễn Thị Hoa")
    file = folder / "đơn.txt"
    file.write_text("đơn " * (SIZE // 5), "utf-8")
    return attachments.attach(sign_in(office, "CL").work(), "dossier", dossier, file)


def blob(office: Office, attachment: str) -> str:
    with office.demand_store().view() as view:
        return str((view.get("attachment", attachment) or {})["hash"])


def test_the_files_of_a_revoked_pc_reach_the_province_before_it_erases_them(pair: Commune, tmp_path: Path) -> None:
    attachment = scanned(pair, pair.second, tmp_path)
    name, files = blob(pair.second, attachment), pair.second.demand_store().files.shelf
    pair.second.settings.set(FILES_DAILY_MB, 0)
    revoking.revoke(pair.province, pair.second.demand_store().replica, "Mất máy")
    with pytest.raises(SetupError, match="QMS-818"):
        pair.second.sync_once()
    shelf = pair.province.blobs.shelf_for(UNIT, "dossiers")
    assert shelf.size(name) is not None
    assert files.size(name) is None
    assert leaving.read_note(pair.second.paths) is not None


def test_a_cut_keeps_the_pc_from_erasing_and_the_next_visit_goes_on_there(
    pair: Commune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachment = scanned(pair, pair.second, tmp_path)
    name, before = blob(pair.second, attachment), Caller.ask
    pieces: list[int] = []

    def cut(self: Caller, verb: str, path: str, body: bytes = b"") -> object:
        if verb == "PUT":
            pieces.append(len(body))
            if len(pieces) == 4:
                raise TransportFault(TransportFault.CUT, "the cable was pulled")
        return before(self, verb, path, body)

    monkeypatch.setattr(Caller, "ask", cut)
    revoking.revoke(pair.province, pair.second.demand_store().replica, "Mất máy")
    with pytest.raises(TransportFault):
        pair.second.sync_once()
    assert not pair.second.left
    arrived = pair.province.blobs.shelf_for(UNIT, "dossiers").held(name, by=pair.second.demand_store().replica)
    assert 0 < arrived < SIZE
    with pytest.raises(SetupError, match="QMS-818"):
        pair.second.sync_once()
    assert pair.province.blobs.shelf_for(UNIT, "dossiers").size(name) is not None
    assert sum(pieces[:3]) == arrived


def test_a_revoked_pc_brings_only_files_that_records_name_and_gets_none(pair: Commune, tmp_path: Path) -> None:
    attachment = scanned(pair, pair.first, tmp_path)
    pair.first.sync_once()
    name, exchange = blob(pair.first, attachment), pair.second.exchange()
    revoking.revoke(pair.province, pair.second.demand_store().replica, "Mất máy")
    rounds = exchange.rounds
    caller = Caller(rounds.transport, rounds.credentials, rounds.sign_private, rounds.clock, rounds.entropy)
    with pytest.raises(AccessFault) as refused:
        caller.ask("GET", f"/blobs/dossiers/{name}/0?at=0&length=100")
    assert refused.value.code == AccessFault.REVOKED
    with pytest.raises(BlobFault) as unnamed:
        caller.ask("PUT", f"/blobs/dossiers/{'ab' * 32}/0?at=0&size=5", b"chunk")
    assert unnamed.value.code == BlobFault.BAD_REQUEST
    exchange.close()


def test_a_file_the_province_has_no_room_for_does_not_keep_a_stolen_pc_from_erasing(
    pair: Commune, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned(pair, pair.second, tmp_path)
    revoking.revoke(pair.province, pair.second.demand_store().replica, "Mất máy")

    def full(*_given: object) -> int:
        raise BlobFault(BlobFault.NO_ROOM, "full")

    monkeypatch.setattr(pair.province.blobs, "take", full)
    with pytest.raises(SetupError, match="QMS-818"):
        pair.second.sync_once()
