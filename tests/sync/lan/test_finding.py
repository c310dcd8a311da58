"""PCs of a unit find each other by themselves, and follow each other when an address changes."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from secrets import token_hex

import pytest

from sync.lan.finding import Finder
from sync.lan.places import Contact

PATIENCE_S = 60
HERE = ("127.0.0.1",)


@pytest.fixture
def unit() -> str:
    """A unit that no other run of these tests on this machine has: all of them hear each other."""
    return token_hex(8)


def test_pcs_of_a_unit_find_each_other_and_no_other_unit(unit: str) -> None:
    heard = threading.Event()
    with ExitStack() as stack:
        one = Finder(unit, f"a{unit}", 1001, heard.set, HERE)
        others = [Finder(of, f"b{of}", 1002, lambda: None, HERE) for of in (unit, token_hex(8))]
        for finder in (*others, one):
            finder.start()
            stack.callback(finder.stop)
        assert heard.wait(PATIENCE_S)
        assert one.contacts() == (Contact(f"b{unit}", ("127.0.0.1:1002",)),)


def test_a_pc_whose_addresses_change_is_announced_anew(unit: str) -> None:
    """Wi-Fi, then a cable beside it: all addresses are told, in whatever order, and the old announcement is not left standing."""
    addresses: list[tuple[str, ...]] = [HERE]
    seen: list[tuple[Contact, ...]] = []
    news = threading.Condition()

    def changed() -> None:
        with news:
            seen.append(one.contacts())
            news.notify_all()

    one = Finder(unit, f"a{unit}", 1001, changed, HERE)
    two = Finder(unit, f"b{unit}", 1002, lambda: None, HERE, own=lambda: addresses[0], look_every_s=0.05)
    with ExitStack() as stack:
        for finder in (one, two):
            finder.start()
            stack.callback(finder.stop)
        with news:
            assert news.wait_for(lambda: bool(seen), PATIENCE_S)
        addresses[0] = ("127.0.0.1", "127.0.0.5")
        moved = {("127.0.0.1:1002", "127.0.0.5:1002")}
        with news:
            assert news.wait_for(lambda: {tuple(sorted(found.addresses)) for found in one.contacts()} == moved, PATIENCE_S)


def test_a_pc_without_a_network_announces_nothing_and_waits_for_one() -> None:
    looked = threading.Event()

    def none() -> tuple[str, ...]:
        looked.set()
        return ()

    finder = Finder("28756", "aa", 1001, lambda: None, own=none, look_every_s=0.01)
    finder.start()
    assert looked.wait(PATIENCE_S)
    finder.stop()
    assert finder.contacts() == ()


def test_what_a_stranger_announces_does_not_end_the_search() -> None:
    """A name of another service in our announcement made the library's thread end."""
    finder = Finder("28756", "aa", 1001, lambda: None, HERE)

    class Library:
        def get_service_info(self, *_: object, **_more: object) -> None:
            raise ValueError("a bad name")

    finder._heard(Library(), "t", "evil._http._tcp.local.", object())  # type: ignore[arg-type]
    assert finder.contacts() == ()


def test_a_pc_heard_under_two_names_is_one_contact() -> None:
    finder = Finder("28756", "aa", 1001, lambda: None, HERE)
    finder._found = {"bb": Contact("bb", ("192.168.1.7:1", "10.0.0.7:1")), "bb-2": Contact("bb", ("192.168.1.9:1", "10.0.0.7:1"))}
    assert finder.contacts() == (Contact("bb", ("192.168.1.7:1", "10.0.0.7:1", "192.168.1.9:1")),)
