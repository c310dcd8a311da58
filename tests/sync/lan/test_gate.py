"""Whoever stands at the port and says nothing, or says it slowly, or comes a hundred times, holds up no neighbour."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from sync.joining import access
from sync.lan.gate import Bounds
from sync.lan.listening import Listener
from sync.lan.places import place
from tests.sync.lan.conftest import house, listening, visiting
from tests.sync.world.offices import Pc

QUICK = Bounds(connections=12, of_one=6, handshake_s=1.5, stranger_s=2.0)
PATIENCE_S = 20.0
STRANGER = "127.0.0.2"

Join = Callable[..., Pc]


@dataclass
class Office:
    """A PC that answers, and a neighbour of it that has something to say."""

    listener: Listener
    one: Pc
    two: Pc

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.port}"

    def knock(self, source: str = STRANGER) -> socket.socket:
        """A connection that says nothing."""
        return socket.create_connection(place(self.address), timeout=PATIENCE_S, source_address=(source, 0))

    def secure(self, source: str = STRANGER) -> ssl.SSLSocket:
        """A connection on which TLS is through."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(self.knock(source), suppress_ragged_eofs=True)

    def signed(self, body: bytes, length: int = 0) -> bytes:
        """The head lines of an exchange that the neighbour signed for, and what comes of its body."""
        two = self.two
        moment, nonce = two.clock(), two.entropy(access.NONCE_BYTES)
        claim = access.sign(two.applicant.sign_private, self.one.applicant.replica, two.applicant.replica, moment, nonce, body)
        head = (
            "POST /sync HTTP/1.1",
            "Host: a",
            f"Authorization: {claim.header()}",
            f"Content-Length: {length or len(body)}",
            "",
            "",
        )
        return "\r\n".join(head).encode() + body


@pytest.fixture
def office(join: Join) -> Iterator[Office]:
    one, two = join("one"), join("two")
    two.write("d1", state="received")
    with listening(house(one), QUICK) as listener:
        made = Office(listener, one, two)
        visiting(two, made.address).run()
        yield made


def ended(connection: socket.socket) -> bool:
    """Waits until the other side ends the connection; False if it does not."""
    connection.settimeout(PATIENCE_S)
    try:
        while connection.recv(4_096):
            continue
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def test_a_connection_that_says_nothing_is_ended(office: Office) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(office.knock()) for _ in range(QUICK.of_one)]
        assert all(map(ended, silent))


def test_head_lines_that_drip_buy_no_time(office: Office) -> None:
    with office.secure() as connection:
        connection.sendall(b"GET /hello/00 HTTP/1.1\r\n")
        connection.settimeout(0.05)
        for _ in range(400):
            try:
                connection.sendall(b"x")
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return
    raise AssertionError("twenty seconds of dripping")


def test_a_body_that_drips_before_anybody_signed_on_buys_no_time(office: Office) -> None:
    with office.secure() as connection:
        connection.sendall(b"POST /rejoin HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{")
        assert ended(connection)


def test_one_address_gets_few_places_and_the_neighbour_still_finds_his(office: Office) -> None:
    with ExitStack() as stack:
        many = [stack.enter_context(office.knock()) for _ in range(3 * QUICK.of_one)]
        office.one.write("d2", state="received")
        assert visiting(office.two, office.address).run().received == 1
        assert all(map(ended, many[QUICK.of_one :]))
        assert office.listener.gate.standing <= QUICK.of_one + 1


def test_strangers_from_everywhere_do_not_stay(office: Office) -> None:
    with ExitStack() as stack:
        many = [stack.enter_context(office.knock(f"127.0.1.{number}")) for number in range(1, 3 * QUICK.connections)]
        assert office.listener.gate.standing <= QUICK.connections
        assert all(map(ended, many))
        office.one.write("d2", state="received")
        assert visiting(office.two, office.address).run().received == 1


def test_a_neighbour_whose_page_never_ends_holds_up_nobody(office: Office, join: Join) -> None:
    three = join("three")
    three.write("d3", state="received")
    with office.secure("127.0.0.1") as slow:
        slow.sendall(office.signed(b"Q", length=1_000))
        assert visiting(three, office.address).run().equal
        assert visiting(office.two, office.address).run().equal


def test_one_neighbour_gets_two_exchanges_at_a_time(office: Office) -> None:
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(office.secure("127.0.0.1")).sendall(office.signed(b"Q", length=1_000))
        third = stack.enter_context(office.secure("127.0.0.1"))
        third.settimeout(PATIENCE_S)
        third.sendall(office.signed(b"Q", length=1_000))
        answer = third.recv(4_096)
        assert answer.startswith(b"HTTP/1.1 503 ")


def test_who_signed_on_stays_while_strangers_are_sent_off(office: Office) -> None:
    with office.secure("127.0.0.1") as member, office.knock() as stranger:
        member.settimeout(PATIENCE_S)
        for last in (False, True):
            member.sendall(office.signed(b"rubbish"))
            heard = b""
            while not heard.endswith(b"}"):
                heard += member.recv(4_096)
            assert heard.startswith(b"HTTP/1.1 400 ")
            assert last or ended(stranger)
