"""No order erases what is on hold or must still be kept, neither in the window nor, past it, at the province."""

import pytest

from qms_desktop.domain.errors import RuleError
from qms_desktop.domain.fields import Value
from qms_desktop.office import Office
from qms_desktop.store.unit import Author, create, put
from qms_desktop.usecases import erasure, progress
from tests.usecases.commune_kit import Commune
from tests.usecases.office_kit import UNIT, sign_in
from tests.usecases.test_rights import end, expire, pair, person, received, row
from tests.usecases.test_two_pcs import commune

__all__ = ["commune", "pair"]


def order(office: Office, dossier: str) -> str:
    return erasure.order(sign_in(office, "LD").work(), [dossier], "12/QĐ-UBND")


def test_the_window_says_what_stands_against_it_and_what_to_enter(pair: Commune) -> None:
    first = pair.first
    dossier = received(first, "Nguyễn Thị Hoa")
    with pytest.raises(RuleError, match="QMS-247"):
        order(first, dossier)
    end(first, dossier)
    progress.edit(sign_in(first, "CL").work(), dossier, {"hold": True})
    with pytest.raises(RuleError, match="QMS-255"):
        order(first, dossier)
    progress.edit(sign_in(first, "CL").work(), dossier, {"hold": False, "retention_years": 5})
    with pytest.raises(RuleError, match=r"31/12/2031.*QMS-257"):
        order(first, dossier)
    expire_again = received(first, "Trần Văn Hai")
    expire(first, expire_again)
    forget_years(first, expire_again)
    with pytest.raises(RuleError, match=r"Thời hạn lưu.*QMS-256"):
        order(first, expire_again)
    progress.edit(sign_in(first, "CL").work(), expire_again, {"retention_years": 5})
    assert order(first, expire_again)


def forget_years(office: Office, dossier: str) -> None:
    """Nobody says how long: neither the dossier nor its procedure."""
    with office.demand_store().view() as view:
        code = (view.get("dossier", dossier) or {})["procedure_code"]
        revisions = [str(found["id"]) for found in view.find("revision", code=code) if found.get("retention")]
    changes = [put("dossier", dossier, {"retention_years": None})]
    changes += [put("revision", revision, {"retention": None}) for revision in revisions]
    office.demand_store().act("dossier.edit", sign_in(office, "IS").work().author, lambda _view: changes)


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"hold": True}, "held"), ({"retention_years": 50}, "running"), ({}, None)],
    ids=["held", "running", "over"],
)
def test_the_province_judges_it_too_when_a_modified_program_orders(
    pair: Commune, values: dict[str, Value], reason: str | None
) -> None:
    first = pair.first
    dossier = received(first, "Nguyễn Thị Hoa")
    expire(first, dossier)
    if values:
        progress.edit(sign_in(first, "CL").work(), dossier, values)
    with first.demand_store().reading() as ledger:
        named, _ = erasure._named(ledger, {dossier}, "unit/99999/dossiers")
    forged: dict[str, Value] = {
        "decision": "12/QĐ",
        "records": [dossier],
        "entries": list(named),
        "ordered_at": "2026-11-23T08:00",
    }
    leader = Author(person(first, "LD"), first.clock())
    first.demand_store().act("erasure.order", leader, lambda _view: [create("erasure", "forged-order", forged)])
    for office in (first, pair.second, first):
        office.sync_once()
    said = row(first, "erasure", "forged-order")
    assert said["refused"] == reason
    assert bool(said["accepted"]) is (reason is None)
    erased = row(first, "dossier", dossier)["applicant_name"] != "Nguyễn Thị Hoa"
    assert erased is (reason is None)


def entries_of(office: Office, dossier: str) -> list[Value]:
    with office.demand_store().reading() as ledger:
        return list(erasure._named(ledger, {dossier}, f"unit/{UNIT}/dossiers")[0])


def forge(pair: Commune, dossier: str, entries: list[Value]) -> None:
    """A program without any rule orders it, in the leader's name."""
    forged: dict[str, Value] = {"decision": "12/QĐ", "records": [dossier], "entries": entries, "ordered_at": "2026-11-23T08:00"}
    leader = Author(person(pair.first, "LD"), pair.first.clock())
    pair.first.demand_store().act("erasure.order", leader, lambda _view: [create("erasure", "forged-order", forged)])
    for office in (pair.first, pair.second, pair.first):
        office.sync_once()


def test_an_order_for_one_dossier_cannot_name_the_entries_of_another(pair: Commune) -> None:
    over, held = received(pair.first, "Nguyễn Thị Hoa"), received(pair.first, "Trần Văn Giữ")
    expire(pair.first, over)
    forge(pair, over, [*entries_of(pair.first, over), *entries_of(pair.first, held)])
    assert row(pair.first, "dossier", over)["applicant_name"] != "Nguyễn Thị Hoa"
    assert row(pair.first, "dossier", held)["applicant_name"] == "Trần Văn Giữ"
