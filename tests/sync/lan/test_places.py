"""Addresses as people type and paste them, and which of a neighbour's to try first."""

from __future__ import annotations

import ipaddress

import pytest

from sync.errors import TransportFault
from sync.lan.places import AddressFault, Wrong, full, in_order, own_networks


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("192.168.1.7", "192.168.1.7:8767"),
        (" 192.168.1.7 ", "192.168.1.7:8767"),
        ("192.168.1.7 : 9000", "192.168.1.7:9000"),
        ("192.168. 1.7", "192.168.1.7:8767"),
        ("http://192.168.1.7", "192.168.1.7:8767"),
        ("https://192.168.1.7:9000/", "192.168.1.7:9000"),
        ("may-2", "may-2:8767"),
        ("MAY-2.local", "may-2.local:8767"),
        ("may_2:9000", "may_2:9000"),
        ("[fe80::1]:9", "[fe80::1]:9"),
        ("[fd00::7]", "[fd00::7]:8767"),
        ("fd00::7", "[fd00::7]:8767"),
        ("http://[fd00::7]:9000/", "[fd00::7]:9000"),
    ],
)
def test_what_people_type(typed: str, kept: str) -> None:
    assert full(typed) == kept
    assert full(kept) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Wrong.EMPTY),
        ("  ", Wrong.EMPTY),
        ("http://", Wrong.EMPTY),
        (":8767", Wrong.EMPTY),
        ("192.168.1.300", Wrong.NUMBER),
        ("192.168.1", Wrong.NUMBER),
        ("192,168,1,7", Wrong.NUMBER),
        ("[fe80::zz]", Wrong.NUMBER),
        ("fe80::1:zz::", Wrong.NUMBER),
        ("may-2:0", Wrong.PORT),
        ("may-2:99999", Wrong.PORT),
        ("may-2:", Wrong.PORT),
        ("may-2:b", Wrong.PORT),
        ("may 2", Wrong.NAME),
        ("máy-2", Wrong.NAME),
        ("may..2", Wrong.NAME),
        ("m" * 70, Wrong.NAME),
        ("a/b", Wrong.MORE),
        ("u@h", Wrong.MORE),
        ("may-2#x", Wrong.MORE),
        ("0.0.0.0", Wrong.NO_PC),
        ("224.0.0.251", Wrong.NO_PC),
        ("255.255.255.255", Wrong.NO_PC),
    ],
)
def test_what_can_be_no_address_says_why(typed: str, why: Wrong) -> None:
    with pytest.raises(AddressFault) as caught:
        full(typed)
    assert (caught.value.why, caught.value.code) == (why, TransportFault.BAD_ADDRESS)


def test_the_one_that_worked_goes_first_then_the_same_subnet_and_link_local_last() -> None:
    here = [ipaddress.ip_interface("192.168.1.20/24"), ipaddress.ip_interface("10.8.0.2/24")]
    announced = ["169.254.3.4:1", "172.17.0.1:1", "[fd00::7]:1", "192.168.1.7:1", "8.8.8.8:1", "10.8.0.9:1"]
    ordered = ["192.168.1.7:1", "10.8.0.9:1", "172.17.0.1:1", "[fd00::7]:1", "8.8.8.8:1", "169.254.3.4:1"]
    assert in_order(announced, here) == tuple(ordered)
    assert in_order(announced, here, worked="172.17.0.1:1")[:2] == ("172.17.0.1:1", "192.168.1.7:1")


def test_what_ends_at_this_pc_is_not_where_it_can_be_met() -> None:
    assert not [network for network in own_networks() if network.ip.is_loopback or network.ip.is_link_local]
