"""When a dossier's personal values are erased by order, the scans that hung on it go with them, everywhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from qms_desktop.usecases import attachments, erasure, receiving
from tests.usecases.commune_kit import Commune
from tests.usecases.office_kit import MONDAY, command, sign_in
from tests.usecases.test_attachments_on_two_pcs import attached
from tests.usecases.test_rights import clock_forward, expire, pair
from tests.usecases.test_two_pcs import commune

__all__ = ["clock_forward", "commune", "pair"]


def synced(pair: Commune, times: int = 2) -> None:
    for _ in range(times):
        for office in (pair.first, pair.second):
            office.sync_once()


def files(pair: Commune) -> list[int]:
    """How many there are at the province and on each PC, once the PCs have started anew."""
    for office in (pair.first, pair.second):
        office.demand_store().files.collect(MONDAY + timedelta(days=10_000))
    stores = (pair.first.demand_store(), pair.second.demand_store())
    return [pair.province.blobs.held()["files"], *(len(list(store.files.shelf.names())) for store in stores)]


def test_the_scans_of_an_erased_dossier_are_gone_and_are_not_fetched_again(pair: Commune, tmp_path: Path) -> None:
    dossier = attached(pair, tmp_path)
    synced(pair)
    assert files(pair) == [1, 1, 1]
    expire(pair.first, dossier)
    erasure.order(sign_in(pair.first, "LD").work(), [dossier], "12/QĐ-UBND")
    synced(pair)
    assert files(pair) == [0, 0, 0]
    synced(pair)
    assert files(pair) == [0, 0, 0]
    assert pair.first.verify() == []


def test_a_file_that_another_dossier_names_as_well_stays(pair: Commune, tmp_path: Path) -> None:
    dossier = attached(pair, tmp_path)
    work = sign_in(pair.first, "CL").work()
    other = receiving.receive(work, command(pair.first, "1.004873", "Trần Văn Bình"))
    attachments.attach(work, "dossier", other, next(tmp_path.glob("*.pdf")))
    synced(pair)
    expire(pair.first, dossier)
    erasure.order(sign_in(pair.first, "LD").work(), [dossier], "12/QĐ-UBND")
    synced(pair)
    assert files(pair) == [1, 1, 1]
    assert attachments.listed(pair.second.demand_store(), other)[0].words() == "đủ"
