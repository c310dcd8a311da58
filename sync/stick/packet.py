"""A packet: one page of the exchange as a file, for a USB stick or an e-mail.

    MAGIC, length, envelope    the packet's id, and the content's key wrapped for each receiver and for recovery
    sealed content             the maker's signature; who made it, when and for whom; then a page as on the wire

Nothing but receivers' key marks can be seen from outside. The signature covers the envelope too, so a receiver cannot hand
the content on as if it had been made for somebody else. What is in the page is decided by sync/stick/packing.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.errors import KeyFault, PacketFault, SyncError, WireError
from sync.journal.keys import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    Certificate,
    open_once,
    read_certificate,
    seal_once,
    sign,
    unwrap_key,
    verify,
    wrap_key,
    wrapping_public,
)
from sync.wire.compact import compress, expand
from sync.wire.messages import Page
from sync.wire.pages import decode_page, encode_page

SUFFIX = ".qmspacket"
MAX_PACKET = 64_000_000
"""Bytes of a whole file; the busiest commune's five years are about half of it."""

MAX_ENVELOPE = 100_000
MAX_HEADER = 100_000
MAX_RECEIVERS = 500
ID_BYTES = 16

_MAGIC = b"QMSPACK"
_VERSION = b"1"
_SEAL_PURPOSE = b"qms packet seal 1\0"
_SIGN_PURPOSE = b"qms packet 1\0"
_MARK_BYTES = 16
_START = len(_MAGIC) + len(_VERSION) + 4
_MISFITS = (AttributeError, LookupError, OverflowError, TypeError, ValueError)

Entropy = Callable[[int], bytes]
"""Gives that many random bytes."""


@dataclass(frozen=True)
class Maker:
    """Who makes packets: the certificate of this installation and its private signing key."""

    certificate: bytes
    sign_private: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Packet:
    """An opened packet, whose maker's signature was checked. `made_at` is claimed: milliseconds since 1970 UTC."""

    id: str
    maker: Certificate
    certificate: bytes
    made_at: int
    receivers: tuple[str, ...]
    page: Page


def seal_packet(
    page: Page, maker: Maker, receivers: Sequence[Certificate], recovery_keys: Sequence[bytes], made_at: int, entropy: Entropy
) -> tuple[str, bytes]:
    """The packet's id and bytes, readable by the receivers and by whoever holds a recovery code.

    `recovery_keys` are public keys, at most one in use now; none for a PC enrolled by a server that had none yet.
    """
    if not receivers:
        raise PacketFault(PacketFault.NO_ADDRESS, "a packet needs a receiver")
    name, key = entropy(ID_BYTES), entropy(KEY_BYTES)
    publics = dict.fromkeys([*(receiver.wrap_key for receiver in receivers), *recovery_keys])
    wrapped = [[_mark(public), wrap_key(key, public, entropy(KEY_BYTES), _SEAL_PURPOSE + name)] for public in publics]
    envelope = compress([name, wrapped])
    head = _MAGIC + _VERSION + len(envelope).to_bytes(4) + envelope
    header = compress([maker.certificate, made_at, [receiver.replica for receiver in receivers]])
    body = len(header).to_bytes(4) + header + encode_page(page)
    signature = sign(maker.sign_private, _signed(head, body))
    data = head + seal_once(key, signature + body, _SEAL_PURPOSE + hashlib.sha256(head).digest())
    if len(data) > MAX_PACKET or len(publics) > MAX_RECEIVERS:
        raise PacketFault(PacketFault.TOO_LARGE, f"packet of {len(data)} bytes for {len(publics)} receivers")
    return name.hex(), data


def open_packet(data: bytes, wrap_privates: Sequence[bytes], province_key: bytes) -> Packet:
    """The packet in `data`, opened with the first of the private keys that it was sealed to.

    PacketFault: no packet, of another version, too large, damaged or cut short, sealed to others, or made outside the
    province of `province_key`.
    """
    head, key = _unsealed(data, wrap_privates)
    name, _wrapped = _envelope(head)
    try:
        content = open_once(key, data[len(head) :], _SEAL_PURPOSE + hashlib.sha256(head).digest())
    except KeyFault as fault:
        raise PacketFault(PacketFault.DAMAGED, "the content was changed or cut short") from fault
    signature, body = content[:SIGNATURE_BYTES], content[SIGNATURE_BYTES:]
    certificate, made_at, receivers, page = _parts(body)
    try:
        maker = read_certificate(certificate, province_key)
        verify(maker.sign_key, signature, _signed(head, body))
    except SyncError as fault:
        raise PacketFault(PacketFault.FOREIGN, "the maker does not belong to this province") from fault
    return Packet(name.hex(), maker, certificate, made_at, receivers, _page(page))


def _unsealed(data: bytes, wrap_privates: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The head of the file and the key of its content."""
    if len(data) > MAX_PACKET:
        raise PacketFault(PacketFault.TOO_LARGE, f"packet of {len(data)} bytes")
    if not data.startswith(_MAGIC):
        raise PacketFault(PacketFault.NOT_A_PACKET, "no packet file")
    if data[len(_MAGIC) : _START - 4] != _VERSION:
        raise PacketFault(PacketFault.VERSION, "a packet of another version")
    head = data[: _START + min(int.from_bytes(data[_START - 4 : _START]), MAX_ENVELOPE)]
    name, wrapped = _envelope(head)
    for private in wrap_privates:
        mine = _mark(wrapping_public(private))
        for mark, blob in wrapped:
            if mark == mine:
                return head, _unwrapped(blob, private, name)
    raise PacketFault(PacketFault.NOT_FOR_US, "sealed to other receivers")


def _envelope(head: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    try:
        name, wrapped = expand(head[_START:], MAX_ENVELOPE)
        pairs = [(bytes(mark), bytes(blob)) for mark, blob in wrapped]
        if not isinstance(name, bytes) or len(name) != ID_BYTES or len(pairs) > MAX_RECEIVERS:
            raise ValueError("envelope")
    except (WireError, *_MISFITS) as fault:
        raise PacketFault(PacketFault.DAMAGED, "the envelope was changed or cut short") from fault
    return name, pairs


def _unwrapped(blob: bytes, private: bytes, name: bytes) -> bytes:
    try:
        return unwrap_key(blob, private, _SEAL_PURPOSE + name)
    except KeyFault as fault:
        raise PacketFault(PacketFault.DAMAGED, "the wrapped key was changed") from fault


def _parts(body: bytes) -> tuple[bytes, int, tuple[str, ...], bytes]:
    end = 4 + int.from_bytes(body[:4])
    content: Any = None
    try:
        content = expand(body[4:end], MAX_HEADER)
        certificate, made_at, receivers = content
        if not isinstance(certificate, bytes) or type(made_at) is not int or not all(isinstance(r, str) for r in receivers):
            raise ValueError("header")
    except (WireError, *_MISFITS) as fault:
        raise PacketFault(PacketFault.DAMAGED, "the header of the content") from fault
    return certificate, made_at, tuple(receivers), body[end:]


def _page(data: bytes) -> Page:
    try:
        return decode_page(data)
    except (WireError, LookupError) as fault:
        raise PacketFault(PacketFault.DAMAGED, "the page of the content") from fault


def _signed(head: bytes, body: bytes) -> bytes:
    return _SIGN_PURPOSE + hashlib.sha256(head).digest() + hashlib.sha256(body).digest()


def _mark(public: bytes) -> bytes:
    """Tells a receiver which wrapped key is its own, and nobody else who the receivers are unless he knows their keys."""
    return hashlib.sha256(b"qms packet mark 1\0" + public).digest()[:_MARK_BYTES]
