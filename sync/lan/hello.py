"""How a PC knows its neighbour: the province's certificate, and a signature over this very connection.

The answering PC makes a new TLS certificate at every start, which nobody has to trust. It signs the fingerprint of that
certificate and the caller's nonce with the key the province certified. Whoever stands in between would have to show a
connection of its own, whose fingerprint that signature does not cover.
"""

from __future__ import annotations

import msgspec

from sync.errors import AccessFault, KeyFault
from sync.journal.keys import Certificate, read_certificate, sign, verify

NONCE_BYTES = 16
_PURPOSE = b"qms-lan-hello-1"


class Hello(msgspec.Struct, frozen=True):
    """What a PC answers to `GET /hello/<nonce>`: its certificate and the signature over fingerprint and nonce."""

    certificate: bytes
    signature: bytes


def greet(sign_private: bytes, certificate: bytes, fingerprint: str, nonce: bytes) -> bytes:
    """A hello as JSON. `fingerprint`: SHA-256 of this PC's TLS certificate, hex."""
    return msgspec.json.encode(Hello(certificate, sign(sign_private, _signed(fingerprint, nonce))))


def neighbour(content: bytes, province_key: bytes, unit: str, fingerprint: str, nonce: bytes) -> Certificate:
    """Who answered; AccessFault unless it is a PC of this unit that holds its own key at the other end of this connection."""
    try:
        hello = msgspec.json.decode(content, type=Hello)
        certificate = read_certificate(hello.certificate, province_key)
        verify(certificate.sign_key, hello.signature, _signed(fingerprint, nonce))
    except (msgspec.MsgspecError, KeyFault) as fault:
        raise AccessFault(AccessFault.BAD_SIGN_ON, "what answered is no PC of this province") from fault
    if certificate.unit != unit:
        raise AccessFault(AccessFault.WRONG_PROVINCE, "what answered is a PC of another unit")
    return certificate


def _signed(fingerprint: str, nonce: bytes) -> bytes:
    return b"\n".join((_PURPOSE, fingerprint.encode("ascii"), nonce.hex().encode("ascii")))
