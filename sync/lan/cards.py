"""Which networks this PC is on, asked of the operating system alone: no byte is sent, so it can be asked every few seconds."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address


def own_addresses() -> str:
    """The addresses by which others can reach this PC, in order; "" when it is on no network."""
    import ifaddr

    plain = (ip.ip if isinstance(ip.ip, str) else ip.ip[0] for adapter in ifaddr.get_adapters() for ip in adapter.ips)
    return " ".join(sorted(text for text in plain if _counts(ip_address(text.partition("%")[0]))))


def _counts(address: IPv4Address | IPv6Address) -> bool:
    """Neither the PC itself nor what a card gives itself when nobody answers it."""
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)
