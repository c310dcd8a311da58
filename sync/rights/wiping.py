"""The two words of a revoked PC's end: the province's release, and the PC's receipt.

The release says that the province revoked this PC and holds these leaves. Only its signature lets a PC erase anything: whoever
sits on the line, or a neighbour, can say "revoked" and "I have it all", but cannot sign it. The receipt is the PC's word that
its data is gone; it is signed before the keys go and sent after the data went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.canonical import canonical, read_canonical
from sync.errors import KeyFault
from sync.journal.keys import SIGNATURE_BYTES, sign, verify

_PURPOSE = b"qms wiped 1\0"
_RELEASE_PURPOSE = b"qms release 1\0"
MOST_LEAVES = 100
"""In one release; a PC asks for several."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which PC erased its data; `at`: its own clock, milliseconds since 1970 UTC."""

    replica: str
    server: str
    at: int


def sign_release(replica: str, leaves: Sequence[str], province_private: bytes) -> bytes:
    """The province's word that this PC was revoked and that it holds these entries and all below them."""
    return sign(province_private, _RELEASE_PURPOSE + _released(replica, leaves))


def check_release(release: bytes, replica: str, leaves: Sequence[str], province_key: bytes) -> None:
    """KeyFault unless the province released just this PC for just these leaves."""
    verify(province_key, release, _RELEASE_PURPOSE + _released(replica, leaves))


def _released(replica: str, leaves: Sequence[str]) -> bytes:
    return canonical([replica, list(leaves)])


def sign_receipt(receipt: Receipt, private: bytes) -> bytes:
    """The receipt as bytes, signed by the PC."""
    body = canonical({"replica": receipt.replica, "server": receipt.server, "at": receipt.at})
    return sign(private, _PURPOSE + body) + body


def named_in(blob: bytes) -> str:
    """Whose receipt it claims to be; nothing is checked yet. KeyFault when it is none."""
    return _read(blob).replica


def read_receipt(blob: bytes, public: bytes) -> Receipt:
    """The receipt; KeyFault unless that PC signed it."""
    verify(public, blob[:SIGNATURE_BYTES], _PURPOSE + blob[SIGNATURE_BYTES:])
    return _read(blob)


def _read(blob: bytes) -> Receipt:
    content = read_canonical(blob[SIGNATURE_BYTES:])
    if isinstance(content, dict) and content.keys() == {"replica", "server", "at"}:
        replica, server, at = content["replica"], content["server"], content["at"]
        if isinstance(replica, str) and isinstance(server, str) and isinstance(at, int):
            return Receipt(replica, server, at)
    raise KeyFault(KeyFault.BAD_CERTIFICATE, "not a receipt")
