"""Two PCs of one office exchange without a province; nobody else gets in."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Callable

import msgspec
import pytest

from sync.errors import AccessFault, SyncError, TransportFault
from sync.joining.enrolment import RejoinRequest
from sync.lan.hello import greet, neighbour
from sync.lan.listening import Listener
from sync.lan.places import Contact, place
from sync.lan.visiting import NeighbourRounds
from sync.server.api import make_app
from sync.server.province import Province
from sync.server.verify import verify
from tests.sync.lan.conftest import CALM, UNIT, answering, house, typed, visiting
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc

DOSSIERS = f"unit/{UNIT}/dossiers"
Join = Callable[..., Pc]


def test_two_pcs_hold_the_same_after_a_visit(join: Join) -> None:
    one, two = join("one"), join("two")
    one.write("d1", p_name="Nguyễn Thị Ánh")
    two.write("d2", p_name="Trần Văn Bảy")
    with answering(one) as address:
        result = visiting(two, address).run()
    assert result.equal
    assert result.received == 1
    assert one.log.parcels(DOSSIERS).keys() == two.log.parcels(DOSSIERS).keys()


def test_a_week_without_internet_then_one_carries_everything_to_the_province(join: Join, province: Province) -> None:
    one, two = join("one"), join("two")
    with answering(one) as address:
        for day in range(7):
            one.write("shared", note=f"ngày {day}")
            two.write(f"d{day}", p_name=f"Người {day}")
            assert visiting(two, address).run().equal
    assert two.sync(InProcess(make_app(province))).equal
    assert province.log.state_digest(DOSSIERS) == one.log.state_digest(DOSSIERS)
    assert verify(province) == []


def test_three_pcs_pass_on_what_they_heard(join: Join) -> None:
    one, two, three = join("one"), join("two"), join("three")
    one.write("d1", state="received")
    with answering(one) as first, answering(two) as second:
        visiting(two, first).run()
        visiting(three, second).run()
    assert three.log.parcels(DOSSIERS).keys() == one.log.parcels(DOSSIERS).keys()


def test_a_neighbour_whose_clock_is_years_off_is_served(join: Join) -> None:
    one, two = join("one"), join("two")
    two.clock.now -= 10 * 365 * 86_400_000  # type: ignore[attr-defined]
    two.write("d1", state="received")
    with answering(one) as address:
        assert visiting(two, address).run().equal


def test_one_absent_neighbour_does_not_stop_the_visit_to_another(join: Join) -> None:
    one, two = join("one"), join("two")
    one.write("d1", state="received")
    with answering(one) as address:
        rounds = visiting(two, "127.0.0.1:1", address)
        assert rounds.run().received == 1
    assert [visit.fault is None for visit in rounds.visits] == [False, True]
    assert rounds.visits[1].name == "PC one"


def test_nobody_there(join: Join) -> None:
    with pytest.raises(TransportFault) as caught:
        visiting(join("one"), "127.0.0.1:1").run()
    assert caught.value.code == TransportFault.OFFLINE


def test_a_pc_of_another_unit_gets_and_gives_nothing(join: Join) -> None:
    one, stranger = join("one"), join("stranger", "28777")
    one.write("d1", state="received")
    with answering(one) as address:
        rounds = visiting(stranger, address)
        with pytest.raises(TransportFault):
            rounds.run()
    assert _code(rounds.visits[0].fault) == AccessFault.WRONG_PROVINCE
    assert not stranger.log.parcels(DOSSIERS)


def test_a_stranger_cannot_introduce_himself_with_another_units_certificate(join: Join) -> None:
    one, stranger = join("one"), join("stranger", "28777")
    with answering(one) as address:
        body = msgspec.json.encode(RejoinRequest(stranger.credentials.certificate))
        assert _ask(address, "POST", "/rejoin", body).status == 400


def test_a_revoked_neighbour_is_turned_away(join: Join) -> None:
    one, two = join("one"), join("two")
    two.write("d1", state="received")
    with answering(one, lambda replica: replica != two.applicant.replica) as address:
        rounds = visiting(two, address)
        with pytest.raises(TransportFault):
            rounds.run()
    assert _code(rounds.visits[0].fault) == AccessFault.REVOKED
    assert not one.log.parcels(DOSSIERS)


def test_a_revoked_pc_that_answers_is_not_trusted(join: Join) -> None:
    one, two = join("one"), join("two")
    with answering(one) as address:
        rounds = visiting(two, address)
        rounds._house = house(two, lambda _replica: False)
        with pytest.raises(TransportFault):
            rounds.run()
    assert _code(rounds.visits[0].fault) == AccessFault.REVOKED


def test_nobody_but_the_province_writes_the_provinces_scope(join: Join) -> None:
    one, two = join("one"), join("two")
    two.write("model", scope="province", title="giả")
    with answering(one) as address:
        visiting(two, address).run()
    assert not [p for p in one.log.parcels("province").values() if p.entry.journal == two.applicant.replica]


class TestHello:
    NONCE = bytes(16)

    def test_it_names_the_neighbour(self, join: Join) -> None:
        one = join("one")
        content = greet(one.applicant.sign_private, one.credentials.certificate, "aa", self.NONCE)
        assert neighbour(content, one.credentials.province_key, UNIT, "aa", self.NONCE).letter == one.credentials.letter

    @pytest.mark.parametrize(("pin", "nonce"), [("bb", NONCE), ("aa", bytes([1] * 16))])
    def test_it_holds_for_this_connection_and_this_moment_only(self, join: Join, pin: str, nonce: bytes) -> None:
        one = join("one")
        content = greet(one.applicant.sign_private, one.credentials.certificate, "aa", self.NONCE)
        with pytest.raises(AccessFault):
            neighbour(content, one.credentials.province_key, UNIT, pin, nonce)

    def test_somebody_elses_certificate_does_not_help(self, join: Join) -> None:
        one, two = join("one"), join("two")
        content = greet(two.applicant.sign_private, one.credentials.certificate, "aa", self.NONCE)
        with pytest.raises(AccessFault):
            neighbour(content, one.credentials.province_key, UNIT, "aa", self.NONCE)

    @pytest.mark.parametrize("content", [b"", b"{}", b"<html>", b'{"certificate":"","signature":""}'])
    def test_rubbish(self, join: Join, content: bytes) -> None:
        with pytest.raises(AccessFault):
            neighbour(content, join("one").credentials.province_key, UNIT, "aa", self.NONCE)


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [("GET", "/hello/zz", b""), ("GET", "/hello/00", b""), ("POST", "/rejoin", b"x" * 10_000), ("POST", "/sync", b"rubbish")],
)
def test_rubbish_is_refused_by_number(join: Join, verb: str, path: str, body: bytes) -> None:
    with answering(join("one")) as address:
        answer = _ask(address, verb, path, body)
        assert 400 <= answer.status < 500
        assert answer.headers["qms-protocol"] == "1"


def _code(fault: SyncError | None) -> int:
    assert fault is not None
    return fault.code


def _ask(address: str, verb: str, path: str, body: bytes) -> http.client.HTTPResponse:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(*place(address), timeout=30, context=context)
    try:
        connection.request(verb, path, body)
        answer = connection.getresponse()
        answer.read()
        return answer
    finally:
        connection.close()


@pytest.mark.parametrize("name", ["may..2", "m" * 70])
def test_a_name_no_network_knows_does_not_keep_a_pc_from_the_others(join: Join, name: str) -> None:
    one, two = join("one"), join("two")
    one.write("d1", state="received")
    with answering(one) as address:
        rounds = visiting(two, f"{name}:1", address)
        assert rounds.run().received == 1


def test_a_round_that_was_broken_off_visits_nobody_more(join: Join) -> None:
    one, two = join("one"), join("two")
    with answering(one) as address:
        rounds: NeighbourRounds

        def contacts() -> list[Contact]:
            rounds.cut()
            return [typed("127.0.0.1:1"), typed(address)]

        rounds = NeighbourRounds(house(two), contacts, CALM)
        with pytest.raises(TransportFault) as caught:
            rounds.run()
    assert caught.value.code == TransportFault.CUT


def test_neighbours_are_met_around_the_offices_proxy(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = join("one"), join("two")
    with monkeypatch.context() as patch:
        patch.setattr("sync.client.http._on_this_machine", lambda _url: False)
        patch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        patch.delenv("NO_PROXY", raising=False)
        with answering(one) as address:
            assert visiting(two, address).run().equal


def test_the_same_port_is_taken_again_after_a_restart(join: Join) -> None:
    one, two = join("one"), join("two")
    with answering(one) as address:
        visiting(two, address).run()
    again = Listener(house(one), "127.0.0.1", int(address.split(":")[1]))
    assert f"127.0.0.1:{again.port}" == address
    again.stop()
