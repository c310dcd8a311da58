"""Addresses of the PCs of an office: what people type, which this PC has, and which of a neighbour's to try first."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.errors import TransportFault

PORT = 8767
"""Where PCs answer unless that port is taken."""

Network = ipaddress.IPv4Interface | ipaddress.IPv6Interface
"""An address of this PC and the subnet it lies in."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_AROUND_MARKS = re.compile(r"\s*([.:\[\]])\s*")
_PARTS = re.compile(r"(?:\[(?P<six>[^\]]*)\]|(?P<host>[^:\[\]]*))(?::(?P<port>[^:]*))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_LONGEST_NAME = 253


class Wrong(StrEnum):
    """What is wrong with a typed address."""

    EMPTY = "empty"
    NUMBER = "number"
    PORT = "port"
    NAME = "name"
    MORE = "more"
    NO_PC = "no_pc"


class AddressFault(TransportFault):
    """A typed address that can be none; `why` says what is wrong with it."""

    def __init__(self, why: Wrong) -> None:
        super().__init__(TransportFault.BAD_ADDRESS, f"not the address of a PC: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Contact:
    """One PC that may be met, at any of its addresses (host:port). key: its replica id, or the address a person typed."""

    key: str
    addresses: tuple[str, ...]
    typed: bool = False


def place(address: str) -> tuple[str, int]:
    """Host and port of an address as people type or paste it: `192.168.1.7`, `may-2:8767`, `[fe80::1]`, `https://192.168.1.7/`.

    AddressFault for anything else.
    """
    text = _SCHEME.sub("", address.strip(), count=1)
    text = _AROUND_MARKS.sub(r"\1", text.rstrip("/").strip())
    if not text:
        raise AddressFault(Wrong.EMPTY)
    if _is_ipv6(text):
        return _real(text), PORT
    if any(mark in text for mark in "/?#@\\"):
        raise AddressFault(Wrong.MORE)
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise AddressFault(Wrong.NUMBER if ":" in text or "[" in text else Wrong.NAME)
    return _host(parts["six"], parts["host"]), _port(parts["port"])


def full(address: str) -> str:
    """A typed address in its one spelling, with its port."""
    return spelled(*place(address))


def spelled(host: str, port: int) -> str:
    """host:port, with brackets where they are needed."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def own_networks() -> tuple[Network, ...]:
    """Every address this PC can be met at, with its subnet; IPv6 only where there is no IPv4; none that ends at this PC."""
    import ifaddr

    found = [ip for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    four = [ipaddress.IPv4Interface(f"{ip.ip}/{ip.network_prefix}") for ip in found if isinstance(ip.ip, str)]
    six = [ipaddress.IPv6Interface(f"{ip.ip[0]}/{ip.network_prefix}") for ip in found if not isinstance(ip.ip, str)]
    for networks in (four, six):
        met = [network for network in networks if not (network.ip.is_loopback or network.ip.is_link_local)]
        if met:
            return tuple(sorted(set(met), key=str))
    return ()


def in_order(addresses: Iterable[str], networks: Sequence[Network], worked: str = "") -> tuple[str, ...]:
    """The one that worked last, then those of this PC's own subnets, then the rest; each once."""

    def rank(address: str) -> tuple[bool, int]:
        return address != worked, _distance(place(address)[0], networks)

    return tuple(sorted(dict.fromkeys(addresses), key=rank))


def _distance(host: str, networks: Sequence[Network]) -> int:
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return 1  # a name: whoever keeps names in this network knows where it is
    if any(ip in network.network for network in networks):
        return 0
    if ip.is_link_local:
        return 4
    return (1 if ip.is_private else 2) + (ip.version == 6)


def _host(six: str | None, host: str | None) -> str:
    if six is not None:
        if not _is_ipv6(six):
            raise AddressFault(Wrong.NUMBER)
        return _real(six)
    if not host:
        raise AddressFault(Wrong.EMPTY)
    if re.fullmatch(r"[\d.,]+", host):
        return _real(host)
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise AddressFault(Wrong.NAME)
    return host.lower()


def _real(number: str) -> str:
    """A number that one PC can have."""
    try:
        ip = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        raise AddressFault(Wrong.NUMBER) from None
    if ip.is_multicast or ip.is_unspecified or number == "255.255.255.255":
        raise AddressFault(Wrong.NO_PC)
    return number


def _port(text: str | None) -> int:
    if text is None:
        return PORT
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:6]) < 65_536:
        raise AddressFault(Wrong.PORT)
    return int(text)


def _is_ipv6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text.partition("%")[0])
    except ValueError:
        return False
    return True
