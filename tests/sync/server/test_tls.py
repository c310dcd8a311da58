"""TLS: a certificate made by the server and known by its fingerprint, one signed by an authority, and a proxy in front."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qms_desktop.demo_proxy import BadLine, Line
from qms_desktop.sync_faults import in_words
from sync.client.http import Patience, Road
from sync.errors import AccessFault, SyncError, TransportFault
from sync.joining.pin import read_pin
from sync.server import certificate as certificates
from sync.server.api import Bounds
from sync.server.certificate import Facts
from sync.server.errors import ServerError
from sync.server.province import Province
from sync.server.serve import Running
from sync.server.verify import verify
from tests.sync.server.conftest import Clock, Entropy, unit_puts
from tests.sync.server.front import DAY, Authority, ReverseProxy
from tests.sync.world.offices import Pc

UNIT = "28756"
ONCE = Patience(connect_s=5.0, stall_s=30.0, tries=0)
OTHER_PIN = "2222-2222-2222-2222-2222"
"""Spelled as a fingerprint; no key has it."""


@pytest.fixture
def province(tmp_path: Path, clock: Clock) -> Iterator[Province]:
    made = Province.init(tmp_path / "server", clock=clock, entropy=Entropy())
    made.publish("unit.import", unit_puts())
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path, province: Province) -> Path:
    return tmp_path / "server"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority the system trusts."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    """An authority nobody here knows."""
    return Authority(tmp_path)


def made_in(folder: Path, now: datetime | None = None) -> Facts:
    return certificates.make(folder, ("127.0.0.1", "may-chu.example.vn"), now or datetime.now(UTC))


@contextmanager
def served(province: Province, folder: Path) -> Iterator[str]:
    pair = certificates.own(folder)
    assert pair is not None
    with Running(province, tls=pair) as running:
        yield running.url


def work(province: Province, url: str, name: str = "one") -> Pc:
    """Join, write and synchronise at this address."""
    pc = Pc(name, province.clock, Entropy(name))
    road = Road(url, ONCE)
    try:
        pc.join(road, province.accounts.new_code(UNIT), url)
        pc.write("d1", state="received", p_name="Nguyễn Thị Ánh")
        assert pc.sync(road).equal
    finally:
        road.close()
    assert verify(province) == []
    return pc


def join(pc: Pc, url: str, code: str) -> None:
    road = Road(url, ONCE)
    try:
        pc.join(road, code, url)
    finally:
        road.close()


def refused(province: Province, url: str) -> int:
    """The number by which joining at this address fails, with words for a clerk; the code was not sent."""
    code = province.accounts.new_code(UNIT)
    pc = Pc("refused", province.clock, Entropy("refused"))
    with pytest.raises(SyncError) as caught:
        join(pc, url, code)
    assert province.accounts.device(pc.applicant.replica) is None
    assert str(caught.value.code) in in_words(caught.value).code
    return caught.value.code


def test_a_pc_that_was_told_the_fingerprint_joins_and_synchronises(province: Province, folder: Path) -> None:
    facts = made_in(folder)
    with served(province, folder) as url:
        address = f"{url}#{facts.pin}"
        pc = work(province, address)
        assert pc.credentials.url == address, "the pin is kept with the enrolment"
        road = Road(pc.credentials.url, ONCE)
        assert pc.sync(road).equal
        road.close()


def test_without_the_fingerprint_an_own_certificate_is_not_believed(province: Province, folder: Path) -> None:
    made_in(folder)
    with served(province, folder) as url:
        assert refused(province, url) == TransportFault.UNTRUSTED


def test_another_key_than_the_pinned_one_is_not_believed(province: Province, folder: Path, authority: Authority) -> None:
    assert read_pin(OTHER_PIN) is not None
    with Running(province, tls=authority.issue("localhost")) as running:
        assert refused(province, f"{running.url.replace('127.0.0.1', 'localhost')}#{OTHER_PIN}") == TransportFault.WRONG_PIN


def test_a_mistyped_fingerprint_is_noticed_before_anything_is_sent(province: Province, folder: Path) -> None:
    pin = made_in(folder).pin
    swapped = next(pin[:at] + pin[at + 1] + pin[at] + pin[at + 2 :] for at in range(3) if pin[at] != pin[at + 1])
    assert refused(province, f"https://127.0.0.1:9#{swapped}") == TransportFault.BAD_PIN
    assert refused(province, f"http://127.0.0.1:9#{pin}") == TransportFault.BAD_ADDRESS


def test_the_fingerprint_may_be_typed_in_any_case_and_grouping(folder: Path) -> None:
    pin = made_in(folder).pin
    assert read_pin(f" {pin.replace('-', ' ').lower()} ") == pin


def test_a_renewed_certificate_keeps_key_and_fingerprint(province: Province, folder: Path) -> None:
    before = made_in(folder, datetime.now(UTC) - timedelta(days=20 * 365))
    assert before.ends < datetime.now(UTC)
    with served(province, folder) as url:
        pc = work(province, f"{url}#{before.pin}")
    after = made_in(folder)
    assert (after.pin, after.ends > datetime.now(UTC) + 3_000 * DAY) == (before.pin, True)
    with served(province, folder) as url:
        road = Road(f"{url}#{before.pin}", ONCE)
        assert pc.sync(road).equal
        road.close()


def test_an_authority_the_system_trusts_is_enough(province: Province, authority: Authority) -> None:
    with Running(province, tls=authority.issue("localhost")) as running:
        work(province, running.url.replace("127.0.0.1", "localhost"))


def test_a_certificate_for_another_name_is_not_believed(province: Province, authority: Authority) -> None:
    with Running(province, tls=authority.issue("elsewhere")) as running:
        assert refused(province, running.url.replace("127.0.0.1", "localhost")) == TransportFault.OTHER_NAME


def test_an_authority_the_system_does_not_know_is_not_believed(province: Province, stranger: Authority) -> None:
    with Running(province, tls=stranger.issue("localhost")) as running:
        assert refused(province, running.url.replace("127.0.0.1", "localhost")) == TransportFault.UNTRUSTED


def test_an_expired_certificate_has_a_number_of_its_own(province: Province, authority: Authority) -> None:
    with Running(province, tls=authority.issue("localhost", ends=-DAY)) as running:
        assert refused(province, running.url.replace("127.0.0.1", "localhost")) == TransportFault.EXPIRED


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_no_setting_of_another_program_makes_a_stranger_trusted(
    province: Province, stranger: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(stranger.file))
    with Running(province, tls=stranger.issue("localhost")) as running:
        assert refused(province, running.url.replace("127.0.0.1", "localhost")) == TransportFault.UNTRUSTED


def test_a_slow_line_is_no_fault_under_tls(province: Province, folder: Path) -> None:
    """No time-out counts a whole request: this one takes several times as long as the server waits for a byte."""
    facts = made_in(folder)
    pair = certificates.own(folder)
    with Running(province, bounds=Bounds(stall_s=0.5), tls=pair) as running:
        pc = work(province, f"{running.url}#{facts.pin}")
        for number in range(200):
            pc.write(f"e{number}", p_note=f"{number} " + pc.entropy(150).hex())
        plain = running.url.replace("https", "http")
        with BadLine(plain, Line(rate=20_000)) as line:
            road = Road(f"{line.url.replace('http', 'https')}#{facts.pin}", ONCE)
            result = pc.sync(road)
            road.close()
        assert result.equal
        assert line.meter.up > 40_000


def test_a_line_that_is_cut_under_tls_is_no_matter_of_trust(province: Province, folder: Path) -> None:
    """Everything gets through all the same, as it does without TLS."""
    facts = made_in(folder)
    with served(province, folder) as url:
        pc = work(province, f"{url}#{facts.pin}")
        for number in range(1_000):
            pc.write(f"e{number}", state="received", p_name=f"Nguyễn Văn {number}")
        with BadLine(url.replace("https", "http"), Line(cut_up=60_000)) as line:
            road = Road(f"{line.url.replace('http', 'https')}#{facts.pin}", ONCE)
            assert pc.sync(road).equal
            assert line.meter.cuts >= 1
            road.close()


def test_an_address_without_tls_is_not_our_server(province: Province) -> None:
    with Running(province) as running:
        assert refused(province, running.url.replace("http", "https")) == TransportFault.NOT_OUR_SERVER


def test_a_proxy_may_end_tls_before_the_server(province: Province, authority: Authority) -> None:
    with Running(province) as running, ReverseProxy(running.url, authority.issue("localhost")) as proxy:
        work(province, proxy.url)
        road = Road(proxy.url, ONCE)
        assert road.ask("GET", "/health").status == 200
        answer = road.ask("GET", "/metrics")
        assert (answer.status, b"QMS" in answer.whole(4_096)) == (401, False), "counters stay on the server's own machine"
        road.close()


def test_the_key_is_readable_by_the_server_alone(folder: Path) -> None:
    made_in(folder)
    assert stat.S_IMODE((folder / certificates.KEY).stat().st_mode) == 0o600


def test_a_key_that_is_not_the_certificate_s_is_said_in_words(folder: Path, stranger: Authority) -> None:
    made_in(folder)
    own = certificates.own(folder)
    assert own is not None
    with pytest.raises(ServerError, match="không khớp"):
        certificates.check(certificates.Tls(own.certificate, stranger.issue("localhost").key))
    with pytest.raises(ServerError, match="QMS-S920"):
        certificates.check(certificates.Tls(folder / "nowhere.pem", own.key))


def test_a_wrong_code_over_tls_is_still_a_wrong_code(province: Province, folder: Path) -> None:
    facts = made_in(folder)
    with served(province, folder) as url:
        road = Road(f"{url}#{facts.pin}", ONCE)
        with pytest.raises(AccessFault):
            Pc("one", province.clock, Entropy("one")).join(road, "2222-2222-2222-2222", url)
        road.close()
