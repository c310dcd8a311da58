"""A PC joins only the province its code was made for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sync.client.credentials import Credentials
from sync.client.enrol import Applicant, enrol
from sync.errors import AccessFault
from sync.joining.enrolment import make_code
from sync.journal.keys import signing_public
from sync.server.api import make_app
from sync.server.province import Province
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.world.in_process import InProcess, Trouble
from tests.sync.world.offices import Pc, replica_of, secret

UNIT = "28756"
ME = Applicant(replica_of("one"), "PC one", secret("one sign"), secret("one wrap"))


def joining(road: InProcess, code: str, who: Applicant = ME) -> Credentials:
    return enrol(road, "http://localhost", code, who)


def refusal(road: InProcess, code: str, who: Applicant = ME) -> int:
    with pytest.raises(AccessFault) as caught:
        joining(road, code, who)
    return caught.value.code


@pytest.fixture
def way(province: Province) -> InProcess:
    return InProcess(make_app(province))


def test_what_is_kept_is_read_back_and_holds_no_secret(province: Province, way: InProcess) -> None:
    credentials = joining(way, province.accounts.new_code(UNIT))
    assert Credentials.restore(credentials.public()) == credentials
    assert credentials.scopes == ("province", "unit/28756/qms", "unit/28756/dossiers")
    assert ME.sign_private.hex() not in credentials.public()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"url": 1}'])
def test_damaged_credentials_are_said_to_be_so(text: str) -> None:
    with pytest.raises(AccessFault):
        Credentials.restore(text)


def test_a_mistyped_code_is_not_even_sent(way: InProcess) -> None:
    assert refusal(way, "AAAA-BBBB-CCCC-DDDD") == AccessFault.BAD_CODE
    assert way.traffic.requests == 0


def test_another_server_that_takes_every_code_is_noticed(tmp_path: Path, province: Province, clock: Clock) -> None:
    false = Province.init(tmp_path / "false", clock=clock, entropy=Entropy("false"))
    false.publish("unit.import", unit_puts())
    stolen = replace(make_code(bytes(32), province.identity.province_key))
    own = make_code(bytes(32), false.identity.province_key)
    assert stolen.chance == own.chance
    _accept(false, own.chance)
    assert refusal(InProcess(make_app(false)), stolen.text()) == AccessFault.WRONG_PROVINCE
    false.close()


def _accept(province: Province, chance: str) -> None:
    from sync.server.schema import CODES

    with province.database.writing() as connection:
        values = {"digest": province.accounts._digest(chance), "unit": UNIT, "expires_at": 2**62}
        connection.execute(CODES.insert().values(**values))


def test_a_lost_answer_can_be_asked_for_again(province: Province, way: InProcess) -> None:
    code = province.accounts.new_code(UNIT)
    way.troubles = [Trouble(lose_answer=True)]
    with pytest.raises(Exception, match="lost"):
        joining(way, code)
    assert joining(way, code).letter == "A"
    assert refusal(way, code, replace(ME, replica=replica_of("two"))) == AccessFault.CODE_USED


def test_a_neighbour_is_believed_by_its_certificate_and_a_stranger_is_not(
    province: Province, way: InProcess, clock: Clock
) -> None:
    one, two, far = (Pc(name, clock, Entropy(name)) for name in ("one", "two", "far"))
    for pc, unit in ((one, UNIT), (two, UNIT), (far, "28777")):
        pc.join(way, province.accounts.new_code(unit))
    verifier = one.credentials.verifier(one.log)
    offered = {pc.name: pc.credentials.certificate for pc in (two, far)}
    assert verifier.key_for(two.applicant.replica, offered["two"]) == signing_public(two.applicant.sign_private)
    assert verifier.key_for(far.applicant.replica, offered["far"]) is None
    assert verifier.key_for(one.applicant.replica, None) is None
    assert verifier.key_for(one.applicant.replica, offered["two"]) is None
    assert verifier.key_for(one.applicant.replica, b"rubbish" * 20) is None
