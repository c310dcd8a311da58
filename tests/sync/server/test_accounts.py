"""A code lets one PC in, once; the PC becomes a record that the whole unit can see."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from sync.errors import AccessFault, KeyFault
from sync.joining.enrolment import CodeFault, make_code, read_code
from sync.journal.keys import read_certificate
from sync.server.accounts import CODE_LIFETIME_MS
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.server.records import current
from sync.server.schema import TABLES
from tests.sync.server.conftest import Clock, Entropy, join, replica_of, request_of, unit_puts


def test_a_code_is_read_back_however_it_was_typed() -> None:
    code = make_code(bytes(range(32)), b"k" * 32)
    assert read_code(code.text()) == code
    assert read_code(" " + code.text().lower().replace("-", " ")) == code
    assert code.names(b"k" * 32)
    assert not code.names(b"x" * 32)


def test_one_wrong_or_two_swapped_characters_are_noticed() -> None:
    plain = make_code(bytes(range(32)), b"k" * 32).text().replace("-", "")
    for place in range(len(plain) - 1):
        wrong = plain[:place] + ("A" if plain[place] != "A" else "B") + plain[place + 1 :]
        with pytest.raises(CodeFault):
            read_code(wrong)
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
        if swapped != plain:
            with pytest.raises(CodeFault):
                read_code(swapped)


def test_a_pc_joins_and_is_known_by_a_certificate_of_the_province(province: Province) -> None:
    answer = join(province, "28756", "one")
    certificate = read_certificate(answer.certificate, province.identity.province_key)
    assert (certificate.replica, certificate.unit, certificate.letter) == (replica_of("one"), "28756", "A")
    assert answer.server == province.identity.server
    device = province.accounts.device(replica_of("one"))
    assert device is not None
    assert device.scopes == ("province", "unit/28756/qms", "unit/28756/dossiers")


def test_letters_count_up_within_a_unit(province: Province) -> None:
    assert [join(province, "28756", pc).letter for pc in ("a", "b")] == ["A", "B"]
    assert join(province, "28777", "c").letter == "A"


def test_the_pc_is_a_record_of_its_unit(province: Province) -> None:
    answer = join(province, "28756", "one")
    with province.database.reading() as connection:
        records = current(connection, "unit/28756/qms", "pc")
    assert records[replica_of("one")] == {
        "letter": "A",
        "name": "PC one",
        "certificate": answer.certificate.hex(),
        "enrolled_at": "2025-11-22T12:00",
    }


def test_a_code_works_once(province: Province) -> None:
    code = province.accounts.new_code("28756")
    province.accounts.enrol(request_of(code, "one"))
    with pytest.raises(AccessFault) as caught:
        province.accounts.enrol(request_of(code, "two"))
    assert caught.value.code == AccessFault.CODE_USED


def test_a_pc_whose_answer_was_lost_gets_it_again(province: Province) -> None:
    code = province.accounts.new_code("28756")
    first = province.accounts.enrol(request_of(code, "one"))
    assert province.accounts.enrol(request_of(code, "one")) == first
    assert len(province.accounts.devices()) == 1


def test_a_pc_that_joined_before_may_join_again_with_a_fresh_code_of_its_unit(province: Province) -> None:
    first = join(province, "28756", "one")
    assert join(province, "28756", "one") == first
    with pytest.raises(AccessFault) as caught:
        join(province, "28777", "one")
    assert caught.value.code == AccessFault.REPLICA_TAKEN


def test_a_certificate_of_another_province_lets_nobody_in(province: Province, tmp_path: Path, clock: Clock) -> None:
    other = Province.init(tmp_path / "other", clock=clock, entropy=Entropy("other"))
    other.publish("unit.import", unit_puts())
    answer = join(other, "28756", "one")
    other.close()
    with pytest.raises(KeyFault):
        province.accounts.readmit(answer.certificate)
    with pytest.raises(AccessFault):
        province.accounts.readmit(province.identity.certificate("2025-11-22"))
    assert province.accounts.devices() == ()


def test_an_expired_an_unknown_and_a_mistyped_code_are_refused(province: Province, clock: Clock) -> None:
    code = province.accounts.new_code("28756")
    clock.now += CODE_LIFETIME_MS + 1
    refused = {code: AccessFault.CODE_EXPIRED, "2222-2222-2222-2222": AccessFault.BAD_CODE, "abc": AccessFault.BAD_CODE}
    for text, number in refused.items():
        with pytest.raises(AccessFault) as caught:
            province.accounts.enrol(request_of(text, "one"))
        assert caught.value.code == number
    assert province.accounts.devices() == ()


def test_no_code_for_a_unit_the_province_does_not_know(province: Province) -> None:
    with pytest.raises(ServerError):
        province.accounts.new_code("99999")


def test_codes_are_kept_only_as_digests(province: Province) -> None:
    code = read_code(province.accounts.new_code("28756"))
    with province.database.reading() as connection:
        dump = "\n".join(str(row) for table in TABLES.sorted_tables for row in connection.execute(select(table)))
    assert code.chance not in dump


def test_publishing_the_same_again_writes_nothing(province: Province) -> None:
    digest = province.log.state_digest("province")
    assert province.publish("unit.import", unit_puts()) == 0
    assert province.log.state_digest("province") == digest
    assert [row["name"] for row in province.units()] == ["Phú Khương", "An Hội"]
