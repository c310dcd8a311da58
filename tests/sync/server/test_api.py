"""The web face: every operation answers in a form that carries a number, and nobody can take up more than his part."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from sync.client.http import Patience, Road
from sync.errors import AccessFault, TransportFault, WireError
from sync.joining import access
from sync.joining.enrolment import read_code
from sync.server.api import Api, Bounds, make_app
from sync.server.openapi import DOCUMENT
from sync.server.province import Province
from sync.server.serve import Running
from sync.web.door import Brake
from tests.sync.server.conftest import Clock, Entropy, request_of
from tests.sync.world.in_process import InProcess
from tests.sync.world.offices import Pc


def asked(province: Province, verb: str, path: str, body: bytes = b"", **bounds: Any) -> tuple[int, dict[str, str], bytes]:
    road = InProcess(make_app(province, Bounds(**bounds), chance=lambda: 0.5))
    answer = road.ask(verb, path, body, {"Accept-Encoding": "gzip"})
    return answer.status, dict(answer.headers), b"".join(answer.chunks)


def fault(content: bytes) -> int:
    return int(json.loads(content)["code"])


def test_health_names_the_server(province: Province) -> None:
    status, headers, content = asked(province, "GET", "/health")
    assert (status, json.loads(content)) == (200, {"status": "ok", "server": province.identity.server})
    assert headers["qms-protocol"] == "1"


def test_long_answers_are_compressed(province: Province) -> None:
    status, headers, content = asked(province, "GET", "/openapi.json")
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(content)) == json.loads(json.dumps(DOCUMENT))


def test_every_operation_is_described(province: Province) -> None:
    app = make_app(province)
    served = {(route.path, verb.lower()) for route in app.routes for verb in (route.methods or ()) if verb != "HEAD"}  # type: ignore[attr-defined]
    described = {(path, verb) for path, verbs in DOCUMENT["paths"].items() for verb in verbs}
    assert served == described


@pytest.mark.parametrize("body", [b"", b"{}", b"[1,2", b'{"code":1}', '{"code":"Ă"}'.encode("utf-16")])
def test_rubbish_instead_of_an_enrolment(province: Province, body: bytes) -> None:
    status, _, content = asked(province, "POST", "/enrol", body)
    assert (status, fault(content)) == (400, AccessFault.BAD_REQUEST)


def test_an_enrolment_that_is_far_too_long(province: Province) -> None:
    status, _, content = asked(province, "POST", "/enrol", b"x" * 100_000)
    assert (status, fault(content)) == (413, WireError.TOO_LARGE)


def test_guessing_codes_is_braked(province: Province, clock: Clock) -> None:
    road = InProcess(make_app(province, Bounds(enrol=Brake(count=3)), chance=lambda: 0.5))
    guess = json.dumps(_plain(request_of("2222-2222-2222-2222", "one"))).encode()
    answers = [road.ask("POST", "/enrol", guess) for _ in range(5)]
    assert [answer.status for answer in answers] == [403, 403, 403, 429, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    clock.now += 61_000
    assert road.ask("POST", "/enrol", guess).status == 403


def test_a_full_server_says_when_to_come_back(province: Province, clock: Clock) -> None:
    app = make_app(province, Bounds(exchanges=0), chance=lambda: 0.5)
    road = InProcess(app)
    pc = Pc("one", clock, Entropy("one"))
    pc.join(road, province.accounts.new_code("28756"))
    with pytest.raises(TransportFault) as caught:
        pc.sync(road)
    assert caught.value.code == TransportFault.BUSY
    assert caught.value.retry_after == 22


def test_a_fault_of_the_program_is_answered_in_our_own_form_and_noted_without_its_text(
    province: Province, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_self: Province) -> list[Any]:
        raise KeyError("Nguyễn Thị Ánh")

    monkeypatch.setattr(Province, "units", broken)
    with caplog.at_level("INFO", logger="qms.server"):
        status, headers, content = asked(province, "GET", "/units")
    assert (status, headers["qms-protocol"], fault(content)) == (500, "1", TransportFault.SERVER_FAULT)
    assert "KeyError" in caplog.text
    assert "Ánh" not in caplog.text


def test_a_pc_that_asks_without_end_is_braked_and_the_others_are_not(province: Province, clock: Clock) -> None:
    road = InProcess(make_app(province, Bounds(device=Brake(count=4))))
    pcs = [Pc(name, clock, Entropy(name)) for name in ("one", "two")]
    for pc in pcs:
        pc.join(road, province.accounts.new_code("28756"))
    said = [road.ask("POST", "/sync", *signed(pcs[0])).status for _ in range(6)]
    assert said == [400, 400, 400, 400, 429, 429]
    with pytest.raises(AccessFault) as caught:
        pcs[0].sync(road)
    assert caught.value.code == AccessFault.TOO_MANY
    assert pcs[1].sync(road).equal
    clock.now += 61_000
    assert pcs[0].sync(road).equal


def signed(pc: Pc) -> tuple[bytes, dict[str, str]]:
    """A request of an enrolled PC that says nothing of use."""
    body = b"hello"
    nonce = pc.entropy(access.NONCE_BYTES)
    own = pc.credentials
    claim = access.sign(pc.applicant.sign_private, own.server, own.replica, pc.clock(), nonce, body)
    return body, {"Authorization": claim.header()}


def test_metrics_count_without_naming_anybody(province: Province, clock: Clock) -> None:
    road = InProcess(make_app(province))
    pc = Pc("one", clock, Entropy("one"))
    pc.join(road, province.accounts.new_code("28756"))
    pc.write("d1", state="received", p_name="Nguyễn Thị Ánh")
    pc.sync(road)
    road.ask("POST", "/sync")
    content = b"".join(road.ask("GET", "/metrics").chunks).decode()
    assert 'qms_exchange_entries_total{direction="received"} 1.0' in content
    assert f'qms_answers_total{{code="{AccessFault.NO_SIGN_ON}"}} 1.0' in content
    assert 'qms_held{what="devices_seen_in_7_days"} 1.0' in content
    assert 'qms_held{what="disk_free_bytes"}' in content
    for word in ("28756", pc.applicant.replica, "Ánh", "PC one"):
        assert word not in content
    assert road.ask("GET", "/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status == 401


def test_the_waits_of_a_full_server_are_spread(province: Province) -> None:
    waits = {Api(province, Bounds(), lambda c=c / 10: c).busy().retry_after for c in range(10)}  # type: ignore[misc]
    assert len(waits) > 5


def test_a_sender_that_stops_in_the_middle_is_not_waited_for(province: Province) -> None:
    with Running(province, bounds=Bounds(stall_s=0.1)) as running:
        parts = urlsplit(running.url)
        with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as connection:
            connection.sendall(b"POST /enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            assert connection.recv(100).startswith(b"HTTP/1.1 408")


def test_it_does_not_say_what_it_is_made_of(province: Province) -> None:
    with Running(province) as running:
        parts = urlsplit(running.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        connection.request("GET", "/health")
        answer = connection.getresponse()
        assert answer.headers["server"] is None
        answer.read()
        connection.close()


def test_a_code_read_aloud_keeps_its_check(province: Province) -> None:
    code = province.accounts.new_code("28756")
    assert read_code(code).names(province.identity.province_key)


def _plain(request: Any) -> dict[str, str]:
    values = {name: getattr(request, name) for name in request.__struct_fields__}
    return {name: base64.b64encode(value).decode() if isinstance(value, bytes) else value for name, value in values.items()}


def test_one_pc_cannot_take_the_places_of_all_others(province: Province, clock: Clock) -> None:
    greedy, other = (Pc(name, clock, Entropy(name)) for name in ("greedy", "other"))
    with Running(province, bounds=Bounds(exchanges=3, exchanges_of_one=2)) as server:
        road = Road(server.url, Patience(tries=0))
        for pc in (greedy, other):
            pc.join(road, province.accounts.new_code("28756"), server.url)
        held = [_begun(server.url, greedy) for _ in range(2)]
        try:
            while not _under_way(road, len(held)):
                pass
            with pytest.raises(TransportFault) as caught:
                greedy.sync(road)
            assert caught.value.code == TransportFault.BUSY
            assert other.sync(road).equal
        finally:
            for line in held:
                line.close()
            road.close()


def _begun(url: str, pc: Pc) -> socket.socket:
    """A request of a PC of which the body never comes."""
    made = access.sign(pc.applicant.sign_private, pc.credentials.server, pc.applicant.replica, pc.clock(), pc.entropy(9), b"x")
    parts = urlsplit(url)
    line = socket.create_connection((parts.hostname, parts.port))
    head = f"POST /sync HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nAuthorization: {made.header()}\r\n\r\n"
    line.sendall(head.encode())
    return line


def _under_way(road: Road, count: int) -> bool:
    return f"qms_exchanges_under_way {count}.0".encode() in road.ask("GET", "/metrics").whole(100_000)
