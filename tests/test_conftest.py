"""The guards of the test suite themselves."""

import socket
import threading

import pytest

from tests.conftest import REFUSED, NetworkRefused, threads_left_since


def test_another_machine_cannot_be_reached() -> None:
    with pytest.raises(NetworkRefused):
        socket.create_connection(("192.0.2.1", 80))
    with pytest.raises(NetworkRefused):
        socket.getaddrinfo("example.org", 443)
    assert len(REFUSED) == 2
    REFUSED.clear()


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]):
        pass


def test_a_thread_that_goes_on_is_named() -> None:
    before = set(threading.enumerate())
    end = threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    assert threads_left_since(before, patience=0.01) == ["forgotten"]
    end.set()
    assert threads_left_since(before, patience=2) == []
